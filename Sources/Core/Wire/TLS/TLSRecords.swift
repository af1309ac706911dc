/// Finds the hello at the start of one direction of a connection (RFC 8446 §5.1).
public enum TLSRecords {
  public enum Outcome: Sendable, Hashable {
    /// So far it is a hello, and `total` bytes from the start are needed at least. A caller that waits for them does not
    /// pay for a client that sends byte by byte.
    case needMore(total: Int)
    case notTLS
    case hello(ClientHello)
    case serverHello(ServerHello)
    /// A server refuses the handshake with this description (RFC 8446 §6): 40 handshake_failure, 112 unrecognized_name …
    case alert(UInt8)
    case damaged(Fault)
    /// The message says that it is longer than is read, or lies in too many records.
    case tooLarge
  }

  /// Bytes of a handshake message that are read at most.
  public static let messageLimit = 64 << 10
  /// Records over which a hello may be spread. Clients that hide from filters cut it in two to some dozens.
  public static let recordLimit = 256
  /// The payload of one record: TLS 1.2 allows 2048 bytes more than the plaintext may have (RFC 5246 §6.2.3).
  static let payloadLimit = (16 << 10) + 2048

  /// - Parameter bytes: all that is there from the first byte of the direction on; after a CONNECT, from the first byte
  ///   behind its head on. The caller keeps them until the outcome is no longer `needMore`.
  public static func read(_ bytes: Span<UInt8>) -> Outcome {
    guard isPlausible(bytes) else { return .notTLS }
    guard bytes.count >= 5 else { return .needMore(total: 5) }
    let first = payloadLength(bytes, at: 0)
    guard (1...payloadLimit).contains(first) else { return .notTLS }
    if bytes[0] == 21 {
      guard first == 2 else { return .notTLS }
      return bytes.count >= 7 ? .alert(bytes[6]) : .needMore(total: 7)
    }
    if first >= 4 {
      guard bytes.count >= 9 else { return .needMore(total: min(5 + first, 9)) }
      let message = messageLength(bytes, at: 5)
      guard message <= messageLimit else { return .tooLarge }
      if first >= 4 + message {
        guard bytes.count >= 9 + message else { return .needMore(total: 9 + message) }
        return decode(type: bytes[5], bytes.extracting(9..<(9 + message)))
      }
    }
    return readSplit(bytes)
  }

  /// Whether these can be the first bytes of a handshake record with a hello, or of an alert. For the hot path: it looks
  /// at six bytes, and at fewer where fewer are there.
  public static func isPlausible(_ bytes: Span<UInt8>) -> Bool {
    guard bytes.count > 0 else { return true }
    guard bytes[0] == 22 || bytes[0] == 21 else { return false }
    if bytes.count > 1, bytes[1] != 3 { return false }
    if bytes.count > 2, bytes[2] > 4 { return false }
    // Type of the hello (client, server), or level of the alert (warning, fatal).
    if bytes.count > 5 { return bytes[5] == 1 || bytes[5] == 2 }
    return true
  }

  /// A message over several records is put together before it is read.
  private static func readSplit(_ bytes: Span<UInt8>) -> Outcome {
    var message: [UInt8] = []
    var offset = 0
    for _ in 0..<recordLimit {
      guard bytes.count - offset >= 5 else { return .needMore(total: offset + 5) }
      guard bytes[offset] == 22, bytes[offset + 1] == 3 else { return .damaged(.dataLength(type: 22, at: offset)) }
      let count = payloadLength(bytes, at: offset)
      guard (1...payloadLimit).contains(count) else { return .damaged(.dataLength(type: 22, at: offset)) }
      offset += 5
      for index in offset..<min(offset + count, bytes.count) { message.append(bytes[index]) }
      if message.count >= 4 {
        let length = messageLength(message.span, at: 0)
        guard length <= messageLimit else { return .tooLarge }
        if message.count >= 4 + length { return decode(type: message[0], message.span.extracting(4..<(4 + length))) }
      }
      guard bytes.count - offset >= count else { return .needMore(total: offset + count) }
      offset += count
    }
    return .tooLarge
  }

  private static func decode(type: UInt8, _ body: Span<UInt8>) -> Outcome {
    do throws(Fault) {
      return type == 1 ? .hello(try ClientHello(body)) : .serverHello(try ServerHello(body))
    } catch { return .damaged(error) }
  }

  private static func payloadLength(_ bytes: Span<UInt8>, at offset: Int) -> Int {
    Int(bytes[offset + 3]) << 8 | Int(bytes[offset + 4])
  }

  private static func messageLength(_ bytes: Span<UInt8>, at offset: Int) -> Int {
    Int(bytes[offset + 1]) << 16 | Int(bytes[offset + 2]) << 8 | Int(bytes[offset + 3])
  }
}
