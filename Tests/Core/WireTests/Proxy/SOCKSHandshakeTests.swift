import Model
import Testing

@testable import Wire

/// What a client asks a SOCKS proxy for. All bytes are made up after RFC 1928, RFC 1929 and the two notes on SOCKS 4.
@Suite struct SOCKSHandshakeTests {
  static let name = bytes(
    """
    05 01 00                  # version 5, one method: none
    05 01 00 03               # connect, reserved, a name follows
    0f 4150492e4578616d706c652e636f6d 01bb    # API.Example.com, 443
    """)
  static let password = bytes(
    """
    05 03 00 01 02            # none, GSS-API, password
    01 04 75736572 06 736563726574            # user, secret
    05 01 00 01 c6336407 01bb                 # 198.51.100.7, 443
    """)
  static let six = bytes(
    """
    05 02 00 80               # none, one for private use
    05 01 00 04 20010db8000000000000000000000007 0050    # 2001:db8::7, 80
    """)
  static let four = bytes("04 01 01bb c6336407 75736572 00  # connect, 443, 198.51.100.7, user")
  static let fourA = bytes("04 01 01bb 00000001 00 6170692e6578616d706c652e636f6d 00  # no user, api.example.com")

  static let api = Array("api.example.com".utf8)
  static let seven = IP(v4: 0xC633_6407)

  /// Reads as a caller does: what was read is forgotten. Gives the request, and all bytes that were taken.
  static func request(_ bytes: [UInt8]) -> (SOCKSHandshake.Outcome, taken: Int) {
    var handshake = SOCKSHandshake()
    var taken = 0
    while true {
      let outcome = handshake.read(Array(bytes[taken...]))
      switch outcome {
      case .advanced(let count): taken += count
      case .request(_, let consumed): return (outcome, taken + consumed)
      case .needMore, .notSOCKS: return (outcome, taken)
      }
    }
  }

  static let requests: [([UInt8], SOCKSHandshake.Target, UInt16)] = [
    (name, .name(api), 443), (password, .address(seven), 443),
    (six, .address(IP(high: 0x2001_0DB8_0000_0000, low: 7)), 80), (four, .address(seven), 443),
    (fourA, .name(api), 443),
  ]

  @Test(arguments: requests)
  func `each version and kind of address is read to its end`(
    bytes: [UInt8], target: SOCKSHandshake.Target, port: UInt16
  ) {
    let (outcome, taken) = Self.request(bytes + [0x16, 3, 1])
    guard case .request(let request, _) = outcome else {
      Issue.record("no request")
      return
    }
    #expect(request == .init(command: .connect, target: target, port: port))
    #expect(taken == bytes.count)
  }

  @Test(arguments: requests)
  func `every beginning of a request waits for more and is plausible`(
    bytes: [UInt8], target: SOCKSHandshake.Target, port: UInt16
  ) {
    for count in bytes.indices {
      #expect(Self.request(Array(bytes[..<count])).0 == .needMore)
      if count > 0 { #expect(SOCKSHandshake.isPlausible(Array(bytes[..<count]))) }
    }
  }

  @Test func `an address that is sent as a name is an address`() {
    let bytes = bytes("05 01 00 05 01 00 03 0c 3139382e35312e3130302e37 01bb")
    guard case .request(let request, _) = Self.request(bytes).0 else {
      Issue.record("no request")
      return
    }
    #expect(request.target == .address(Self.seven))
  }

  @Test(arguments: [
    "05 00", "05 01 0a", "05 01 ff",  // no method, ones that nobody has
    "05 01 00 16 03 01", "05 01 00 02",  // something else behind the greeting
    "05 01 00 05 04 00 01 c6336407 01bb",  // no such command
    "05 01 00 05 01 01 01 c6336407 01bb", "05 01 00 05 01 00 02 c6336407 01bb",  // reserved, kind of address
    "05 01 00 05 01 00 03 00 01bb 00",  // a name of no bytes
    "05 01 00 05 01 00 03 03 611b62 01bb",  // a control in a name
    "05 01 00 01 01 61 01 62", "05 01 02 01 00 01 62",  // a password that was not offered, a user without a name
    "05 02 01 02 01 01 02 00",  // GSS-API
    "04 03 01bb c6336407 00", "04 01 0000 c6336407 00", "04 01 01bb 00000000 00 00",
    "04 01 01bb c6336407 01 00", "04 01 01bb 00000001 00 00", "04 01 01bb 00000001 00 1b5b 00", "16 03 01",
  ])
  func `other bytes are no SOCKS`(hex: String) {
    #expect(Self.request(bytes(hex) + [0, 0, 0, 0, 0, 0, 0, 0]).0 == .notSOCKS)
  }

  @Test func `a user's id and a name without end are given up`() {
    let long = [UInt8](repeating: 0x61, count: 300)
    #expect(Self.request([4, 1, 1, 0xBB, 198, 51, 100, 7] + long).0 == .notSOCKS)
    #expect(Self.request([4, 1, 1, 0xBB, 0, 0, 0, 1, 0] + long).0 == .notSOCKS)
  }

  @Test func `a port for others and a way for datagrams are requests as well`() {
    for (number, command) in [(UInt8(2), SOCKSHandshake.Command.bind), (UInt8(3), .associate)] {
      guard case .request(let request, _) = Self.request([5, 1, 0, 5, number, 0, 1, 0, 0, 0, 0, 0, 0]).0 else {
        Issue.record("no request")
        continue
      }
      #expect(request.command == command && request.port == 0)
    }
  }

  @Test func `nothing is read behind a request, or behind what was none`() {
    var handshake = SOCKSHandshake()
    _ = handshake.read(Self.four)
    #expect(handshake.read(Self.four) == .notSOCKS)
    var other = SOCKSHandshake()
    #expect(other.read([]) == .needMore)
    #expect(other.read([0x16]) == .notSOCKS)
    #expect(other.read(Self.four) == .notSOCKS)
  }

  @Test func `whatever is changed, no more is taken than is there, and a name can be shown`() {
    for seed in Self.requests.map(\.0) {
      for bytes in mutations(of: seed + seed, count: 8000) {
        let (outcome, taken) = Self.request(bytes)
        #expect(taken <= bytes.count)
        guard case .request(let request, _) = outcome, case .name(let name) = request.target else { continue }
        #expect((1...255).contains(name.count) && name.allSatisfy { $0 > 0x2C && $0 < 0x7B })
      }
    }
  }
}
