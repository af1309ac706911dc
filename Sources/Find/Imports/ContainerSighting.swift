import Matching
import Model

/// A container of another host. Values of variables and the command are read for recognition, and not kept.
struct ContainerSighting: Sendable {
  enum Engine: String, Sendable { case docker, podman }

  struct Port: Sendable, Hashable {
    /// Nil where none was given, which means every address.
    var address: Address?
    var hostPort: UInt16
    var containerPort: UInt16?
  }
  struct Mount: Sendable, Hashable {
    var source: String
    var target: String
    var isReadOnly: Bool
  }

  /// 12 to 64 hexadecimal digits.
  var id: String
  var engine: Engine
  var name = ""
  var image: String?
  var labels: [String: String] = [:]
  var variables: [String] = []
  var ports: [Port] = []
  var mounts: [Mount] = []
  var isPrivileged: Bool?
  var capabilities: [String] = []
  var user: String?
  var network: String?
  var restart: String?
  var isRunning: Bool?
  var pid: Int32?
  /// For recognition alone.
  var command: [String] = []
  var source: Source
  var seen: Timestamp

  static let maximumEntries = 128

  init(id: String, engine: Engine, source: Source, seen: Timestamp) {
    self.id = id
    self.engine = engine
    self.source = source
    self.seen = seen
  }

  static func id(_ text: String) -> String? {
    let id = text.hasPrefix("sha256:") ? String(text.dropFirst(7)) : text
    guard (12...64).contains(id.utf8.count),
      id.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) })
    else { return nil }
    return id
  }

  /// Text of a length that names have.
  static func short(_ text: String?) -> String? {
    text.flatMap { $0.isEmpty ? nil : $0.utf8.count <= 512 ? $0 : String($0.prefix(128)) + "…" }
  }

  mutating func addLabel(_ name: String, _ value: String) {
    guard labels.count < Self.maximumEntries, let name = Self.short(name) else { return }
    let isSecret = Secret.looksLikeCredential(name: name, value: value) || Secret.looksRandom(value)
    labels[name] = isSecret || value.contains("\n") ? "" : Self.short(value) ?? ""
  }

  /// `0.0.0.0:18789->18789/tcp, [::]:18789->18789/tcp, 9000/tcp`; ranges are given away port by port.
  mutating func addPorts(_ text: some StringProtocol) {
    for item in text.split(whereSeparator: { $0 == "," || $0 == " " }).prefix(256)
    where ports.count < Self.maximumEntries {
      guard let arrow = item.firstRange(of: "->") else { continue }
      let inner = item[arrow.upperBound...].split(separator: "/", maxSplits: 1)
      guard inner.count < 2 || inner[1] == "tcp", let inside = inner.first else { continue }
      var outer = item[..<arrow.lowerBound]
      var address: Address?
      if let colon = outer.lastIndex(of: ":") {
        address = Endpoint.address(outer[..<colon])
        outer = outer[outer.index(after: colon)...]
      }
      let outside = outer.split(separator: "-", maxSplits: 1).compactMap { UInt16($0) }
      guard let first = outside.first, let last = outside.last, first > 0, first <= last else {
        continue
      }
      let innerFirst = inside.split(separator: "-", maxSplits: 1).first.flatMap { UInt16($0) }
      for step in 0...(min(last - first, 63)) where ports.count < Self.maximumEntries {
        let inner = innerFirst.flatMap {
          $0.addingReportingOverflow(step).overflow ? nil : $0 &+ step
        }
        let port = Port(address: address, hostPort: first + step, containerPort: inner)
        if !ports.contains(port) { ports.append(port) }
      }
    }
  }

  mutating func merge(_ other: ContainerSighting) {
    if other.id.utf8.count > id.utf8.count { id = other.id }
    if name.isEmpty { name = other.name }
    image = image ?? other.image
    labels.merge(other.labels) { a, _ in a }
    if variables.isEmpty { variables = other.variables }
    for port in other.ports where !ports.contains(port) && ports.count < Self.maximumEntries {
      ports.append(port)
    }
    if mounts.isEmpty { mounts = other.mounts }
    isPrivileged = isPrivileged ?? other.isPrivileged
    if capabilities.isEmpty { capabilities = other.capabilities }
    user = user ?? other.user
    network = network ?? other.network
    restart = restart ?? other.restart
    isRunning = isRunning ?? other.isRunning
    pid = pid ?? other.pid
    // An inspection tells the command in words; a list tells it as one text, cut off.
    if other.command.count > command.count { command = other.command }
    seen = max(seen, other.seen)
  }
}

extension Machine {
  /// A list names a container by the beginning of the id that an inspection tells.
  mutating func add(_ container: ContainerSighting) {
    let key = String(container.id.prefix(12))
    if containers[key]?.merge(container) == nil {
      guard containers.count < 50_000 else { return }
      containers[key] = container
    }
  }
}
