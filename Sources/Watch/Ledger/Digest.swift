import Crypto
import Foundation
import Model

/// A SHA-256 digest: 32 bytes, kept inline, because a ledger makes three for every event.
///
/// The two closures below read or write these 32 bytes and keep no pointer; that is all that is `unsafe` here.
public struct Digest: Sendable, Hashable, CustomStringConvertible {
  private var words: (UInt64, UInt64, UInt64, UInt64)

  /// The 32 bytes.
  public var bytes: [UInt8] { unsafe withBytes { unsafe Array($0) } }

  /// Nil unless there are 32 bytes.
  public init?(bytes: some Collection<UInt8>) {
    guard bytes.count == 32 else { return nil }
    words = (0, 0, 0, 0)
    unsafe withUnsafeMutableBytes(of: &words) { unsafe $0.copyBytes(from: bytes) }
  }

  /// Nil unless there are 64 hexadecimal digits.
  public init?(hex: String) {
    guard let bytes = Hex.decode(hex) else { return nil }
    self.init(bytes: bytes)
  }

  fileprivate init(_ digest: SHA256.Digest) {
    words = (0, 0, 0, 0)
    unsafe withUnsafeMutableBytes(of: &words) { target in
      unsafe digest.withUnsafeBytes { unsafe target.copyMemory(from: $0) }
    }
  }

  private init(zeros: Void) { words = (0, 0, 0, 0) }

  func withBytes<T>(_ body: (UnsafeRawBufferPointer) -> T) -> T {
    unsafe withUnsafeBytes(of: words) { unsafe body($0) }
  }

  public static func == (a: Digest, b: Digest) -> Bool { a.words == b.words }
  public func hash(into hasher: inout Hasher) {
    hasher.combine(words.0)
    hasher.combine(words.1)
  }

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
    unsafe withUnsafeBytes(of: UInt8(0x00)) { unsafe hasher.update(bufferPointer: $0) }
    unsafe payload.withUnsafeBytes { unsafe hasher.update(bufferPointer: $0) }
    return Digest(hasher.finalize())
  }

  /// `SHA-256(0x01 ‖ left ‖ right)`: an inner node of the tree (RFC 9162 §2.1.1).
  public static func node(_ left: Digest, _ right: Digest) -> Digest { pair(0x01, left, right) }

  /// `SHA-256(0x02 ‖ previous ‖ leaf)`: the next link of the chain.
  public static func link(_ previous: Digest, _ leaf: Digest) -> Digest { pair(0x02, previous, leaf) }

  /// `SHA-256("")`: the head of a tree without leaves.
  public static let emptyTree = Digest.of([])

  /// One update of 65 bytes: each call into the library costs as much as a block.
  private static func pair(_ prefix: UInt8, _ left: Digest, _ right: Digest) -> Digest {
    var input = InlineArray<65, UInt8>(repeating: prefix)
    var hasher = SHA256()
    unsafe withUnsafeMutableBytes(of: &input) { target in
      unsafe left.withBytes { unsafe UnsafeMutableRawBufferPointer(rebasing: target[1..<33]).copyMemory(from: $0) }
      unsafe right.withBytes { unsafe UnsafeMutableRawBufferPointer(rebasing: target[33..<65]).copyMemory(from: $0) }
      unsafe hasher.update(bufferPointer: UnsafeRawBufferPointer(target))
    }
    return Digest(hasher.finalize())
  }
}
