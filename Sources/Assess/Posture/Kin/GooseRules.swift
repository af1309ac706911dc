import Formats
import Installations
import Matching
import Model
import Platform

/// Goose: a mode that asks nothing, keys in a plain file, and plugins of whatever folder it starts in.
///
/// A variable beats the user's file; there is no managed layer.
enum GooseRules {
  static let all = asking + code + secrets + surroundings

  static let product = KinProduct(kind: "goose")

  /// What a setting is: a variable of a start or of the process beats the file.
  struct Word {
    /// Nil where only its name was seen.
    var text: String?
    var shown: String
    var place: Finding.Location
  }

  static func word(_ key: String, _ settings: KinSettings) -> Word? {
    if let variable = settings.subject.variable(key) {
      return Word(text: variable.value, shown: variable.shown, place: variable.place)
    }
    guard let found = settings.value(key) else { return nil }
    let text = found.setting.string ?? found.setting.bool.map { $0 ? "true" : "false" }
    return Word(text: text ?? "", shown: "\(key) is \(found.setting.shown)", place: found.place)
  }

  /// Asks about one setting: nothing can be said of a variable of which only the name was seen.
  static func ask(
    _ key: String, _ settings: KinSettings, unset: String, fix: Finding.Fix? = nil,
    isBad: (_ text: String?) -> Bool
  ) -> [Answer] {
    let word = word(key, settings)
    if let word, word.text == nil { return [.notMeasured("the value of \(key) is not known", at: word.place)] }
    let place = word?.place ?? settings.place(key)
    let evidence = word?.shown ?? "\(key) is unset, \(unset)"
    return [isBad(word?.text) ? .fail(evidence, at: place, fix: fix) : .pass(evidence, at: place)]
  }

  static func isOn(_ text: String?) -> Bool { ["true", "1", "yes", "on"].contains(text?.lowercased() ?? "") }

  // MARK: asking

  static let asking = [mode, always]

  static let mode = product.rule(
    "mode-auto", "Commands and edits run without a question", .critical,
    because: "everything is done unasked; unset counts as auto, since its own pages disagree about the default",
    reads: ["GOOSE_MODE"], tier: 1, requirement: "H18b",
    why: "What a page, a file or a message talks the model into is done at once.",
    remedy: "Set GOOSE_MODE to approve.", references: ["CWE-862"]
  ) { settings in
    let key = "GOOSE_MODE"
    if let text = word(key, settings)?.text, !["auto", "approve", "smart_approve", "chat"].contains(text.lowercased()) {
      return [
        .notMeasured(
          "\(key) is \(Configuration.Setting.shown(text)), which is none of its modes", at: settings.place(key))
      ]
    }
    return ask(
      key, settings, unset: "and its pages do not agree whether that means auto or smart_approve",
      fix: settings.set(key, to: "approve")
    ) { $0.map { $0.lowercased() == "auto" } ?? true }
  }

  /// Programs of a shell, and what writes files: `developer__shell` is the extension's name, two lines, the tool's.
  private static let strongTools: Set = ["shell", "bash", "execute", "run_command", "text_editor", "write", "edit"]

  /// Its names are exact: a `*` in them stands for nothing.
  static let always = product.check(
    "tool-always-allow", "A shell or an editor is allowed for ever", .high,
    because: "what was allowed once is asked about no more, in every mode that asks",
    reads: ["permission.yaml: user.always_allow, user.never_allow"], tier: 1, requirement: "H18b",
    why: "Whatever steers the model runs commands unasked, although the mode says that it asks.",
    remedy: "Delete the entry from ~/.config/goose/permission.yaml.", references: ["CWE-862"]
  ) { subject in
    guard let installation = subject.installation else { return [.notMeasured(subject.installationMissing)] }
    let files = installation.layers.filter { $0.path.hasSuffix("/permission.yaml") }
    let failures = files.flatMap { layer -> [Answer] in
      let denied = Set(layer.configuration["user.never_allow"]?.strings ?? [])
      return (layer.configuration["user.always_allow"]?.array ?? []).prefix(1000).compactMap { entry in
        guard let tool = entry.string, !denied.contains(tool),
          strongTools.contains(tool.firstRange(of: "__").map { String(tool[$0.upperBound...]) } ?? tool)
        else { return nil }
        return .fail(
          "user.always_allow has \(entry.shown)",
          at: .init(file: layer.path, line: entry.position.line, key: "user.always_allow"),
          fix: Finding.Fix("In \(layer.path), line \(entry.position.line): delete the entry."))
      }
    }
    if !failures.isEmpty { return FileRules.capped(failures) }
    if let problem = installation.problems.first(where: { $0.path.hasSuffix("/permission.yaml") }) {
      return [.notMeasured("the file was not read: \(problem.what)", at: .init(file: problem.path))]
    }
    guard let file = files.first else { return [.pass("there is no permission.yaml, so nothing is allowed for ever")] }
    return [.pass("no shell and no editor is allowed for ever", at: .init(file: file.path))]
  }

  // MARK: code

  static let code = [projectPlugins, policyHook, extensions]

  private static func isOfFolder(_ layer: Installation.Layer) -> Bool {
    layer.scope == .project || layer.scope == .local
  }

