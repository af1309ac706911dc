internal import Model

/// What came back on one connection.
enum Reply: Sendable, Hashable {
  case refused, unreachable
  /// No connection in time.
  case silent
  /// A complete or cut answer to a GET or to an upgrade that was declined.
  case http(HTTPAnswer)
  /// 101, and the first message that followed; nil where none came in time.
  case upgraded(HTTPAnswer, Frame?)
  case tls(TLSAnswer)
  /// Bytes that are no HTTP; none where the other side closed or said nothing.
  case bytes([UInt8])
}

/// The talk with one endpoint as a state machine: replies go in, the next question comes out. At most five questions.
struct Interview: Sendable {
  let endpoint: Endpoint
  let followsUp: Bool
  private(set) var verdict = Verdict()
  private var paths: [String]
  private var current: Question?
  private var upgradeWasTried = false
  private var followUps: [Question] = []

  /// The history of a session that nobody has: nothing is read, and whoever may read it is told "not found".
  static let history = "/sessions/trammel-probe/history"
  /// Told the version without a login until 2026.4.21.
  static let settings = "/__openclaw/control-ui-config.json"

  init(_ endpoint: Endpoint, followsUp: Bool = true) {
    self.endpoint = endpoint
    self.followsUp = followsUp
    paths = Ports.paths(endpoint.port)
    // Who is one of many in a network gets one request, and more only for what the first answer says.
    if !endpoint.isNamed { paths = Array(paths.prefix(1)) }
  }

  /// The first question.
  mutating func begin() -> Question { ask(.get(paths.isEmpty ? "/healthz" : paths.removeFirst())) }

  private mutating func ask(_ question: Question) -> Question {
    current = question
    verdict.asked.append(question.description)
    return question
  }

  /// Takes a reply in; nil where nothing more is to be asked.
  mutating func take(_ reply: Reply) -> Question? {
    guard let question = current else { return nil }
    current = nil
    switch reply {
    case .refused: return lost(.refused)
    case .unreachable: return lost(.unreachable)
    case .silent: return lost(.silent)
    default: verdict.state = .open
    }
    switch (question, reply) {
    case (.get(Self.history), .http(let answer)): judgeAccess(answer)
    case (.get(let path), .http(let answer)): return takeAnswer(answer, path)
    case (.upgrade, .http(let answer)): note(answer)
    case (.upgrade, .upgraded(let answer, let frame)): takeFrame(answer, frame)
    case (_, .tls(let answer)):
      takeTLS(answer)
      return nil
    case (.get(let path), .bytes(let bytes)):
      // A follow-up that fails says nothing of the port.
      if !verdict.speaksHTTP, !verdict.speaksWebSocket, path != Self.history { return takeBytes(bytes) }
    default: break
    }
    return next()
  }

  /// A port that took one connection and not the next is still an open port. Nothing was sent without a connection.
  private mutating func lost(_ state: Verdict.State) -> Question? {
    if verdict.state != .open { verdict.state = state }
    _ = verdict.asked.popLast()
    return nil
  }

  private mutating func takeAnswer(_ answer: HTTPAnswer, _ path: String) -> Question? {
    let isFirst = !verdict.speaksHTTP
    if isFirst, Self.wantsTLS(answer) { return ask(.hello) }
    note(answer)
    if let (signature, json) = Signature.match(answer, path: path, port: endpoint.port) {
      take(signature, json)
    }
    return next()
  }

  /// The next question after an HTTP answer.
  private mutating func next() -> Question? {
    guard verdict.speaksHTTP else { return nil }
    if verdict.kind == "openclaw", verdict.confidence >= .high || upgradeWasTried { return followUp() }
    if mayBeGateway, !upgradeWasTried {
      upgradeWasTried = true
      return ask(.upgrade)
    }
    if verdict.kind == "openclaw" { return followUp() }
    if verdict.kind == nil, !paths.isEmpty { return ask(.get(paths.removeFirst())) }
    return nil
  }

  /// Half recognised; or unknown, on a port where gateways are usual or that somebody named. Gateways before March 2026
  /// show nothing over HTTP where they have no page, and they never name their server.
  private var mayBeGateway: Bool {
    if verdict.kind == "openclaw" { return true }
    guard verdict.kind == nil, verdict.server == nil, verdict.redirect == nil else { return false }
    return Ports.openClaw.contains(endpoint.port) || (endpoint.isNamed && Ports.paths[endpoint.port] == nil)
  }

