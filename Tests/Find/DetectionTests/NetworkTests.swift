import Knowledge
import Model
import Testing

@testable import Detection

/// What is told of gateways, and what an agent's host does beside its work.
@Suite struct NetworkTests {
  static let server = Address("10.0.0.5") ?? .anyIPv4
  static let peer = Address("10.0.0.9") ?? .anyIPv4
  static let time = Traffic.begin

  func session(
    _ client: Address = peer, to server: Address = server, port: UInt16 = 18789, at seconds: Double = 0,
    change: (inout Session) -> Void = { _ in }
  ) -> Session {
    var session = Session(
      client: client, server: server, serverPort: port, transport: .tcp, start: Self.time.advanced(bySeconds: seconds),
      end: Self.time.advanced(bySeconds: seconds + 30))
    change(&session)
    return session
  }

  func activity(_ observer: Observer, of host: Address = server) -> HostActivity? {
    observer.verdicts(at: Self.time.advanced(bySeconds: 1e6)).first { $0.addresses.contains(host) }
  }

  @Test func `the challenge of a gateway is certain, on whatever port`() throws {
    var observer = Observer()
    observer.add(session(port: 4711) { $0.isGatewayChallenge = true })
    let found = try #require(activity(observer))
    #expect(found.verdict == .agent("openclaw"))
    #expect(found.confidence == .certain)
    #expect(found.concerns.contains { $0.name == "gateway.reached" && $0.severity == .high })
    let user = try #require(activity(observer, of: Self.peer))
    #expect(user.concerns.contains { $0.name == "gateway.used" })
  }

  @Test func `an announcement makes a gateway, one from another segment a concern`() throws {
    var observer = Observer()
    observer.note(
      Observer.Gateway(address: Self.server, port: 18789, time: Self.time, isCrossing: true))
    let found = try #require(activity(observer))
    #expect(found.verdict == .agent("openclaw"))
    #expect(found.concerns.map(\.name) == ["mdns.crossing"])
    let observation = try #require(found.observations(source: .mdns).first)
    #expect(observation.kind == "openclaw" && observation.confidence == .certain)
  }

  @Test func `a WebSocket on the gateway port names it, a bare connection does not`() throws {
    var observer = Observer()
    observer.add(session())
    #expect(try #require(activity(observer)).verdict == .nothing)
    #expect(try #require(activity(observer)).signs.map(\.name) == ["gateway.port"])
    observer.add(session { $0.webSocketPath = "/" })
    #expect(try #require(activity(observer)).verdict == .agent("openclaw"))
  }

  @Test func `a refused connection to the gateway port is nothing`() {
    var observer = Observer()
    observer.add(session { $0.isEstablished = false })
    #expect(activity(observer) == nil)
  }

  @Test func `a request in the clear that names its agent is decisive`() throws {
    var observer = Observer()
    observer.add(
      session(port: 8080) {
        $0.userAgent = "claude-cli/2.1.330 (external, sdk-cli)"
      })
    #expect(try #require(activity(observer, of: Self.peer)).verdict == .agent("claude-code"))
  }

  static let beside: [(String, UInt64, String, Severity)] = [
    ("abc.ngrok-free.app", 5000, "tunnel", .critical), ("169.254.169.254", 300, "metadata.address", .critical),
    ("webhook.site", 3_000_000, "exfil.upload", .critical), ("clawhub.ai", 900, "skills", .medium),
    ("dns.google", 900, "dns.bypass", .medium),
  ]

  @Test(arguments: beside)
  func `an agent's host raises a concern`(name: String, up: UInt64, concern: String, severity: Severity) throws {
    var traffic = Traffic.claudeCode()
    if let address = Address(name) {
      var session = session(traffic.host, to: address, port: 80)
      session.bytesUp = up
      traffic.sessions.append(session)
    } else {
      traffic.connect(name, .node, at: 30, up: up, down: 3000)
    }
    let found = try #require(traffic.activity())
    #expect(found.concerns.contains { $0.name == concern && $0.severity == severity }, "\(found.concerns)")
    #expect(!found.integrations.isEmpty)
  }

  @Test func `questions that carry data are a tunnel, those of a content network are not`() throws {
    func observed(_ name: (Int) -> String, type: UInt16) -> [Concern] {
      var observer = Observer()
      for index in 0..<120 {
        observer.add(
          NameQuery(
            time: Self.time.advanced(bySeconds: Double(index) * 5), client: Self.peer, name: name(index), type: type))
      }
      return observer.verdicts(at: Self.time).flatMap(\.concerns)
    }
    var state: UInt64 = 88
    func noise(_ count: Int) -> String {
      String(
        (0..<count).map { _ in
          state = state &* 6_364_136_223_846_793_005 &+ 1
          return Character(Unicode.Scalar(UInt8(97 + (state >> 40) % 26)))
        })
    }
    #expect(observed({ _ in noise(50) + ".t.example.com" }, type: 1).map(\.name) == ["dns.tunnel"])
    #expect(observed({ _ in noise(20) + ".t.example.com" }, type: 16).map(\.name) == ["dns.tunnel"])
    #expect(observed({ "edge-\($0 % 20).cdn-number-one.example.com" }, type: 1).isEmpty)
    #expect(observed({ "1.0.\($0 % 120).10.in-addr.arpa" }, type: 12).isEmpty)
  }

