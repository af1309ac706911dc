import Model
import Wire

/// Datagrams of flow exports, made up after the formats' documents.
enum FlowFixture {
  /// NetFlow v5: two flows, one of them ICMP; one packet in 100 was looked at.
  static let v5 = bytes(
    """
    0005 0002 0036ee80 6955b900 1dcd6500   # version, 2 flows, up 3600 s, 2026-01-01 00:00:00.5
    00000064 01 02 4064                    # number 100, engine 1/2, sampling mode 1, 1 in 100
    c0000201 c6336401 00000000 0001 0002   # 192.0.2.1 to 198.51.100.1, next hop, interfaces 1 and 2
    00000003 000005dc 0036d710 0036ea98    # 3 packets, 1500 bytes, from 6 s before to 1 s before
    c000 01bb 00 1b 06 10 fc00 fc01 18 10 0000   # 49152 to 443, SYN ACK FIN PSH, TCP, type of service, AS, masks
    c0000202 c6336402 00000000 ffff 0000   # the second
    00000001 00000054 0036ee80 0036ee80
    0000 0800 00 00 01 00 fc00 fc01 18 10 0000   # an echo request
    """)

  /// NetFlow v9: template 260, options template 261 by sampler, options data, one flow, padding of each set.
  static let v9 = bytes(
    """
    0009 0004 0036ee80 6955b900 00000007 00000100   # version, 4 records, up 3600 s, seconds, number 7, source 256
    0000 0030 0104 000a                    # templates: 260 has 10 fields
    0008 0004 000c 0004 0007 0002 000b 0002 0004 0001 0001 0004 0002 0004 0016 0004 0015 0004 0030 0001
    0001 001c 0105 0004 000c               # options: 261 has 4 bytes of scope, 12 of options
    0001 0004 0030 0001 0031 0001 0032 0004 0000 # system; sampler, mode, interval; padding
    0105 0010 00000001 05 02 000003e8 0000 # sampler 5: 1 in 1000
    0104 0024 c0000201 c6336401 c000 01bb 06   # 260: the flow
    000005dc 00000003 0036d710 0036ea98 05 0000
    """)

  /// IPFIX: a template with an enterprise field of variable length, two records with a short and a long name.
  static let ipfix = Build.ipfix(
    sequence: 0, domain: 512,
    [
      Build.template(
        300,
        [(27, 16), (28, 16), (7, 2), (11, 2), (4, 1), (1, 3), (2, 1), (152, 8), (153, 8)],
        enterprise: [(8057, 808, 0xFFFF), (8057, 2, 0xFFFF)]),
      Build.set(
        300,
        bytes(
          """
          20010db8000000000000000000000001 20010db8000000000000000000000002   # addresses
          c000 01bb 06 0005dc 03                 # ports, TCP, 1500 bytes in three bytes, 3 packets in one
          0000019b76da8b88 0000019b76da9f10      # 1767225592.712, 1767225597.712
          0b 6578616d706c652e636f6d ff 0003 612e62   # example.com, and a.b with a long length
          20010db8000000000000000000000003 20010db8000000000000000000000004
          c001 0035 11 000046 01
          0000019b76da8b88 0000019b76da8b88
          00 00                                  # no names
          """)),
    ])

  /// sFlow: a flow sample with a packet head and a switch record, and counters.
  static let sFlow = bytes(
    """
    00000005 00000001 c0000263 00000000 00000009 0036ee80 00000002   # agent 192.0.2.99, number 9, 2 samples
    00000001 0000006c                      # a flow sample
    00000064 00000003 00000200 0000c800 00000004 00000001 00000002 00000002   # number 100, source 3, 1 in 512, 4 dropped
    00000001 0000002c 00000001 000005ee 00000004 0000001a   # Ethernet, 1518 bytes, 26 of them here
    020000000001 020000000002 0800 4500 0040 0000 4000 4006 0000 0000   # and 2 of padding
    000003e9 00000010 00000014 00000000 00000015 00000000   # VLAN 20 to 21
    00000002 0000000c 00000001 00000003 00000000   # counters without records
    """)

  static let all: [(String, [UInt8])] = [("v5", v5), ("v9", v9), ("IPFIX", ipfix), ("sFlow", sFlow)]
}