  /// Before March 2026 there is nothing more to learn: the page gave the name, the other paths came later.
  private mutating func followUp() -> Question? {
    guard followsUp, verdict.era != "Clawdbot", verdict.era != "Moltbot" else { return nil }
    for path in [Self.history, "/", Self.settings] {
      // The settings are there for a version, the page for a page.
      if path == "/", verdict.controlPage == true { continue }
      let question = Question.get(path)
      if !verdict.asked.contains(question.description) { return ask(question) }
    }
    return nil
  }

  private mutating func note(_ answer: HTTPAnswer) {
    verdict.speaksHTTP = true
    verdict.tls = verdict.tls ?? false
    if verdict.server == nil {
      verdict.server = answer.fields.first { $0.name == "server" }.map { Verdict.safe($0.value) }
    }
    if (300..<400).contains(answer.status), let place = answer.fields.first(where: { $0.name == "location" }) {
      verdict.redirect = verdict.redirect ?? "\(answer.status) to \(Verdict.safe(place.value))"
    }
  }

  private mutating func take(_ signature: Signature, _ json: FlatJSON?) {
    verdict.name(signature.kind, era: signature.era, signature.confidence, because: signature.reason)
    guard verdict.kind == signature.kind else { return }
    if let name = signature.version, let text = json?[name]?.string, !text.isEmpty {
      verdict.version = verdict.version ?? Verdict.safe(Array(text.utf8.prefix(40)))
    }
    if signature.isControlPage { verdict.controlPage = true }
    switch signature.access {
    case .unknown: break
    case .open: verdict.authenticated = verdict.authenticated ?? false
    case .required: verdict.authenticated = true
    case .member(let name): verdict.authenticated = json?[name]?.bool ?? verdict.authenticated
    }
  }

  /// What an OpenClaw gateway says to a stranger who wants the history of a session that does not exist.
  private mutating func judgeAccess(_ answer: HTTPAnswer) {
    let json = answer.isEncoded ? nil : FlatJSON(answer.body)
    let type = json?["error.type"]?.string
    let message = json?["error.message"]?.string?.lowercased() ?? ""
    switch answer.status {
    case 401, 407:
      verdict.authenticated = true
      verdict.reasons.append("asks a stranger to log in (\(answer.status))")
    case 429 where type == "rate_limited":
      verdict.authenticated = true
      verdict.reasons.append("asks a stranger to log in (locked out for now)")
    case 403 where message.hasPrefix("missing scope"):
      // Whoever comes without a login where one is wanted gets 401. Here the login was passed over, and only the list of
      // rights that a client sends along was missing.
      verdict.authenticated = false
      verdict.reasons.append("asks nobody to log in: a stranger only lacks a scope, which he may claim himself")
    case 403:
      verdict.authenticated = true
      verdict.reasons.append("turns a stranger away (403)")
    case 404 where type == "not_found":
      verdict.authenticated = false
      verdict.reasons.append("asks nobody to log in: a stranger is told which sessions exist")
    default: break
    }
  }

  private mutating func takeFrame(_ answer: HTTPAnswer, _ frame: Frame?) {
    note(answer)
    verdict.speaksWebSocket = true
    guard case .text(let bytes) = frame, let json = FlatJSON(bytes), json["type"] == "event",
      json["event"] == "connect.challenge", let nonce = json["payload.nonce"]?.string, !nonce.isEmpty
    else { return }
    verdict.challenged = true
    verdict.name(
      "openclaw", era: nil, .certain, because: "sends connect.challenge before anything is said to it")
  }

  private mutating func takeBytes(_ bytes: [UInt8]) -> Question? {
    if bytes.isEmpty || TLSAnswer.isRecord(bytes) { return ask(.hello) }
    verdict.tls = false
    verdict.banner = Verdict.safe(bytes.prefix { $0 != 0x0D && $0 != 0x0A })
    return nil
  }

  private mutating func takeTLS(_ answer: TLSAnswer) {
    switch answer {
    case .hello(let version):
      verdict.tls = true
      verdict.tlsVersion = TLSAnswer.name(version)
    case .alert(let number):
      verdict.tls = true
      verdict.reasons.append("refuses TLS with alert \(number)")
    case .notTLS, .partial: return
    }
    if Ports.openClaw.contains(endpoint.port) {
      verdict.name(
        "openclaw", era: nil, .low, because: "TLS on an OpenClaw port: what is inside cannot be seen without a login")
    }
  }

  /// A server that tells an HTTP client to come with TLS: Go's and nginx's words.
  private static func wantsTLS(_ answer: HTTPAnswer) -> Bool {
    answer.status == 400
      && (answer.body.contains(sequence: Array("HTTPS server".utf8))
        || answer.body.contains(sequence: Array("HTTPS port".utf8)))
  }
}
