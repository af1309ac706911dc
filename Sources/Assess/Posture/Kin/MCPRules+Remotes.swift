import Formats
import Installations
import Model

/// Servers elsewhere, and how far each server is trusted.
extension MCPRules {
  static let remotes = [plainHTTP, noLogin, tlsOff, headersHelper]
  static let trust = [autoApprove, autoEnable, openTools, duplicate]

  private static let urls = ["url", "httpUrl", "serverUrl", "uri"]

  static let plainHTTP = rule(
    "plain-http", "A server is reached without encryption", .high,
    because: "whoever is in between reads the token and writes the answers", reads: ["url"], tier: 1,
    requirement: "H9", why: "A machine on the way reads the credential and puts its own words into the tool's answers.",
    remedy: "Use https.", references: ["CWE-319"]
  ) { servers, _ in
    each(servers, pass: "none is reached in clear over a network") { server in
      guard let url = server.url, Reach.isClear(url) else { return [] }
      let part = server.first(urls)?.name
      return [
        .fail(
          "server \(server.shownName) is \(Configuration.Setting.shown(url))", at: server.location(part),
          fix: change(server, part, "use https."))
      ]
    }
  }

  private static let logins = [
    "headers.Authorization", "headers.authorization", "oauth", "auth", "bearer_token_env_var", "headersHelper",
    "env_http_headers", "authProviderType", "token", "apiKey",
  ]

  static let noLogin = rule(
    "remote-noauth", "A server elsewhere asks for no login", .medium,
    because: "the protocol leaves the login to the parties; without one, nobody proves who he is",
    reads: ["url", "headers", "oauth", "auth", "bearer_token_env_var"], tier: 2, requirement: "H9",
    why: "Whoever answers at that address gives the model its instructions, and everybody may ask it the same.",
    remedy: "Use OAuth, or a header whose value comes from a variable.", references: ["CWE-306"]
  ) { servers, _ in
    each(servers, pass: "each server elsewhere has a login") { server in
      guard server.transport != .stdio, let url = server.url, let parts = Reach.parts(of: url),
        !Reach.isLoopback(host: parts.host)
      else { return [] }
      if server.first(logins) != nil { return [] }
      // A key of its own name (`X-Api-Key`) or in the address is a login too.
      if server.headers.contains(where: {
        $0.name.lowercased().contains("auth") || $0.name.lowercased().contains("key")
          || $0.name.lowercased().contains("token")
      }) {
        return []
      }
      if server.secrets.contains(where: { key in urls.contains { key.key.hasSuffix(".\($0)") } }) { return [] }
      return [
        .fail(
          "server \(server.shownName) at \(Configuration.Setting.shown(parts.host)) has no login",
          at: server.location(server.first(urls)?.name))
      ]
    }
  }

  static let tlsOff = rule(
    "tls-off", "The certificate of a server is not checked", .high,
    because: "any machine on the way can be the server",
    reads: ["sslVerify", "rejectUnauthorized", "insecure", "NODE_TLS_REJECT_UNAUTHORIZED"],
    tier: 1, requirement: "H9", why: "A machine on the way takes the token and answers in the server's name.",
    remedy: "Delete the key; add the right authority to the system's instead.", references: ["CWE-295"]
  ) { servers, _ in
    each(servers, pass: "none switches the check of certificates off") { server in
      let off = ["sslVerify", "ssl_verify", "rejectUnauthorized", "verify_ssl", "verifySsl", "tls.rejectUnauthorized"]
        .first {
          server.setting.at($0)?.bool == false || ["false", "0"].contains(server.setting.at($0)?.string ?? "")
            || server.setting.at($0)?.number == 0
        }
      let on = ["insecure", "insecureSkipVerify", "skipTlsVerify"].first {
        server.setting.at($0)?.bool == true || server.setting.at($0)?.string == "true"
      }
      let variable = server.environment.first {
        $0.name == "NODE_TLS_REJECT_UNAUTHORIZED" && ($0.setting.string == "0" || $0.setting.number == 0)
      }
      if let key = off ?? on {
        return [
          .fail(
            "server \(server.shownName) has \(key) \(server.setting.at(key)?.shown ?? "")", at: server.location(key),
            fix: change(server, key, "delete \(key)."))
        ]
      }
      guard variable != nil else { return [] }
      return [.fail("server \(server.shownName) has NODE_TLS_REJECT_UNAUTHORIZED 0", at: server.location("env"))]
    }
  }

