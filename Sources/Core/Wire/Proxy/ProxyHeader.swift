public import Model

/// What a balancer says before the client's first byte: the PROXY protocol, versions 1 and 2 (haproxy's
/// `proxy-protocol.txt`).
///
/// It is a claim of whoever sent it: anybody can name any client there.
public struct ProxyHeader: Sendable, Hashable {
  public enum Outcome: Sendable, Hashable {
    case needMore
    case notProxy
    /// The header, and how many bytes it takes: the client's own protocol follows.
    case header(ProxyHeader, consumed: Int)
  }

  /// Both ends of the connection as the balancer saw them; nil where it speaks for itself, or of no IP address.
  public private(set) var source: IP?
  public private(set) var sourcePort: UInt16 = 0
  public private(set) var destination: IP?
  public private(set) var destinationPort: UInt16 = 0
  /// The name that the client asked for, as the balancer read it (PP2_TYPE_AUTHORITY): in lower case, without a final dot.
  public private(set) var authority: [UInt8]?
  /// 1 or 2.
  public let version: UInt8

  /// Bytes of a line of version 1 with its end.
  static let lineLimit = 107
  /// Bytes behind the head of version 2. The field can say 65 535; what balancers add (certificates' names, a checksum, an
  /// id of 128 bytes) is far below this.
  static let lengthLimit = 4096
  /// Further fields of version 2 that are looked at.
  static let fieldLimit = 64
  private static let signature: [UInt8] = [0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A]

  private init(version: UInt8) { self.version = version }

  /// Whether these can be the first bytes of a header. For the hot path: the first byte decides nearly always.
  public static func isPlausible(_ bytes: Span<UInt8>) -> Bool {
    guard bytes.count > 0 else { return false }
    if bytes[0] == UInt8(ascii: "P") { return bytes.holds(prefixOf: "PROXY ") }
    guard bytes[0] == 0x0D else { return false }
    for place in 0..<min(12, bytes.count) where bytes[place] != signature[place] { return false }
    return bytes.count < 13 || bytes[12] >> 4 == 2
  }

  /// - Parameter bytes: all that is there from the first byte of the direction on.
  public static func read(_ bytes: Span<UInt8>) -> Outcome {
    guard bytes.count > 0 else { return .needMore }
    guard isPlausible(bytes) else { return .notProxy }
    return bytes[0] == 0x0D ? binary(bytes) : line(bytes)
  }

  /// `PROXY TCP4 192.0.2.1 192.0.2.2 56324 443`
  private static func line(_ bytes: Span<UInt8>) -> Outcome {
    var end = 0
    while end < bytes.count, bytes[end] != 0x0A {
      guard end < lineLimit - 1, bytes[end] >= 0x20 || bytes[end] == 0x0D else { return .notProxy }
      end += 1
    }
    guard end < bytes.count else { return .needMore }
    guard bytes[end - 1] == 0x0D else { return .notProxy }
    let words = bytes.text(0..<(end - 1)).split(separator: " ", omittingEmptySubsequences: false)
    var header = ProxyHeader(version: 1)
    // What follows behind UNKNOWN is to be ignored.
    if words.count >= 2, words[1] == "UNKNOWN" { return .header(header, consumed: end + 1) }
    guard words.count == 6, words[1] == "TCP4" || words[1] == "TCP6", let from = Address(String(words[2])),
      let to = Address(String(words[3])), let fromPort = UInt16(words[4]), let toPort = UInt16(words[5])
    else { return .notProxy }
    header.source = IP(from)
    header.destination = IP(to)
    (header.sourcePort, header.destinationPort) = (fromPort, toPort)
    return .header(header, consumed: end + 1)
  }

  private static func binary(_ bytes: Span<UInt8>) -> Outcome {
    guard bytes.count >= 16 else { return .needMore }
    let length = Int(bytes[14]) << 8 | Int(bytes[15])
    // 0 is the balancer's own connection, as for checks of health; 1 is a client's.
    guard bytes[12] & 15 <= 1, length <= lengthLimit else { return .notProxy }
    let end = 16 + length
    guard bytes.count >= end else { return .needMore }
    var header = ProxyHeader(version: 2)
    let isLocal = bytes[12] & 15 == 0
    // Family in the high half of the byte; the low half (stream, datagram) changes nothing.
    let size: Int
    switch bytes[13] >> 4 {
    case 1: size = 4
    case 2: size = 16
    // Paths of local sockets.
    case 3: size = 108
    default: size = 0
    }
    let fields = size == 0 ? 16 : 16 + 2 * size + (size == 108 ? 0 : 4)
    guard !isLocal, fields <= end else { return .header(header, consumed: end) }
    if size == 4 || size == 16 {
      header.source = bytes.address(at: 16, size)
      header.destination = bytes.address(at: 16 + size, size)
      let ports = 16 + 2 * size
      header.sourcePort = UInt16(bytes[ports]) << 8 | UInt16(bytes[ports + 1])
      header.destinationPort = UInt16(bytes[ports + 2]) << 8 | UInt16(bytes[ports + 3])
    }
    header.readFields(bytes, fields..<end)
    return .header(header, consumed: end)
  }

  /// Type, length of two bytes, value: the name is type 2. What runs past the end is left out.
  private mutating func readFields(_ bytes: Span<UInt8>, _ range: Range<Int>) {
    var at = range.lowerBound
    for _ in 0..<Self.fieldLimit {
      guard range.upperBound - at >= 3 else { return }
      let end = at + 3 + (Int(bytes[at + 1]) << 8 | Int(bytes[at + 2]))
      guard end <= range.upperBound else { return }
      if bytes[at] == 2 {
        authority = bytes.hostName((at + 3)..<end)
        return
      }
      at = end
    }
  }
}
