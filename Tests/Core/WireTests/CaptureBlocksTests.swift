import Model
import Testing
import Wire

/// pcapng. Fixtures are made up after the document; each block is a line.
@Suite struct CaptureBlocksTests {
  static let little = bytes(
    """
    0a0d0d0a 1c000000 4d3c2b1a 0100 0000 ffffffffffffffff 1c000000   # section, length unknown
    01000000 14000000 0100 0000 00000400 14000000                    # interface 0: Ethernet, microseconds
    01000000 30000000 6500 0000 00000000                             # interface 1: raw
      0200 0300 746f7000                                             # named "top" (without end)
      0900 0100 09000000                                             # nanoseconds
      0e00 0800 0a00000000000000                                     # ten seconds to add
      30000000
    06000000 24000000 00000000 0a0b0600 4d64e6d3 03000000 40000000 01020300 24000000   # three bytes of 64
    06000000 28000000 01000000 00000000 05000000 04000000 04000000 01020304
      00000000 28000000                                              # a packet at 5 ns, with an end of options
    03000000 14000000 05000000 01020304 14000000                     # simple packet, five bytes, four are there
    02000000 28000000 0100 0700 00000000 07000000 02000000 02000000 01020000
      00000000 28000000                                              # old packet on interface 1
    04000000 3c000000 0100 0e00 c0000201 612e6578616d706c6500 0000   # 192.0.2.1 is a.example
      0200 1400 20010db8000000000000000000000001 6200 6300           # 2001:db8::1 is b and c
      00000000 3c000000
    05000000 34000000 01000000 00000000 00000000
      0500 0800 0300000000000000 0700 0800 0400000000000000 00000000 34000000   # 3 and 4 were lost
    0a000000 10000000 4b534c54 10000000                              # secrets
    ad0b0000 10000000 00000000 10000000                              # custom
    """)

  /// The same words with their first byte in the highest place.
  static let big = bytes(
    """
    0a0d0d0a 0000001c 1a2b3c4d 0001 0000 ffffffffffffffff 0000001c
    00000001 00000020 0001 0000 00000000 0009 0001 8a000000 0000 0000 00000020   # 1/1024 s
    00000006 00000024 00000000 00000000 00000a00 00000003 00000003 01020300 00000024
    00000005 00000024 00000000 00000000 00000000 0005 0008 0000000000000009 00000024
    """)