  static let headersHelper = rule(
    "headers-helper", "A repository's server brings a command to make its login", .high,
    because: "the command is hidden in a field for headers", reads: ["headersHelper"], tier: 1, requirement: "H15",
    why: "Trusting the folder runs the command; the server itself is asked even before that.",
    remedy: "Move the server to the user's own configuration.", references: ["CWE-94"]
  ) { servers, _ in
    each(servers, pass: "no project's server brings a command for its headers") { server in
      guard server.scope == .project || server.scope == .local,
        let (name, _) = server.first(["headersHelper", "headers_helper", "apiKeyHelper", "authHelper"])
      else { return [] }
      return [
        .fail(
          "server \(server.shownName) of a folder has \(name)", at: server.location(name),
          fix: change(server, name, "delete \(name)."))
      ]
    }
  }

  // MARK: trust

  /// Words of tools that only look.
  private static let reading = [
    "get", "list", "read", "search", "find", "query", "describe", "show", "view", "fetch", "status", "count",
  ]

  static let autoApprove = rule(
    "auto-approve", "A server's tools run without a question", .high,
    because: "the server decides alone what is done",
    reads: ["trust", "default_tools_approval_mode", "alwaysAllow", "autoApprove"],
    tier: 1, requirement: "H18b",
    why: "Text that steers the model writes, sends or deletes through the server at once.",
    remedy: "Empty the list or set the switch to false, and name tools that only read where it must be.",
    references: ["CWE-862"]
  ) { servers, _ in
    each(servers, pass: "each asks before it does something") { server in
      if server.setting.at("trust")?.bool == true {
        return [
          .fail(
            "server \(server.shownName) has trust true", at: server.location("trust"),
            fix: change(server, "trust", "set trust to false."))
        ]
      }
      if server.setting.at("default_tools_approval_mode")?.string == "approve" {
        let key = "default_tools_approval_mode"
        return [
          .fail(
            "server \(server.shownName) has \(key) approve", at: server.location(key),
            fix: change(server, key, "set \(key) to \"prompt\"."))
        ]
      }
      return ["alwaysAllow", "autoApprove", "autoAllow"].compactMap { key -> Answer? in
        guard let setting = server.setting.at(key) else { return nil }
        if setting.bool == true { return .fail("server \(server.shownName) has \(key) true", at: server.location(key)) }
        guard
          let tool = setting.strings.first(where: { tool in
            let word = tool.lowercased().split { $0 == "_" || $0 == "-" || $0 == "." }.first.map(String.init) ?? ""
            return tool == "*" || !reading.contains(where: word.hasPrefix)
          })
        else { return nil }
        return .fail(
          "server \(server.shownName) has \(key) with \(Configuration.Setting.shown(tool))", at: server.location(key),
          fix: change(server, key, "delete \(Configuration.Setting.shown(tool)) from \(key)."))
      }
    }
  }

