import Model
import Testing

@testable import Wire

/// The header of a balancer, after haproxy's `proxy-protocol.txt`; the connections are made up.
@Suite struct ProxyHeaderTests {
  static let signature = "0d0a0d0a000d0a515549540a"
  static let line = Array("PROXY TCP4 192.0.2.1 198.51.100.7 56324 443\r\n".utf8)
  static let line6 = Array("PROXY TCP6 2001:db8::1 2001:db8::2 65535 1\r\n".utf8)
  static let unknown = Array("PROXY UNKNOWN what may follow is ignored\r\n".utf8)
  static let four = bytes(
    """
    \(signature) 21 11 0021            # version 2, a client's, TCP over IPv4, 33 bytes
    c0000201 c6336407 dc04 01bb        # 192.0.2.1, 198.51.100.7, 56324, 443
    03 0000                            # a checksum of no bytes
    02 000f 4150492e4578616d706c652e636f6d    # API.Example.com
    """)
  static let six = bytes(
    """
    \(signature) 21 21 0024
    20010db8000000000000000000000001 20010db8000000000000000000000002 ffff 0001
    """)
  static let own = bytes("\(signature) 20 00 0000  # the balancer's own")
  static let paths = bytes("\(signature) 21 31 00d8") + [UInt8](repeating: 0x2F, count: 216)
  static let all = [line, line6, unknown, four, six, own, paths]

  static func header(_ bytes: [UInt8]) -> (ProxyHeader, Int)? {
    guard case .header(let header, let consumed) = ProxyHeader.read(bytes) else { return nil }
    return (header, consumed)
  }

  @Test func `both versions name both ends`() throws {
    for (bytes, version) in [(Self.line, 1), (Self.four, 2)] as [([UInt8], UInt8)] {
      let (header, consumed) = try #require(Self.header(bytes + [0x16]))
      #expect(header.version == version && consumed == bytes.count)
      #expect(header.source == IP(v4: 0xC000_0201) && header.sourcePort == 56324)
      #expect(header.destination == IP(v4: 0xC633_6407) && header.destinationPort == 443)
      #expect(header.authority == (version == 2 ? Array("api.example.com".utf8) : nil))
    }
    for bytes in [Self.line6, Self.six] {
      let (header, consumed) = try #require(Self.header(bytes))
      #expect(header.source == IP(high: 0x2001_0DB8_0000_0000, low: 1) && header.sourcePort == 65535)
      #expect(header.destination == IP(high: 0x2001_0DB8_0000_0000, low: 2) && header.destinationPort == 1)
      #expect(consumed == bytes.count)
    }
  }

  @Test func `a balancer that speaks for itself, of local sockets or of nobody names no client`() throws {
    for bytes in [Self.unknown, Self.own, Self.paths, bytes("\(Self.signature) 21 00 0002 aaaa")] {
      let (header, consumed) = try #require(Self.header(bytes))
      #expect(header.source == nil && header.destination == nil && header.authority == nil)
      #expect(consumed == bytes.count)
    }
  }

  @Test(arguments: all)
  func `every beginning of a header waits for more and is plausible`(bytes: [UInt8]) {
    for count in bytes.indices {
      #expect(ProxyHeader.read(Array(bytes[..<count])) == .needMore)
      if count > 0 { #expect(ProxyHeader.isPlausible(Array(bytes[..<count]))) }
    }
  }

  @Test(arguments: [
    "POST / HTTP/1.1\r\n", "PROXY /x HTTP/1.1\r\n", "PROXY TCP4 192.0.2.1 198.51.100.7 56324\r\n",
    "PROXY TCP4 192.0.2.1 198.51.100.7 56324 65536\r\n", "PROXY TCP4 192.0.2.300 198.51.100.7 1 1\r\n",
    "PROXY TCP4  192.0.2.1 198.51.100.7 1 1\r\n", "PROXY UNKNOWN\n", "PROXY \u{1}\r\n",
    "PROXY UNKNOWN \(String(repeating: "a", count: 200))",
  ])
  func `other lines are no header`(text: String) { #expect(ProxyHeader.read(Array(text.utf8)) == .notProxy) }

  @Test(arguments: ["11 11 000c", "22 11 000c", "21 11 ffff"])
  func `a version, a command or a length that is none is no header`(head: String) {
    #expect(ProxyHeader.read(bytes("\(Self.signature) \(head)")) == .notProxy)
  }

  @Test func `a header too short for its addresses is stepped over`() throws {
    let (header, consumed) = try #require(Self.header(bytes("\(Self.signature) 21 11 0004 c0000201")))
    #expect(header.source == nil && consumed == 20)
  }

  @Test func `a name that can be none is left out`() throws {
    for field in ["02 0003 611b62", "02 0000", "02 00ff 61", "02 00"] {
      let rest = bytes(field)
      let (header, _) = try #require(
        Self.header(
          bytes("\(Self.signature) 21 11") + [0, UInt8(12 + rest.count)] + bytes("c0000201 c6336407 dc04 01bb") + rest))
      #expect(header.authority == nil && header.source != nil)
    }
  }

  @Test func `whatever is changed, no more is taken than is there`() {
    for seed in Self.all {
      for bytes in mutations(of: seed, count: 6000) {
        guard let (header, consumed) = Self.header(bytes) else { continue }
        #expect(consumed <= bytes.count && (header.source == nil) == (header.destination == nil))
        #expect(header.authority?.allSatisfy { $0 > 0x2C && $0 < 0x7B } != false)
      }
    }
  }
}
