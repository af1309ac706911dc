import Testing
import Wire

@Suite struct CaptureStreamTests {
  static let files: [[UInt8]] = [
    Crafted.capture((0..<6).map { Crafted.inner + [UInt8($0)] }), CaptureBlocksTests.little + CaptureBlocksTests.big,
  ]

  @Test(arguments: [0, 1], [1, 3, 7, 64, 5000])
  func `a stream in pieces gives what the whole file gives`(file: Int, chunk: Int) throws {
    #expect(try CaptureReading(streaming: Self.files[file], chunk: chunk) == CaptureReading(Self.files[file]))
  }

  @Test(arguments: [0, 1])
  func `so it does for every truncation and for damage`(which: Int) throws {
    let file = Self.files[which]
    for length in 28...file.count {
      let cut = Array(file.prefix(length))
      #expect(try CaptureReading(streaming: cut, chunk: 11) == CaptureReading(cut), "cut at \(length)")
    }
    var random = Seeded(17)
    for round in 0..<3000 {
      var mutant = file
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let at = Int.random(in: 24..<mutant.count, using: &random)
        switch Int.random(in: 0...2, using: &random) {
        case 0: mutant[at] = .random(in: 0...255, using: &random)
        case 1: mutant.remove(at: at)
        default: mutant[at] ^= 1 << UInt8.random(in: 0...7, using: &random)
        }
      }
      let chunk = Int.random(in: 1...200, using: &random)
      let whole = try CaptureReading(mutant)
      #expect(try CaptureReading(streaming: mutant, chunk: chunk) == whole, "round \(round)")
    }
  }

  @Test func `a stream holds no more than the record that it waits for`() throws {
    var stream = CaptureStream()
    for byte in Self.files[0] {
      try stream.feed([byte])
      while stream.next() != nil {}
      #expect(stream.held < 16 + Crafted.inner.count + 1)
    }
    try stream.finish()
    let frame = stream.next()
    #expect(frame == nil && stream.statistics.frames == 6 && stream.held == 0)
  }

  @Test func `garbage without an end does not fill memory`() throws {
    var stream = CaptureStream()
    try stream.feed(Crafted.capture([]))
    for _ in 0..<64 {
      try stream.feed(Array(repeating: 0xEE, count: 1 << 16))
      let frame = stream.next()
      #expect(frame == nil && stream.held < 16)
    }
    #expect(stream.fault == .damaged(at: 24))
  }

  @Test func `a frame's bytes are gone when more was fed`() throws {
    let file = Self.files[0]
    var stream = CaptureStream()
    try stream.feed(Array(file.prefix(200)))
    let next = stream.next()
    let frame = try #require(next)
    var count = stream.bytes(of: frame).count
    #expect(count == Crafted.inner.count + 1)
    try stream.feed(Array(file.dropFirst(200)))
    count = stream.bytes(of: frame).count
    #expect(count == 0)
  }
}
