/// The AES-128 block cipher, one direction, one block (FIPS 197): for QUIC's header protection, which needs a bare block
/// that no public interface of swift-crypto offers.
///
/// It looks values up in tables, so its time tells of the key. That is no leak here: the keys of Initial packets follow
/// from bytes that anybody on the path can read (RFC 9001 §5.2). Not for a key that is a secret.
struct AES128: Sendable {
  private var schedule: [44 of UInt32]

  /// - Parameter key: 16 bytes; what is missing counts as zero.
  init(key: [UInt8]) {
    schedule = .init(repeating: 0)
    for word in 0..<4 { schedule[word] = Self.word(key, at: 4 * word) }
    var constant: UInt8 = 1
    for word in 4..<44 {
      var next = schedule[word - 1]
      if word % 4 == 0 {
        next = Self.substitute(next << 8 | next >> 24) ^ UInt32(constant) << 24
        constant = Self.double(constant)
      }
      schedule[word] = schedule[word - 4] ^ next
    }
  }

  /// - Parameter block: 16 bytes; what is missing counts as zero.
  func encrypt(_ block: [UInt8]) -> [UInt8] {
    var a = Self.word(block, at: 0) ^ schedule[0]
    var b = Self.word(block, at: 4) ^ schedule[1]
    var c = Self.word(block, at: 8) ^ schedule[2]
    var d = Self.word(block, at: 12) ^ schedule[3]
    let columns = Self.columns
    for round in 1..<10 {
      let at = 4 * round
      let e = Self.mix(a, b, c, d, columns) ^ schedule[at]
      let f = Self.mix(b, c, d, a, columns) ^ schedule[at + 1]
      let g = Self.mix(c, d, a, b, columns) ^ schedule[at + 2]
      d = Self.mix(d, a, b, c, columns) ^ schedule[at + 3]
      (a, b, c) = (e, f, g)
    }
    var out: [UInt8] = []
    out.reserveCapacity(16)
    for (index, word) in [
      Self.shift(a, b, c, d), Self.shift(b, c, d, a), Self.shift(c, d, a, b), Self.shift(d, a, b, c),
    ]
    .enumerated() {
      let value = Self.substitute(word) ^ schedule[40 + index]
      for byte in 0..<4 { out.append(UInt8(truncatingIfNeeded: value >> UInt32(24 - 8 * byte))) }
    }
    return out
  }

  private static func word(_ bytes: [UInt8], at offset: Int) -> UInt32 {
    var word: UInt32 = 0
    for index in offset..<(offset + 4) { word = word << 8 | (index < bytes.count ? UInt32(bytes[index]) : 0) }
    return word
  }

  /// The column of ShiftRows that starts in `a`.
  private static func shift(_ a: UInt32, _ b: UInt32, _ c: UInt32, _ d: UInt32) -> UInt32 {
    a & 0xFF00_0000 | b & 0x00FF_0000 | c & 0x0000_FF00 | d & 0x0000_00FF
  }

  /// SubBytes, ShiftRows and MixColumns for one column.
  private static func mix(_ a: UInt32, _ b: UInt32, _ c: UInt32, _ d: UInt32, _ columns: [UInt32]) -> UInt32 {
    let first = columns[Int(a >> 24)]
    let second = columns[Int(b >> 16 & 0xFF)]
    let third = columns[Int(c >> 8 & 0xFF)]
    let fourth = columns[Int(d & 0xFF)]
    return first ^ (second >> 8 | second << 24) ^ (third >> 16 | third << 16) ^ (fourth >> 24 | fourth << 8)
  }

  private static func substitute(_ word: UInt32) -> UInt32 {
    var out: UInt32 = 0
    for shift in [24, 16, 8, 0] as [UInt32] { out |= UInt32(box[Int(word >> shift & 0xFF)]) << shift }
    return out
  }

  private static func double(_ value: UInt8) -> UInt8 { value << 1 ^ (value & 0x80 == 0 ? 0 : 0x1B) }

  /// The S-box: inverse in GF(2⁸), then an affine map. Powers of 3, which generates the field, give the inverses.
  private static let box: [UInt8] = {
    var powers: [UInt8] = []
    var logarithms = [Int](repeating: 0, count: 256)
    var power: UInt8 = 1
    for exponent in 0..<255 {
      powers.append(power)
      logarithms[Int(power)] = exponent
      power ^= double(power)
    }
    return (0..<256).map { value in
      let inverse = value == 0 ? 0 : powers[(255 - logarithms[value]) % 255]
      let rotations = (1...4).map { inverse << UInt8($0) | inverse >> UInt8(8 - $0) }
      return rotations.reduce(inverse ^ 0x63, ^)
    }
  }()

  /// MixColumns of the S-box's value in the first row; the other rows are rotations of it.
  private static let columns: [UInt32] = box.map { value in
    let twice = double(value)
    return UInt32(twice) << 24 | UInt32(value) << 16 | UInt32(value) << 8 | UInt32(twice ^ value)
  }
}
