import Model
import Testing
import Wire

@Suite struct CaptureReaderTests {
  /// One record of five bytes at 2023-11-14T22:13:20.000005Z, cut from 64, in each order and unit.
  @Test(arguments: [
    ("d4c3b2a1 0200 0400 00000000 00000000 00000400 01000000  00f15365 05000000 05000000 40000000 68656c6c6f", 5000),
    ("a1b2c3d4 0002 0004 00000000 00000000 00040000 00000001  6553f100 00000005 00000005 00000040 68656c6c6f", 5000),
    ("4d3cb2a1 0200 0400 00000000 00000000 00000400 01000000  00f15365 05000000 05000000 40000000 68656c6c6f", 5),
    ("a1b23c4d 0002 0004 00000000 00000000 00040000 00000001  6553f100 00000005 00000005 00000040 68656c6c6f", 5),
    // Version 2.3 could have its lengths the other way round, 2.2 always had.
    ("d4c3b2a1 0200 0300 00000000 00000000 00000400 01000000  00f15365 05000000 40000000 05000000 68656c6c6f", 5000),
    ("d4c3b2a1 0200 0200 00000000 00000000 00000400 01000000  00f15365 05000000 40000000 05000000 68656c6c6f", 5000),
  ])
  func `pcap is read in both byte orders and both units`(file: String, nanoseconds: Int64) throws {
    let reading = try CaptureReading(bytes(file))
    #expect(
      reading.frames == [
        Frame(
          time: 1_700_000_000_000_000_000 + nanoseconds, offset: 40, captured: 5, length: 64, link: .ethernet)
      ])
    #expect(reading.contents == [Array("hello".utf8)])
    #expect(reading.statistics.frames == 1 && reading.fault == nil)
  }

  @Test func `seconds are unsigned and a fraction that is too large is cut`() throws {
    let reading = try CaptureReading(
      bytes(
        """
        d4c3b2a1 0200 0400 00000000 00000000 00000400 01000000
        ffffffff 40420f00 00000000 00000000   # 2106, 1 000 000 µs, nothing captured
        """))
    #expect(reading.frames.map(\.time) == [4_294_967_295_999_999_000])
    #expect(reading.contents == [[]])
  }

  @Test func `the frame's checksum is taken off where the file says that there is one`() throws {
    // Bit 26, and two units of 16 bits in the top four.
    var file = bytes("d4c3b2a1 0200 0400 00000000 00000000 00000400 01000024")
    file += bytes("00f15365 00000000 08000000 08000000 0102030405060708")
    file += bytes("00f15365 00000000 08000000 0a000000 0102030405060708")
    file += bytes("00f15365 00000000 02000000 03000000 0102")
    #expect(try CaptureReading(file).contents == [[1, 2, 3, 4], [1, 2, 3, 4, 5, 6], []])
    #expect(try CaptureReading(file).frames.map(\.length) == [4, 6, 0])
  }

  @Test(arguments: [
    ("", CaptureFault.tooShort(0)), ("d4c3b2", .tooShort(3)), ("d4c3b2a1 0200 0400 00000000", .tooShort(12)),
    ("0a0d0d0a 1c000000 4d3c2b1a", .tooShort(12)),
    ("1f8b0800 00000000", .compressed(.gzip)), ("28b52ffd 00", .compressed(.zstd)), ("fd377a58 5a00", .compressed(.xz)),
    ("425a6839", .compressed(.bzip2)), ("04224d18", .compressed(.lz4)),
    ("a1b2cd34", .unsupportedFormat("modified pcap (records of 24 bytes)")),
    ("34cdb2a1", .unsupportedFormat("modified pcap (records of 24 bytes)")),
    ("ac01001c", .unsupportedFormat("IXIA lcap")), ("4d3cb2a1 01", .tooShort(5)),
    ("4d3c2ba1", .unsupportedFormat("Navtel pcap")), ("736e6f6f 70000000", .unsupportedFormat("snoop")),
    ("474d4255", .unsupportedFormat("Microsoft Network Monitor 2")),
    ("52545353", .unsupportedFormat("Microsoft Network Monitor 1")),
    ("7b0a2022", .unknownFormat(0x7B0A_2022)),
    ("d4c3b2a1 0300 0400 00000000 00000000 00000400 01000000", .unsupportedVersion(major: 3, minor: 4)),
    ("0a0d0d0a 1c000000 4d3c2b1a 0200 0000 ffffffffffffffff 1c000000", .unsupportedVersion(major: 2, minor: 0)),
    ("0a0d0d0a 1c000000 00000000 0100 0000 ffffffffffffffff 1c000000", .unknownFormat(0x0A0D_0D0A)),
  ])
  func `what is no capture is named`(file: String, fault: CaptureFault) {
    #expect(throws: fault) { try CaptureReading(bytes(file)) }
    #expect(throws: fault) { try CaptureReading(streaming: bytes(file), chunk: 1) }
  }

  @Test func `a file that ends within a record gives all before it`() throws {
    let file = Crafted.capture([Crafted.inner, Crafted.inner])
    for length in 24..<file.count {
      let reading = try CaptureReading(Array(file.prefix(length)))
      let record = 16 + Crafted.inner.count
      #expect(reading.frames.count == (length - 24) / record, "cut at \(length)")
      #expect(reading.statistics.truncatedTail == ((length - 24) % record != 0), "cut at \(length)")
      #expect(reading.fault == nil)
    }
  }

  @Test(arguments: [0, 1, 2, 3])
  func `a broken length costs the record and not the file`(index: Int) throws {
    let frames = (0..<8).map { Crafted.inner + [UInt8($0)] }
    var file = Crafted.capture(frames)
    let at = 24 + index * (16 + frames[0].count)
    file[at + 11] = 0xFF
    let reading = try CaptureReading(file)
    #expect(reading.contents == frames.prefix(index) + frames.suffix(7 - index))
    #expect(reading.fault == .damaged(at: at))
    #expect(reading.statistics.resynchronised == 1 && reading.statistics.damagedPlaces == 1)
    #expect(reading.statistics.skippedBytes == 16 + frames[0].count)
  }

  @Test func `bytes that were lost cost two records at most`() throws {
    let frames = (0..<8).map { Crafted.inner + [UInt8($0)] }
    var file = Crafted.capture(frames)
    file.removeSubrange(24 + 16 + frames[0].count + 30..<24 + 16 + frames[0].count + 41)
    let reading = try CaptureReading(file)
    #expect(reading.contents.suffix(5) == frames.suffix(5))
    #expect(reading.statistics.resynchronised == 1)
  }

  @Test func `a file without any sound record has none`() throws {
    let reading = try CaptureReading(Crafted.capture([]) + Array(repeating: 0xEE, count: 5000))
    #expect(reading.frames.isEmpty && reading.fault == .damaged(at: 24))
    #expect(reading.statistics.skippedBytes > 4900 && reading.statistics.resynchronised == 0)
  }

  @Test func `a record that runs past the end and contradicts itself hides nothing behind it`() throws {
    let frames = (0..<8).map { Crafted.inner + [UInt8($0)] }
    var file = Crafted.capture(frames)
    let at = 24 + 3 * (16 + frames[0].count)
    // 65 535 captured of 82: past the end of this file, but below what is believed.
    file[at + 8] = 0xFF
    file[at + 9] = 0xFF
    let reading = try CaptureReading(file)
    #expect(reading.contents == frames.prefix(3) + frames.suffix(4))
    #expect(!reading.statistics.truncatedTail)
  }

  @Test func `bytes of a frame that is not the reader's are empty or cut`() throws {
    let file = Crafted.capture([Crafted.inner])
    let reader = try CaptureReader(file.span)
    func count(_ offset: Int, _ captured: Int) -> Int {
      reader.bytes(of: Frame(time: 0, offset: offset, captured: captured, length: 0, link: .raw)).count
    }
    #expect(count(-1, 5) == 0 && count(file.count + 1, 5) == 0 && count(24, -1) == 0)
    #expect(count(24, .max) == file.count - 24)
  }
}