/// Writes datagrams.
enum Build {
  static func number(_ value: some FixedWidthInteger, _ count: Int) -> [UInt8] {
    (0..<count).reversed().map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
  }

  static func set(_ id: Int, _ body: [UInt8], length: Int? = nil) -> [UInt8] {
    number(id, 2) + number(length ?? body.count + 4, 2) + body
  }

  static func v9(
    sequence: UInt32 = 0, domain: UInt32 = 1, uptime: UInt32 = 3_600_000, seconds: UInt32 = 1_767_225_600,
    _ sets: [[UInt8]]
  ) -> [UInt8] {
    number(9, 2) + number(sets.count, 2) + number(uptime, 4) + number(seconds, 4) + number(sequence, 4)
      + number(domain, 4) + sets.joined()
  }

  static func ipfix(
    sequence: UInt32 = 0, domain: UInt32 = 1, seconds: UInt32 = 1_767_225_600, _ sets: [[UInt8]], length: Int? = nil
  ) -> [UInt8] {
    let body = Array(sets.joined())
    return number(10, 2) + number(length ?? body.count + 16, 2) + number(seconds, 4) + number(sequence, 4)
      + number(domain, 4) + body
  }

  /// A template set of IPFIX, or with `v9` of NetFlow v9.
  static func template(
    _ id: Int, _ fields: [(Int, Int)], enterprise: [(Int, Int, Int)] = [], v9: Bool = false
  ) -> [UInt8] {
    set(v9 ? 0 : 2, definition(id, fields, enterprise: enterprise))
  }

  static func definition(_ id: Int, _ fields: [(Int, Int)], enterprise: [(Int, Int, Int)] = []) -> [UInt8] {
    number(id, 2) + number(fields.count + enterprise.count, 2)
      + fields.flatMap { number($0.0, 2) + number($0.1, 2) }
      + enterprise.flatMap { number($0.1 | 0x8000, 2) + number($0.2, 2) + number($0.0, 4) }
  }

  static func options(_ id: Int, scopes: [(Int, Int)], _ fields: [(Int, Int)], v9: Bool = false) -> [UInt8] {
    let all = (scopes + fields).flatMap { number($0.0, 2) + number($0.1, 2) }
    let counts =
      v9
      ? number(scopes.count * 4, 2) + number(fields.count * 4, 2)
      : number(scopes.count + fields.count, 2) + number(scopes.count, 2)
    return set(v9 ? 1 : 3, number(id, 2) + counts + all)
  }

  /// An sFlow datagram of one agent.
  static func sFlow(_ samples: [[UInt8]], sequence: UInt32 = 1, uptime: UInt32 = 1000, count: Int? = nil) -> [UInt8] {
    number(5, 4) + number(1, 4) + [192, 0, 2, 99] + number(0, 4) + number(sequence, 4) + number(uptime, 4)
      + number(count ?? samples.count, 4) + samples.joined()
  }

  /// A flow sample of source 3.
  static func sample(
    _ records: [[UInt8]], sequence: UInt32 = 1, rate: UInt32 = 10, drops: UInt32 = 0, input: UInt32 = 1,
    output: UInt32 = 2, count: Int? = nil
  ) -> [UInt8] {
    tagged(
      1,
      number(sequence, 4) + number(3, 4) + number(rate, 4) + number(0, 4) + number(drops, 4) + number(input, 4)
        + number(output, 4) + number(count ?? records.count, 4) + records.joined())
  }

  static func tagged(_ type: UInt32, _ body: [UInt8]) -> [UInt8] { number(type, 4) + number(body.count, 4) + body }
}

/// A decoder and its buffer.
struct Collector {
  var decoder: FlowDecoder
  var records: [FlowRecord] = []

  init(_ decoder: FlowDecoder = FlowDecoder()) { self.decoder = decoder }

  /// - Parameter second: since 2026-01-01, when it came.
  @discardableResult
  mutating func take(_ bytes: [UInt8], from host: UInt32 = 1, at second: Double = 0) -> FlowOutcome {
    decoder.decode(
      bytes.span, from: .init(address: IP(v4: 0xC000_0200 + host), port: 40000),
      at: 1_767_225_600_000_000_000 + Int64(second * 1e9), into: &records)
  }

  func text(_ slice: FlowRecord.Slice, _ bytes: [UInt8]) -> String {
    String(decoding: bytes[slice.range], as: UTF8.self)
  }
}
