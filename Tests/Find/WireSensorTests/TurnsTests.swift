import Detection
import Model
import Testing

@testable import WireSensor

/// Uploads and answers of a conversation, told apart by who sends.
@Suite struct TurnsTests {
  private func turns(_ packets: [(UInt64, Bool, Int64)]) -> [[UInt64]] {
    var turns = Turns()
    for (bytes, isUp, time) in packets { turns.add(bytes, fromClient: isUp, at: time) }
    return turns.all.map { [$0.bytesUp, $0.bytesDown, UInt64($0.start.nanoseconds), UInt64($0.end.nanoseconds)] }
  }

  @Test func `an upload of many packets and its answer are one turn`() {
    #expect(turns([(1000, true, 1), (500, true, 2), (900, false, 5), (800, false, 9)]) == [[1500, 1700, 1, 9]])
  }

  @Test func `the next upload begins the next turn`() {
    #expect(
      turns([(1000, true, 1), (900, false, 5), (200, true, 10), (300, true, 11), (50, false, 12)])
        == [[1000, 900, 1, 5], [500, 50, 10, 12]])
  }

  @Test func `window updates and pings amid an answer are no upload`() {
    #expect(
      turns([
        (1000, true, 1), (900, false, 5), (13, true, 6), (17, true, 7), (900, false, 8), (39, true, 9), (1, false, 10),
      ])
        == [[1069, 1801, 1, 10]])
  }

  @Test func `small packets of a client that add up to an upload are one from the first on`() {
    #expect(
      turns([(1000, true, 1), (900, false, 5), (60, true, 6), (60, true, 7), (10, false, 8)])
        == [[1000, 900, 1, 5], [120, 10, 6, 8]])
  }

  @Test func `what is still open counts, with what is pending`() {
    #expect(turns([(1000, true, 1)]) == [[1000, 0, 1, 1]])
    #expect(turns([(1000, true, 1), (5, false, 2), (13, true, 3)]) == [[1013, 5, 1, 2]])
    #expect(turns([]).isEmpty)
  }

  @Test func `a server may speak first`() {
    #expect(turns([(80, false, 1), (1000, true, 2), (5, false, 3)]) == [[0, 80, 1, 1], [1000, 5, 2, 3]])
  }

  @Test func `256 turns are kept, the rest is counted`() {
    var turns = Turns()
    for round in 0..<300 {
      turns.add(500, fromClient: true, at: Int64(round * 2))
      turns.add(500, fromClient: false, at: Int64(round * 2 + 1))
    }
    #expect(turns.all.count == Turns.limit)
    #expect(turns.dropped == 300 - Turns.limit - 1)
  }

  @Test func `keepalives show their period once there are four in a row`() {
    for length in [0, 1] {
      var turns = Turns()
      turns.segment(1000, 500, at: 0)
      for probe in 1...3 { turns.segment(1499, length, at: Int64(probe) * 15_000_000_000) }
      #expect(turns.keepalive == nil)
      turns.segment(1499, length, at: 60_000_000_000)
      #expect(turns.keepalive == 15)
    }
  }

  @Test func `the period is the median: a pause for data does not count`() {
    var turns = Turns()
    turns.segment(1000, 500, at: 0)
    for time in [10, 20, 30] as [Int64] { turns.segment(1499, 0, at: time * 1_000_000_000) }
    turns.segment(1500, 700, at: 500_000_000_000)
    for time in [510, 520, 530] as [Int64] { turns.segment(2199, 0, at: time * 1_000_000_000) }
    #expect(turns.keepalive == 10)
    for time in 0..<100 { turns.segment(2199, 0, at: 540_000_000_000 + Int64(time)) }
    #expect(turns.keepalive == 2e-9 / 2)
  }

  @Test func `acknowledgements, retransmissions and a wrap of the sequence are no keepalives`() {
    var turns = Turns()
    turns.segment(0xFFFF_FF00, 256, at: 0)
    for time in 1...9 { turns.segment(0, 0, at: Int64(time)) }
    for time in 10...19 { turns.segment(0xFFFF_FF00, 256, at: Int64(time)) }
    #expect(turns.keepalive == nil)
    for time in 20...24 { turns.segment(0xFFFF_FFFF, 0, at: Int64(time) * 1_000_000_000) }
    #expect(turns.keepalive == 1)
  }

  @Test func `clocks at both ends of time are survived`() {
    var turns = Turns()
    turns.segment(10, 5, at: 0)
    for time in [Int64.min, .max, .min, .max, 0] {
      turns.segment(14, 0, at: time)
      turns.add(500, fromClient: time < 0, at: time)
    }
    #expect(turns.all.count >= 1 && turns.keepalive != nil)
  }

  // MARK: On the wire

  @Test func `a conversation with a model is told turn by turn`() {
    let tap = Tap()
    var talk = Talk(tap)
    talk.open()
    talk.send(Hello(padding: 200).record)
    tap.wait(0.1)
    talk.answer([UInt8](repeating: 1, count: 1400))
    for _ in 0..<3 {
      tap.wait(2)
      talk.send([UInt8](repeating: 2, count: 1200))
      tap.wait(1)
      talk.answer([UInt8](repeating: 3, count: 700))
      talk.send([UInt8](repeating: 4, count: 34))
      talk.answer([UInt8](repeating: 3, count: 700))
    }
    let turns = tap.sessions.first?.turns ?? []
    #expect(turns.map(\.bytesUp) == [UInt64(Hello(padding: 200).record.count), 1234, 1234, 1234])
    #expect(turns.map(\.bytesDown) == [1400, 1400, 1400, 1400])
  }

  @Test func `the keepalive period of a followed conversation is told`() {
    let tap = Tap()
    tap.resolve("api.telegram.org", [Tap.server])
    var talk = Talk(tap)
    talk.open()
    talk.send([UInt8](repeating: 23, count: 300))
    for _ in 0..<5 {
      tap.wait(45)
      talk.segment([], at: talk.up &- 1, flags: 0x10)
    }
    #expect(tap.sessions.first?.keepalive == 45)
    #expect(tap.sessions.first?.turns.map(\.bytesUp) == [300])
  }

  @Test func `a keepalive with a byte of the past before anything was sent is no upload`() {
    let tap = Tap()
    tap.resolve("api.telegram.org", [Tap.server])
    var talk = Talk(tap)
    talk.open()
    talk.segment([], at: talk.up &- 1, flags: 0x10)
    #expect(tap.sessions.first?.turns.isEmpty == true)
  }

  // MARK: Details

  @Test func `numbers of details are used again, fresh, and bounded`() {
    var details = Details(limit: 2)
    let first = details.make()
    let second = details.make()
    #expect(first == 1 && second == 2 && details.make() == 0 && details.refused == 1)
    details[first].userAgent = "old"
    details.remove(first)
    details.remove(0)
    #expect(details.count == 1)
    let again = details.make()
    #expect(again == first && details[again].userAgent == nil)
  }
}
