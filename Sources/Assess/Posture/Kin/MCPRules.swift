import Formats
import Installations
import Knowledge
import Matching
import Model
import Platform

/// Servers that an agent starts or connects to, whichever client's file they stand in.
enum MCPRules {
  static let all = secrets + programs + remotes + trust

  static func rule(
    _ name: String, _ title: String, _ severity: Severity, because: String, reads: [String], tier: Int,
    requirement: String, why: String, remedy: String, references: [String],
    evenWithoutServers: Bool = false, _ question: @escaping @Sendable ([MCPServer], Subject) -> [Answer]
  ) -> Rule {
    Rule(
      "mcp.\(name)", title, severity, because: because, reads: reads, for: .everyone, tier: tier,
      requirement: requirement, why: why, remedy: remedy, references: references
    ) { subject in
      // Neither starts a server.
      if subject.agent.kind.hasPrefix("tunnel:") || subject.agent.kind.hasPrefix("model-server:") { return [] }
      let servers = MCPServer.all(of: subject)
      let unread = MCPServer.unread(subject)
      let none: [Answer] =
        [unread.map { .notMeasured($0) } ?? .pass("no MCP server is configured")]
      if servers.isEmpty, !evenWithoutServers { return none }
      let answers = question(servers, subject)
      if servers.isEmpty, !answers.contains(where: { $0.outcome == .fail }) { return none }
      // What was read may fail; that all is well can only be said of all.
      if let unread, !answers.contains(where: { $0.outcome == .fail }) { return [.notMeasured(unread)] }
      return answers
    }
  }

  /// The common shape: each enabled server is asked for what is wrong with it.
  static func each(
    _ servers: [MCPServer], pass: String, _ question: (MCPServer) -> [Answer]
  ) -> [Answer] {
    let enabled = servers.filter { !$0.isDisabled }
    let answers = enabled.flatMap(question)
    let failures = answers.filter { $0.outcome == .fail }
    if !failures.isEmpty { return FileRules.capped(failures) }
    if let blind = answers.first(where: { $0.outcome.isNotMeasured }) { return [blind] }
    let place = (enabled.first ?? servers.first)?.location ?? .init()
    guard !enabled.isEmpty else { return [.pass("all \(servers.count) MCP servers are switched off", at: place)] }
    return [.pass("\(enabled.count == 1 ? "1 server" : "\(enabled.count) servers"): \(pass)", at: place)]
  }

  static func change(_ server: MCPServer, _ part: String?, _ what: String) -> Finding.Fix {
    let place = server.location(part)
    return Finding.Fix(
      "In \(place.file ?? "the configuration")\(place.line.map { ", line \($0)" } ?? ""): \(what)")
  }

  // MARK: credentials

  static let secrets = [inlineSecret, secretInRepo, fileMode, environmentPassed]

  static let inlineSecret = rule(
    "inline-secret", "A credential of a server stands in its configuration", .high,
    because: "such files are copied, synced and committed", reads: ["env", "headers", "url", "args"], tier: 1,
    requirement: "H14", why: "Whoever sees the file, a backup or a commit uses the account behind the server.",
    remedy:
      "Put a variable's name in its place: ${NAME}, {env:NAME}, ${input:id} or bearer_token_env_var; then make a new credential.",
    references: ["CWE-798", "CWE-312"]
  ) { servers, _ in
    let failures = servers.flatMap { server in
      server.secrets.map { secret in
        Answer.fail(
          "server \(server.shownName) has a literal credential in \(Configuration.Setting.shown(shortKey(secret.key, server)))",
          at: .init(file: server.setting.file, line: secret.line, key: Configuration.Setting.shown(secret.key)),
          fix: Finding.Fix(
            "In \(server.setting.file), line \(secret.line): replace the value by a variable's name, and make a new credential."
          ))
      }
    }
    return failures.isEmpty
      ? [.pass("\(servers.count) servers, none with a literal credential", at: servers[0].location)]
      : FileRules.capped(failures)
  }

  private static func shortKey(_ key: String, _ server: MCPServer) -> String {
    key.hasPrefix(server.key + ".") ? String(key.dropFirst(server.key.count + 1)) : key
  }

