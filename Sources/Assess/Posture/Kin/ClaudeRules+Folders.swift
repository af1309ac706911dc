import Formats
import Installations
import Model

/// What a folder of work may do to whoever opens it with Claude Code, above all without a terminal.
extension ClaudeRules {
  static let folders = [projectHooks, projectEndpoint, projectServers, serverEnvironment, trustParent]

  /// A start without a terminal, which asks no question about trust, and which nothing keeps from the folder's files.
  private static func isHeadless(_ launch: Installation.Launch, heldBy holding: [String]) -> Bool {
    let switches = launch.switches
    guard switches.has("-p", "--print") else { return false }
    if switches.value("--setting-sources") == "user", holding.contains("--setting-sources") { return false }
    return !switches.all.contains { holding.contains($0.name) && $0.name != "--setting-sources" }
  }

  private static let held = ["--setting-sources", "--safe-mode", "--bare", "--restricted"]

  private static func fromFolders(_ settings: KinSettings) -> [Installation.Layer] {
    settings.layers.filter { $0.scope == .project || $0.scope == .local }
  }

  /// Where the user trusts the folder and no start without a terminal is seen, it is what he was asked about.
  private static func severity(_ settings: KinSettings, _ layer: Installation.Layer, _ lower: Severity) -> Severity? {
    let starts = settings.subject.launches.contains { isHeadless($0, heldBy: held) }
    return layer.isTrusted == true && !starts ? lower : nil
  }

  static let projectHooks = rule(
    "project-hooks", "A repository brings commands that run when it is opened", .critical,
    because: "without a terminal they run in a folder that nobody trusted",
    reads: ["hooks", "statusLine", "apiKeyHelper", "awsCredentialExport", "otelHeadersHelper", "-p"], tier: 1,
    requirement: "H15", why: "A clone and one call of claude -p, by a job or a script, run what its author wrote.",
    remedy:
      "Start jobs with --setting-sources user, --safe-mode, --bare or --restricted; or set disableAllHooks, or allowManagedHooksOnly in the managed file.",
    references: ["CWE-94", "CVE-2025-59536"]
  ) { settings in
    let folders = fromFolders(settings)
    guard !folders.isEmpty else { return [.pass("no settings file came with a folder of work")] }
    let only = settings.written("allowManagedHooksOnly", in: [.managed]).first { $0.setting.bool == true }
    let off = settings.written("disableAllHooks", in: [.managed, .user]).first { $0.setting.bool == true }
    var failures: [Answer] = []
    for layer in folders {
      for key in ["hooks", "statusLine", "apiKeyHelper", "awsCredentialExport", "otelHeadersHelper"] {
        guard let setting = layer.configuration.root.at(key), setting.members?.isEmpty != true,
          !(key == "hooks" && (only != nil || off != nil))
        else { continue }
        let found = KinSettings.Found(key: key, layer: layer, setting: setting)
        failures.append(
          .fail(
            "\(key) is set in a folder of work", at: found.place, severity: severity(settings, layer, .high),
            fix: Finding.Fix(
              "Read \(found.place.file ?? "the file"), line \(setting.position.line), and delete \(key) where it is not wanted; start jobs with --setting-sources user."
            )))
      }
    }
    guard failures.isEmpty else { return FileRules.capped(failures) }
    if let held = only ?? off { return [.pass("\(held.key) is true, so hooks of folders do not run", at: held.place)] }
    return [.pass("none of \(folders.count) files of folders has hooks or helpers", at: .init(file: folders[0].path))]
  }

  private static let hijacking: Set = [
    "ANTHROPIC_BASE_URL", "ANTHROPIC_AUTH_TOKEN", "HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NODE_EXTRA_CA_CERTS",
    "NODE_OPTIONS", "LD_PRELOAD", "PATH",
  ]

  static let projectEndpoint = rule(
    "project-env-endpoint", "A repository moves where the API key is sent", .critical,
    because: "without a terminal its word beats the environment's, in a folder that nobody trusted",
    reads: ["env of the project"], tier: 1, requirement: "H14b",
    why: "One call of claude -p in the clone hands the API key to the address that its author wrote.",
    remedy: "Delete the variable; set the endpoint in the managed file, and start jobs with --setting-sources user.",
    references: ["CWE-522", "CVE-2026-21852"]
  ) { settings in
    let folders = fromFolders(settings)
    guard !folders.isEmpty else { return [.pass("no settings file came with a folder of work")] }
    let failures = folders.flatMap { layer in
      (layer.configuration["env"]?.members ?? []).compactMap { member -> Answer? in
        let name = member.name.uppercased()
        guard hijacking.contains(name) || name.hasPrefix("OTEL_") else { return nil }
        let found = KinSettings.Found(
          key: "env.\(Configuration.Setting.shown(member.name))", layer: layer, setting: member.setting)
        return .fail(
          "\(found.key) is set in a folder of work", at: found.place, severity: severity(settings, layer, .high),
          fix: KinSettings.remove(found))
      }
    }
    return failures.isEmpty
      ? [.pass("no folder of work moves an endpoint, a proxy or the loader", at: .init(file: folders[0].path))]
      : FileRules.capped(failures)
  }

