/// A set of bytes, asked in constant time.
struct ByteSet: Sendable, Hashable {
  private var words = SIMD4<UInt64>()

  init() {}

  init(_ bytes: some Sequence<UInt8>) { for byte in bytes { insert(byte) } }

  mutating func insert(_ byte: UInt8) { words[Int(byte >> 6)] |= 1 << UInt64(byte & 63) }

  mutating func formUnion(_ other: ByteSet) { words |= other.words }

  func contains(_ byte: UInt8) -> Bool { words[Int(byte >> 6)] >> UInt64(byte & 63) & 1 != 0 }

  var inverted: ByteSet {
    var result = self
    result.words = ~words
    return result
  }

  var count: Int { (0..<4).reduce(0) { $0 + words[$1].nonzeroBitCount } }

  /// The members in order.
  var bytes: [UInt8] { (0...UInt8.max).filter(contains) }

  /// Both cases of every letter that it has.
  var ignoringCase: ByteSet {
    var result = self
    for byte in bytes {
      switch byte {
      case 0x41...0x5A: result.insert(byte + 0x20)
      case 0x61...0x7A: result.insert(byte - 0x20)
      default: break
      }
    }
    return result
  }

  static let digits = ByteSet(0x30...0x39)
  static let blanks = ByteSet([0x20, 0x09, 0x0A, 0x0B, 0x0C, 0x0D])
  /// `[A-Za-z0-9_]`.
  static let word: ByteSet = {
    var set = digits
    set.formUnion(ByteSet(0x41...0x5A))
    set.formUnion(ByteSet(0x61...0x7A))
    set.insert(UInt8(ascii: "_"))
    return set
  }()
  /// What a value may not touch: a token inside a longer word is another word.
  static let boundary: ByteSet = {
    var set = word
    set.insert(UInt8(ascii: "-"))
    return set
  }()
}
