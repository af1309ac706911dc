import Formats
import Installations
import Model

/// Essentials of other agents whose configuration is JSON: what ships open.
enum KinRules {
  static let all = [nanobotExec, nanobotAllowAll]

  private static func configured(_ subject: Subject, _ question: (Configuration) -> [Answer]) -> [Answer] {
    guard let installation = subject.installation else { return [.notMeasured(subject.installationMissing)] }
    let settings = KinSettings.layers(of: installation).first { $0.role == "settings" }
    guard let configuration = installation.configuration ?? settings?.configuration else {
      return [
        .notMeasured(
          Settings.problems(of: installation).first.map { "the configuration was not read: \($0.what)" }
            ?? "no configuration was read")
      ]
    }
    return question(configuration)
  }

  private static func place(_ configuration: Configuration, _ key: String) -> Finding.Location {
    configuration[key].map { Finding.Location(file: $0.file, line: $0.position.line, key: key) }
      ?? Finding.Location(file: configuration.path, key: key)
  }

  static let nanobotExec = Rule(
    "nanobot.exec-unconfined", "The shell runs unasked on the whole host", .critical,
    because: "any message that steers the model is a shell; this is the shipped default",
    reads: ["tools.exec.enable", "tools.exec.sandbox", "tools.restrictToWorkspace"], for: .init(kinds: ["nanobot"]),
    tier: 1,
    requirement: "H17",
    why: "Commands have all rights of its user and the open network, and its own deny lists are not even consulted.",
    remedy: "Set tools.exec.sandbox to bwrap, or tools.exec.enable to false.", references: ["CWE-77"]
  ) { subject in
    configured(subject) { configuration in
      if configuration["tools.exec.enable"]?.bool == false {
        return [.pass("tools.exec.enable is false", at: place(configuration, "tools.exec.enable"))]
      }
      let key = "tools.exec.sandbox"
      if let sandbox = configuration[key]?.string, !sandbox.isEmpty {
        return [.pass("\(key) is \(sandbox)", at: place(configuration, key))]
      }
      let fix = Finding.Fix(
        "In \(configuration.path): set \(key) to \"bwrap\" (bubblewrap must be installed), then restart it.")
      if configuration["tools.restrictToWorkspace"]?.bool == true {
        return [
          .fail(
            "\(key) is empty; tools.restrictToWorkspace is a filter over text and no wall",
            at: place(configuration, key),
            severity: .high, fix: fix)
        ]
      }
      return [
        .fail(
          "\(key) is \(configuration[key] == nil ? "unset" : "empty") and tools.restrictToWorkspace is not true",
          at: place(configuration, key), fix: fix)
      ]
    }
  }

  static let nanobotAllowAll = Rule(
    "nanobot.allow-all", "Strangers may command the agent", .critical,
    because: "an open door in front of a shell that asks nobody", reads: ["channels.*.allowFrom"],
    for: .init(kinds: ["nanobot"]), tier: 1, requirement: "H18",
    why: "Anybody who finds the bot has a shell on this host.", remedy: "List the ids of the people who may.",
    references: ["CWE-284"]
  ) { subject in
    configured(subject) { configuration in
      var failures: [Answer] = []
      for channel in configuration["channels"]?.members ?? [] where channel.setting.at("enabled")?.bool == true {
        guard let list = channel.setting.at("allowFrom"), list.strings.contains("*") else { continue }
        let key = "channels.\(channel.name).allowFrom"
        failures.append(
          .fail(
            "\(key) has *", at: Finding.Location(file: list.file, line: list.position.line, key: key),
            fix: Finding.Fix(
              "In \(list.file), line \(list.position.line): replace * in \(key) by the ids of the people who may, then restart it."
            )))
      }
      return failures.isEmpty
        ? [.pass("no enabled channel lets everybody in", at: place(configuration, "channels"))] : failures
    }
  }
}