  static let projectPlugins = product.check(
    "project-plugin-hooks", "A repository runs commands when the agent starts in it", .critical,
    because: "a clone and a start are code of its author", reads: ["PROJECT/.agents/plugins/*/hooks/hooks.json"],
    tier: 1, requirement: "H15", why: "Starting it in a clone runs what its author wrote, through sh -c.",
    remedy: "Delete .agents/plugins from the repository.", references: ["CWE-829", "CWE-94"]
  ) { subject in
    guard let installation = subject.installation else { return [.notMeasured(subject.installationMissing)] }
    let files = subject.files("hooks").filter(isOfFolder)
    let failures = files.flatMap { layer in
      HookFile.commands(layer).prefix(5).map { hook in
        Answer.fail(
          "\(hook.event) of a folder of work runs \(hook.command.shown)", at: hook.place,
          fix: Finding.Fix("In \(layer.path), line \(hook.line): delete the hook, or the whole plugin."))
      }
    }
    if !failures.isEmpty { return FileRules.capped(failures) }
    if let problem = installation.problems.first(where: { problem in files.contains { $0.path == problem.path } }) {
      return [.notMeasured("the file was not read: \(problem.what)", at: .init(file: problem.path))]
    }
    // What it keeps of its own, and where a file was found.
    let recorded = subject.files("state").reduce(0) { $0 + ($1.configuration["projects"]?.members?.count ?? 0) }
    let folders = max(recorded, Set(installation.layers.compactMap(\.project)).count)
    guard folders > 0 else { return [.notMeasured("the folders that it was started in are not known")] }
    return [.pass("no hook in \(folders == 1 ? "1 folder" : "\(folders) folders") of work")]
  }

  static let policyHook = product.check(
    "policy-hook-fail-open", "A guard lets the call pass where it fails", .high,
    because: "a crash, a timeout or a stray word is taken for yes, and a rule for * is skipped",
    reads: ["hooks.PreToolUse[].matcher", "hooks.PreToolUse[].hooks[].on_failure"], tier: 2, requirement: "H17",
    why: "Whoever makes the guard crash has every call allowed, and nobody sees it.",
    remedy: "Set on_failure to block, and write .* as the matcher for everything.", references: ["CWE-636"]
  ) { subject in
    subject.ask(
      files: subject.files("hooks"), none: "no file of hooks was read",
      pass: { layer in
        let guards = HookFile.commands(layer).filter { $0.event == "PreToolUse" }
        return guards.isEmpty ? "it has no guard before tools" : "\(guards.count) guards, each blocks where it fails"
      }
    ) { layer in
      HookFile.commands(layer).filter { $0.event == "PreToolUse" }.flatMap { hook -> [Answer] in
        var wrong: [String] = []
        if hook.matcher?.string == "*" { wrong.append("its matcher is *, which is no pattern, so it is skipped") }
        if hook.entry["on_failure"]?.string != "block" {
          wrong.append("on_failure is \(hook.entry["on_failure"]?.shown ?? "unset, which means allow")")
        }
        guard !wrong.isEmpty else { return [] }
        return [
          .fail("the guard \(hook.command.shown): \(wrong.joined(separator: "; "))", at: hook.place)
        ]
      }
    }
  }

  static let extensions = product.rule(
    "extension-cmd", "An extension changes by itself, or holds a key", .high,
    because: "new code runs at each start with your rights, and the file is copied with its keys",
    reads: ["extensions.*.cmd", "extensions.*.args", "extensions.*.envs", "GOOSE_SEARCH_PATHS"], tier: 1,
    requirement: "H15", why: "Whoever takes over the package, or may write into the path, runs code here.",
    remedy: "Name an exact version, and put the variable's name into env_keys instead of its value into envs.",
    references: ["CWE-1357", "CWE-798", "CWE-427"]
  ) { settings in
    var failures: [Answer] = []
    for server in MCPServer.all(of: settings.subject) where !server.isDisabled {
      if let package = server.program.flatMap({ MCPPackage.of(program: $0, arguments: server.arguments) }),
        !package.isPinned
      {
        failures.append(
          .fail(
            "extension \(server.shownName) starts \(Configuration.Setting.shown(package.name)) without an exact version",
            at: server.location("args")))
      }
      failures += server.secrets.map {
        .fail(
          "extension \(server.shownName) has a literal credential",
          at: .init(file: server.setting.file, line: $0.line, key: Configuration.Setting.shown($0.key)))
      }
    }
    failures += searchPaths(settings)
    return failures.isEmpty
      ? [.pass("no extension changes by itself or holds a key", at: settings.place("extensions"))]
      : FileRules.capped(failures)
  }

  /// Folders that stand before all others of the path, and that somebody else may write.
  private static func searchPaths(_ settings: KinSettings) -> [Answer] {
    let key = "GOOSE_SEARCH_PATHS"
    let files = settings.installation.files
    let home = settings.subject.home
    func reason(_ path: String) -> String? {
      if !path.hasPrefix("/") && !path.hasPrefix("~") { return "it is relative to where it is started" }
      var folder = path.hasPrefix("~") ? (home ?? "~") + path.dropFirst() : path
      while folder.count > 1, folder.hasSuffix("/") { folder.removeLast() }
      if ["/tmp", "/var/tmp", "/dev/shm"].contains(where: { folder == $0 || folder.hasPrefix($0 + "/") }) {
        return "everybody may write there"
      }
      guard let fact = files.first(where: { $0.path == folder }), let others = FileRules.others(fact.status.mode),
        others.writes
      else { return nil }
      return others.text
    }
    var answers: [Answer] = []
    for found in settings.entries(key) {
      guard let path = found.setting.string, let reason = reason(path) else { continue }
      answers.append(.fail("\(key) has \(found.setting.shown): \(reason)", at: found.place))
    }
    if let variable = settings.subject.variable(key), let text = variable.value {
      for path in text.split(separator: ":") {
        guard let reason = reason(String(path)) else { continue }
        answers.append(.fail("\(variable.shown): \(reason)", at: variable.place))
      }
    }
    return answers
  }
}
