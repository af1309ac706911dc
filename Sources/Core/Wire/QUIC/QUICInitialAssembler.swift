/// Finds the ClientHello in the first datagrams of a client that speaks QUIC (RFC 9000, 9001, 9369).
///
/// One for each flow; it is fed what the client sends, in the order of arrival. Hellos with a post-quantum key share take
/// two datagrams or more, in any order, and Chrome cuts and shuffles them further.
///
/// It keeps at most 16 KiB, looks at no more than eight datagrams, and derives keys no more than four times.
public struct QUICInitialAssembler: Sendable {
  public enum Outcome: Sendable, Hashable {
    case needMore
    case hello(ClientHello)
    case notQUIC
    /// What this datagram has cannot be read; another may still complete the hello.
    case damaged(Reason)
    /// The limits are reached, or the hello was found before.
    case gaveUp
  }

  public enum Reason: Sendable, Hashable {
    /// The packet, or a frame in it, ends too early.
    case truncated
    /// No key opens the packet: it was changed on the way, or the flow's first packets were not seen.
    case undecryptable
    /// A frame that may not stand in an Initial packet (RFC 9000 §12.4).
    case frame(UInt8)
    /// The stream of the handshake does not start with a ClientHello.
    case noHello
    case hello(Fault)
  }

  public static let datagramLimit = 8
  static let packetLimit = 8
  static let derivationLimit = 4

  private var keys: QUICInitialKeys?
  private var fragments = MessageFragments()
  private var datagrams = 0
  private var derivations = 0
  private var isOver = false

  public init() {}

  /// Whether a datagram starts with an Initial packet of a known version. For the hot path: it looks at six bytes.
  ///
  /// Neither the port nor the size counts: a client pads to 1200 bytes, and what a capture kept of it may be less.
  public static func isInitial(_ datagram: Span<UInt8>) -> Bool {
    guard datagram.count >= 7, datagram[0] & 0xC0 == 0xC0, datagram[5] <= QUICLongHeader.idLimit else { return false }
    let high = UInt32(datagram[1]) << 24 | UInt32(datagram[2]) << 16
    guard let version = QUICVersion(number: high | UInt32(datagram[3]) << 8 | UInt32(datagram[4])) else {
      return false
    }
    return datagram[0] >> 4 & 3 == version.initialType
  }

  public mutating func receive(_ datagram: Span<UInt8>) -> Outcome {
    guard !isOver, datagrams < Self.datagramLimit else {
      end()
      return .gaveUp
    }
    guard datagrams > 0 || Self.isInitial(datagram) else { return .notQUIC }
    datagrams += 1
    let outcome = readPackets(datagram)
    switch outcome {
    case .needMore, .damaged: break
    case .hello, .notQUIC, .gaveUp: end()
    }
    return outcome
  }

  /// Nothing more is read, so nothing is kept.
  private mutating func end() {
    isOver = true
    fragments = MessageFragments()
    keys = nil
  }

  /// Several packets may share a datagram (RFC 9000 §12.2); one with a short header is the last.
  private mutating func readPackets(_ datagram: Span<UInt8>) -> Outcome {
    var cursor = Cursor(datagram)
    var worst: Reason?
    for _ in 0..<Self.packetLimit where cursor.remaining > 0 {
      let start = cursor.offset
      do throws(Fault) {
        guard let header = try QUICLongHeader(&cursor) else { break }
        guard header.isInitial else { continue }
        guard let frames = open(datagram, header, start: start) else {
          worst = worst ?? .undecryptable
          continue
        }
        if let outcome = receive(frames: frames.span) {
          guard case .damaged(let reason) = outcome else { return outcome }
          worst = worst ?? reason
        }
      } catch {
        worst = worst ?? .truncated
        break
      }
    }
    return worst.map { .damaged($0) } ?? .needMore
  }

  /// Opens the packet with the keys that opened the one before. Where they do not, the client may have started again: with
  /// the id that a Retry gave it (RFC 9000 §17.2.5), or in another version.
  private mutating func open(_ datagram: Span<UInt8>, _ header: QUICLongHeader, start: Int) -> [UInt8]? {
    if let frames = keys?.open(datagram, header, start: start) { return frames }
    var destination: [UInt8] = []
    for index in header.destination { destination.append(datagram[index]) }
    if let keys, keys.version == header.version, keys.destination == destination { return nil }
    guard derivations < Self.derivationLimit else { return nil }
    derivations += 1
    let fresh = QUICInitialKeys(version: header.version, destination: destination)
    guard let frames = fresh.open(datagram, header, start: start) else { return nil }
    keys = fresh
    fragments = MessageFragments()
    return frames
  }

  /// Reads what a packet holds once it is open. Nil where the hello is not complete by then.
  mutating func receive(frames: Span<UInt8>) -> Outcome? {
    var cursor = Cursor(frames)
    do throws(Fault) {
      while cursor.remaining > 0 {
        switch try cursor.byte() {
        case 0, 1: break
        case 2: try cursor.skipAcknowledgement(hasCounts: false)
        case 3: try cursor.skipAcknowledgement(hasCounts: true)
        case 6:
          let offset = try cursor.variableLength()
          let count = try cursor.variableLength()
          guard count <= cursor.remaining else { return .damaged(.truncated) }
          let piece = frames.extracting(cursor.offset..<(cursor.offset + count))
          try cursor.skip(count)
          guard fragments.insert(piece, at: offset) else { return .gaveUp }
        // The client closes; what follows is of no use.
        case 0x1C: return hello
        case let type: return .damaged(.frame(type))
        }
      }
    } catch { return .damaged(.truncated) }
    return hello
  }

  private var hello: Outcome? {
    if fragments.prefixCount > 0, fragments.bytes[0] != 1 { return .damaged(.noHello) }
    if let length = fragments.length, length > MessageFragments.byteLimit - 4 { return .gaveUp }
    guard let message = fragments.message else { return nil }
    do throws(Fault) {
      return .hello(try ClientHello(fragments.bytes.span.extracting(message.body)))
    } catch { return .damaged(.hello(error)) }
  }
}

extension Cursor {
  /// The rest of an ACK frame (RFC 9000 §19.3). Every range takes two bytes at least, so its number cannot cost more than
  /// the packet has.
  @_lifetime(self: copy self)
  fileprivate mutating func skipAcknowledgement(hasCounts: Bool) throws(Fault) {
    _ = try variableLength()
    _ = try variableLength()
    let ranges = try variableLength()
    guard ranges <= remaining / 2 else { throw .truncated(at: offset) }
    for _ in 0..<(1 + 2 * ranges) { _ = try variableLength() }
    if hasCounts { for _ in 0..<3 { _ = try variableLength() } }
  }
}