  static let projectServers = rule(
    "mcp-project-headless", "Servers of a repository start without a question", .critical,
    because: "a server is a command; without a terminal the mere file starts it",
    reads: [".mcp.json", "enableAllProjectMcpServers", "disabledMcpjsonServers", "-p"], tier: 1, requirement: "H15",
    why: "A clone and one headless call, or one setting, run the command that its author wrote.",
    remedy:
      "Start jobs with --strict-mcp-config or --restricted, delete enableAllProjectMcpServers, and name unwanted servers in disabledMcpjsonServers.",
    references: ["CWE-94", "CVE-2025-59536"]
  ) { settings in
    let key = "enableAllProjectMcpServers"
    if let found = settings.written(key).first(where: { $0.setting.bool == true }) {
      return [.fail("\(key) is true", at: found.place, fix: KinSettings.remove(found))]
    }
    let disabled = settings.layers.flatMap { $0.configuration["disabledMcpjsonServers"]?.strings ?? [] }
    let servers = MCPServer.all(of: settings.subject).filter {
      ($0.scope == .project) && !disabled.contains($0.name)
    }
    guard let first = servers.first else { return [.pass("no folder of work brings servers that may start")] }
    if settings.written("allowManagedMcpServersOnly", in: [.managed]).contains(where: { $0.setting.bool == true }) {
      return [.pass("only servers that the managed file allows may start", at: first.location)]
    }
    let launches = settings.subject.launches
    guard
      let launch = launches.first(where: { isHeadless($0, heldBy: ["--strict-mcp-config", "--restricted"]) })
    else {
      if let reason = settings.subject.launchesBlind {
        return [.notMeasured("a folder brings servers, and how Claude Code is started is not known: \(reason)")]
      }
      return [
        .pass(
          "\(servers.count) servers of folders, each asked for; nothing starts it without a terminal",
          at: first.location)
      ]
    }
    return [
      .fail(
        "it is started with -p \(launch.place), and \(servers.count == 1 ? "a server" : "\(servers.count) servers") of folders would start unasked: \(first.shownName)",
        at: first.location)
    ]
  }

  static let serverEnvironment = rule(
    "mcp-env", "MCP servers are given the agent's whole environment", .high,
    because: "every package of every server sees the API key and each other secret",
    reads: ["mcpServers", "env.CLAUDE_CODE_SUBPROCESS_ENV_SCRUB", "names of variables of the process"], tier: 2,
    requirement: "H14b", why: "One bad package among the servers sends every token that the environment holds.",
    remedy:
      "Set env.CLAUDE_CODE_SUBPROCESS_ENV_SCRUB to 1 in the user's settings; commands then need a working sandbox.",
    references: ["CWE-526"]
  ) { settings in
    let key = "env.CLAUDE_CODE_SUBPROCESS_ENV_SCRUB"
    let place = settings.place(key)
    if let scrub = settings.text(key), scrub != "0", scrub != "false" {
      return [.pass("\(key) is \(settings[key]?.shown ?? scrub)", at: place)]
    }
    if settings.subject.environment.found?.contains("CLAUDE_CODE_SUBPROCESS_ENV_SCRUB") == true {
      return [.pass("CLAUDE_CODE_SUBPROCESS_ENV_SCRUB is set for the process", at: place)]
    }
    let servers = MCPServer.all(of: settings.subject).filter { $0.transport == .stdio && !$0.isDisabled }
    guard let first = servers.first else { return [.pass("no MCP server is a program of this machine", at: place)] }
    return [
      .fail(
        "\(key) is unset, and \(servers.count == 1 ? "server" : "\(servers.count) servers, among them") \(first.shownName) see the whole environment",
        at: place, fix: settings.set(key, to: "1"))
    ]
  }

  static let trustParent = rule(
    "trust-parent", "A folder is trusted in which other folders appear", .high,
    because: "below a trusted folder no question is asked", reads: ["projects.*.hasTrustDialogAccepted"], tier: 1,
    requirement: "H18b", why: "The next clone below it loads its hooks and servers without a question.",
    remedy: "Delete the record and trust single repositories.", references: ["CWE-732", "GHSA-q5hj-mxqh-vv77"]
  ) { settings in
    let records = settings.files("trust")
    guard !records.isEmpty else { return [.notMeasured("the record of trusted folders (~/.claude.json) was not read")] }
    var failures: [Answer] = []
    var count = 0
    for layer in records {
      let trusted = (layer.configuration["projects"]?.members ?? []).filter {
        $0.setting["hasTrustDialogAccepted"]?.bool == true
      }
      count += trusted.count
      let above = Reach.above(trusted.map(\.name))
      for member in trusted {
        guard let reason = Reach.breeds(member.name, home: settings.subject.home, above: above) else { continue }
        let path = Configuration.Setting.shown(member.name)
        let line = member.setting["hasTrustDialogAccepted"]?.position.line ?? member.setting.position.line
        failures.append(
          .fail(
            "\(path) is trusted: \(reason)", at: .init(file: layer.path, line: line, key: "projects.\(path)"),
            fix: Finding.Fix("In \(layer.path), line \(line): delete hasTrustDialogAccepted of \(path).")))
      }
    }
    return failures.isEmpty
      ? [.pass("\(count) trusted folders, each a repository of its own", at: .init(file: records[0].path))]
      : FileRules.capped(failures)
  }
}
