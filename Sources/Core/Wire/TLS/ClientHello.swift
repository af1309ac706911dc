/// What a client offers in the first message of a TLS handshake (RFC 8446 §4.1.2, RFC 5246 §7.4.1.2).
///
/// Lists are in the order in which they were sent and keep GREASE values (RFC 8701); `isGREASE` tells them.
public struct ClientHello: Sendable, Hashable {
  /// The version of the body: 0x0303 in every hello since TLS 1.3, whatever is offered.
  public internal(set) var legacyVersion: UInt16 = 0
  /// At most 255 bytes; longer than 32 only in a hello that no server takes.
  public internal(set) var sessionID: [UInt8] = []
  public internal(set) var cipherSuites: [UInt16] = []
  /// The type of every extension.
  public internal(set) var extensions: [UInt16] = []
  /// supported_versions (43); empty where it was not sent.
  public internal(set) var versions: [UInt16] = []
  /// The name asked for, in lower case and without a final dot; nil where none was sent or `hasBadServerName`.
  public internal(set) var serverName: String?
  /// A server name was sent that is none: empty, over 255 bytes, or with bytes beyond visible ASCII.
  public internal(set) var hasBadServerName = false
  /// The protocols of ALPN (16) as text that can be shown.
  public internal(set) var applicationProtocols: [String] = []
  /// supported_groups (10).
  public internal(set) var groups: [UInt16] = []
  /// The groups for which key_share (51) brings a key: 4588 is X25519MLKEM768.
  public internal(set) var keyShares: [UInt16] = []
  /// signature_algorithms (13).
  public internal(set) var signatureAlgorithms: [UInt16] = []
  /// ec_point_formats (11).
  public internal(set) var pointFormats: [UInt8] = []
  /// encrypted_client_hello (0xfe0d) is there: real or GREASE, which look alike.
  public internal(set) var hasECH = false
  public internal(set) var hasGREASE = false
  /// pre_shared_key (41): a session is resumed.
  public internal(set) var isResumption = false
  /// A ticket of TLS 1.2 was sent along (35, not empty).
  public internal(set) var hasSessionTicket = false
  /// early_data (42).
  public internal(set) var hasEarlyData = false
  /// quic_transport_parameters (57, or 0xffa5 of the drafts).
  public internal(set) var hasQUICParameters = false
  /// Bytes of the handshake message with its header of four.
  public internal(set) var length = 0
  /// Extensions whose data is not what their type asks for; they are listed and not read further.
  public internal(set) var damaged = 0
  /// Bytes behind the extensions, where nothing may stand.
  public internal(set) var unread = 0
  /// The two letters that JA4 has for the first protocol of ALPN.
  var protocolLetters: UInt16 = 0x3030

  /// The highest version offered: of `versions` without GREASE, else the one of the body.
  public var version: UInt16 {
    versions.lazy.filter { !Self.isGREASE($0) }.max { Self.rank($0) < Self.rank($1) } ?? legacyVersion
  }

  /// Whether the value is one of the sixteen that mean nothing: 0x0a0a, 0x1a1a … 0xfafa (RFC 8701 §2).
  public static func isGREASE(_ value: UInt16) -> Bool {
    value & 0x0F0F == 0x0A0A && value >> 8 == value & 0xFF
  }

  /// Versions of DTLS count downwards from 0xfeff.
  private static func rank(_ version: UInt16) -> UInt16 { version >> 8 == 0xFE ? ~version : version }
}
