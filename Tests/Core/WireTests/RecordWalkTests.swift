import Model
import Testing
import Wire

/// Records that are walked from the middle of a file, and what a reader makes of them.
@Suite struct RecordWalkTests {
  /// A pcap file and where its records start.
  struct File {
    var bytes: [UInt8]
    var starts: [Int] = []
    let isBig: Bool

    init(isBig: Bool = false, isNano: Bool = false, snapLength: UInt32 = 262_144) {
      self.isBig = isBig
      bytes = []
      bytes = [
        isNano ? 0xA1B2_3C4D : 0xA1B2_C3D4, isBig ? 0x0002_0004 : 0x0004_0002, 0, 0, snapLength, 1,
      ].flatMap { word($0) }
    }

    func word(_ value: UInt32) -> [UInt8] {
      let big = [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
      return isBig ? big : big.reversed()
    }

    func record(_ seconds: UInt32, _ frame: [UInt8], length: Int? = nil, fraction: UInt32 = 5) -> [UInt8] {
      [seconds, fraction, UInt32(frame.count), UInt32(length ?? frame.count)].flatMap { word($0) } + frame
    }

    mutating func add(_ seconds: UInt32, _ frame: [UInt8], length: Int? = nil, fraction: UInt32 = 5) {
      starts.append(bytes.count)
      bytes += record(seconds, frame, length: length, fraction: fraction)
    }
  }

  /// Frames of sizes by chance, of bytes by chance.
  private static func file(_ seed: UInt64, isBig: Bool, isNano: Bool, records: Int = 300) -> File {
    var random = Random(seed)
    var file = File(isBig: isBig, isNano: isNano)
    for index in 0..<records {
      let count = random.below(9) == 0 ? 0 : random.below(400)
      // With every fifth seed records are days apart: no guess is believed then.
      let seconds = UInt32(index) * (seed % 5 == 0 ? 200_000 : 1)
      file.add(1_700_000_000 + seconds, (0..<count).map { _ in UInt8(random.below(256)) }, length: count + 3)
    }
    return file
  }

  /// xorshift64*: the same in every run.
  struct Random {
    var state: UInt64
    init(_ seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }
    mutating func below(_ limit: Int) -> Int {
      state ^= state >> 12
      state ^= state << 25
      state ^= state >> 27
      return Int((state &* 0x2545_F491_4F6C_DD1D) >> 33) % max(1, limit)
    }
  }

  /// Reads a file in pieces of `size` bytes, each walked from a guess, as several threads would; also tells how many
  /// frames came out of guesses.
  private static func pieces(_ bytes: [UInt8], _ size: Int) throws -> (CaptureReading?, walked: Int) {
    var place = try CapturePlace(bytes.span)
    let first = place
    guard var walk = RecordWalk(of: place) else { return (nil, 0) }
    var reading = CaptureReading()
    var walked = 0
    for start in stride(from: 0, to: bytes.count, by: size) {
      let end = min(bytes.count, start + size)
      var frames: [Frame] = []
      if let guess = start == 0 ? first.offset : walk.likelyStart(bytes.span, in: start..<end) {
        walk.begin(of: first, at: guess)
        while walk.end < end, let frame = walk.next(bytes.span) { frames.append(frame) }
        if place.pass(walk) {
          reading.frames += frames
          walked += frames.count
        }
      }
      var reader = CaptureReader(bytes.span, at: place)
      while reader.offset < end, let frame = reader.next() { reading.frames.append(frame) }
      place = reader.place
    }
    reading.contents = reading.frames.map { Array(bytes[$0.offset..<$0.offset + $0.captured]) }
    reading.statistics = place.statistics
    reading.fault = place.fault
    return (reading, walked)
  }

