/// The first message of a WebSocket server (RFC 6455 §5.2).
enum Frame: Sendable, Hashable {
  case text([UInt8])
  /// Close, binary, a fragment, a masked frame: none of them is a challenge.
  case other(opcode: UInt8)
  case tooLong
  case partial

  /// A challenge has under 200 bytes.
  static let limit = 16_384
  /// Pings before the first message.
  private static let controlLimit = 8

  init(_ bytes: [UInt8]) {
    var start = 0
    for _ in 0..<Self.controlLimit {
      guard bytes.count - start >= 2 else { break }
      let opcode = bytes[start] & 0x0F
      // A server does not mask (§5.1), and no extension was agreed on that would use the reserved bits.
      guard bytes[start] & 0x70 == 0, bytes[start + 1] & 0x80 == 0 else {
        self = .other(opcode: opcode)
        return
      }
      var length = Int(bytes[start + 1])
      var head = 2
      if length >= 126 {
        head = length == 126 ? 4 : 10
        guard bytes.count - start >= head else { break }
        length = 0
        for byte in bytes[(start + 2)..<(start + head)] {
          guard length <= Self.limit else { break }
          length = length << 8 | Int(byte)
        }
      }
      guard length <= Self.limit else {
        self = .tooLong
        return
      }
      guard bytes.count - start - head >= length else { break }
      let isControl = opcode == 0x9 || opcode == 0xA
      guard isControl else {
        let isWhole = bytes[start] & 0x80 != 0
        self =
          opcode == 1 && isWhole
          ? .text(Array(bytes[(start + head)..<(start + head + length)])) : .other(opcode: opcode)
        return
      }
      start += head + length
    }
    self = .partial
  }
}
