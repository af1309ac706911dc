import Model

@testable import Wire

/// A ClientHello in the making: made up, in the form of RFC 8446 §4.1.2.
struct HelloBuilder {
  var version: UInt16 = 0x0303
  var sessionID: [UInt8] = []
  var cookie: [UInt8]?
  var ciphers: [UInt16] = [0x1301]
  var extensions: [(type: UInt16, data: [UInt8])]? = []

  /// What follows type and length.
  var body: [UInt8] {
    var out = word(version) + [UInt8](repeating: 0x11, count: 32) + short(sessionID)
    if let cookie { out += short(cookie) }
    out += long(ciphers.flatMap(word)) + [1, 0]
    if let extensions { out += long(extensions.flatMap { word($0.type) + long($0.data) }) }
    return out
  }

  var message: [UInt8] { handshake(1, body) }

  func hello(isDatagram: Bool = false) throws(Fault) -> ClientHello {
    try ClientHello(body.span, isDatagram: isDatagram)
  }

  static func serverName(_ name: [UInt8]) -> (UInt16, [UInt8]) { (0, long([0] + long(name))) }
  static func serverName(_ name: String) -> (UInt16, [UInt8]) { serverName(Array(name.utf8)) }
  static func protocols(_ names: [[UInt8]]) -> (UInt16, [UInt8]) { (16, long(names.flatMap(short))) }
  static func words(_ type: UInt16, _ values: [UInt16]) -> (UInt16, [UInt8]) { (type, long(values.flatMap(word))) }
  static func versions(_ values: [UInt16]) -> (UInt16, [UInt8]) { (43, short(values.flatMap(word))) }

  /// With all that is read from a hello.
  static let full = HelloBuilder(
    sessionID: [UInt8](repeating: 7, count: 32), ciphers: [0x2A2A, 0x1301, 0x1302, 0xC02B],
    extensions: [
      (0x3A3A, []), serverName("API.Example.com"), protocols([Array("h2".utf8), Array("http/1.1".utf8)]),
      words(10, [0x4A4A, 0x11EC, 0x001D]), (11, [1, 0]), words(13, [0x5A5A, 0x0403, 0x0804]),
      versions([0x6A6A, 0x0304, 0x0303]), (51, long(word(0x11EC) + long([1, 2, 3]) + word(0x001D) + long([4]))),
      (35, [9]), (42, []), (57, []), (0xFE0D, [0]), (41, [0]),
    ])
}

/// A value behind its length of one byte.
func short(_ data: [UInt8]) -> [UInt8] { [UInt8(data.count)] + data }
/// A value behind its length of two bytes.
func long(_ data: [UInt8]) -> [UInt8] { word(UInt16(data.count)) + data }
func word(_ value: UInt16) -> [UInt8] { [UInt8(value >> 8), UInt8(value & 0xFF)] }

func handshake(_ type: UInt8, _ body: [UInt8]) -> [UInt8] {
  [type, UInt8(body.count >> 16)] + word(UInt16(body.count & 0xFFFF)) + body
}

func record(_ payload: some Collection<UInt8>, type: UInt8 = 22) -> [UInt8] { [type, 3, 1] + long(Array(payload)) }

/// Broken copies of some bytes, the same ones in every run: a byte changed, taken out, doubled, or the end cut off.
func mutations(of seed: [UInt8], count: Int, random: UInt64 = 1) -> [[UInt8]] {
  var random = Seeded(random)
  return (0..<count).map { _ in
    var bytes = seed
    for _ in 0...Int.random(in: 0..<3, using: &random) where !bytes.isEmpty {
      let index = Int.random(in: bytes.indices, using: &random)
      switch Int.random(in: 0..<5, using: &random) {
      case 0: bytes[index] = UInt8.random(in: 0...255, using: &random)
      case 1: bytes[index] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      case 2: bytes.remove(at: index)
      case 3: bytes.insert(bytes[index], at: index)
      default: bytes.removeLast(Int.random(in: 0...min(9, bytes.count), using: &random))
      }
    }
    return bytes
  }
}
