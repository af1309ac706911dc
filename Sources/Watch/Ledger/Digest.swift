import Crypto
import Foundation
import Model

/// A SHA-256 digest: 32 bytes.
public struct Digest: Sendable, Hashable, CustomStringConvertible {
  public let bytes: [UInt8]

  /// Nil unless there are 32 bytes.
  public init?(bytes: [UInt8]) {
    guard bytes.count == 32 else { return nil }
    self.bytes = bytes
  }

  /// Nil unless there are 64 hexadecimal digits.
  public init?(hex: String) {
    guard let bytes = Hex.decode(hex) else { return nil }
    self.init(bytes: bytes)
  }

  // The 32 bytes are copied before the closure ends.
  fileprivate init(_ digest: SHA256.Digest) { bytes = unsafe digest.withUnsafeBytes { unsafe Array($0) } }
  private init(zeros: Void) { bytes = Array(repeating: 0, count: 32) }

  /// What the first event of a chain follows.
  public static let zero = Digest(zeros: ())

  /// Lower-case hexadecimal.
  public var description: String { Hex.encode(bytes) }

  /// SHA-256 of some bytes.
  public static func of(_ bytes: [UInt8]) -> Digest { Digest(SHA256.hash(data: bytes)) }
}

/// The four uses of SHA-256 in the ledger. The first byte tells them apart, so that none can pass for another.
public enum Hash {
  /// `SHA-256(0x00 ‖ payload)`: a leaf of the tree (RFC 9162 §2.1.1), and what the chain links.
  public static func leaf(_ payload: [UInt8]) -> Digest {
    var hasher = SHA256()
    hasher.update(data: leafPrefix)
    hasher.update(data: payload)
    return Digest(hasher.finalize())
  }

  /// `SHA-256(0x01 ‖ left ‖ right)`: an inner node of the tree (RFC 9162 §2.1.1).
  public static func node(_ left: Digest, _ right: Digest) -> Digest { pair(0x01, left, right) }

  /// `SHA-256(0x02 ‖ previous ‖ leaf)`: the next link of the chain.
  public static func link(_ previous: Digest, _ leaf: Digest) -> Digest { pair(0x02, previous, leaf) }

  /// `SHA-256("")`: the head of a tree without leaves.
  public static let emptyTree = Digest.of([])

  private static let leafPrefix: [UInt8] = [0x00]

  private static func pair(_ prefix: UInt8, _ left: Digest, _ right: Digest) -> Digest {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(65)
    bytes.append(prefix)
    bytes.append(contentsOf: left.bytes)
    bytes.append(contentsOf: right.bytes)
    return Digest(SHA256.hash(data: bytes))
  }
}
