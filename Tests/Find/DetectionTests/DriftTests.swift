import Model
import Testing

@testable import Detection

/// Recordings differ from each other: in sizes and pauses, in releases, in what a sensor could see.
@Suite struct DriftTests {
  enum Change: String, CaseIterable, Sendable {
    case smaller, larger, slower, faster, noHandshake, otherRelease, noStart, packetsUnknown, noQueries, late

    func apply(_ traffic: Traffic) -> Traffic {
      var traffic = traffic
      func scale(_ count: UInt64, _ by: Double) -> UInt64 { UInt64(Double(count) * by) }
      if self == .noQueries { traffic.queries = [] }
      for index in traffic.sessions.indices {
        var session = traffic.sessions[index]
        func change(_ body: (inout Session.Turn) -> Void) {
          for place in session.turns.indices where place > 0 || session.hello == nil { body(&session.turns[place]) }
        }
        func stretch(_ factor: Double) {
          func moved(_ time: Timestamp) -> Timestamp {
            Traffic.begin.advanced(bySeconds: time.seconds(since: Traffic.begin) * factor)
          }
          session.start = moved(session.start)
          session.end = moved(session.end)
          for place in session.turns.indices {
            session.turns[place].start = moved(session.turns[place].start)
            session.turns[place].end = moved(session.turns[place].end)
          }
        }
        switch self {
        case .smaller: change { $0.bytesUp = scale($0.bytesUp, 0.9) }
        case .larger: change { $0.bytesUp = scale($0.bytesUp, 1.15) }
        case .slower: stretch(1.5)
        case .faster: stretch(0.7)
        case .noHandshake: if session.turns.count > 1, session.hello != nil { session.turns.removeFirst() }
        case .otherRelease:
          // One extension more: the first and the last part change, the cipher list stays.
          if let hello = session.hello, !hello.hasGREASE {
            session.hello?.ja4 = String(hello.ja4.dropLast(12)) + "0123456789ab"
          }
        case .noStart:
          session.isWhole = false
          if session.hello != nil, session.turns.count > 1 { session.turns.removeFirst() }
          session.hello = nil
        case .packetsUnknown:
          session.packetsUp = 0
          session.packetsDown = 0
        case .noQueries: break
        case .late:
          session.start = session.start.advanced(bySeconds: 40_000)
          session.end = session.end.advanced(bySeconds: 40_000)
          change {
            $0.start = $0.start.advanced(bySeconds: 40_000)
            $0.end = $0.end.advanced(bySeconds: 40_000)
          }
        }
        traffic.sessions[index] = session
      }
      return traffic
    }
  }

  static let agents = VerdictTests.named.map(\.0) + VerdictTests.unnamed

  @Test(arguments: agents, [Change.smaller, .larger, .slower, .faster, .noHandshake, .noQueries])
  func `an agent stays one when its numbers drift`(sample: VerdictTests.Case, change: Change) throws {
    let activity = try #require(change.apply(sample.traffic()).activity())
    #expect(activity.verdict.isAgent, "\(describe(activity))")
  }

  @Test(arguments: VerdictTests.scripts, Change.allCases)
  func `a script stays one when its numbers drift`(sample: VerdictTests.Case, change: Change) throws {
    let activity = try #require(change.apply(sample.traffic()).activity())
    #expect(activity.verdict == .modelTraffic, "\(describe(activity))")
  }

  @Test(arguments: VerdictTests.people, Change.allCases)
  func `a person stays one when the numbers drift`(sample: VerdictTests.Case, change: Change) throws {
    let activity = try #require(change.apply(sample.traffic()).activity())
    // Without a hello nothing tells a person with small questions from a script.
    #expect(activity.verdict == .person || change == .noStart && !activity.verdict.isAgent, "\(describe(activity))")
  }
}
