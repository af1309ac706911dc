import Installations
import Matching
import Model
import Platform

/// How the agent is started, wherever that is written down. For every kind of agent.
enum LaunchRules {
  static let all = [switches, unchecked, inClear, secrets, writable, writtenPrivileged, writtenSocket, writtenPorts]

  typealias Launch = Installation.Launch

  private static func ask(
    _ subject: Subject, _ origins: Set<Launch.Origin> = Set(Launch.Origin.allCases),
    where wanted: (Launch) -> Bool = { _ in true }, none: String, pass: String, _ question: (Launch) -> [Answer]
  ) -> [Answer] {
    guard let installation = subject.installation else { return [.notMeasured(subject.installationMissing)] }
    guard installation.machine != nil || !installation.launches.isEmpty else {
      return [.notMeasured("crontabs, shell start files and the like were not looked at")]
    }
    let launches = installation.launches.filter { origins.contains($0.origin) && wanted($0) }
    let failures = launches.flatMap(question)
    guard failures.isEmpty else { return FileRules.capped(failures) }
    if let reason = subject.startsUnread(origins) { return [.notMeasured(reason)] }
    // What starts it may stand in a file that nobody could read.
    if let problem = installation.problems.first(where: \.isOfLaunch) {
      return [
        .notMeasured(
          "a file that may start it was not read: \(problem.what)", at: .init(file: problem.path, line: problem.line))
      ]
    }
    return [.pass(launches.isEmpty ? none : pass)]
  }

  private static func place(_ launch: Launch, line: Int? = nil, key: String? = nil) -> Finding.Location {
    Finding.Location(file: launch.file, line: line ?? launch.line, key: key)
  }

  private static func shown(_ text: String) -> String { VisibleText.terminal(VisibleText.cutMiddle(text, to: 80)) }
  /// Whether what a Compose or Quadlet file publishes is reached from this machine alone.
  static func isOnLoopback(_ port: String) -> Bool {
    port.hasPrefix("127.") || port.hasPrefix("[::1]") || port.hasPrefix("localhost:")
  }

  private static let containers: Set<Launch.Origin> = [.compose, .quadlet]
  private static let besideUnits = Set(Launch.Origin.allCases).subtracting([.unit])

  static let switches = Rule(
    "host.launch-unattended", "A crontab, alias or file starts the agent with its questions off", .high,
    because: "the switch removes every question at once, and nobody is there when a timer starts it",
    reads: ["crontabs", "shell start files", "logins", "Compose and Quadlet files"], for: .everyone, tier: 1,
    requirement: "H18b", why: "What a page, file or message talks the model into is done at once, unasked.",
    remedy: "Remove the switch from that line.", references: ["CWE-862"]
  ) { subject in
    let kind = subject.agent.kind
    guard Unattended.knows(kind) else { return [.notMeasured("the switches of \(kind) are not known")] }
    return ask(
      subject, besideUnits, none: "nothing else starts it", pass: "no such switch where it is started"
    ) { launch in
      Unattended.switches(of: kind, in: launch.words).map {
        .fail("\(shown($0)) in \(launch.origin.rawValue) text", at: place(launch, key: $0))
      }
        + launch.values.sorted { $0.key < $1.key }.filter {
          Unattended.isUnattended(kind, variable: $0.key, value: $0.value)
        }.map { .fail("\($0.key)=\(shown($0.value))", at: place(launch, key: $0.key)) }
    }
  }

  static let unchecked = Rule(
    "host.launch-certificates-unchecked", "The agent is started so that it trusts every server", .high,
    because: "whoever sits between it and its model reads everything and writes the answers",
    reads: ["NODE_TLS_REJECT_UNAUTHORIZED", "PYTHONHTTPSVERIFY", "GIT_SSL_NO_VERIFY"], for: .everyone, tier: 1,
    requirement: "H10",
    why: "A false answer of the model is a command that the agent carries out; keys are read in passing.",
    remedy: "Remove the variable; add the missing certificate to the system instead.", references: ["CWE-295"]
  ) { subject in
    ask(subject, none: "nothing starts it", pass: "no such variable") { launch in
      launch.values.sorted { $0.key < $1.key }.compactMap { name, value in
        let isOff =
          (name == "NODE_TLS_REJECT_UNAUTHORIZED" || name == "PYTHONHTTPSVERIFY") && value == "0"
          || name == "GIT_SSL_NO_VERIFY" && ["1", "true"].contains(value.lowercased())
        return isOff ? .fail("\(name)=\(shown(value))", at: place(launch, key: name)) : nil
      }
    }
  }