  static let secretInRepo = rule(
    "secret-in-repo", "A credential of a server is in a file that is shared", .critical,
    because: "a project's file is made to be committed: who clones it has the credential",
    reads: ["project files", "env", "headers", "url", "args"], tier: 1, requirement: "H14",
    why: "Everybody who ever cloned the repository uses the account, also after it was deleted from the file.",
    remedy: "Make a new credential, and move the server to the user's own configuration.",
    references: ["CWE-540", "CWE-798"]
  ) { servers, _ in
    let shared = servers.filter { $0.scope == .project }
    let failures = shared.flatMap { server in
      server.secrets.map { secret in
        Answer.fail(
          "server \(server.shownName) has a literal credential in \(Configuration.Setting.shown(shortKey(secret.key, server))) of a project's file",
          at: .init(file: server.setting.file, line: secret.line, key: Configuration.Setting.shown(secret.key)))
      }
    }
    return failures.isEmpty
      ? [
        .pass(
          shared.isEmpty
            ? "no server stands in a project's file"
            : "\(shared.count) servers of projects, none with a literal credential",
          at: servers[0].location)
      ] : FileRules.capped(failures)
  }

  static let fileMode = rule(
    "file-mode", "Others on this machine may read a server's credential", .high,
    because: "every account reads the token", reads: ["mode of files with servers"], tier: 1, requirement: "H14",
    why: "Another account uses the service behind the server in your name.", remedy: "Set the file's mode to 600.",
    references: ["CWE-732"]
  ) { servers, subject in
    let holders = servers.filter { !$0.secrets.isEmpty && $0.scope != .project }
    guard !holders.isEmpty else {
      return [.pass("no file of the user holds a literal credential of a server", at: servers[0].location)]
    }
    var failures: [Answer] = []
    var unknown: String?
    var seen: Set<String> = []
    for server in holders where seen.insert(server.setting.file).inserted {
      let file = server.setting.file
      let layer = subject.installation?.layers.first { $0.path == file }?.status
      guard let status = layer ?? subject.installation?.files.first(where: { $0.path == file })?.status,
        status.kind == .regular
      else {
        unknown = file
        continue
      }
      guard let others = FileRules.others(status.mode) else { continue }
      failures.append(
        .fail(
          "mode \(FileRules.octal(status.mode)): \(others.text), and it holds a credential of server \(server.shownName)",
          at: .init(file: file), severity: others.writes ? .critical : nil, fix: FileRules.chmod("600", file)))
    }
    if failures.isEmpty, let unknown {
      return [.notMeasured("the mode of the file is not known", at: .init(file: unknown))]
    }
    return failures.isEmpty ? [.pass("nobody else may read files with credentials", at: holders[0].location)] : failures
  }

  static let environmentPassed = rule(
    "env-passthrough", "A server sees every secret of the agent's environment", .high,
    because: "one bad package among the servers has all tokens",
    reads: ["client", "names of variables of the process"],
    tier: 1, requirement: "H14b", why: "A package that turns bad sends every token that the environment holds.",
    remedy: "Start the agent with a scrubbed environment, or the server through env -i with what it needs.",
    references: ["CWE-526"]
  ) { servers, subject in
    let kind = subject.agent.kind
    let local = servers.filter { $0.transport == .stdio && !$0.isDisabled }
    guard let first = local.first else {
      return [.pass("no server is a program of this machine", at: servers[0].location)]
    }
    if let passed = reduced[kind] { return [.pass("\(kind) gives servers \(passed)", at: first.location)] }
    guard kind == "claude-code" else { return [.notMeasured("what \(kind) gives to its servers is not known")] }
    if let names = subject.environment.found, !names.contains(where: Secret.isCredentialName) {
      return [.pass("the process has no variable that sounds like a credential", at: first.location)]
    }
    let scrubs = (subject.installation?.layers ?? []).contains {
      ["1", "true"].contains($0.configuration["env.CLAUDE_CODE_SUBPROCESS_ENV_SCRUB"]?.string) && $0.scope != .project
    }
    if scrubs { return [.pass("CLAUDE_CODE_SUBPROCESS_ENV_SCRUB is set", at: first.location)] }
    return each(servers, pass: "each is started with a scrubbed environment") { server in
      guard server.transport == .stdio else { return [] }
      if server.program == "env",
        server.arguments.contains(where: { $0 == "-i" || $0 == "--ignore-environment" || $0 == "-" })
      {
        return []
      }
      return [
        .fail(
          "server \(server.shownName) is given the whole environment", at: server.location("command"),
          fix: change(server, "command", "start it through /usr/bin/env -i with the variables that it needs."))
      ]
    }
  }

  private static let reduced = [
    "codex-cli": "HOME, PATH and PWD only", "nanobot": "HOME, PATH and PWD only",
    "gemini-cli": "its environment without names that sound secret",
  ]
}
