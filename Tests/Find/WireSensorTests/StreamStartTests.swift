import Testing

@testable import WireSensor

@Suite struct StreamStartTests {
  private func add(_ stream: inout StreamStart, _ bytes: [UInt8], at sequence: UInt32) -> Bool {
    stream.add(bytes.span, at: sequence)
  }

  @Test func `whatever the order and the overlap, the front is what was sent`() {
    var random = Xorshift()
    let sent = (0..<4000).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
    for round in 0..<200 {
      // Sequence numbers wrap in half of the rounds.
      let base: UInt32 = round % 2 == 0 ? 0xFFFF_FFFF &- UInt32(round * 10) : UInt32(round)
      var stream = StreamStart(base: base)
      var pieces: [(Int, Int)] = []
      var at = 0
      while at < sent.count {
        let end = min(sent.count, at + 1 + Int(random.next() % 1200))
        pieces.append((max(0, at - Int(random.next() % 300)), end))
        at = end
      }
      // A few that are far apart wait; what is left comes again in order, as a sender repeats it.
      for (start, end) in pieces.shuffled(using: &random).prefix(StreamStart.pieceLimit) + pieces[...] {
        _ = add(&stream, Array(sent[start..<end]), at: base &+ UInt32(start))
      }
      #expect(stream.bytes == sent && stream.size == sent.count)
    }
  }

  @Test func `nothing beyond 64 KiB is kept, in order or waiting`() {
    var stream = StreamStart(base: 0)
    let block = [UInt8](repeating: 7, count: 40_000)
    #expect(add(&stream, block, at: 0))
    #expect(!stream.isOverfull)
    #expect(add(&stream, block, at: 40_000))
    #expect(stream.bytes.count == StreamStart.limit && stream.isOverfull)
    #expect(!add(&stream, block, at: 80_000))
    var waiting = StreamStart(base: 0)
    #expect(!add(&waiting, block, at: 40_000))
    #expect(waiting.isOverfull)
  }

  @Test func `the ninth piece that waits is one too many`() {
    var stream = StreamStart(base: 0)
    for place in 1...8 { #expect(!add(&stream, [1], at: UInt32(place * 10))) }
    #expect(!stream.isOverfull)
    #expect(!add(&stream, [1], at: 100))
    #expect(stream.isOverfull)
  }

  @Test func `what was read is forgotten, and repetitions of it are not taken again`() {
    var stream = StreamStart(base: 10)
    #expect(add(&stream, [1, 2, 3, 4], at: 10))
    #expect(!add(&stream, [7, 8], at: 16))
    stream.drop(3)
    #expect(stream.bytes == [4])
    #expect(!add(&stream, [1, 2, 3], at: 10))
    #expect(!add(&stream, [], at: 14))
    #expect(add(&stream, [4, 5, 6], at: 13))
    #expect(stream.bytes == [4, 5, 6, 7, 8])
    stream.drop(99)
    #expect(stream.bytes.isEmpty)
  }

  @Test func `a segment that begins before the stream gives only what belongs to it`() {
    var stream = StreamStart(base: 100)
    #expect(!add(&stream, [9, 9], at: 98))
    #expect(add(&stream, [9, 9, 1, 2], at: 98))
    #expect(stream.bytes == [1, 2])
  }
}
