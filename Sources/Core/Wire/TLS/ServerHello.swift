/// What a server chose in its first message (RFC 8446 §4.1.3, RFC 5246 §7.4.1.3). Certificates are not read.
public struct ServerHello: Sendable, Hashable {
  /// The version agreed on: the one of supported_versions (43), else of the body.
  public private(set) var version: UInt16 = 0
  public private(set) var cipherSuite: UInt16 = 0
  /// The type of every extension in the order sent.
  public private(set) var extensions: [UInt16] = []
  /// The protocol of ALPN as text that can be shown; TLS 1.3 hides it in an encrypted message.
  public private(set) var applicationProtocol: String?
  /// The group of the server's key share, or the one that it asks for in a HelloRetryRequest.
  public private(set) var keyShare: UInt16?
  /// The server wants another hello, with another key share or a cookie (RFC 8446 §4.1.4).
  public private(set) var isHelloRetryRequest = false
  /// pre_shared_key (41): a session of TLS 1.3 is resumed.
  public private(set) var hasPreSharedKey = false
  /// A new ticket of TLS 1.2 will follow (35).
  public private(set) var willSendTicket = false
  public private(set) var sessionID: [UInt8] = []
  /// Extensions whose data is not what their type asks for.
  public private(set) var damaged = 0

  /// Whether the server takes up an earlier session of this client: by a key of TLS 1.3, or by the session that a hello of
  /// TLS 1.2 named. TLS 1.3 sends the client's session id back in any case.
  public func resumes(_ client: ClientHello) -> Bool {
    if hasPreSharedKey { return true }
    let isOlder = version < 0x0304 || (version >> 8 == 0xFE && version > 0xFEFC)
    return isOlder && !sessionID.isEmpty && sessionID == client.sessionID
  }

  /// The random of a HelloRetryRequest: the SHA-256 of "HelloRetryRequest".
  private static let retryRandom: [32 of UInt8] = [
    0xCF, 0x21, 0xAD, 0x74, 0xE5, 0x9A, 0x61, 0x11, 0xBE, 0x1D, 0x8C, 0x02, 0x1E, 0x65, 0xB8, 0x91,
    0xC2, 0xA2, 0x11, 0x16, 0x7A, 0xBB, 0x8C, 0x5E, 0x07, 0x9E, 0x09, 0xE2, 0xC8, 0xA8, 0x33, 0x9C,
  ]

  /// Reads the body of the message: what follows type and length. Offsets in a fault count from its start.
  public init(_ body: Span<UInt8>) throws(Fault) {
    var cursor = Cursor(body)
    version = try cursor.word()
    isHelloRetryRequest = true
    for expected in Self.retryRandom.indices where try cursor.byte() != Self.retryRandom[expected] {
      isHelloRetryRequest = false
    }
    let sessionIDLength = Int(try cursor.byte())
    sessionID = try cursor.take(sessionIDLength)
    cipherSuite = try cursor.word()
    try cursor.skip(1)
    guard cursor.remaining > 0 else { return }
    let listLength = Int(try cursor.word())
    guard listLength <= cursor.remaining else { throw .truncated(at: cursor.offset) }
    let end = cursor.offset + listLength
    while cursor.offset < end {
      let (type, range) = try cursor.helloExtension(before: end)
      extensions.append(type)
      do { try read(type, body.extracting(range)) } catch { damaged += 1 }
    }
  }

  private mutating func read(_ type: UInt16, _ data: Span<UInt8>) throws(Fault) {
    var cursor = Cursor(data)
    switch type {
    case 16:
      try cursor.skip(2)
      let count = Int(try cursor.byte())
      applicationProtocol = ClientHello.text(try cursor.take(count))
    case 35: willSendTicket = true
    case 41: hasPreSharedKey = true
    case 43: version = try cursor.word()
    case 51: keyShare = try cursor.word()
    default: break
    }
  }
}
