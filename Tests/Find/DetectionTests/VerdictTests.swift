import Knowledge
import Model
import Testing

@testable import Detection

/// What each recorded kind of client must be called, whatever the numbers.
@Suite struct VerdictTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var what: String
    var traffic: @Sendable () -> Traffic
    init(_ what: String, _ traffic: @escaping @Sendable () -> Traffic) {
      self.what = what
      self.traffic = traffic
    }
    var testDescription: String { what }
  }

  static let named: [(Case, String)] = [
    (Case("Claude Code") { .claudeCode() }, "claude-code"),
    (Case("Claude Code behind a proxy") { .claudeCode(proxied: true) }, "claude-code"),
    (Case("Claude Code without side requests") { .claudeCode(side: false) }, "claude-code"),
    (Case("Codex on its socket") { .codexSocket() }, "codex-cli"),
    (Case("Codex on its socket, names from a cache") { .codexSocket(start: false) }, "codex-cli"),
    (Case("Codex after the socket was refused") { .codexFallback() }, "codex-cli"),
    (Case("aider") { .aider() }, "aider"),
  ]

  @Test(arguments: named)
  func `an agent whose traffic is its own is named`(sample: Case, kind: String) throws {
    let activity = try #require(sample.traffic().activity())
    #expect(activity.verdict.isAgent, "\(describe(activity))")
    #expect(activity.verdict.kind == kind, "\(describe(activity))")
    #expect(activity.statement.contains(kind))
  }

  static let unnamed: [Case] = [
    Case("nanobot's loop") { .loop("api.openai.com", .python, first: 32_500, growth: 3600, steps: 4) },
    Case("nanobot's loop on Python from source") {
      .loop("openrouter.ai", .pythonFromSource, first: 32_500, growth: 3600, steps: 4)
    },
    Case("hermes: a connection for each call") {
      var traffic = Traffic()
      traffic.ask("models.dev", at: -3)
      traffic.connect("models.dev", .python, at: -2.9, up: 1200, down: 300_000)
      traffic.addLoop("openrouter.ai", .python, first: 53_000, growth: 3700, steps: 4, reuse: false)
      return traffic
    },
    Case("smolagents: small at first, not streamed, fed by its tools") {
      var traffic = Traffic.loop("api.openai.com", .python, first: 4800, growth: 3250, steps: 5, down: 1300)
      for index in traffic.sessions.indices { traffic.sessions[index].packetsDown = 20 }
      return traffic
    },
    Case("a home-made loop on Node that feeds results back") {
      .loop("api.openai.com", .node, first: 1800, growth: 2900, steps: 6, down: 14_000)
    },
    Case("nanobot as a gateway on Telegram, few beats") { .telegramGateway(beats: 3) },
    Case("nanobot as a gateway on Telegram") { .telegramGateway(beats: 7) },
    Case("nanobot's heartbeat with another interval") { .telegramGateway(beats: 6, interval: 49.4) },
    Case("a loop whose tools use the network") {
      var traffic = Traffic.loop("api.openai.com", .python, first: 32_500, growth: 3600, steps: 4, pause: 0.9)
      for (index, turn) in traffic.sessions[0].turns.enumerated() where index > 1 && index < 4 {
        let start = turn.end.seconds(since: Traffic.begin) + 0.2
        traffic.connect("example.com", index == 2 ? .curl : .git, at: start, until: start + 0.6)
      }
      return traffic
    },
  ]

  @Test(arguments: unnamed)
  func `an agent without a sign of its own is at least likely one`(sample: Case) throws {
    let activity = try #require(sample.traffic().activity())
    #expect(activity.verdict.isAgent, "\(describe(activity))")
  }

  static let scripts: [Case] = [
    Case("a batch of questions") { .batch(.python, count: 12, size: 500, spread: 200) },
    Case("a batch of documents") { .batch(.python, count: 14, size: 12_000, spread: 20_000) },
    Case("a batch of equal documents") { .batch(.requests, count: 14, size: 14_000, spread: 40) },
    Case("a batch on Node") { .batch(.node, count: 8, size: 900, spread: 3000) },
    Case("a Bun script") { .batch(.bunFetch, count: 6, size: 700, spread: 400) },
    Case("a script on litellm") { .batch(.litellm, count: 4, size: 600, spread: 300) },
    Case("one call of google-genai") {
      .loop("generativelanguage.googleapis.com", .python, first: 900, growth: 0, steps: 1)
    },
    Case("a person with an SDK") { .person("api.anthropic.com", .python, pause: 8, growth: 900) },
    Case("a chat script without pauses") {
      .loop("api.openai.com", .python, first: 700, growth: 420, steps: 8, down: 24_000)
    },
    Case("a loop in curl") { .person("api.openai.com", .curl, pause: 0.3, growth: 350) },
    Case("a fetch of a page by the same program before each call") {
      var traffic = Traffic.batch(.python, count: 6, size: 3000, spread: 2500, pause: 0.9)
      for turn in traffic.sessions[0].turns.dropFirst() {
        let start = turn.end.seconds(since: Traffic.begin) + 0.1
        traffic.connect("example.com", .python, at: start, until: start + 0.7)
      }
      return traffic
    },
    Case("three tries of the same upload") {
      var traffic = Traffic()
      traffic.connect(
        "api.openai.com", .python, at: 0,
        turns: [0.1, 0.7, 1.6].map { Traffic.Turn(at: $0, up: 5200, down: 420, lasts: 0.05) })
      return traffic
    },
    Case("cron: a small question every minute") {
      var traffic = Traffic()
      for beat in 0..<12 {
        let start = Double(beat) * 60
        traffic.ask("api.openai.com", at: start)
        traffic.connect(
          "api.openai.com", .python, at: start + 0.05,
          turns: [Traffic.Turn(at: start + 0.1, up: 1400, down: 3000, lasts: 2)])
      }
      return traffic
    },
  ]

  @Test(arguments: scripts)
  func `a script does not become an agent, and the verdict says that the wire cannot tell`(sample: Case) throws {
    let activity = try #require(sample.traffic().activity())
    #expect(activity.verdict == .modelTraffic, "\(describe(activity))")
    #expect(activity.statement.contains("cannot tell"))
    #expect(activity.observations(source: .demo).isEmpty)
  }

  static let people: [Case] = [
    Case("Chromium on an API name's page") { .person("chatgpt.com", .chromium, pause: 6) },
    Case("Firefox") { .person("claude.ai", .firefox, pause: 9) },
    Case("a fast reader") { .person("chatgpt.com", .chromium, pause: 1.5) },
    Case("a person whose network has other programs") {
      var traffic = Traffic.person("chatgpt.com", .chromium, pause: 7)
      for second in 0..<40 { traffic.connect("example.com", .curl, at: Double(second) * 1.1, until: nil) }
      return traffic
    },
    Case("QUIC") {
      var traffic = Traffic.person("gemini.google.com", .chromium, pause: 7)
      for index in traffic.sessions.indices {
        traffic.sessions[index].transport = .quic
        traffic.sessions[index].hello = Session.Hello(ja4: "q13d0312h3_55b375c5d22e_06cda9e17597", alpn: ["h3"])
      }
      return traffic
    },
  ]

  @Test(arguments: people)
  func `a person in a browser chat is one`(sample: Case) throws {
    let activity = try #require(sample.traffic().activity())
    #expect(activity.verdict == .person, "\(describe(activity))")
    #expect(activity.observations(source: .demo).isEmpty)
  }

  @Test(arguments: named.map(\.0) + unnamed + scripts + people)
  func `the order in which sessions are told changes nothing`(sample: Case) {
    let traffic = sample.traffic()
    #expect(traffic.activity() == traffic.activity(reversed: true))
  }

  @Test(arguments: scripts + people)
  func `without hellos and turns nobody becomes an agent either`(sample: Case) throws {
    let activity = try #require(sample.traffic().flows().activity())
    #expect(!activity.verdict.isAgent, "\(describe(activity))")
  }

  @Test func `a connection for each call shows an agent in bare flows`() throws {
    var traffic = Traffic()
    traffic.addLoop("openrouter.ai", .python, first: 53_000, growth: 3700, steps: 6, reuse: false)
    let activity = try #require(traffic.flows().activity())
    #expect(activity.verdict.isAgent, "\(describe(activity))")
  }

  @Test func `a developer's agent is found beside the chat in the browser`() throws {
    var traffic = Traffic.claudeCode()
    traffic.sessions += Traffic.person("claude.ai", .chromium, pause: 8).sessions
    let activity = try #require(traffic.activity())
    #expect(activity.verdict == .agent("claude-code"), "\(describe(activity))")
  }

  @Test func `tries at growing distances are one step`() throws {
    var traffic = Traffic()
    traffic.connect(
      "api.anthropic.com", .bunFetch, at: 0,
      turns: [0.1, 1.0, 2.3, 4.5, 8.9, 17.8, 37].map { .init(at: $0, up: 50_716, down: 380, lasts: 0.06) })
    let activity = try #require(traffic.activity())
    #expect(!activity.signs.contains { $0.name == "upload.steps" || $0.name == "rate" || $0.name == "context.grows" })
    #expect(activity.verdict.kind == "claude-code", "\(describe(activity))")
  }

  @Test func `names alone are model traffic`() throws {
    var traffic = Traffic()
    for second in [0.0, 4, 9, 12, 18, 60] { traffic.ask("api.openai.com", at: second) }
    let activity = try #require(traffic.activity())
    #expect(activity.verdict == .modelTraffic, "\(describe(activity))")
    #expect(activity.providers.first?.queries == 12)
    #expect(activity.providers.first?.family == "gpt")
  }

  @Test func `the same with HTTPS records asked is a person`() throws {
    var traffic = Traffic()
    for second in [0.0, 30, 90] { traffic.ask("chatgpt.com", at: second, browser: true) }
    #expect(try #require(traffic.activity()).verdict == .person)
  }

  @Test func `hosts that everybody uses are context and no evidence`() {
    var traffic = Traffic()
    for second in 0..<30 {
      traffic.connect("github.com", .git, at: Double(second) * 20)
      traffic.connect("discord.com", .chromium, at: Double(second) * 20 + 3)
    }
    let activity = traffic.activity()
    #expect(activity?.verdict == .nothing)
    #expect(activity?.signs.isEmpty == true)
    #expect(activity?.integrations.map(\.name) == ["Discord", "GitHub"] || activity?.integrations.count == 2)
  }

  @Test func `an agent is found beside a script, and one piece of work counts once`() throws {
    var traffic = Traffic.loop("api.openai.com", .python, first: 32_500, growth: 3600, steps: 5)
    traffic.sessions += Traffic.batch(.node, count: 12, size: 500, spread: 200).sessions
    let activity = try #require(traffic.activity())
    #expect(activity.verdict.isAgent, "\(describe(activity))")
    #expect(Set(activity.signs.map(\.name)).count == activity.signs.count)
    #expect(!activity.signs.contains { $0.name == "batch" })
  }

  @Test func `models fetched from a hub are no talk with a model`() throws {
    var traffic = Traffic()
    for second in 0..<6 {
      traffic.connect("huggingface.co", .python, at: Double(second) * 2, up: 12_000, down: 900_000_000)
    }
    let activity = try #require(traffic.activity())
    #expect(activity.verdict == .nothing && activity.providers.isEmpty && activity.integrations.count == 1)
  }

  @Test func `a phone with a chat app and a messenger is no gateway`() throws {
    var traffic = Traffic()
    let app = Session.Hello(ja4: "t13d1314h2_f57a46bbacb6_ab7e3b40a677", alpn: ["h2"])
    for (index, name) in ["gateway.discord.gg", "android.chat.openai.com", "android.chat.openai.com"].enumerated() {
      traffic.connect(name, nil, at: Double(index) * 40, up: 9000, down: 60_000) { $0.hello = app }
    }
    #expect(try #require(traffic.activity()).verdict.isAgent == false)
  }

  @Test func `what an agent's own registry is used for by a program counts`() throws {
    var traffic = Traffic.batch(.node, count: 5, size: 2500, spread: 3000, pause: 1.5)
    let turn = traffic.sessions[0].turns[2]
    let start = turn.end.seconds(since: Traffic.begin) + 0.3
    traffic.connect("clawhub.ai", .nodeHTTPS, at: start, until: start + 0.7)
    let activity = try #require(traffic.activity())
    #expect(activity.verdict.isAgent && activity.verdict.kind == "openclaw", "\(describe(activity))")
    #expect(activity.concerns.contains { $0.name == "skills" })
  }
}

func describe(_ activity: HostActivity) -> String {
  "\(activity.verdict) program \(activity.programProbability) agent \(activity.agentProbability) \(activity.statement)\n"
    + activity.signs.map { "  \($0.name) \($0.strength) \($0.weight) \($0.words)" }.joined(separator: "\n")
}
