import Model

@testable import Detection

/// Sessions written by hand after what recorded clients do: made up, with the shapes and not the numbers of recordings.
struct Traffic {
  /// What a client's hello looks like.
  enum Client: String, CaseIterable {
    case bunFetch = "t13d1713h1_5b57614c22b0_7f527383e249"
    case bunHTTPS = "t13d181000_5d04281c6031_25d8bb11352d"
    case codexSocket = "t13d101000_61a7ad8aa9b6_0d308c48d2a3"
    case codexHTTPS = "t13d1011h2_61a7ad8aa9b6_0d308c48d2a3"
    case python = "t13d3112h1_e8f1e7e78f70_d41ae481755e"
    case pythonFromSource = "t13d1812h1_85036bcba153_d41ae481755e"
    case requests = "t13d3112h1_e8f1e7e78f70_b26ce05bbdd6"
    case curl = "t13d3112h2_e8f1e7e78f70_b26ce05bbdd6"
    case litellm = "t13d1412h1_fa82ebbed50e_d41ae481755e"
    case pip = "t13d4312h1_c7886603b240_b26ce05bbdd6"
    case node = "t13d5212h1_b262b3658495_8e6e362c5eac"
    case nodeHTTPS = "t13d521100_b262b3658495_8e6e362c5eac"
    case git = "t13d2912h2_723694b0fccc_288f874c93d6"
    case chromium = "t13d1517h2_8daaf6152771_cb7bf5808d99"
    case firefox = "t13d1717h2_5b57614c22b0_3cbfd9057e0d"

    var isBrowser: Bool { self == .chromium || self == .firefox }
    var helloBytes: UInt64 {
      switch self {
      case .bunFetch, .bunHTTPS, .codexSocket, .codexHTTPS, .node, .nodeHTTPS: 1500
      case .chromium, .firefox: 1950
      default: 517
      }
    }
    var hello: Session.Hello {
      let letters = rawValue.prefix(10).suffix(2)
      return Session.Hello(
        ja4: rawValue, alpn: letters == "h1" ? ["http/1.1"] : letters == "h2" ? ["h2", "http/1.1"] : [],
        hasGREASE: self == .chromium, hasECH: isBrowser)
    }
  }

  /// One upload with its answer, in seconds after the beginning.
  struct Turn {
    var at: Double
    var up: UInt64
    var down: UInt64
    var lasts: Double
  }

  static let begin = Timestamp(seconds: 1_795_700_000)
  static let host = Address("192.0.2.10") ?? .anyIPv4

  var host = Self.host
  var sessions: [Session] = []
  var queries: [NameQuery] = []
  private var state: UInt64 = 0x9E37_79B9
  private var port: UInt16 = 40000

  init() {}

  /// 0..<1, the same each time.
  mutating func random() -> Double {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return Double(state >> 11) / Double(1 << 53)
  }

  func time(_ seconds: Double) -> Timestamp { Self.begin.advanced(bySeconds: seconds) }

  /// A connection with its handshake; large uploads are cut by the server's session tickets, as on a real path.
  mutating func connect(
    _ name: String, _ client: Client?, at start: Double, turns: [Turn] = [], until end: Double? = nil,
    up: UInt64? = nil, down: UInt64? = nil, proxied: Bool = false, change: (inout Session) -> Void = { _ in }
  ) {
    port &+= 1
    let last = turns.last.map { $0.at + $0.lasts } ?? start + 0.3
    var session = Session(
      client: host, server: Address(proxied ? "192.0.2.1" : "198.51.100.7") ?? .anyIPv4,
      serverPort: proxied ? 3128 : 443, transport: .tcp, start: time(start), end: time(end ?? last + 0.05))
    session.clientPort = port
    session.name = name
    session.nameSource = proxied ? .connect : .tls
    session.hello = client?.hello
    let hello = client?.helloBytes ?? 517
    if client != nil, !turns.isEmpty {
      if proxied {
        session.turns.append(.init(start: time(start), end: time(start + 0.01), bytesUp: 190, bytesDown: 39))
      }
      session.turns.append(.init(start: time(start + 0.02), end: time(start + 0.04), bytesUp: hello, bytesDown: 3100))
    }
    for (index, turn) in turns.enumerated() {
      if index == 0, turn.up > 14_000, client != nil {
        // The first flight fills the window; then the server's tickets come, then the rest goes.
        session.turns.append(
          .init(start: time(turn.at), end: time(turn.at + 0.02), bytesUp: 14_000, bytesDown: 510))
        session.turns.append(
          .init(
            start: time(turn.at + 0.021), end: time(turn.at + turn.lasts), bytesUp: turn.up - 14_000,
            bytesDown: turn.down))
      } else {
        session.turns.append(
          .init(start: time(turn.at), end: time(turn.at + turn.lasts), bytesUp: turn.up, bytesDown: turn.down))
      }
      if client == .chromium || client == .curl {
        // Window updates of HTTP/2 in the middle of the answer.
        session.turns.append(
          .init(
            start: time(turn.at + turn.lasts), end: time(turn.at + turn.lasts + 0.01), bytesUp: 35, bytesDown: 60))
      }
    }
    session.bytesUp = up ?? turns.reduce(hello + 80) { $0 + $1.up }
    session.bytesDown = down ?? turns.reduce(3600) { $0 + $1.down }
    session.packetsUp = session.bytesUp / 1000 + 10
    session.packetsDown = session.bytesDown / 290 + session.bytesUp / 2800 + 6
    change(&session)
    sessions.append(session)
  }

  /// A pair of questions, as the resolver of the C library asks them; a browser asks type 65 first.
  mutating func ask(_ name: String, at seconds: Double, browser: Bool = false) {
    for type in browser ? [65, 1] : [1, 28] as [UInt16] {
      queries.append(NameQuery(time: time(seconds), client: host, name: name, type: type))
    }
  }

  /// Everything but what a resolver or a flow export would not show.
  func flows() -> Traffic {
    var copy = self
    for index in copy.sessions.indices {
      copy.sessions[index].turns = []
      copy.sessions[index].hello = nil
      copy.sessions[index].nameSource = .dns
    }
    return copy
  }

  func observed(_ options: Observer.Options = Observer.Options(), reversed: Bool = false) -> Observer {
    var observer = Observer(options: options)
    for session in reversed ? sessions.reversed() : sessions { observer.add(session) }
    for query in reversed ? queries.reversed() : queries { observer.add(query) }
    return observer
  }

  func activity(of host: Address? = nil, reversed: Bool = false) -> HostActivity? {
    let wanted = host ?? self.host
    return observed(reversed: reversed).verdicts(at: time(1e7)).first { $0.addresses.contains(wanted) }
  }
}
