import Formats
import Testing

@Suite struct LogLinesTests {
  private func cut(_ text: String, every step: Int, limit: Int = 1 << 20) -> (
    lines: [String], offsets: [Int64], skipped: Int
  ) {
    let bytes = Array(text.utf8)
    var lines = LogLines(limit: limit)
    var out: [String] = []
    var offsets: [Int64] = []
    func take(_ line: Span<UInt8>, _ offset: Int64) {
      var copy: [UInt8] = []
      for index in 0..<line.count { copy.append(line[index]) }
      out.append(String(decoding: copy, as: UTF8.self))
      offsets.append(offset)
    }
    var at = 0
    while at < bytes.count {
      let end = min(bytes.count, at + step)
      lines.read(bytes.span.extracting(at..<end), take)
      at = end
    }
    lines.finish(take)
    return (out, offsets, lines.skipped)
  }

  @Test(arguments: [1, 2, 3, 5, 8, 13, 100])
  func `lines are the same however the log is read`(step: Int) {
    let found = cut("one\r\ntwo\n\nfour five six seven\r\n\r\nlast", every: step)
    #expect(found.lines == ["one", "two", "", "four five six seven", "", "last"])
    #expect(found.offsets == [0, 5, 9, 10, 31, 33])
    #expect(found.skipped == 0)
  }

  @Test(arguments: [1, 4, 7, 64])
  func `a line over the limit is counted and left out, and the next one is read`(step: Int) {
    let found = cut("12345678\n123456789\nnext\n1234567890123", every: step, limit: 8)
    #expect(found.lines == ["12345678", "next"])
    #expect(found.offsets == [0, 19])
    #expect(found.skipped == 2)
  }

  @Test func `a log without an end has no last line until it is said to have ended`() {
    var lines = LogLines()
    var count = 0
    lines.read(Array("one\ntwo".utf8).span) { _, _ in count += 1 }
    #expect(count == 1)
    #expect(lines.offset == 4)
    lines.read(Array("\n".utf8).span) { _, _ in count += 1 }
    #expect(count == 2)
    lines.finish { _, _ in count += 1 }
    #expect(count == 2)
  }

  @Test(arguments: [1, 3, 8, 100, 5000])
  func `frames are the same however the stream is read`(step: Int) {
    let bytes = LogFixture.dnstap.bytes
    var frames = LogFrames()
    var counts: [Int] = []
    var at = 0
    while at < bytes.count {
      let end = min(bytes.count, at + step)
      frames.read(bytes.span.extracting(at..<end)) { counts.append($0.count) }
      at = end
    }
    #expect(counts.count == 7)
    #expect(frames.isStopped && !frames.isBroken && !frames.isHandshake && frames.skipped == 0)
  }

  @Test func `a frame over the limit is counted and left out`() {
    var frames = LogFrames(limit: 4)
    var found: [Int] = []
    let bytes: [UInt8] = [0, 0, 0, 5, 1, 2, 3, 4, 5, 0, 0, 0, 4, 1, 2, 3, 4]
    for byte in bytes { frames.read([byte].span) { found.append($0.count) } }
    #expect(found == [4])
    #expect(frames.skipped == 1)
    var whole = LogFrames(limit: 4)
    whole.read(bytes.span) { found.append($0.count) }
    #expect(found == [4, 4])
  }

  @Test(
    arguments: [
      ([0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 4], false, true),
      ([0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 9], true, false),
      ([0, 0, 0, 0, 0, 0, 2, 1, 0, 0, 0, 4], true, false),
      ([0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 4], true, false),
      ([0, 0, 0, 0, 0, 0, 0, 13, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 1, 0x78], true, false),
    ] as [([UInt8], Bool, Bool)])
  func `control frames say what the stream is`(bytes: [UInt8], isBroken: Bool, isHandshake: Bool) {
    var frames = LogFrames()
    frames.read(bytes.span) { _ in }
    #expect(frames.isBroken == isBroken)
    #expect(frames.isHandshake == isHandshake)
    frames.read([0, 0, 0, 1, 7].span) { _ in #expect(!isBroken) }
  }
}
