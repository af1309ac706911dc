import Detection
import Model

/// Sessions and questions written as bytes: each record a head that says what it is, then fields, most of them one byte
/// that chooses among values, extreme ones with them. They are told to an observer, in order and backwards, and then told
/// to another one that has only the stored baseline.
@Sendable func fuzzDetect(_ bytes: [UInt8]) throws {
  var records = DetectRecords(bytes)
  var options = Observer.Options()
  options.hosts = 12
  options.pairs = 40
  options.contactsPerHost = 24
  options.othersPerHost = 16
  options.queriesPerHost = 16
  options.quietDays = Int(records.byte())
  var observer = Observer(options: options)
  var backwards = Observer()
  var all: [DetectRecords.Record] = []
  while let record = records.next(), all.count < 400 { all.append(record) }
  for record in all { record.tell(&observer) }
  for record in all.reversed() { record.tell(&backwards) }
  var forwards = Observer()
  for record in all { record.tell(&forwards) }

  let now = records.time()
  let found = forwards.verdicts(at: now)
  try hold(found.count <= all.count * 2, "more hosts than were told of")
  // Under the caps, the order in which things are told says nothing; but what came to a gateway before anybody knew of it
  // was not kept.
  if all.count <= 60, !all.contains(where: \.isOfGateway) {
    try hold(Set(found) == Set(backwards.verdicts(at: now)), "another verdict when told backwards")
  }
  for activity in found + observer.verdicts(at: now) { try check(activity) }
  try hold(observer.statistics.evictedRecords >= 0, "a negative count")

  var told: Set<FirstContact> = []
  for contact in forwards.firstContacts() { try hold(told.insert(contact).inserted, "a contact told twice") }
  try hold(forwards.firstContacts().isEmpty, "contacts that were taken are told again")
  guard let baseline = Baseline(storedBytes: forwards.baseline.storedBytes) else { throw Broken("cannot be read back") }
  try hold(baseline.storedBytes == forwards.baseline.storedBytes, "another baseline when read back")
  if let read = Baseline(storedBytes: bytes) {
    try hold(Baseline(storedBytes: read.storedBytes)?.storedBytes == read.storedBytes, "no fixed point")
  }
}

private func check(_ activity: HostActivity) throws {
  try hold((0...1).contains(activity.agentProbability), "an agent's probability of \(activity.agentProbability)")
  try hold((0...1).contains(activity.programProbability), "a program's probability of \(activity.programProbability)")
  try hold(!activity.addresses.isEmpty, "a host without address")
  try hold(!activity.statement.isEmpty, "a verdict without words")
  try hold(isSafe(activity.statement), "a sentence with controls")
  for sign in activity.signs {
    try hold(sign.weight.isFinite && sign.evidence.count <= Sign.evidenceLimit, "a sign out of bounds")
    try hold(isSafe(sign.words) && sign.evidence.allSatisfy { isSafe($0.what) }, "a sign with controls")
    try hold((sign.strength == .counter) == (sign.weight < 0), "a sign that speaks both ways")
  }
  try hold((activity.providers + activity.integrations).allSatisfy { isSafe($0.domain) }, "a name with controls")
  let observations = activity.observations(source: .demo)
  try hold(observations.isEmpty == !activity.verdict.isAgent, "an observation without an agent, or none of one")
  let events = activity.events(recordedBy: "h") { EventID(time: $0, random: []) }
  try hold(events.count == activity.providers.count + activity.concerns.count, "events that nobody asked for")
  for event in events { try hold(Event(canonicalBytes: event.canonicalBytes) != nil, "an event that cannot be stored") }
  _ = activity.value.json()
}

/// Reads records off bytes; at the end every field is zero.
private struct DetectRecords {
  private var rest: ArraySlice<UInt8>
  private var clock: Int64 = 1_795_700_000_000_000_000

  enum Record {
    case session(Session)
    case query(NameQuery)
    case gateway(Observer.Gateway)

    var isOfGateway: Bool {
      switch self {
      case .session(let session): session.isGatewayChallenge
      case .query: false
      case .gateway: true
      }
    }

    func tell(_ observer: inout Observer) {
      switch self {
      case .session(let session): observer.add(session)
      case .query(let query): observer.add(query)
      case .gateway(let gateway): observer.note(gateway)
      }
    }
  }

