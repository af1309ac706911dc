import Testing

@testable import Wire

/// Datagrams that share a pair of ports; bytes are made up after RFC 7983, RFC 8489 and RFC 8656.
@Suite struct MediaDatagramTests {
  /// A request for a binding without attributes.
  static let binding = bytes("0001 0000 2112a442 0102030405060708090a0b0c")

  static let all: [([UInt8], MediaDatagram)] = [
    (binding, .stun), (bytes("0101 0004 2112a442 0102030405060708090a0b0c 80280000"), .stun),
    (bytes("16fefd 0000 000000000000 0000"), .dtls), (bytes("4000 0003 16fefd 00"), .channel(4..<7)),
    (bytes("4001 0000"), .channel(4..<4)), (bytes("10"), .zrtp), (bytes("8000"), .media), ([], .other),
    // No magic number, a length of no words, one beyond the end; no DTLS; a channel cut; QUIC's short header.
    (bytes("0001 0000 2112a443 0102030405060708090a0b0c"), .other),
    (bytes("0001 0002 2112a442 0102030405060708090a0b0c 0000"), .other),
    (bytes("0001 0004 2112a442 0102030405060708090a0b0c"), .other), (bytes("160301"), .other),
    (bytes("4000 0008 16fefd"), .other), (bytes("4000 0001 1600000000"), .other), (bytes("40"), .other),
    (bytes("c0"), .other), (bytes("05"), .other),
  ]

  @Test(arguments: all)
  func `the first bytes tell what a datagram is`(bytes: [UInt8], kind: MediaDatagram) {
    #expect(MediaDatagram(bytes.span) == kind)
  }

  @Test func `a range of a channel lies within the datagram, whatever is changed`() {
    for bytes in mutations(of: Self.binding + bytes("4000 0003 16fefd 00"), count: 20_000) {
      for bytes in [bytes, Array(bytes.dropFirst(20))] {
        guard case .channel(let range) = MediaDatagram(bytes.span) else { continue }
        #expect(range.upperBound <= bytes.count)
      }
    }
  }
}
