import Model

/// A container in which an agent's tools run.
public struct SandboxContainer: Sendable, Hashable {
  public var name: String
  public var labels: [String: String]
  public var ports: [ContainerFacts.PublishedPort]
  public init(name: String, labels: [String: String] = [:], ports: [ContainerFacts.PublishedPort] = []) {
    self.name = name
    self.labels = labels
    self.ports = ports
  }

  /// The product labels those with a browser in them.
  var isBrowser: Bool { labels["openclaw.sandboxBrowser"] == "1" }
}