  private static let names = [
    "api.anthropic.com", "api.openai.com", "chatgpt.com", "ab.chatgpt.com", "api.github.com", "api.telegram.org",
    "clawhub.ai", "openclaw.ai", "models.dev", "example.com", "raw.githubusercontent.com", "webhook.site", "a.ngrok.io",
    "openrouter.ai", "generativelanguage.googleapis.com", "gateway.discord.gg",
  ]
  private static let hellos = [
    "t13d1713h1_5b57614c22b0_7f527383e249", "t13d181000_5d04281c6031_25d8bb11352d",
    "t13d101000_61a7ad8aa9b6_0d308c48d2a3", "t13d1011h2_61a7ad8aa9b6_0d308c48d2a3",
    "t13d3112h1_e8f1e7e78f70_d41ae481755e", "t13d3112h2_e8f1e7e78f70_b26ce05bbdd6",
    "t13d1412h1_fa82ebbed50e_d41ae481755e", "t13d1517h2_8daaf6152771_cb7bf5808d99",
    "t13d5212h1_b262b3658495_8e6e362c5eac", "t13d4312h1_c7886603b240_b26ce05bbdd6", "__", "",
  ]
  private static let counts: [UInt64] = [
    0, 60, 149, 150, 382, 900, 3000, 9999, 10_000, 14_000, 22_000, 51_000, 300_001, 60_000_000, 1 << 63, .max,
  ]

  init(_ bytes: [UInt8]) { rest = bytes[...] }

  mutating func byte() -> UInt8 { rest.popFirst() ?? 0 }

  /// Mostly a little later than the last one, sometimes at an end of time.
  mutating func time() -> Timestamp {
    let byte = byte()
    switch byte {
    case 255: return Timestamp(nanoseconds: .max)
    case 254: return Timestamp(nanoseconds: .min)
    case 253: return Timestamp(nanoseconds: 0)
    case 200...252: clock &+= Int64(byte - 199) &* 3_600_000_000_000
    case 100...199: clock &+= Int64(byte - 99) &* 1_000_000_000
    default: clock &+= Int64(byte) &* 20_000_000
    }
    return Timestamp(nanoseconds: clock)
  }

  private mutating func count() -> UInt64 { Self.counts[Int(byte() & 15)] }

  private mutating func address() -> Address {
    Address(bytes: [10, 0, 0, byte() & 7]) ?? .anyIPv4
  }

  private mutating func name() -> String {
    let byte = byte()
    if byte < 128 { return Self.names[Int(byte & 15)] }
    let own = (0..<Int(byte & 31)).map { _ in self.byte() }
    return String(decoding: own, as: UTF8.self) + (byte & 32 == 0 ? ".openai.com" : ".example.com")
  }

  mutating func next() -> Record? {
    guard let head = rest.popFirst() else { return nil }
    switch head & 7 {
    case 0, 1:
      return .query(
        NameQuery(time: time(), client: address(), name: name(), type: [1, 28, 65, 16, 12][Int(head >> 3) % 5]))
    case 2:
      return .gateway(
        Observer.Gateway(
          address: address(), port: UInt16(byte()), time: time(), isAnnounced: head & 8 == 0, isCrossing: head & 16 == 0
        ))
    default:
      var session = Session(
        client: address(), server: address(), serverPort: head & 8 == 0 ? 443 : 18789,
        transport: head & 0xF0 == 0xF0 ? .quic : .tcp, start: time(), end: time())
      let flags = byte()
      if flags & 1 == 0 { session.name = name() }
      if flags & 2 == 0 {
        session.hello = Session.Hello(ja4: Self.hellos[Int(byte()) % Self.hellos.count], hasGREASE: flags & 4 != 0)
      }
      session.isWhole = flags & 8 == 0
      session.isEstablished = flags & 0x70 != 0x70
      session.isGatewayChallenge = flags == 0x80
      if flags & 0x83 == 0x83 { session.userAgent = "codex_exec/0.1 \u{1B}[31m" }
      if flags & 0x90 == 0x90 { session.webSocketPath = "/" }
      session.keepalive = [nil, 1, 60, .nan, .infinity, -1][Int(byte()) % 6]
      session.bytesUp = count()
      session.bytesDown = count()
      session.packetsDown = count()
      for _ in 0..<(byte() & 15) {
        session.turns.append(.init(start: time(), end: time(), bytesUp: count(), bytesDown: count()))
      }
      return .session(session)
    }
  }
}
