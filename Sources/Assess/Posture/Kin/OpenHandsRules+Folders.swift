import Formats
import Installations
import Matching
import Model
import Platform

/// What a folder of work brings along, and what lies in the state for everybody to read.
extension OpenHandsRules {
  static let folders = [projectHooks, skills]

  /// Folders in which it worked, as far as its conversations say; nil where none says so.
  private static func known(_ subject: Subject) -> Int? {
    let count = subject.files("record").count { $0.configuration["workspace.working_dir"] != nil }
    let projects = Set((subject.installation?.layers ?? []).compactMap(\.project)).count
    return max(count, projects) > 0 ? max(count, projects) : nil
  }

  private static let unknown = "no conversation names a folder of work, so none was looked into"

  static let projectHooks = product.check(
    "project-hooks", "A repository runs commands when the agent starts in it", .critical,
    because: "a clone and a start are code of its author: nobody is asked about trust",
    reads: ["PROJECT/.openhands/hooks.json", "~/.openhands/hooks.json"], tier: 1, requirement: "H15",
    why: "Starting it in a clone runs what the author wrote; the folder's file even hides your own.",
    remedy: "Delete .openhands/hooks.json from the repository, and open code of others in a container.",
    references: ["CWE-829", "CWE-94"]
  ) { subject in
    guard let installation = subject.installation else { return [.notMeasured(subject.installationMissing)] }
    let files = subject.files("hooks").filter { $0.scope == .project || $0.scope == .local }
    let failures = files.flatMap { layer in
      HookFile.commands(layer).prefix(5).map { hook in
        Answer.fail(
          "\(hook.event) of a folder of work runs \(hook.command.shown)", at: hook.place,
          fix: Finding.Fix("In \(layer.path), line \(hook.line): delete the hook, or the whole file."))
      }
    }
    if !failures.isEmpty { return FileRules.capped(failures) }
    if let problem = installation.problems.first(where: { problem in files.contains { $0.path == problem.path } }) {
      return [.notMeasured("the file was not read: \(problem.what)", at: .init(file: problem.path))]
    }
    guard let known = known(subject) else { return [.notMeasured(unknown)] }
    return [.pass("no hook in \(known == 1 ? "1 folder" : "\(known) folders") of work")]
  }

  static let skills = product.check(
    "skills-autoload", "Instructions of a repository are loaded without a question", .medium,
    because: "they steer the agent from its first word",
    reads: ["PROJECT/.openhands/skills", "PROJECT/.openhands/microagents", "PROJECT/AGENTS.md"], tier: 3,
    requirement: "H15",
    why:
      "Whoever writes into the repository tells the agent what to do; public skills come from the internet at each start besides.",
    remedy: "Review them before each start, and block the egress by which public skills come.",
    references: ["CWE-829"]
  ) { subject in
    guard let installation = subject.installation else { return [.notMeasured(subject.installationMissing)] }
    let failures = installation.files.filter { $0.role == .instructions }.map {
      Answer.fail("a folder of work brings instructions that are loaded", at: .init(file: $0.path))
    }
    if !failures.isEmpty { return FileRules.capped(failures) }
    guard let known = known(subject) else { return [.notMeasured(unknown)] }
    return [.pass("no instructions in \(known == 1 ? "1 folder" : "\(known) folders") of work")]
  }

  // MARK: secrets

  static let secrets = [settingsSecret, environment, conversations, servers]

  static let settingsSecret = product.rule(
    "settings-secret", "Others on this machine may read the model's key", .high,
    because: "the key stands in it in clear, and it is written readable for everybody",
    reads: ["llm.api_key", "mode of agent_settings.json", "mode of ~/.openhands"], tier: 1, requirement: "H14",
    why: "Every account of this machine uses the model in your name.",
    remedy: "Set the mode of ~/.openhands to 700, or give the key with --override-with-envs.",
    references: ["CWE-312", "CWE-732"]
  ) { settings in
    guard let layer = settings.layers.first(where: { $0.path.hasSuffix("/agent_settings.json") }) else {
      return [.pass("there is no agent_settings.json", at: settings.main)]
    }
    let place = Finding.Location(file: layer.path)
    let hasKey = layer.configuration["llm.api_key"]?.string?.isEmpty == false
    guard layer.status.kind == .regular else { return [.notMeasured("the mode of the file is not known", at: place)] }
    guard let others = FileRules.others(layer.status.mode), settings.installation.mode & 0o011 != 0 else {
      return [
        .pass(
          "mode \(FileRules.octal(layer.status.mode)), its folder \(FileRules.octal(settings.installation.mode)): nobody else may read it",
          at: place)
      ]
    }
    return [
      .fail(
        "mode \(FileRules.octal(layer.status.mode)): \(others.text)\(hasKey ? ", and llm.api_key stands in it" : "")",
        at: place, severity: others.writes ? .critical : hasKey ? nil : .medium,
        fix: FileRules.chmod("600", layer.path))
    ]
  }