  @Test(arguments: [false, true], [false, true])
  func `pieces of a sound file are walked from the middle and say what the whole says`(
    isBig: Bool, isNano: Bool
  ) throws {
    let file = Self.file(7, isBig: isBig, isNano: isNano)
    let whole = try CaptureReading(file.bytes)
    #expect(whole.frames.count == 300)
    for size in [1, 16, 333, 5000, 1 << 20] {
      let (reading, walked) = try Self.pieces(file.bytes, size)
      #expect(reading == whole, "\(size) bytes")
      // Most: a piece that starts with a frame without a byte is left to the reader.
      if size >= 5000 { #expect(walked > 150, "\(size) bytes") }
    }
  }

  @Test func `a record's start is found from every byte before it`() throws {
    let file = Self.file(3, isBig: true, isNano: false, records: 60)
    let walk = try #require(RecordWalk(of: try CapturePlace(file.bytes.span)))
    // A frame without a byte is not believed to be a record: it could be anything's zeros.
    let ends = file.starts.dropFirst() + [file.bytes.count]
    let believed = zip(file.starts, ends).filter { $1 - $0 > 16 }.map(\.0)
    for at in 24..<file.starts[50] {
      let next = believed.first { $0 >= at }
      #expect(walk.likelyStart(file.bytes.span, in: at..<file.bytes.count) == next, "from \(at)")
    }
  }

  @Test func `damage, cuts and bytes by chance change nothing that is said`() throws {
    for seed in 1...40 as ClosedRange<UInt64> {
      var random = Random(seed)
      var bytes = Self.file(seed, isBig: seed & 1 == 0, isNano: seed & 2 == 0, records: 120).bytes
      for _ in 0..<random.below(12) {
        let at = 24 + random.below(bytes.count - 24)
        for place in at..<min(bytes.count, at + 1 + random.below(40)) { bytes[place] = UInt8(random.below(256)) }
      }
      if seed % 3 == 0 { bytes.removeLast(random.below(500)) }
      let whole = try CaptureReading(bytes)
      for size in [97, 1000, 4096] {
        #expect(try Self.pieces(bytes, size).0 == whole, "seed \(seed), \(size) bytes")
      }
    }
  }

  @Test func `frames that carry records of a file of the same kind are frames`() throws {
    var file = File()
    for index in 0..<40 as Range<UInt32> {
      let inner = (0..<50 as Range<UInt32>).flatMap {
        file.record(1_700_000_000 + index, [UInt8](repeating: UInt8($0), count: 30))
      }
      file.add(1_700_000_000 + index, [1, 2, 3] + inner)
    }
    let whole = try CaptureReading(file.bytes)
    #expect(whole.frames.count == 40)
    for size in [500, 2400, 10_000] { #expect(try Self.pieces(file.bytes, size).0 == whole) }
  }

  @Test(.timeLimit(.minutes(1)))
  func `bytes in which records seem to start everywhere are searched in bounds`() throws {
    var file = File()
    // Each word is a time, a fraction and a length that could be.
    file.bytes +=
      [UInt8](repeating: 0, count: 16) + Array(repeating: [0x10, 0, 0, 0] as [UInt8], count: 500_000).joined()
    let walk = try #require(RecordWalk(of: try CapturePlace(file.bytes.span)))
    // A chain from every fourth byte breaks late: without a bound each would be followed to its end.
    for start in stride(from: 40, to: file.bytes.count, by: 1 << 20) {
      let end = min(file.bytes.count, start + 1 << 20)
      let found = walk.likelyStart(file.bytes.span, in: start..<end)
      #expect(found.map { (start..<end).contains($0) } ?? true)
    }
  }

  @Test func `a walk is good only for a reader that stands at its start`() throws {
    let file = Self.file(6, isBig: false, isNano: true, records: 10)
    var place = try CapturePlace(file.bytes.span)
    var walk = try #require(RecordWalk(of: place))
    walk.begin(of: place, at: file.starts[3])
    while walk.next(file.bytes.span) != nil {}
    #expect(walk.frames == 7 && walk.start == file.starts[3] && walk.end == file.bytes.count)
    let isAtOther = place.pass(walk)
    #expect(!isAtOther)
    #expect(place.offset == 24 && place.statistics.frames == 0)
    walk.begin(of: place, at: 24)
    let isEmpty = place.pass(walk)
    #expect(!isEmpty, "nothing was walked")
    for _ in 0..<3 { _ = walk.next(file.bytes.span) }
    let isPassed = place.pass(walk)
    #expect(isPassed)
    #expect(place.offset == file.starts[3] && place.statistics.frames == 3)
  }

  @Test func `pcapng is not walked from the middle`() throws {
    let block = bytes("0a0d0d0a 1c000000 4d3c2b1a 01000000 ffffffffffffffff 1c000000")
    #expect(RecordWalk(of: try CapturePlace(block.span)) == nil)
    #expect(throws: CaptureFault.tooShort(3)) { _ = try CapturePlace([1, 2, 3].span) }
  }
}

extension CaptureReading {
  fileprivate init() {}
}
