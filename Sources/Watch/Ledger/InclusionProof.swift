public import Model

/// Proof that one event is under a signed checkpoint, without the other events (RFC 9162 §2.1.3).
public struct InclusionProof: Sendable, Hashable {
  /// Place of the event, from 1; its leaf index is one less.
  public var seq: Int64
  public var leaf: Digest
  /// Siblings from the leaf up to the head.
  public var path: [Digest]
  public var checkpoint: Checkpoint

  public init(seq: Int64, leaf: Digest, path: [Digest], checkpoint: Checkpoint) {
    self.seq = seq
    self.leaf = leaf
    self.path = path
    self.checkpoint = checkpoint
  }

  /// True where the path leads from the leaf to the checkpoint's head and the key signed that head.
  ///
  /// Whoever holds the event checks first that `leaf` is `Hash.leaf` of its canonical bytes.
  public func holds(under key: PublicKey) -> Bool {
    Self.head(of: leaf, at: seq - 1, size: checkpoint.size, path: path) == checkpoint.root
      && checkpoint.isSigned(by: key)
  }

  /// The head to which a path leads (RFC 9162 §2.1.3.2); nil where its length does not fit.
  static func head(of leaf: Digest, at index: Int64, size: Int64, path: [Digest]) -> Digest? {
    guard index >= 0, index < size else { return nil }
    var (fn, sn) = (index, size - 1)
    var node = leaf
    for sibling in path {
      guard sn > 0 else { return nil }
      if fn & 1 == 1 || fn == sn {
        node = Hash.node(sibling, node)
        while fn & 1 == 0, fn != 0 {
          fn >>= 1
          sn >>= 1
        }
      } else {
        node = Hash.node(node, sibling)
      }
      fn >>= 1
      sn >>= 1
    }
    return sn == 0 ? node : nil
  }

  public var value: Value {
    [
      "seq": .int(seq), "leaf_index": .int(seq - 1), "leaf": .bytes(leaf.bytes),
      "path": .array(path.map { .bytes($0.bytes) }), "checkpoint": checkpoint.value,
    ]
  }
}
