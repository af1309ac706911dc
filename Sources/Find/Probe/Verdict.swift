public import Model
internal import Wire

/// What the answers of one endpoint say. Text in it came from outside, and is shown safe.
public struct Verdict: Sendable, Hashable {
  /// How the port answers.
  public enum State: String, Sendable, Hashable {
    case open, refused
    /// No answer to the connection in time: filtered, or nobody has the address.
    case silent
    case unreachable
    /// On the deny list, or the run ended before its turn.
    case untouched
  }

  public var state = State.untouched
  /// Product as in the fingerprint table; nil where nothing names one.
  public var kind: String?
  /// Name under which OpenClaw was released then: `OpenClaw`, `Moltbot`, `Clawdbot`.
  public var era: String?
  public var version: String?
  public var confidence = Confidence.low
  /// Why, the strongest first; and what else was learnt.
  public var reasons: [String] = []
  /// Whether a stranger is asked who he is; nil where nothing answered that.
  public var authenticated: Bool?
  /// False for plain text; nil where nothing was said that tells.
  public var tls: Bool?
  /// As negotiated: `TLS 1.3`.
  public var tlsVersion: String?
  public var speaksHTTP = false
  public var speaksWebSocket = false
  /// The server sent `connect.challenge` before anything was said to it.
  public var challenged = false
  public var controlPage: Bool?
  /// The `Server` field, cut and escaped.
  public var server: String?
  /// First bytes of something that is no HTTP, cut and escaped.
  public var banner: String?
  /// Status of a redirect, which was not followed, and where it points.
  public var redirect: String?
  /// What was sent, in order: `GET /healthz`.
  public var asked: [String] = []

  public init() {}

  /// Longest text kept of a stranger.
  static let textLimit = 120

  static func safe(_ bytes: some Collection<UInt8>) -> String {
    SafeText.render(Array(bytes.prefix(textLimit)))
  }

  /// Takes a finding in; a surer one names the product, the others are reasons.
  mutating func name(_ kind: String, era: String?, _ confidence: Confidence, because reason: String) {
    if let known = self.kind, known != kind, self.confidence >= confidence { return }
    if self.kind != kind {
      (self.kind, self.era, self.version) = (kind, era, nil)
      self.confidence = confidence
      reasons = [reason]
      return
    }
    // Pages and settings say the name of the time; a challenge is the same in all.
    self.era = self.era ?? era
    // A guess adds nothing to what is known better.
    if !reasons.contains(reason), confidence > .low || self.confidence == .low {
      if confidence > self.confidence { reasons.insert(reason, at: 0) } else { reasons.append(reason) }
    }
    self.confidence = max(self.confidence, confidence)
  }
}
