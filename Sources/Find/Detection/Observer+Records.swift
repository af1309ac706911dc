import Knowledge
import Model

// What is kept of a connection.
extension Observer {
  mutating func client(_ hello: Session.Hello) -> HostState.Client {
    if let known = clients[hello.ja4] { return known }
    let parts = hello.ja4.split(separator: "_", omittingEmptySubsequences: false)
    let letters = parts.first.map { String($0.suffix(2)) } ?? ""
    let client = HostState.Client(
      ja4: hello.ja4, row: hellos.match(ja4: hello.ja4),
      program: parts.count == 3 ? "\(parts[1])_\(letters == "ht" ? "h1" : letters)" : hello.ja4,
      hasNoALPN: letters == "00" && hello.alpn.isEmpty)
    if clients.count < 4096 { clients[hello.ja4] = client }
    return client
  }

  /// No client of a model service but browsers speaks QUIC. A flow export knows UDP and the port only.
  private static func isQUIC(_ session: Session) -> Bool {
    session.transport == .quic || (session.transport == .udp && session.serverPort == 443)
  }

  static func isBrowser(_ session: Session, _ client: HostState.Client?) -> Bool {
    if isQUIC(session) { return true }
    guard let hello = session.hello else { return false }
    return hello.hasGREASE || client?.row?.kind == .browser
  }

  static func contact(_ session: Session, place: Int, client: HostState.Client?) -> HostState.Contact {
    HostState.Contact(
      start: session.start.nanoseconds, end: max(session.start, session.end).nanoseconds, place: place,
      name: target(session), hello: client, isBrowser: isBrowser(session, client),
      calls: session.isEstablished ? Call.calls(of: session) : [], up: session.bytesUp, down: session.bytesDown,
      keepalive: session.keepalive, isWebSocket: session.webSocketPath != nil,
      isEstablished: session.isEstablished, isWhole: session.isWhole, isStreamed: isStreamed(session),
      opening: client?.hasNoALPN ?? false ? Call.opening(of: session) : [])
  }

  /// A record for each token: packets of the server are small, acknowledgements of the upload aside.
  private static func isStreamed(_ session: Session) -> Bool {
    let acknowledgements = session.bytesUp / 1400
    guard session.packetsDown > acknowledgements, session.bytesDown > 0 else { return false }
    let packets = session.packetsDown - acknowledgements
    return packets >= 20 && session.bytesDown / packets < 600
  }

  /// What a program started by an agent might have opened: no browser's, no resolver's, no time server's.
  static func other(_ session: Session, client: HostState.Client?) -> HostState.Other? {
    guard session.isEstablished, !isBrowser(session, client), session.transport != .other else { return nil }
    switch session.serverPort {
    case 53, 67, 68, 123, 137, 138, 853, 1900, 5353, 5355: return nil
    default: break
    }
    let word = session.userAgent?.prefix(40).split(whereSeparator: { $0 == "/" || $0 == " " }).first.map {
      $0.lowercased()
    }
    return HostState.Other(
      start: session.start.nanoseconds, end: max(session.start, session.end).nanoseconds,
      program: client?.runtime ?? word ?? (client == nil ? "port \(session.serverPort)" : "unknown"),
      client: client, target: target(session))
  }

  /// No name is longer than 255 bytes; what claims to be is not kept whole.
  private static func target(_ session: Session) -> String {
    session.name.map { $0.utf8.count <= 255 ? $0 : String($0.prefix(60)) } ?? session.server.description
  }
}
