import Installations
import Knowledge
import Model

/// How the gateway is told to listen and to ask for a login, whichever place says so.
extension Settings {
  /// Where a value comes from when it is not the configuration file.
  struct Choice {
    var value: String
    var location: Finding.Location
    /// `gateway.bind`, `--bind`: how the evidence line names it.
    var source: String
    var isDefault = false
    var text: String { isDefault ? "\(source) is unset, which means \(value)" : "\(source) is \(value)" }
  }

  /// The value of a switch, from the running process first, then from the units that start it.
  func switchValue(_ name: String) -> Choice? {
    if let value = subject.arguments.found.flatMap({ Self.value(of: name, in: $0) }) {
      return Choice(value: value, location: .init(key: name), source: "\(name) in the arguments of the process")
    }
    for unit in installation.units {
      if let value = Self.value(of: name, in: unit.execStart) {
        return Choice(value: value, location: .init(file: unit.path, key: name), source: "\(name) in \(unit.name)")
      }
    }
    return nil
  }

  /// `--name value` or `--name=value`; nothing behind `--`.
  static func value(of name: String, in arguments: [String]) -> String? {
    for (index, argument) in arguments.enumerated() {
      if argument == "--" { return nil }
      if argument.hasPrefix(name + "=") { return String(argument.dropFirst(name.count + 1)) }
      if argument == name, index + 1 < arguments.count { return arguments[index + 1] }
    }
    return nil
  }

  /// What the gateway was told to bind to: `loopback`, `lan`, `tailnet`, `custom`, `auto`, or an old host literal.
  var bind: Choice {
    if let choice = switchValue("--bind") { return choice }
    if let setting = self["gateway.bind"], let value = setting.string {
      return Choice(value: value, location: place("gateway.bind"), source: "gateway.bind")
    }
    // Inside a container the shipped start command listens on every address of the container.
    let inside = subject.container.found.flatMap { $0 } != nil
    return Choice(
      value: inside ? "lan" : "loopback", location: place("gateway.bind"),
      source: inside ? "in a container gateway.bind" : "gateway.bind", isDefault: true)
  }

  /// How far that reaches, by the configuration alone. `auto` takes loopback where it can.
  var bindScope: Scope {
    let inside = subject.container.found.flatMap { $0 } != nil
    switch bind.value {
    case "loopback", "localhost", "127.0.0.1", "::1": return .loopback
    case "auto": return inside ? .lan : .loopback
    case "tailnet": return .tailnet
    case "custom": return self["gateway.customBindHost"]?.string.flatMap(Address.init)?.scope ?? .lan
    default: return Address(bind.value)?.scope ?? .lan
    }
  }

  var port: UInt16 {
    if let value = switchValue("--port").flatMap({ UInt16($0.value) }) { return value }
    if let number = self["gateway.port"]?.number, let value = UInt16(exactly: number) { return value }
    return 18789
  }

  /// Sockets on the gateway's port that were really seen.
  var gatewaySockets: [Subject.Socket] { subject.sockets.found?.filter { $0.listener.port == port } ?? [] }

  var tailscaleMode: Choice? {
    if let choice = switchValue("--tailscale") { return choice }
    return self["gateway.tailscale.mode"].flatMap { setting in
      setting.string.map {
        Choice(value: $0, location: place("gateway.tailscale.mode"), source: "gateway.tailscale.mode")
      }
    }
  }

  /// Every way by which others than this machine reach the gateway, in words. Empty: none is known.
  var exposure: [String] {
    var ways: [String] = []
    if ownNetwork == nil {
      let open = gatewaySockets.filter { $0.listener.scope > .loopback }
      ways += open.map { "it listens on \($0.listener.endpoint)" }
      if gatewaySockets.isEmpty, bindScope > .loopback { ways.append(bind.text) }
    }
    if let mode = tailscaleMode?.value, mode == "serve" || mode == "funnel" {
      ways.append("tailscale \(mode) leads to it")
    }
    for tunnel in subject.tunnels.found ?? [] where tunnel.port == port { ways.append("\(tunnel.name) leads to it") }
    if let container = subject.container.found.flatMap({ $0 }) {
      for published in container.ports where published.containerPort == port && published.host?.isLoopback != true {
        ways.append("container port \(published.text) is published")
      }
    }
    return ways
  }

