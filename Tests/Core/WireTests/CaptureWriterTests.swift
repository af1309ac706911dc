import Testing
import Wire

@Suite struct CaptureWriterTests {
  @Test func `what is written is read again, to the nanosecond`() throws {
    let writer = CaptureWriter(link: .sll2)
    var file = writer.header
    #expect(file.count == 24)
    let frames = [
      Frame(time: 1_700_000_000_123_456_789, offset: 40, captured: 3, length: 90, link: .sll2),
      Frame(time: 4_294_967_295_999_999_999, offset: 59, captured: 0, length: 0, link: .sll2),
    ]
    writer.append(frames[0], [1, 2, 3].span, to: &file)
    file += writer.record(frames[1])
    let reading = try CaptureReading(file)
    #expect(reading.frames == frames && reading.contents == [[1, 2, 3], []])
  }

  @Test(arguments: [(Frame.unknownTime, 0), (-1, 0), (.max, 4_294_967_295)] as [(Int64, Int64)])
  func `a time that the format cannot say is written as its nearest`(time: Int64, seconds: Int64) throws {
    let writer = CaptureWriter(link: .raw)
    let frame = Frame(time: time, offset: 0, captured: 0, length: 0, link: .raw)
    #expect(
      try CaptureReading(writer.header + writer.record(frame)).frames.map { $0.time / 1_000_000_000 } == [seconds])
  }

  @Test func `lengths follow the bytes that are there`() throws {
    let writer = CaptureWriter(link: .raw)
    var file = writer.header
    writer.append(Frame(time: 0, offset: 0, captured: 99, length: 1, link: .raw), [1, 2].span, to: &file)
    let reading = try CaptureReading(file)
    #expect(reading.contents == [[1, 2]] && reading.frames.map(\.length) == [2])
  }
}
