import Crypto
import Model
import Synchronization

/// The one-time codes of sign-in links, and how often somebody may be wrong.
///
/// A code has 80 random bits, works once and for ten minutes. Guessing is hopeless, so wrong attempts are limited to
/// keep them cheap; the limit counts by peer and never stands in the way of a right code, or any program on this
/// machine could lock its owner out.
final class SignIn: Sendable {
  static let validity: Double = 600
  /// Codes that wait at a time; a new one replaces the oldest.
  static let mostCodes = 8
  static let attemptsAMinute = 5
  /// Peers that are counted; beyond it those whose minute is over go, then all share one count.
  static let mostPeers = 1024

  enum Answer: Sendable, Hashable { case accepted, refused, tooMany }

  private struct Code {
    let digest: [UInt8]
    let made: Timestamp
  }
  private struct Attempts {
    var began: Timestamp
    var count: Int
  }
  private struct State {
    var codes: [Code] = []
    var attempts: [String: Attempts] = [:]
  }

  private let random: @Sendable (Int) -> [UInt8]
  private let state = Mutex(State())

  init(random: @escaping @Sendable (Int) -> [UInt8]) { self.random = random }

  /// Letters and digits that nobody confuses (Crockford's base 32).
  private static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ")

  /// A new code: `7Q2M-LT4V-K0D3-9XYZ`.
  func code(now: Timestamp) -> String {
    let letters = random(16).map { Self.alphabet[Int($0 & 31)] }
    let digest = Self.digest(String(letters))
    state.withLock { state in
      state.codes.removeAll { !Self.isFresh($0, now: now) }
      if state.codes.count >= Self.mostCodes { state.codes.removeFirst() }
      state.codes.append(Code(digest: digest, made: now))
    }
    return stride(from: 0, to: 16, by: 4).map { String(letters[$0..<$0 + 4]) }.joined(separator: "-")
  }

  func redeem(_ text: String, peer: String, now: Timestamp) -> Answer {
    let digest = Self.digest(Self.normalised(text))
    return state.withLock { state in
      state.codes.removeAll { !Self.isFresh($0, now: now) }
      var found: Int?
      // Every code is compared in full: the time does not tell which one came near.
      for (index, code) in state.codes.enumerated() where Self.areEqual(code.digest, digest) { found = index }
      if let found {
        state.codes.remove(at: found)
        return .accepted
      }
      return Self.count(peer: peer, now: now, in: &state.attempts)
    }
  }

  /// For tests: how many peers are counted.
  var peers: Int { state.withLock { $0.attempts.count } }

  private static func count(peer: String, now: Timestamp, in attempts: inout [String: Attempts]) -> Answer {
    var key = peer
    if attempts[key] == nil, attempts.count >= mostPeers {
      attempts = attempts.filter { now.seconds(since: $0.value.began) < 60 }
      if attempts.count >= mostPeers { key = "" }
    }
    var entry = attempts[key] ?? Attempts(began: now, count: 0)
    if now.seconds(since: entry.began) >= 60 { entry = Attempts(began: now, count: 0) }
    entry.count = min(entry.count + 1, attemptsAMinute + 1)
    attempts[key] = entry
    return entry.count > attemptsAMinute ? .tooMany : .refused
  }

  private static func isFresh(_ code: Code, now: Timestamp) -> Bool { now.seconds(since: code.made) < validity }

  /// What people type: lower case, with blanks or without dashes, O for 0, I or L for 1.
  private static func normalised(_ text: String) -> String {
    String(
      text.prefix(64).uppercased().compactMap { character -> Character? in
        switch character {
        case "-", " ": nil
        case "O": "0"
        case "I", "L": "1"
        default: character
        }
      })
  }

  private static func digest(_ text: String) -> [UInt8] { Array(SHA256.hash(data: Array(text.utf8))) }

  /// In constant time for equal lengths.
  private static func areEqual(_ a: [UInt8], _ b: [UInt8]) -> Bool {
    guard a.count == b.count else { return false }
    var difference: UInt8 = 0
    for (x, y) in zip(a, b) { difference |= x ^ y }
    return difference == 0
  }
}