  @Test func `a scan of the network is told, worse where an agent does it`() throws {
    var observer = Observer()
    var traffic = Traffic.claudeCode()
    traffic.host = Self.peer
    for last in 1...40 {
      guard let server = Address(bytes: [10, 0, 7, UInt8(last)]) else { continue }
      observer.add(session(to: server, port: 22, at: Double(last)) { $0.isEstablished = false })
    }
    let alone = try #require(activity(observer, of: Self.peer))
    #expect(alone.concerns.map(\.name) == ["scan"] && alone.concerns[0].severity == .medium)
    #expect(alone.verdict == .nothing)
    for var session in Traffic.claudeCode().sessions {
      session.client = Self.peer
      observer.add(session)
    }
    #expect(try #require(activity(observer, of: Self.peer)).concerns.first?.severity == .critical)
  }

  @Test func `an upload far above the habit of weeks is told`() throws {
    var observer = Observer()
    for day in 0..<20 {
      observer.add(
        session(to: Address("198.51.100.9") ?? .anyIPv4, port: 443, at: Double(day) * 86_400) {
          $0.name = "api.openai.com"
          $0.bytesUp = day == 19 ? 900_000_000 : 3_000_000 + UInt64(day) * 100_000
        })
    }
    let found = try #require(activity(observer, of: Self.peer))
    #expect(found.concerns.contains { $0.name == "upload.anomaly" })
  }

  @Test func `addresses of one machine are one host`() throws {
    let other = try #require(Address("2001:db8::5"))
    var observer = Observer()
    observer.note(sameHost: [other, Traffic.host])
    for (index, var session) in Traffic.claudeCode().sessions.enumerated() {
      if index % 2 == 1 { session.client = other }
      observer.add(session)
    }
    let all = observer.verdicts(at: Self.time)
    #expect(all.count == 1)
    #expect(all[0].addresses == [Traffic.host, other])
    #expect(all[0].verdict == .agent("claude-code"))
  }

  @Test func `what two addresses of one machine show is added up`() throws {
    let second = try #require(Address("10.0.0.6"))
    var observer = Observer()
    observer.note(sameHost: [Self.server, second])
    for (index, host) in [Self.server, second].enumerated() {
      observer.note(.init(address: host, port: 18789, time: Self.time, isAnnounced: index == 0))
      observer.add(session(to: host, at: Double(index)) { $0.webSocketPath = index == 1 ? "/" : nil })
      for last in 1...12 {
        guard let server = Address(bytes: [10, 0, 7, UInt8(index * 12 + last)]) else { continue }
        observer.add(session(host, to: server, port: 22, at: Double(last)) { $0.isEstablished = false })
      }
      for number in 0..<70 {
        let name = "q8z\(number)x7w4k1v9\(number &* 7919)m2n6b3.t.example.com"
        observer.add(NameQuery(time: Self.time, client: host, name: name, type: 16))
      }
      observer.add(session(host, to: Self.peer, port: 443) { $0.name = "api.openai.com" })
      observer.add(session(host, to: Self.peer, port: 80) { $0.userAgent = "codex_exec/0.1" })
    }
    let all = observer.verdicts(at: Self.time).filter { $0.addresses.contains(second) }
    #expect(all.count == 1)
    let found = try #require(all.first)
    #expect(found.providers.first?.connections == 2)
    #expect(found.verdict.isAgent)
    #expect(Set(found.concerns.map(\.name)) == ["gateway.reached", "scan", "dns.tunnel"], "\(found.concerns)")
    #expect(found.signs.contains { $0.name == "gateway.announced" })
  }

  @Test func `an owner's names over days, from a resolver alone, are likely OpenClaw`() throws {
    var observer = Observer()
    for hour in 0..<6 {
      for (offset, name) in ["clawhub.ai", "api.anthropic.com", "api.telegram.org"].enumerated() {
        for type: UInt16 in [1, 28] {
          observer.add(
            NameQuery(
              time: Self.time.advanced(bySeconds: Double(hour) * 3600 + Double(offset)), client: Self.peer, name: name,
              type: type))
        }
      }
    }
    let found = try #require(activity(observer, of: Self.peer))
    #expect(found.verdict == .likelyAgent("openclaw"), "\(describe(found))")
  }

  @Test func `one visit to the documentation is no agent`() throws {
    var traffic = Traffic.person("chatgpt.com", .chromium, pause: 8)
    traffic.ask("docs.openclaw.ai", at: 3, browser: true)
    traffic.connect("docs.openclaw.ai", .chromium, at: 3.1, down: 400_000)
    #expect(try #require(traffic.activity()).verdict == .person)
  }

  @Test func `events tell of traffic and concerns, for a person's host too`() throws {
    let found = try #require(Traffic.person("chatgpt.com", .chromium, pause: 8).activity())
    let events = found.events(recordedBy: "h") { EventID(time: $0, random: []) }
    #expect(events.map(\.kind) == ["flow.closed"])
    #expect(events[0].verdict == "person" && events[0].object == "chatgpt.com")
    #expect(events[0].data["bytes_up"]?.int ?? 0 > 0)
    #expect(found.value["verdict"]?.string == "person")
    #expect(found.value["providers"]?.array?.count == 1)
  }
}