  static let environment = product.check(
    "env-leak", "Commands see secrets of the environment", .high,
    because: "its terminal has every variable, and what is printed lands in files that others may read",
    reads: ["names of variables of its starts and its process"], tier: 1, requirement: "H14b",
    why: "Whatever steers the model prints the variable, sends it away, and leaves it in the conversation's files.",
    remedy: "Start it with a scrubbed environment: env -i with what it needs, the key in agent_settings.json.",
    references: ["CWE-526"]
  ) { subject in
    subject.ask(variables: { Reach.isSecretName($0) }, pass: "no variable that sounds like a credential is set") {
      .fail("\($0.name) is set \($0.text)", at: $0.place)
    }
  }

  static let conversations = product.check(
    "conversation-modes", "Others on this machine may read conversations", .medium,
    because: "prompts and output, keys included, are written readable for everybody",
    reads: ["modes in ~/.openhands/conversations"], tier: 1, requirement: "H13",
    why: "Every account reads what was said and shown, and whatever key a command printed.",
    remedy: "Set the mode of ~/.openhands to 700.", references: ["CWE-732"]
  ) { subject in
    guard let installation = subject.installation else { return [.notMeasured(subject.installationMissing)] }
    let place = Finding.Location(file: installation.stateDirectory)
    let files = installation.files.filter { $0.role == .sessions || $0.role == .transcript }
    if installation.mode & 0o011 == 0 {
      return [.pass("mode \(FileRules.octal(installation.mode)): the folder above is closed", at: place)]
    }
    if files.isEmpty {
      if let moved = subject.variable("OPENHANDS_CONVERSATIONS_DIR") {
        return [.notMeasured("they are kept elsewhere: \(moved.shown)", at: moved.place)]
      }
      return [.pass("no conversation is kept there", at: place)]
    }
    let failures = files.compactMap { file -> Answer? in
      guard let others = FileRules.others(file.status.mode) else { return nil }
      return .fail(
        "mode \(FileRules.octal(file.status.mode)): \(others.text)", at: .init(file: file.path),
        severity: others.writes ? .high : nil,
        fix: FileRules.chmod(file.status.kind == .directory ? "700" : "600", file.path))
    }
    return failures.isEmpty
      ? [.pass("\(files.count) files and folders: nobody else may read them", at: .init(file: files[0].path))]
      : FileRules.capped(failures)
  }

  static let servers = product.check(
    "mcp-file", "A server's key stands in mcp.json, or its package changes by itself", .high,
    because: "the file is written readable for everybody, and new code runs at each start", reads: ["mcpServers"],
    tier: 1, requirement: "H14", why: "Every account reads the token; whoever takes over the package runs code here.",
    remedy: "Set the mode of mcp.json to 600, put a variable's name in place of the value, and name exact versions.",
    references: ["CWE-312", "CWE-1357"]
  ) { subject in
    KinServers.judge(subject, none: "no server is configured") { server in
      var wrong: [Answer] = server.secrets.map {
        .fail(
          "server \(server.shownName) has a literal credential",
          at: .init(file: server.setting.file, line: $0.line, key: Configuration.Setting.shown($0.key)))
      }
      if let package = server.program.flatMap({ MCPPackage.of(program: $0, arguments: server.arguments) }),
        !package.isPinned
      {
        wrong.append(
          .fail(
            "server \(server.shownName) starts \(Configuration.Setting.shown(package.name)) without an exact version",
            at: server.location("args")))
      }
      return wrong
    }
  }
}

/// A product's own question about its servers.
enum KinServers {
  static func judge(_ subject: Subject, none: String, _ question: (MCPServer) -> [Answer]) -> [Answer] {
    let servers = MCPServer.all(of: subject)
    let failures = servers.filter { !$0.isDisabled }.flatMap(question)
    if !failures.isEmpty { return FileRules.capped(failures) }
    if let unread = MCPServer.unread(subject) { return [.notMeasured(unread)] }
    guard let first = servers.first else { return [.pass(none)] }
    return [
      .pass("\(servers.count == 1 ? "1 server" : "\(servers.count) servers"), none of that kind", at: first.location)
    ]
  }
}

/// Commands in a file of hooks: `{"hooks": {"SessionStart": [{"matcher": "*", "hooks": [{"command": "…"}]}]}}`.
struct HookFile {
  var event: String
  var matcher: Configuration.Setting?
  /// The whole entry, with its command.
  var entry: Configuration.Setting
  var command: Configuration.Setting
  var line: Int { command.position.line }
  var place: Finding.Location { .init(file: command.file, line: line, key: "hooks.\(event)") }

  /// Its commands, at most as many as anybody would read.
  static func commands(_ layer: Installation.Layer) -> [HookFile] {
    var found: [HookFile] = []
    for event in (layer.configuration["hooks"]?.members ?? []).prefix(100) {
      for matcher in (event.setting.array ?? []).prefix(200) {
        for entry in (matcher["hooks"]?.array ?? []).prefix(200) where found.count < 200 {
          guard let command = entry["command"], command.string?.isEmpty == false else { continue }
          found.append(
            HookFile(
              event: Configuration.Setting.shown(event.name), matcher: matcher["matcher"], entry: entry,
              command: command))
        }
      }
    }
    return found
  }
}
