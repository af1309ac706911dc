import Formats
import Installations
import Model
import Platform

@testable import Posture

/// One situation and what one rule must say about it.
struct Fixture: CustomStringConvertible, Sendable {
  var rule: String
  var outcome: String
  var subject: Subject
  /// Part of the evidence of the first answer with that outcome, or of the reason.
  var says: String
  var severity: Severity?
  var line: Int?
  var description: String { "\(rule) \(outcome): \(says)" }

  static func pass(_ rule: String, _ says: String, _ subject: Subject) -> Fixture {
    Fixture(rule: rule, outcome: "pass", subject: subject, says: says)
  }
  static func fail(_ rule: String, _ severity: Severity, _ says: String, line: Int? = nil, _ subject: Subject)
    -> Fixture
  {
    Fixture(rule: rule, outcome: "fail", subject: subject, says: says, severity: severity, line: line)
  }
  static func blind(_ rule: String, _ says: String, _ subject: Subject) -> Fixture {
    Fixture(rule: rule, outcome: "not-measured", subject: subject, says: says)
  }

  static let state = "/home/ada/.openclaw"
  static let path = "/home/ada/.openclaw/openclaw.json"

  static func configuration(_ text: String, path: String = Fixture.path) -> Configuration {
    func setting(_ node: Node) -> Configuration.Setting {
      let content: Configuration.Setting.Content =
        switch node.content {
        case .null: .null
        case .bool(let value): .bool(value)
        case .number(let value, _): .number(value)
        case .string(let value): .string(value)
        case .array(let nodes): .array(nodes.map(setting))
        case .object(let members): .object(members.map { .init(name: $0.name, setting: setting($0.node)) })
        }
      return Configuration.Setting(file: path, position: node.start, content: content)
    }
    // A fixture that is no JSON5 is a mistake of the test itself.
    // swift-format-ignore: NeverUseForceTry
    return Configuration(path: path, root: setting(try! JSON5.parse(text)))
  }

  static func agent(
    _ kind: String = "openclaw", version: String? = "2026.9.5", status: Agent.Status = .running
  ) -> Agent {
    Agent(
      id: "a1", kind: kind, name: kind, version: version, host: Host(id: "h1", name: "build-1"), status: status,
      firstSeen: now, lastSeen: now)
  }
  static let now = Timestamp(seconds: 1_795_700_000)

  static func socket(_ address: String, _ port: UInt16 = 18789, authenticated: Bool? = nil) -> Subject.Socket {
    // swift-format-ignore: NeverForceUnwrap
    Subject.Socket(
      Listener(address: Address(address)!, port: port, authenticated: authenticated), owner: "pid 812 openclaw-gateway")
  }

  static func installation(
    _ text: String? = "{}", kind: String = "openclaw", era: String = "OpenClaw", state: String = Fixture.state,
    mode: UInt16 = 0o700
  ) -> Installation {
    var installation = Installation(kind: kind, era: era, stateDirectory: state, owner: 1000, mode: mode)
    installation.configuration = text.map {
      configuration($0, path: "\(state)/\(kind == "openclaw" ? "openclaw" : "config").json")
    }
    return installation
  }

  /// A running gateway on loopback whose environment could be read, with this configuration.
  static func openclaw(_ text: String? = "{}", _ change: (inout Subject) -> Void = { _ in }) -> Subject {
    var subject = Subject(
      agent: agent(), installation: installation(text), sockets: .seen([socket("127.0.0.1")]),
      account: .seen(.init(uid: 1000, name: "ada")), container: .seen(nil), tunnels: .seen([]),
      arguments: .seen(["openclaw-gateway"]), environment: .seen(["HOME", "PATH"]), now: now)
    change(&subject)
    return subject
  }

  static func kin(_ kind: String, _ text: String?, _ change: (inout Subject) -> Void = { _ in }) -> Subject {
    openclaw { subject in
      subject.agent = agent(kind, version: nil)
      subject.installation = installation(text, kind: kind, era: kind, state: "/home/ada/.\(kind)")
      subject.sockets = .seen([])
      subject.arguments = .seen([kind])
      change(&subject)
    }
  }

  static let nothing = Subject(agent: agent(version: nil, status: .announced), now: now)

  static let unreadable = openclaw(nil) { subject in
    subject.installation?.problems = [.init(path: path, line: 7, column: 3, what: "expected a value")]
  }

  static func secret(_ key: String, _ length: Int, _ bits: Double, wellKnown: Bool = false, tag: UInt64 = 1)
    -> Installation.SecretFact
  {
    Installation.SecretFact(
      key: key, file: path, line: 4, form: .literal, length: length, entropyBits: bits, isWellKnown: wellKnown, tag: tag
    )
  }
  static func variable(_ key: String, _ name: String, resolved: Bool = true) -> Installation.SecretFact {
    Installation.SecretFact(key: key, file: path, line: 4, form: .environment(name, resolved: resolved))
  }

  static func file(_ name: String, _ role: Installation.FileFact.Role, _ mode: UInt16, directory: Bool = false)
    -> Installation.FileFact
  {
    Installation.FileFact(
      path: "\(state)/\(name)", role: role, status: FileStatus(kind: directory ? .directory : .regular, mode: mode))
  }
}

extension Subject {
  func with(_ change: (inout Subject) -> Void) -> Subject {
    var copy = self
    change(&copy)
    return copy
  }
}
