import Crypto

/// The key under which fingerprints are made: 32 random bytes of this installation, or of a fleet that compares hosts.
public struct FingerprintKey: Sendable {
  let key: SymmetricKey
  /// Which key it is, without a word about it: four characters in every fingerprint.
  public let name: String

  /// Nil for anything but 32 bytes.
  public init?(_ bytes: [UInt8]) {
    guard bytes.count == 32 else { return nil }
    let key = SymmetricKey(data: bytes)
    self.key = key
    let tag = HMAC<SHA256>.authenticationCode(for: Array("kid".utf8), using: key)
    name = String(Base32.encode(Array(tag)).prefix(4))
  }

  /// What a fingerprint is of; a key pair in two files is one.
  enum Class: String { case secret, pubkey }

  /// `fp1:KEY:16 characters`: equal for equal values under one key, and nothing to test guesses against without it.
  func fingerprint(_ kind: Class, _ bytes: Span<UInt8>, _ range: Range<Int>) -> String {
    var code = HMAC<SHA256>(key: key)
    code.update(data: Array("trammel/jewel/v1\0\(kind.rawValue)\0".utf8))
    // Holds because the call reads the bytes while it runs and keeps nothing of them.
    let part = bytes.extracting(range)
    unsafe part.withUnsafeBytes { buffer in unsafe update(&code, buffer) }
    return "fp1:\(name):" + Base32.encode(Array(code.finalize().prefix(10)))
  }

  private func update(_ code: inout HMAC<SHA256>, _ buffer: UnsafeRawBufferPointer) { unsafe code.update(data: buffer) }
}

/// SHA-256 of a part of bytes that stay where they are.
enum SHA {
  static func digest(_ bytes: Span<UInt8>, _ range: Range<Int>) -> [UInt8] {
    var hash = SHA256()
    let part = bytes.extracting(range)
    unsafe part.withUnsafeBytes { unsafe hash.update(bufferPointer: $0) }
    return Array(hash.finalize())
  }
}

/// RFC 4648, lower case, without padding.
enum Base32 {
  private static let alphabet = Array("abcdefghijklmnopqrstuvwxyz234567".utf8)

  static func encode(_ bytes: [UInt8]) -> String {
    var out: [UInt8] = []
    var bits: UInt32 = 0
    var held: UInt32 = 0
    for byte in bytes {
      bits = bits << 8 | UInt32(byte)
      held += 8
      while held >= 5 {
        held -= 5
        out.append(alphabet[Int(bits >> held & 31)])
      }
    }
    if held > 0 { out.append(alphabet[Int(bits << (5 - held) & 31)]) }
    return String(decoding: out, as: UTF8.self)
  }
}
