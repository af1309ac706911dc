import Formats
import Installations
import Matching
import Model
import Platform

/// Keys at rest, the server behind the window, and what an organisation asks for.
extension GooseRules {
  // MARK: secrets

  static let secrets = [secretsFile]

  static let secretsFile = product.check(
    "secrets-file", "Keys stand in a plain file", .high,
    because: "without a keyring it falls back to a file in clear, and says nothing",
    reads: ["~/.config/goose/secrets.yaml", "GOOSE_DISABLE_KEYRING"], tier: 1, requirement: "H14",
    why: "Whoever reads the file or a backup of it uses every account behind the keys.",
    remedy: "Use the keyring; until then set the mode of secrets.yaml to 600.", references: ["CWE-312", "CWE-732"]
  ) { subject in
    guard let installation = subject.installation else { return [.notMeasured(subject.installationMissing)] }
    let file =
      installation.files.first { $0.path.hasSuffix("/secrets.yaml") }.map { (path: $0.path, status: $0.status) }
      ?? installation.layers.first { $0.path.hasSuffix("/secrets.yaml") }.map { (path: $0.path, status: $0.status) }
    guard let file else {
      if let variable = subject.variable("GOOSE_DISABLE_KEYRING"), variable.isOn {
        return [.fail("\(variable.shown), so keys are written to a plain file", at: variable.place)]
      }
      return [.pass("there is no secrets.yaml")]
    }
    let others = FileRules.others(file.status.mode)
    return [
      .fail(
        "it is there, in clear, mode \(FileRules.octal(file.status.mode))\(others.map { ": \($0.text)" } ?? "")",
        at: .init(file: file.path), severity: others?.writes == true ? .critical : nil,
        fix: others == nil ? nil : FileRules.chmod("600", file.path))
    ]
  }

  // MARK: surroundings

  static let surroundings = [allowlist, injectionScan, server, telemetry]

  static let allowlist = product.rule(
    "allowlist", "Any command may be installed as an extension", .medium,
    because: "without a list under your control every entry is taken; it is asked at the installation, by the desktop",
    reads: ["GOOSE_ALLOWLIST", "GOOSE_ALLOWLIST_BYPASS"], tier: 3, requirement: "N9",
    why: "A link installs a program on a desk, and nobody sees it.",
    remedy: "Set GOOSE_ALLOWLIST to an https address under your control, and forbid the bypass.",
    references: ["CWE-284"]
  ) { settings in
    if let bypass = word("GOOSE_ALLOWLIST_BYPASS", settings), bypass.text == nil || isOn(bypass.text) {
      return [.fail(bypass.shown, at: bypass.place)]
    }
    return ask("GOOSE_ALLOWLIST", settings, unset: "which means any extension") {
      $0?.lowercased().hasPrefix("https://") != true
    }
  }

  static let injectionScan = product.rule(
    "injection-scan", "Its detector of injected instructions is off", .low,
    because: "it is off as it ships, and catches the plain cases",
    reads: ["SECURITY_PROMPT_ENABLED", "SECURITY_PROMPT_CLASSIFIER_ENDPOINT"], tier: 2, requirement: "H17",
    why: "A command that a page dictated word by word is run without a remark.",
    remedy: "Set SECURITY_PROMPT_ENABLED to true.", references: ["CWE-693"]
  ) { settings in
    let key = "SECURITY_PROMPT_ENABLED"
    let answers = ask(key, settings, unset: "which means false", fix: settings.set(key, to: true)) { !isOn($0) }
    guard let endpoint = word("SECURITY_PROMPT_CLASSIFIER_ENDPOINT", settings), let url = endpoint.text,
      Reach.isClear(url)
    else { return answers }
    return answers.filter { $0.outcome == .fail }
      + [.fail("\(endpoint.shown): what is asked crosses the network in clear", at: endpoint.place)]
  }

  static let server = product.check(
    "server", "Its server is open to the network, or has a key that everybody knows", .high,
    because: "the key is the only fence, and any web page may call it",
    reads: [
      "GOOSE_SERVER__SECRET_KEY", "listening sockets",
    ], tier: 2, requirement: "H8", why: "Whoever reaches the port with the key runs commands as you.",
    remedy: "Leave GOOSE_SERVER__SECRET_KEY unset, so that a random one is drawn, and listen on loopback.",
    references: ["CWE-1392", "CWE-1327"]
  ) { subject in
    var failures = subject.open(nil).map { socket in
      Answer.fail("\(socket.listener.endpoint) listens: \(socket.owner)", at: .init(address: socket.listener.endpoint))
    }
    let key = subject.variable("GOOSE_SERVER__SECRET_KEY")
    if let key, key.isWellKnown || key.value == "test" {
      failures.append(
        .fail(
          "\(key.name) is a word that everybody knows, as the default of older releases, \(key.text)", at: key.place))
    }
    if !failures.isEmpty { return FileRules.capped(failures) }
    if case .blind(let reason) = subject.sockets { return [.notMeasured(reason)] }
    if key == nil, let reason = subject.variablesBlind { return [.notMeasured(reason)] }
    return [
      .pass(
        key.map { "\($0.name) is set \($0.text), and nothing listens beyond loopback" }
          ?? "no key of its own is set, and nothing listens beyond loopback")
    ]
  }

  static let telemetry = product.rule(
    "telemetry", "Its use is reported to somebody", .low, because: "names of tools and models leave the machine",
    reads: ["GOOSE_TELEMETRY_ENABLED", "otel_exporter_otlp_endpoint"], tier: 3, requirement: "H20",
    why: "Others learn what is worked on, and over a clear line everybody between does.",
    remedy: "Set GOOSE_TELEMETRY_ENABLED to false, and give an https endpoint.", references: ["CWE-359"]
  ) { settings in
    let key = "GOOSE_TELEMETRY_ENABLED"
    let answers = ask(key, settings, unset: "which means false", fix: settings.set(key, to: false)) { isOn($0) }
    let endpoints = ["otel_exporter_otlp_endpoint", "OTEL_EXPORTER_OTLP_ENDPOINT"].compactMap { word($0, settings) }
    guard let endpoint = endpoints.first(where: { $0.text.map(Reach.isClear) == true }) else { return answers }
    return answers.filter { $0.outcome == .fail }
      + [.fail("\(endpoint.shown): it crosses the network in clear", at: endpoint.place)]
  }
}
