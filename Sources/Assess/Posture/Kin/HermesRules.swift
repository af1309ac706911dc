import Formats
import Installations
import Matching
import Model

/// Hermes Agent: a gate for dangerous commands that exists only where somebody sits, and what opens it.
///
/// The managed file beats variables, these beat the user's file; nothing of a folder of work is settings.
enum HermesRules {
  static let all = asking + doors + code + [AdvisoryRules.rule("hermes", "Hermes Agent")]

  static let product = KinProduct(kind: "hermes")

  /// A variable, unless the managed file says something about the key that it stands for.
  static func variable(_ name: String, over key: String, _ settings: KinSettings) -> StartVariable? {
    settings.value(key)?.layer.scope == .managed ? nil : settings.subject.variable(name)
  }

  /// Starts of it that bring a switch.
  static func starts(_ subject: Subject, _ names: String...) -> [Answer] {
    subject.launches.compactMap { launch in
      let switches = launch.switches
      guard let name = names.first(where: { switches.has($0) }) else { return nil }
      return .fail("\(name) \(launch.place)", at: launch.location(name))
    }
  }

  /// The home of the user, of a profile as well: its folder lies in `~/.hermes/profiles`.
  static func home(_ subject: Subject) -> String? {
    guard subject.installation?.profile != nil, let state = subject.installation?.stateDirectory,
      let mark = state.firstRange(of: "/.hermes/profiles/")
    else { return subject.home }
    return String(state[..<mark.lowerBound])
  }

  // MARK: asking

  static let asking = [approvalsOff, headless, cron, local, containerWide, environment]

  static let approvalsOff = product.rule(
    "approvals-off", "Dangerous commands run without a question", .critical,
    because: "no pattern of a dangerous command is asked about any more",
    reads: ["approvals.mode", "--yolo", "HERMES_YOLO_MODE"], tier: 1, requirement: "H18b",
    why: "What a page or a message talks the model into is done at once, deleting included.",
    remedy: "Set approvals.mode to manual, and drop the switch.", references: ["CWE-862"]
  ) { settings in
    var failures = starts(settings.subject, "--yolo")
    if let found = settings.subject.variable("HERMES_YOLO_MODE"), found.isOn {
      failures.append(.fail(found.shown, at: found.place))
    }
    // YAML reads a bare `off` as false.
    let answers = settings.ask("approvals.mode", default: "smart", set: "manual") {
      $0?.string?.lowercased() == "off" || $0?.bool == false
    }
    return failures.isEmpty ? settings.subject.doubting(answers) : failures + answers.filter { $0.outcome == .fail }
  }

  static let headless = product.rule(
    "headless-auto", "Runs without a terminal approve dangerous commands by themselves", .critical,
    because: "the gate exists only where somebody sits, whatever the mode; the list of denied commands holds always",
    reads: ["approvals.deny", "terminal.backend", "-z"], tier: 1, requirement: "H18b",
    why: "A script that asks it something deletes or sends away what the model was talked into.",
    remedy: "Write approvals.deny, or set terminal.backend to docker.", references: ["CWE-862"]
  ) { settings in
    let key = "approvals.deny"
    if !settings.entries(key).isEmpty {
      return [.pass("\(key) is \(settings[key]?.shown ?? "a list")", at: settings.place(key))]
    }
    if let backend = backend(settings), backend != "local" {
      return [.pass("commands run in \(Configuration.Setting.shown(backend))", at: settings.place("terminal.backend"))]
    }
    let run = settings.subject.launches.first { $0.switches.has("-z") }
    return [
      .fail(
        "\(key) is \(settings[key]?.shown ?? "unset, which means none")\(run.map { ", and it is run with -z \($0.place)" } ?? "")",
        at: settings.place(key),
        fix: Finding.Fix(
          "In \(settings.place(key).file ?? "config.yaml"): write what must never run into \(key), such as \"*rm -rf*\" and \"*curl*\"."
        ))
    ]
  }

  static let cron = product.rule(
    "cron-approve", "Scheduled jobs approve every command", .high, because: "nobody watches a job",
    reads: ["approvals.cron_mode"], tier: 1, requirement: "H18b",
    why: "What somebody slipped into a job's text or into what it reads is carried out at night.",
    remedy: "Set approvals.cron_mode to deny.", references: ["CWE-862"]
  ) { settings in
    settings.ask("approvals.cron_mode", default: "deny", set: "deny") { $0?.string == "approve" }
  }

