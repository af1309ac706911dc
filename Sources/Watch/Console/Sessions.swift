import Crypto
import Model
import Synchronization

/// Who is signed in. Everything lives in this process and ends with it; of a cookie only the hash is kept.
///
/// A session ends twelve hours after sign-in, or two hours after its last request.
final class Sessions: Sendable {
  static let longest: Double = 12 * 3600
  static let idle: Double = 2 * 3600
  /// Beyond it the one that was used longest ago ends.
  static let most = 64
  static let cookie = "__Host-trammel"

  /// The hash of a cookie's value.
  struct ID: Sendable, Hashable {
    fileprivate let digest: [UInt8]
  }

  struct Session: Sendable {
    let id: ID
    let began: Timestamp
    var used: Timestamp
    /// Keys the tokens of its forms.
    fileprivate let key: [UInt8]
  }

  private let random: @Sendable (Int) -> [UInt8]
  private let table = Mutex<[ID: Session]>([:])

  init(random: @escaping @Sendable (Int) -> [UInt8]) { self.random = random }

  var count: Int { table.withLock { $0.count } }

  /// Begins a session and gives the value of its cookie.
  func begin(now: Timestamp) -> String {
    let token = Hex.encode(random(32))
    let session = Session(id: Self.id(of: token), began: now, used: now, key: random(32))
    table.withLock { sessions in
      sessions = sessions.filter { Self.isAlive($0.value, now: now) }
      while sessions.count >= Self.most, let oldest = sessions.values.min(by: { $0.used < $1.used }) {
        sessions[oldest.id] = nil
      }
      sessions[session.id] = session
    }
    return token
  }

  /// The session of a cookie; nil where it is unknown or over.
  ///
  /// Found by the SHA-256 of the value: how long the look-up takes says nothing about a value that one could guess.
  func find(cookie token: String, now: Timestamp) -> Session? {
    guard token.utf8.count == 64 else { return nil }
    return find(Self.id(of: token), now: now, touching: true)
  }

  /// Whether a session goes on, without prolonging it: an open stream is no use of the console.
  func isAlive(_ id: ID, now: Timestamp) -> Bool { find(id, now: now, touching: false) != nil }

  private func find(_ id: ID, now: Timestamp, touching: Bool) -> Session? {
    table.withLock { sessions in
      guard var session = sessions[id] else { return nil }
      guard Self.isAlive(session, now: now) else {
        sessions[id] = nil
        return nil
      }
      if touching {
        session.used = now
        sessions[id] = session
      }
      return session
    }
  }

  func end(_ id: ID) { table.withLock { $0[id] = nil } }

  private static func isAlive(_ session: Session, now: Timestamp) -> Bool {
    now.seconds(since: session.began) < longest && now.seconds(since: session.used) < idle
  }

  private static func id(of token: String) -> ID { ID(digest: Array(SHA256.hash(data: Array(token.utf8)))) }
}

// Tokens of forms (CSRF). Each page gets a fresh one: a nonce, and what the session's key makes of nonce and action.
extension Sessions {
  func formToken(_ session: Session, action: String) -> String {
    let nonce = random(16)
    return Hex.encode(nonce + Self.code(nonce, action, session))
  }

  /// Whether a form's token was made for this session and this action; compared in constant time.
  func isValid(token: String, action: String, session: Session) -> Bool {
    guard token.utf8.count == 96, let bytes = Hex.decode(token) else { return false }
    let nonce = Array(bytes.prefix(16))
    return HMAC<SHA256>.isValidAuthenticationCode(
      Array(bytes.dropFirst(16)), authenticating: nonce + Array(action.utf8), using: SymmetricKey(data: session.key))
  }

  private static func code(_ nonce: [UInt8], _ action: String, _ session: Session) -> [UInt8] {
    Array(
      HMAC<SHA256>.authenticationCode(
        for: nonce + Array(action.utf8), using: SymmetricKey(data: session.key)))
  }
}