  /// The container, where it has a network of its own: inside it every address is private, and what leads out are its
  /// published ports. Nil on the host, with the host's network, and where neither can be told.
  var ownNetwork: ContainerFacts? { Self.ownNetwork(subject) }
  static func ownNetwork(_ subject: Subject) -> ContainerFacts? {
    guard let container = subject.container.found.flatMap({ $0 }), container.network != "host" else { return nil }
    return container.network != nil || !container.ports.isEmpty ? container : nil
  }

  enum Login {
    /// `none` is written down.
    case switchedOff
    /// Nothing was found anywhere that it could stand, in words.
    case missing(String)
    case present(String)
    /// It may come from a place that could not be read.
    case unknown(String)
  }

  /// Whether connecting to the gateway needs a secret.
  var login: Login {
    if gatewaySockets.contains(where: { $0.listener.authenticated == true }) {
      return .present("the gateway asked for a login")
    }
    if gatewaySockets.contains(where: { $0.listener.authenticated == false }) {
      return .missing("the gateway let a connection in without a login")
    }
    let mode = switchValue("--auth")?.value ?? self["gateway.auth.mode"]?.string
    if mode == "none" { return .switchedOff }
    if mode == "trusted-proxy" { return .present("gateway.auth.mode is trusted-proxy") }
    for key in ["gateway.auth.token", "gateway.auth.password"] {
      guard let secret = secret(key) else { continue }
      switch secret.form {
      case .literal where secret.length > 0: return .present("\(key) is set")
      case .environment(let name, let resolved):
        if resolved || subject.environment.found?.contains(name) == true {
          return .present("\(key) comes from \(name)")
        }
        if subject.environment.found != nil {
          // A name without a value stays in place as text: a token that everybody can read in the manual.
          return .missing("\(key) names the variable \(name), which is set nowhere")
        }
        return .unknown("\(key) comes from the variable \(name), whose value could not be looked at")
      case .reference(let source): return .present("\(key) comes from a secret of source \(source)")
      default: continue
      }
    }
    for argument in ["--token", "--password"] where switchValue(argument) != nil {
      return .present("\(argument) is given")
    }
    let names = ["\(variablePrefix)_GATEWAY_TOKEN", "\(variablePrefix)_GATEWAY_PASSWORD"]
    for name in names {
      if installation.dotenv.contains(where: { $0.name == name && !$0.isEmpty }) {
        return .present(".env sets \(name)")
      }
      for unit in installation.units
      where unit.environment.contains(where: { $0.name == name && ($0.isSecret || $0.value?.isEmpty == false) }) {
        return .present("\(unit.name) sets \(name)")
      }
      if let stored = stored(name) { return .present("\(stored.file) sets \(name)") }
      if subject.environment.found?.contains(name) == true { return .present("the process has \(name)") }
    }
    // A running process may have its token from an environment that nobody could read.
    if case .blind(let reason) = subject.environment, subject.agent.status == .running {
      return .unknown("no token is set in files, and the environment of the process was not read: \(reason)")
    }
    if subject.environment.found == nil, let reason = subject.startsUnread([.unit]) { return .unknown(reason) }
    return .missing("no token or password in the configuration, .env, units or arguments")
  }

  /// Releases named OpenClaw ignore the variables of the older names; Moltbot still used Clawdbot's.
  var variablePrefix: String { installation.era == "OpenClaw" ? "OPENCLAW" : "CLAWDBOT" }

  /// Keys that newer releases ignore: retired at the latest in 2026.8.1.
  var ignoresRetiredKeys: Bool {
    guard let version = subject.openClawVersion else { return false }
    return version >= OpenClawVersion(year: 2026, month: 8, number: 1)
  }

  static let retiredNote = "this release ignores the key (retired by 2026.8.1); delete it"
}
