public import Model

/// What one line of a log tells. Trivially copyable: one is filled again and again, nothing is allocated.
///
/// Texts are ranges of the line that was read (`LogText`); `bytes(of:in:)` gives them without the escapes of the format.
/// A field that the line does not have is zero, `IP.none`, an empty range or `unknown…`.
public struct LogRecord: Sendable, Hashable, BitwiseCopyable {
  public enum Kind: UInt8, Sendable, BitwiseCopyable {
    /// The line is none that tells about traffic.
    case none
    /// A client asked a resolver for `name`.
    case query
    /// A resolver gave, refused or passed on an answer for `name`.
    case answer
    /// A flow or a session: addresses, ports and counters.
    case connection
    /// A request to a proxy or web server.
    case request
  }

  /// What the resolver or proxy did, where the line says so.
  public enum Action: UInt8, Sendable, BitwiseCopyable { case none, allowed, blocked, cached, forwarded }
  /// Whether the server of a connection answered.
  public enum State: UInt8, Sendable, BitwiseCopyable { case unknown, established, unanswered }
  /// How the ranges are written in the line: see `bytes(of:in:)`.
  public enum Escape: UInt8, Sendable, BitwiseCopyable { case none, json, hex, csv, xml, windows }
  /// How `message` is written in the line.
  public enum MessageCoding: UInt8, Sendable, BitwiseCopyable { case none, raw, base64, hex }

  public static let unknownTime = Int64.min
  public static let unknownCode = UInt16.max

  public var kind = Kind.none
  public var action = Action.none
  public var state = State.unknown
  public var escape = Escape.none
  public var messageCoding = MessageCoding.none
  /// IANA number: 6 TCP, 17 UDP, 1 and 58 ICMP; 0 where the line does not say.
  public var transport: UInt8 = 0
  public var clientPort: UInt16 = 0
  public var serverPort: UInt16 = 0
  /// Number of the DNS type that was asked or answered; 0 where the line does not say.
  public var type: UInt16 = 0
  /// DNS response code; `unknownCode` where the line does not say.
  public var rcode = unknownCode
  /// HTTP status; 0 where there is none.
  public var status: UInt16 = 0
  /// Nanoseconds since 1970 in UTC, or `unknownTime`.
  public var time = unknownTime
  /// Start of a connection in nanoseconds since 1970, or `unknownTime`; and how long it lasted, in nanoseconds.
  public var start = unknownTime
  public var duration: Int64 = 0
  /// Who asked, or opened the connection.
  public var client = IP.none
  /// The other end of a connection, or the resolver.
  public var server = IP.none
  /// The first address of the answer.
  public var answer = IP.none
  /// Joins the lines about one query of dnsmasq with `log-queries=extra`; 0 where there is none.
  public var serial: UInt64 = 0
  /// Client to server and back.
  public var bytesUp: UInt64 = 0
  public var bytesDown: UInt64 = 0
  public var packetsUp: UInt64 = 0
  public var packetsDown: UInt64 = 0
  /// The name that was asked, as the log writes it (`\DDD` of master files stays), without a final dot; `.` for the root.
  public var name = LogText()
  /// All that was answered: a list as the format writes it. See `forEachAnswer(in:_:)`.
  public var answers = LogText()
  /// A whole DNS message: see `message(in:)`.
  public var message = LogText()
  /// The name that a TLS or QUIC hello, or a CONNECT line, gave.
  public var serverName = LogText()
  public var ja4 = LogText()
  public var ja3 = LogText()
  /// The protocol that was agreed on, or the list that was offered.
  public var alpn = LogText()
  public var userAgent = LogText()
  public var host = LogText()
  public var method = LogText()
  public var uri = LogText()
  /// The application protocol as the sensor calls it.
  public var service = LogText()

  public init() {}
}

/// A range of bytes of a line.
public struct LogText: Sendable, Hashable, BitwiseCopyable {
  public var offset: Int32 = 0
  public var count: Int32 = 0

  @inline(__always)
  public init() {}

  /// - Parameters:
  ///   - from: first byte, not below 0.
  ///   - to: one past the last; before `from` gives an empty text.
  @inline(__always)
  public init(_ from: Int, _ to: Int) {
    guard from < to, to <= Int(Int32.max) else { return }
    offset = Int32(truncatingIfNeeded: from)
    count = Int32(truncatingIfNeeded: to - from)
  }

  public var isEmpty: Bool { count == 0 }
  public var start: Int { Int(offset) }
  public var end: Int { Int(offset) + Int(count) }
}

/// What became of a line.
public enum LogOutcome: Sendable, Hashable {
  /// The record holds what the line tells.
  case record
  /// A line of this format that tells nothing about traffic: a header, a comment, the start of the program.
  case ignored
  /// No line of this format.
  case malformed
}