  static func backend(_ settings: KinSettings) -> String? {
    if let found = variable("TERMINAL_ENV", over: "terminal.backend", settings) { return found.value }
    return settings.text("terminal.backend") ?? "local"
  }

  static let local = product.rule(
    "backend-local", "Commands run on the host itself", .high,
    because: "nothing confines a command that was let through",
    reads: ["terminal.backend", "TERMINAL_ENV"], tier: 2, requirement: "H11",
    why: "One command that was waved through reads every key and reaches every network.",
    remedy: "Set terminal.backend to docker.", references: ["CWE-693"]
  ) { settings in
    let key = "terminal.backend"
    if let box = settings.subject.box { return [.pass("it runs in container \(box.name)", at: settings.place(key))] }
    if let found = variable("TERMINAL_ENV", over: key, settings) {
      guard let value = found.value else { return [.notMeasured("the value of TERMINAL_ENV is not known")] }
      return [value == "local" ? .fail(found.shown, at: found.place) : .pass(found.shown, at: found.place)]
    }
    return settings.subject.doubting(
      settings.ask(key, default: "local", set: "docker") { ($0?.string ?? "local") == "local" })
  }

  static let containerWide = product.rule(
    "docker-wide", "The container for commands has holes", .high,
    because: "what is mounted, forwarded or reached undoes the walls",
    reads: [
      "terminal.docker_volumes", "terminal.docker_extra_args", "terminal.docker_forward_env",
      "terminal.docker_network", "terminal.docker_image",
    ], tier: 2, requirement: "H12",
    why: "A steered command leaves the container, or sends away what it was given.",
    remedy: "Set docker_network to false, empty the lists, and name the image by its digest.", references: ["CWE-668"]
  ) { settings in
    let backend = backend(settings)
    guard backend == "docker" else {
      return [
        .pass(
          "commands do not run in docker but in \(Configuration.Setting.shown(backend ?? "another place"))",
          at: settings.place("terminal.backend"))
      ]
    }
    let home = home(settings.subject)
    var failures: [Answer] = []
    for found in settings.entries("terminal.docker_volumes") {
      let source = found.setting.string?.split(separator: ":").first.map(String.init) ?? ""
      guard let reason = Reach.danger(of: source, home: home) else { continue }
      failures.append(.fail("\(found.key) has \(found.setting.shown): \(reason)", at: found.place))
    }
    for found in settings.entries("terminal.docker_extra_args") {
      let text = found.setting.string ?? ""
      guard ["--privileged", "--cap-add", "host", "docker.sock", "unconfined"].contains(where: text.contains) else {
        continue
      }
      failures.append(.fail("\(found.key) has \(found.setting.shown)", at: found.place))
    }
    for found in settings.entries("terminal.docker_forward_env") where Reach.isSecretName(found.setting.string ?? "") {
      failures.append(.fail("\(found.key) has \(found.setting.shown)", at: found.place))
    }
    let network = "terminal.docker_network"
    if settings.flag(network) != false {
      failures.append(
        .fail(
          "\(network) is \(settings[network]?.shown ?? "unset, which means true")", at: settings.place(network),
          fix: settings.set(network, to: false)))
    }
    if let image = settings.value("terminal.docker_image"), image.setting.string?.contains("@sha256:") == false {
      failures.append(
        .fail("\(image.key) is \(image.setting.shown), without a digest", at: image.place, severity: .medium))
    }
    return failures.isEmpty
      ? [.pass("no network, no folder with keys, no secret", at: settings.place(network))] : FileRules.capped(failures)
  }

  static let environment = product.rule(
    "env-leak", "Commands see secrets of the environment", .high,
    because: "names of model providers are taken out by a list; others, such as those of AWS, are not",
    reads: ["terminal.env_passthrough", "names of variables of the process"], tier: 1, requirement: "H14b",
    why: "Whatever steers the model prints the variable and sends it away.",
    remedy: "Start it with a scrubbed environment, and empty terminal.env_passthrough.", references: ["CWE-526"]
  ) { settings in
    let key = "terminal.env_passthrough"
    let failures = settings.entries(key).filter { Reach.isSecretName($0.setting.string ?? "") }.map {
      Answer.fail("\(key) has \($0.setting.shown)", at: $0.place)
    }
    let passed = settings.subject.variables { ["AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"].contains($0) }
      .map { Answer.fail("\($0.name) is set \($0.text)", at: $0.place) }
    if !(failures + passed).isEmpty { return FileRules.capped(failures + passed) }
    if let reason = settings.subject.variablesBlind { return [.notMeasured(reason)] }
    return [.pass("no secret is passed on", at: settings.place(key))]
  }
}
