public import Model

/// A running container in which an agent's tools run: its name, the product's own labels, and what the host gives away
/// for it.
public struct SandboxLook: Sendable, Hashable {
  public var name: String
  public var labels: [String: String]
  public var ports: [ContainerLook.Port]

  public init(name: String, labels: [String: String] = [:], ports: [ContainerLook.Port] = []) {
    self.name = name
    self.labels = labels
    self.ports = ports
  }

  /// What was seen of an agent's sandboxes: nil inside `data` means that nobody looked.
  public enum Seen: Sendable, Hashable {
    case seen([SandboxLook])
    /// With the reason.
    case unread(String)
  }

  /// Kept of a host; the rest is counted by its source.
  static let maximumSandboxes = 64

  init(_ look: ContainerLook, kind: String) {
    self.init(
      name: look.name.isEmpty ? look.shortID : look.name,
      labels: look.labels.filter { $0.key.hasPrefix(kind + ".") }, ports: look.ports)
  }
}

extension SandboxLook.Seen {
  /// Members of an observation's data: `sandboxes`, `{name, labels, ports}` each, or `sandboxes_unread`, the reason.
  public var data: Value.Members {
    switch self {
    case .unread(let reason): return ["sandboxes_unread": .string(reason)]
    case .seen(let looks):
      return [
        "sandboxes": .array(
          looks.prefix(SandboxLook.maximumSandboxes).map { look in
            [
              "name": .string(look.name),
              "labels": .strings(look.labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }),
              "ports": .array(
                look.ports.map { port in
                  [
                    "address": .optional(port.address?.description), "host_port": .int(Int64(port.hostPort)),
                    "container_port": port.containerPort.map { .int(Int64($0)) } ?? .null,
                  ]
                }),
            ]
          })
      ]
    }
  }

  /// Reads what `data` wrote; nil where the members say nothing of sandboxes.
  public init?(data: Value.Members) {
    if let reason = data["sandboxes_unread"]?.string {
      self = .unread(reason)
      return
    }
    guard let all = data["sandboxes"]?.array else { return nil }
    self = .seen(
      all.compactMap { value in
        guard let name = value["name"]?.string else { return nil }
        var look = SandboxLook(name: name)
        for entry in (value["labels"]?.array ?? []).compactMap(\.string) {
          let parts = entry.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
          look.labels[String(parts[0])] = parts.count == 2 ? String(parts[1]) : ""
        }
        look.ports = (value["ports"]?.array ?? []).compactMap { value in
          guard let port = value["host_port"]?.int.flatMap(UInt16.init(exactly:)) else { return nil }
          return ContainerLook.Port(
            address: value["address"]?.string.flatMap(Address.init), hostPort: port,
            containerPort: value["container_port"]?.int.flatMap(UInt16.init(exactly:)))
        }
        return look
      })
  }
}