  static let inClear = Rule(
    "host.launch-model-in-clear", "The agent is started with a model's address that is not encrypted", .medium,
    because: "somebody must sit on the way", reads: ["*_BASE_URL", "*_API_BASE"], for: .everyone, tier: 2,
    requirement: "H10", why: "Keys and conversations can be read on the way, and answers changed.",
    remedy: "Use https in that address.", references: ["CWE-319"]
  ) { subject in
    ask(subject, none: "nothing starts it", pass: "no such address") { launch in
      launch.values.sorted { $0.key < $1.key }.compactMap { name, value in
        guard name.hasSuffix("_BASE_URL") || name.hasSuffix("_API_BASE"), value.lowercased().hasPrefix("http://") else {
          return nil
        }
        let host = value.dropFirst(7).prefix { $0 != "/" }
        let isLocal = ["localhost", "127.", "[::1]", "host.docker.internal"].contains { host.hasPrefix($0) }
        return isLocal ? nil : .fail("\(name)=\(shown(value))", at: place(launch, key: name))
      }
    }
  }

  static let secrets = Rule(
    "host.launch-secret", "A credential stands in clear where the agent is started", .medium,
    because: "such files are copied, kept in version control and often readable by everybody",
    reads: ["crontabs", "shell start files", "logins", "Compose and Quadlet files"], for: .everyone, tier: 2,
    requirement: "H14", why: "Every copy of the file is a copy of the key, and every program of the user can read it.",
    remedy: "Move it into a file with mode 0600 and make a new value.", references: ["CWE-312"]
  ) { subject in
    ask(subject, besideUnits, none: "nothing else starts it", pass: "no credential there") { launch in
      launch.secretNames.map { .fail("\(shown($0)) is a literal", at: place(launch, key: $0)) }
        + (launch.words.contains { $0.contains(Configuration.redacted) }
          ? [.fail("a credential among its arguments", at: place(launch))] : [])
    }
  }

  static let writable = Rule(
    "host.launch-file-writable", "Others may change the file that starts the agent", .high,
    because: "what is written there runs as the agent's user", reads: ["mode of units, crontabs, start files"],
    for: .everyone, tier: 1, requirement: "H13",
    why: "Another account adds one line and runs as the agent at its next start.",
    remedy: "Take the right to write away from group and others.", references: ["CWE-732"]
  ) { subject in
    ask(subject, where: { $0.status != nil }, none: "no file starts it", pass: "only their owners may change them") {
      launch in
      guard let status = launch.status, status.mode & 0o022 != 0 else { return [] }
      let fix = ShellWord.quote(launch.file).map {
        Finding.Fix("Take the rights of others away.", command: "chmod go-w \($0)")
      }
      return [
        .fail(
          "mode \(FileRules.octal(status.mode))", at: Finding.Location(file: launch.file),
          severity: status.mode & 0o002 != 0 ? nil : .medium, fix: fix)
      ]
    }
  }

  static let writtenPrivileged = Rule(
    "container.written-privileged", "A file starts the agent's container with rights over the host", .critical,
    because: "a privileged container is root on the host with one command more",
    reads: ["privileged, network_mode, pid of Compose and Quadlet files"], for: .everyone, tier: 1, requirement: "H11",
    why: "Who controls the agent controls the host after the next start of that file.",
    remedy: "Remove the setting from the file.", references: ["CWE-250"]
  ) { subject in
    ask(subject, containers, none: "no such file starts it", pass: "no such rights are written") { launch in
      launch.options.compactMap { option in
        let hit: Severity? =
          switch (option.name, option.value.lowercased()) {
          case ("privileged", "true"), ("privileged", "yes"): .critical
          case ("network_mode", "host"), ("pid", "host"), ("ipc", "host"): .high
          default: nil
          }
        return hit.map {
          .fail(
            "\(option.name) is \(option.value)", at: place(launch, line: option.line, key: option.name), severity: $0)
        }
      }
    }
  }

  static let writtenSocket = Rule(
    "container.written-engine-socket", "A file gives the agent's container the container engine", .critical,
    because: "whoever may talk to the engine starts a container with the host's disk in it",
    reads: ["volumes of Compose and Quadlet files"], for: .everyone, tier: 1, requirement: "H11",
    why: "One request to that socket is full control of the host.", remedy: "Remove the volume from the file.",
    references: ["CWE-250"]
  ) { subject in
    ask(subject, containers, none: "no such file starts it", pass: "no engine socket is written") { launch in
      launch[all: "volumes"].compactMap { option in
        guard ["docker.sock", "podman.sock", "containerd.sock"].contains(where: option.value.contains) else {
          return nil
        }
        return .fail(shown(option.value), at: place(launch, line: option.line, key: "volumes"))
      }
    }
  }

  static let writtenPorts = Rule(
    "container.written-ports", "A file publishes the agent's port on every address", .high,
    because: "the engine's own rules come before the host's firewall",
    reads: ["ports of Compose and Quadlet files"], for: .everyone, tier: 1, requirement: "H8",
    why: "After the next start of that file other machines reach the agent, whatever the firewall seems to say.",
    remedy: "Write 127.0.0.1: in front of the port.", references: ["CWE-1327"]
  ) { subject in
    ask(subject, containers, none: "no such file starts it", pass: "ports are published on loopback only") {
      launch in
      launch[all: "ports"].compactMap { option in
        isOnLoopback(option.value)
          ? nil : .fail(shown(option.value), at: place(launch, line: option.line, key: "ports"))
      }
    }
  }
}