  @Test func `every block that carries a frame is read`() throws {
    let reading = try CaptureReading(Self.little)
    #expect(reading.contents == [[1, 2, 3], [1, 2, 3, 4], [1, 2, 3, 4], [1, 2]])
    #expect(reading.frames.map(\.length) == [64, 4, 5, 2])
    #expect(reading.frames.map(\.interface) == [0, 1, 0, 1])
    #expect(reading.frames.map(\.link) == [.ethernet, .raw, .ethernet, .raw])
    #expect(
      reading.frames.map(\.time) == [
        (0x60B0A << 32 | 0xD3E6_644D) * 1000, 10_000_000_005, Frame.unknownTime, 10_000_000_007,
      ])
    #expect(reading.fault == nil && reading.statistics.skippedBlocks == 2 && reading.statistics.damagedRecords == 0)
    #expect(reading.statistics.interfaceDrops == 7)
    #expect(reading.names.map(\.name) == ["a.example", "b", "c"])
    #expect(
      reading.names.map(\.address) == [Crafted.ip("192.0.2.1"), Crafted.ip("2001:db8::1"), Crafted.ip("2001:db8::1")])
  }

  @Test func `a section has its own order, interfaces and losses`() throws {
    let reading = try CaptureReading(Self.little + Self.big + Self.little)
    #expect(reading.frames.count == 9)
    #expect(reading.frames[4].time == 2_500_000_000)
    #expect(reading.frames.map(\.interface) == [0, 1, 0, 1, 2, 3, 4, 3, 4])
    #expect(reading.statistics.interfaceDrops == 7 + 9 + 7)
    #expect(reading.fault == nil)
  }

  /// A packet with a time of `ticks` in units of `resolution`, and `offset` seconds to add.
  private func time(resolution: UInt8, offset: Int64 = 0, ticks: UInt64) throws -> Int64? {
    func big(_ value: UInt64) -> [UInt8] { (0..<8).map { UInt8(value >> (56 - 8 * $0) & 0xFF) } }
    return try CaptureReading(
      bytes("0a0d0d0a 0000001c 1a2b3c4d 0001 0000 ffffffffffffffff 0000001c")
        + bytes("00000001 00000028 0001 0000 00000000 0009 0001") + [resolution, 0, 0, 0] + bytes("000e 0008")
        + big(UInt64(bitPattern: offset)) + bytes("00000028")
        + bytes("00000006 00000020 00000000") + big(ticks) + bytes("00000000 00000000 00000020")
    ).frames.first?.time
  }

  @Test(
    arguments: [
      (6, 0, 1, 1000), (0, 0, 2, 2_000_000_000), (9, 0, 7, 7), (3, -1, 5, -995_000_000),
      (12, 0, 5_999, 5), (28, 0, .max, 1), (29, 0, .max, 0), (127, 0, .max, 0),
      (0x80, 0, 3, 3_000_000_000), (0x81, 0, 3, 1_500_000_000), (0x94, 0, 1 << 20, 1_000_000_000),
      (0xC0, 0, 1 << 63, 500_000_000), (0xBF, 0, .max, 1_999_999_999), (0xC1, 0, .max, 499_999_999), (0xFF, 0, .max, 0),
      // What does not fit into 64 bits of nanoseconds is not known.
      (0, 0, .max, .min), (6, 0, .max, .min), (9, 0, .max, .min), (10, 0, .max, 1_844_674_407_370_955_161),
      (0x80, 0, 1 << 34, .min), (0x80, 0, .max, .min), (0x82, 0, .max, .min), (9, .max, 1, .min),
      (9, .min, 1, .min + 1),
    ] as [(UInt8, Int64, UInt64, Int64)])
  func `any unit of time becomes nanoseconds without overflow`(
    resolution: UInt8, offset: Int64, ticks: UInt64, time: Int64
  ) throws {
    #expect(try self.time(resolution: resolution, offset: offset, ticks: ticks) == time)
  }

  @Test(arguments: [("20", 4), ("04", 4), ("10", 2)])
  func `an interface may say that frames end with a checksum`(value: String, count: Int) throws {
    let file = bytes(
      """
      0a0d0d0a 1c000000 4d3c2b1a 0100 0000 ffffffffffffffff 1c000000
      01000000 1c000000 0100 0000 00000000 0d00 0100 \(value)000000 1c000000
      03000000 18000000 08000000 0102030405060708 18000000
      """)
    #expect(try CaptureReading(file).contents == [Array([1, 2, 3, 4, 5, 6, 7, 8].dropLast(count))])
  }

  @Test func `a simple packet is as long as the interface's limit lets it be`() throws {
    let file = bytes(
      """
      0a0d0d0a 1c000000 4d3c2b1a 0100 0000 ffffffffffffffff 1c000000
      01000000 14000000 0100 0000 02000000 14000000
      03000000 14000000 08000000 01020000 14000000
      """)
    let reading = try CaptureReading(file)
    #expect(reading.contents == [[1, 2]] && reading.frames.first?.length == 8)
  }

  /// Blocks that hold together but say what cannot be, between two sound packets.
  @Test(arguments: [
    "06000000 20000000 05000000 00000000 00000000 00000000 00000000 20000000",  // interface 5
    "06000000 20000000 00000000 00000000 00000000 01000000 01000000 20000000",  // a byte that is not there
    "06000000 10000000 00000000 10000000",  // too short for a packet
    "03000000 0c000000 0c000000",  // and for a simple one
    "02000000 10000000 00000000 10000000",
    "02000000 20000000 0500 0000 00000000 00000000 00000000 00000000 20000000",
    "01000000 10000000 00000000 10000000",  // and for an interface
    "05000000 18000000 09000000 00000000 00000000 18000000",  // statistics of interface 9
    "05000000 10000000 00000000 10000000",
  ])
  func `a block that contradicts itself is counted and the next one is read`(block: String) throws {
    let head = bytes(
      """
      0a0d0d0a 1c000000 4d3c2b1a 0100 0000 ffffffffffffffff 1c000000
      01000000 14000000 0100 0000 00000000 14000000
      """)
    let packet = bytes("06000000 24000000 00000000 00000000 00000000 01000000 01000000 aa000000 24000000")
    let reading = try CaptureReading(head + packet + bytes(block) + packet)
    #expect(reading.contents == [[0xAA], [0xAA]])
    #expect(reading.statistics.damagedRecords == 1 && reading.fault == nil)
  }

  @Test func `a simple packet without an interface is no packet`() throws {
    let reading = try CaptureReading(
      bytes(
        """
        0a0d0d0a 1c000000 4d3c2b1a 0100 0000 ffffffffffffffff 1c000000
        03000000 14000000 04000000 01020304 14000000
        """))
    #expect(reading.frames.isEmpty && reading.statistics.damagedRecords == 1)
  }

  /// Damage in the first of two packets: where, and what byte.
  @Test(
    arguments: [(4, 0x25), (4, 0x00), (4, 0x28), (6, 0x02), (7, 0x7F), (32, 0x20), (0, 0x77), (20, 0xFF)]
      as [(Int, UInt8)])
  func `a broken block costs itself and not the file`(offset: Int, value: UInt8) throws {
    let head = Array(Self.little.prefix(48))
    let packet = bytes("06000000 24000000 00000000 00000000 00000000 01000000 01000000 aa000000 24000000")
    var broken = packet
    broken[offset] = value
    let reading = try CaptureReading(head + packet + broken + packet + packet)
    #expect(reading.contents.count == 3, "\(reading)")
    #expect(
      reading.statistics.damagedPlaces + reading.statistics.damagedRecords + reading.statistics.skippedBlocks == 1)
  }

  @Test func `a section of another version is left out, and the next one is read`() throws {
    var other = Self.little
    other[12] = 2
    let reading = try CaptureReading(Self.big + other + Self.big)
    #expect(reading.frames.count == 2 && reading.fault == .unsupportedVersion(major: 2, minor: 0))
    #expect(reading.statistics.damagedPlaces == 0)
  }

  @Test func `a broken section header is stepped over`() throws {
    var file = Self.little + Self.little
    file[Self.little.count + 8] = 0
    let reading = try CaptureReading(file + Self.big)
    #expect(reading.frames.count == 9 && reading.fault == .damaged(at: Self.little.count))
    #expect(reading.statistics.skippedBytes == 28 && reading.statistics.resynchronised == 1)
  }

  @Test(arguments: [0, 1])
  func `every truncation gives a part of the frames and no fault`(which: Int) throws {
    let file = which == 0 ? Self.little : Self.big
    let whole = try CaptureReading(file)
    for length in 28..<file.count {
      let reading = try CaptureReading(Array(file.prefix(length)))
      #expect(reading.frames == Array(whole.frames.prefix(reading.frames.count)), "cut at \(length)")
      #expect(reading.fault == nil, "cut at \(length): \(reading.statistics)")
    }
    for length in 0..<28 {
      #expect(throws: CaptureFault.tooShort(length)) { try CaptureReading(Array(file.prefix(length))) }
    }
  }

  @Test func `interfaces and names have limits`() throws {
    var file = Array(Self.little.prefix(28))
    let interface = bytes("01000000 14000000 0100 0000 00000000 14000000")
    for _ in 0...CaptureReader.interfaceLimit { file += interface }
    let name = bytes("0100 0600 c0000201 6100 0000")
    let block = bytes("04000000 18000000") + name + bytes("18000000")
    for _ in 0...CaptureReader.nameLimit { file += block }
    let reading = try CaptureReading(file)
    #expect(reading.names.count == CaptureReader.nameLimit)
    #expect(reading.statistics.beyondLimits == 2)
  }

  @Test func `a name is shown without controls, and a longer one than DNS allows is not kept`() throws {
    func block(_ name: [UInt8]) -> [UInt8] {
      let count = 4 + name.count + 1
      let padding = Array(repeating: UInt8(0), count: (4 - count % 4) % 4)
      let size = 16 + count + padding.count
      let total: [UInt8] = [UInt8(size & 0xFF), UInt8(size >> 8), 0, 0]
      var out: [UInt8] = bytes("04000000") + total
      out += [1, 0, UInt8(count & 0xFF), UInt8(count >> 8), 192, 0, 2, 1]
      return out + name + [0] + padding + total
    }
    var file = Array(Self.little.prefix(28))
    for name in [[0x1B, 0x5B, 0x41], Array(repeating: 0x61, count: 254), [0x62]] as [[UInt8]] { file += block(name) }
    let reading = try CaptureReading(file)
    #expect(reading.names.map(\.name) == [#"\027[A"#, "b"])
    #expect(reading.fault == nil)
  }
}