  static let autoEnable = rule(
    "project-autoenable", "Servers that come with a folder are started without a question", .critical,
    because: "a server is a command: a clone that is opened is code that runs",
    reads: ["enableAllProjectMcpServers", "project files", "trust of the folder", "-p"], tier: 1, requirement: "H15",
    why: "Opening a clone, or a job that works in it, runs the command that its author wrote.",
    remedy: "Delete the switch or the trust; start jobs with --strict-mcp-config.", references: ["CWE-94"],
    evenWithoutServers: true
  ) { servers, subject in
    let kind = subject.agent.kind
    var failures: [Answer] = []
    for layer in subject.installation?.layers ?? [] {
      guard let setting = layer.configuration["enableAllProjectMcpServers"], setting.bool == true else { continue }
      failures.append(
        .fail(
          "enableAllProjectMcpServers is true",
          at: .init(file: setting.file, line: setting.position.line, key: "enableAllProjectMcpServers")))
    }
    let brought = servers.filter { $0.scope == .project && !$0.isDisabled }
    switch kind {
    case "claude-code":
      if let first = brought.first,
        let launch = subject.launches.first(where: {
          $0.switches.has("-p", "--print") && !$0.switches.has("--strict-mcp-config", "--restricted")
        })
      {
        failures.append(
          .fail("it is started with -p \(launch.place), which starts server \(first.shownName)", at: first.location))
      }
    case "codex-cli", "gemini-cli":
      let layers = subject.installation?.layers ?? []
      let places = Dictionary(layers.indices.map { (layers[$0].path, $0) }, uniquingKeysWith: { first, _ in first })
      for server in brought {
        guard let layer = places[server.setting.file].map({ layers[$0] }),
          kind == "codex-cli" ? CodexTrust.isTrusted(layer, layers) : layer.isTrusted == true
        else { continue }
        failures.append(.fail("server \(server.shownName) comes with a folder that is trusted", at: server.location))
      }
    default:
      if failures.isEmpty, let first = brought.first {
        return [
          .notMeasured("whether \(kind) asks before it starts a folder's servers is not known", at: first.location)
        ]
      }
    }
    if !failures.isEmpty { return FileRules.capped(failures) }
    if kind == "claude-code", !brought.isEmpty, let reason = subject.launchesBlind {
      return [.notMeasured("how it is started is not known: \(reason)", at: brought[0].location)]
    }
    return [
      .pass(
        brought.isEmpty ? "no server comes with a folder" : "servers of folders are asked for",
        at: servers.first?.location ?? .init())
    ]
  }

  private static let filters = [
    "enabledTools", "includeTools", "enabled_tools", "toolFilter", "available_tools", "allowedTools", "tools",
  ]

  static let openTools = rule(
    "toolset-open", "A server offers all its tools", .low,
    because: "each tool that is not needed is one more that can be misused",
    reads: ["enabledTools", "includeTools", "enabled_tools", "toolFilter"], tier: 3, requirement: "H17",
    why: "The model can be talked into tools that nobody here ever wanted.", remedy: "Name the tools that are needed.",
    references: ["CWE-1125"]
  ) { servers, _ in
    each(servers, pass: "each has a list of tools") { server in
      if let (name, setting) = server.first(filters),
        setting.members?.isEmpty == false || setting.strings.contains(where: { $0 != "*" })
      {
        _ = name
        return []
      }
      return [
        .fail("server \(server.shownName) has no list of tools", at: server.location(server.first(filters)?.name))
      ]
    }
  }

  static let duplicate = rule(
    "duplicate-name", "A folder brings a server under the name of a known one", .high,
    because: "the name that was looked at stands for another program", reads: ["names of servers of every file"],
    tier: 2, requirement: "H15", why: "What was approved under that name is no longer what is started.",
    remedy: "Rename it, and allow servers by command or address, not by name.", references: ["CWE-694"]
  ) { servers, _ in
    func rank(_ server: MCPServer) -> Int {
      switch server.scope {
      case .managed: 0
      case .system: 1
      case .user, .profile: 2
      case .local: 3
      case .project: 4
      }
    }
    let places = Dictionary(grouping: servers.indices) { servers[$0].name }
    let failures = servers.compactMap { server -> Answer? in
      // Most names stand for one server.
      guard let namesakes = places[server.name], namesakes.count > 1,
        let other = namesakes.lazy.map({ servers[$0] }).first(where: {
          rank($0) < rank(server) && $0.target != server.target
        })
      else { return nil }
      return .fail(
        "server \(server.shownName) (\(server.scope.rawValue)) is another program than the one of \(Configuration.Setting.shown(other.setting.file))",
        at: server.location)
    }
    return failures.isEmpty
      ? [.pass("\(servers.count) servers, no name stands for two", at: servers[0].location)]
      : FileRules.capped(failures)
  }
}
