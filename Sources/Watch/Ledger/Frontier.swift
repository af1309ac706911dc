/// The right edge of a Merkle tree: enough to add leaves and to name the head, in 64 digests at most.
///
/// The tree is that of RFC 9162 §2.1. Its first `size` leaves fall into perfect subtrees, one for each bit that is set
/// in `size`; `peaks` are the heads of these, the largest first.
public struct Frontier: Sendable, Hashable {
  public private(set) var size: Int64
  public private(set) var peaks: [Digest]

  /// A tree without leaves.
  public init() {
    size = 0
    peaks = []
  }

  /// Nil where the number of peaks does not fit the size.
  public init?(size: Int64, peaks: [Digest]) {
    guard size >= 0, size.nonzeroBitCount == peaks.count else { return nil }
    self.size = size
    self.peaks = peaks
  }

  public mutating func append(_ leaf: Digest) {
    var node = leaf
    var rest = size
    // Each trailing one is a finished subtree that the new leaf completes to the next size.
    while rest & 1 == 1, let left = peaks.popLast() {
      node = Hash.node(left, node)
      rest >>= 1
    }
    peaks.append(node)
    size += 1
  }

  /// The head of the tree: RFC 9162's `MTH`.
  public var root: Digest {
    guard var node = peaks.last else { return Hash.emptyTree }
    for left in peaks.dropLast().reversed() { node = Hash.node(left, node) }
    return node
  }
}
