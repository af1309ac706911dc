internal import Platform

/// One connection with one question: how much of it was sent, and what came back. Bounded in bytes and in time.
struct Connection {
  enum Phase: Sendable, Hashable { case connecting, sending, receiving }

  let stream: Sockets.Stream
  let question: Question
  private(set) var phase = Phase.connecting
  /// Nanoseconds on the monotonic clock.
  private(set) var deadline: Int64
  private let answerTime: Int64
  private var outgoing: ArraySlice<UInt8>
  private var intake: Intake

  init(_ stream: Sockets.Stream, _ question: Question, _ endpoint: Endpoint, now: Int64, options: Prober.Options) {
    self.stream = stream
    self.question = question
    deadline = now + Int64(max(1, options.connectTimeout)) * 1_000_000
    answerTime = Int64(max(1, options.answerTimeout)) * 1_000_000
    outgoing = question.bytes(endpoint, random: Machine.random(64))[...]
    intake = Intake(question)
  }

  var wantsToWrite: Bool { phase != .receiving }

  /// The time is over: what came until now is the answer.
  func expired() -> Reply { phase == .connecting ? .silent : intake.reply }

  /// Does what the socket is ready for. Returns the reply once there is one.
  mutating func step(now: Int64) -> Reply? {
    switch phase {
    case .connecting:
      switch stream.progress {
      case .connected:
        deadline = now + answerTime
        phase = .sending
        return step(now: now)
      case .refused: return .refused
      case .silent: return .silent
      case .unreachable, .exhausted: return .unreachable
      case .underWay: return nil
      }
    case .sending:
      // Whoever closes before the question is out may have said why.
      guard let count = stream.send(outgoing) else { return finish(stream.receive() ?? []) }
      outgoing = outgoing.dropFirst(count)
      if outgoing.isEmpty { phase = .receiving }
      return nil
    case .receiving:
      guard let bytes = stream.receive() else { return nil }
      if bytes.isEmpty { return finish([]) }
      intake.take(bytes)
      guard intake.isComplete else { return nil }
      if question == .upgrade, intake.isUpgraded { _ = stream.send(Question.goodbye(random: Machine.random(4))[...]) }
      return intake.reply
    }
  }

  private mutating func finish(_ bytes: [UInt8]) -> Reply {
    intake.take(bytes)
    intake.end()
    return intake.reply
  }
}

/// What came back for one question, as a value: pieces go in, a reply comes out.
struct Intake: Sendable {
  private let question: Question
  private var reader = HTTPReader()
  /// The first bytes as they came, for what is no HTTP.
  private var start: [UInt8] = []
  private var tls = TLSAnswer.partial
  private var frame = Frame.partial

  /// A TLS record and its head (RFC 8446 §5.1); of other things a line is enough.
  private static let recordLimit = 16_389
  private static let bannerLimit = 256

  init(_ question: Question) { self.question = question }

  mutating func take(_ bytes: [UInt8]) {
    let limit = question == .hello ? Self.recordLimit : Self.bannerLimit
    start += bytes.prefix(max(0, limit - start.count))
    if question == .hello {
      tls = TLSAnswer(start)
      return
    }
    reader.take(bytes)
    if question == .upgrade, isUpgraded, frame == .partial { frame = Frame(reader.answer.body) }
  }

  mutating func end() { reader.end() }

  var isUpgraded: Bool { reader.hasHead && reader.answer.status == 101 }

  var isComplete: Bool {
    switch question {
    case .hello: tls != .partial || start.count >= Self.recordLimit
    case .upgrade: isUpgraded ? frame != .partial || reader.isDone : reader.isDone
    case .get: reader.isDone || isUpgraded
    }
  }

  /// The reply as it stands; where more was expected, it is cut.
  var reply: Reply {
    if question == .hello { return .tls(tls) }
    if question == .upgrade, isUpgraded { return .upgraded(reader.answer, frame == .partial ? nil : frame) }
    guard reader.hasHead else { return .bytes(start) }
    var answer = reader.answer
    if !reader.isDone { answer.isCut = true }
    return .http(answer)
  }
}
