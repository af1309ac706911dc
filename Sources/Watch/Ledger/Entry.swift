public import Model

/// One event in its place in the chain.
public struct Entry: Sendable, Hashable {
  /// From 1, without gaps.
  public var seq: Int64
  public var content: Content
  public var leaf: Digest
  /// `hash` of the event before; zero for the first.
  public var previous: Digest
  public var hash: Digest

  public enum Content: Sendable, Hashable {
    case event(Event)
    /// Retention took the payload; leaf and hash remain.
    case removed
    /// The payload is no event. `verify` says more.
    case unreadable
  }

  public init(seq: Int64, content: Content, leaf: Digest, previous: Digest, hash: Digest) {
    self.seq = seq
    self.content = content
    self.leaf = leaf
    self.previous = previous
    self.hash = hash
  }

  /// The event; nil where its payload was removed or cannot be read.
  public var event: Event? { if case .event(let event) = content { event } else { nil } }

  /// True where payload, leaf and hash fit each other. Whether the chain holds is what `Store.verify` says.
  public var fits: Bool {
    guard Hash.link(previous, leaf) == hash else { return false }
    switch content {
    case .event(let event): return Hash.leaf(event.canonicalBytes) == leaf
    case .removed: return true
    case .unreadable: return false
    }
  }

  /// The JSON shape of an event with its place in the chain.
  public var value: Value {
    var members: Value.Members = ["seq": .int(seq)]
    switch content {
    case .event(let event):
      for member in event.value.members?.entries ?? [] { members[member.name] = member.value }
    case .removed: members["removed"] = .bool(true)
    case .unreadable: members["unreadable"] = .bool(true)
    }
    members["leaf"] = .bytes(leaf.bytes)
    members["previous"] = .bytes(previous.bytes)
    members["hash"] = .bytes(hash.bytes)
    return .object(members)
  }
}

/// The end of the chain.
public struct Head: Sendable, Hashable {
  public var seq: Int64
  public var hash: Digest
  public init(seq: Int64, hash: Digest) {
    self.seq = seq
    self.hash = hash
  }
}
