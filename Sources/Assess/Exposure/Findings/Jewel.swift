public import Knowledge
public import Model

/// A credential that was found: what it is, where, and how bad its loss would be. It holds no value and no part of one.
public struct Jewel: Sendable, Hashable {
  /// `github_oauth_token`: a row of `CredentialKinds`.
  public var kind: String
  public var family: CredentialKind.Family
  public var title: String
  public var place: Place
  /// What the value or its file says about its reach: account, project, user, expiry. Texts are safe to show.
  public var facts: [Fact]
  public var state: State
  public var protection: Protection
  public var confidence: Confidence
  /// 0 to 5, after everything that is known.
  public var severity: Int
  /// How the severity came about, the kind's own first.
  public var reasons: [Reason]
  /// What whoever holds it can do.
  public var consequence: String
  /// Until when it works, where that can be read.
  public var expires: Timestamp?
  /// When the file was changed last: the value is at least as old.
  public var modified: Timestamp?
  /// When the file was read last, as far as the system keeps it. Weak evidence.
  public var accessed: Timestamp?
  /// Nil for what has no value: a socket, a store, a setting that leads to a credential.
  public var fingerprint: String?
  /// How often the value stands in this file.
  public var count: Int
  /// The latest sign that something uses it. That nothing does is never known.
  public var use = Use.unknown("nothing that tells was looked at")

  public enum Use: Sendable, Hashable {
    /// What uses it while this is written.
    case now(String)
    /// When, and by which sign.
    case on(Timestamp, by: String)
    /// Why it cannot be told.
    case unknown(String)

    public var text: String {
      switch self {
      case .now(let sign): "now (\(sign))"
      case .on(let time, let sign): "\(time.rfc3339().prefix(10)) (\(sign))"
      case .unknown(let why): "cannot be told: \(why)"
      }
    }
  }

  public struct Place: Sendable, Hashable {
    /// With `~` for the home.
    public var path: String
    public var line: Int?
    /// Dotted names in the file: `users.[].user.token`.
    public var key: String?
    /// Where the path leads, for a symbolic link.
    public var target: String?
    public var owner: UInt32
    public var group: UInt32
    public var mode: UInt16
  }

  public struct Fact: Sendable, Hashable {
    public var name: String
    public var value: String
    public init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  public enum State: String, Sendable, Hashable, CaseIterable {
    /// Works, as far as can be told from here.
    case live
    /// For a sandbox or a test.
    case test
    case expired
    /// Made up: its checksum fails.
    case dummy
    /// A default that everybody knows.
    case published
    /// Leads to a credential that lies elsewhere.
    case reference
  }

  public enum Protection: Sendable, Hashable {
    case none
    /// A passphrase, with a guard that falls fast; how.
    case weak(String)
    case strong(String)
  }

  public struct Reason: Sendable, Hashable {
    public var text: String
    public var change: Int
    public init(_ text: String, _ change: Int) {
      self.text = text
      self.change = change
    }
  }
}

/// What a search found, and what it did not look at.
public struct Look: Sendable, Hashable {
  public var jewels: [Jewel] = []
  /// What was left out on purpose, by reason.
  public var skipped: [Skip: Int] = [:]
  /// What could not be looked at.
  public var blind: [Blind] = []
  /// Values that look like credentials and are none, by reason.
  public var rejected: [Rejection: Int] = [:]
  public var files = 0
  /// Those whose contents were read.
  public var read = 0
  public var folders = 0
  public var bytes = 0

  public enum Skip: String, Sendable, Hashable, CaseIterable {
    /// Packages, caches, histories of version control: `node_modules`, `.git`, `site-packages`.
    case pruned
    case otherDevice = "other-device"
    case symbolicLink = "symbolic-link"
    case notRegular = "not-regular"
    case tooDeep = "too-deep"
    case tooMany = "too-many"
    /// Only the beginning or the end of a file was read.
    case cut
    case binary
    case notUTF8 = "name-not-utf8"
    /// Nothing of its name speaks for a credential.
    case uninteresting
    case duplicate
    case installed
  }

  public struct Blind: Sendable, Hashable {
    public var path: String
    public var reason: Reason
    public enum Reason: String, Sendable, Hashable {
      /// Good news, where the agent is the one who is denied.
      case denied
      case vanished
      case failed
      case remote
      case timeOut = "time-out"
    }
  }
}
