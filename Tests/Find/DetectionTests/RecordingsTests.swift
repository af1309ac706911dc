import Knowledge
import Model
import Testing

@testable import Detection

/// What recordings of real programs taught: shapes that were read wrongly once. Numbers are made up near theirs.
@Suite struct RecordingsTests {
  // MARK: Names alone

  /// One question of one type, as a tool for looking at DNS asks.
  private func names(_ questions: [(String, UInt16)]) -> Traffic {
    var traffic = Traffic()
    for (index, question) in questions.enumerated() {
      traffic.queries.append(
        NameQuery(
          time: traffic.time(Double(index) * 0.4), client: traffic.host, name: question.0, type: question.1))
    }
    return traffic
  }

  @Test func `one question for an HTTPS record among names makes no person`() throws {
    let traffic = names([
      ("api.openai.com", 1), ("api.anthropic.com", 1), ("chatgpt.com", 65), ("openrouter.ai", 1), ("github.com", 1),
    ])
    let activity = try #require(traffic.activity())
    #expect(activity.verdict == .modelTraffic, "\(describe(activity))")
    #expect(activity.statement.contains("names alone"))
    #expect(
      activity.statement
        == "names of Anthropic, OpenAI and OpenRouter were asked for: by what cannot be told from names alone")
  }

  static let askedByPrograms: [[(String, UInt16)]] = [
    [("chatgpt.com", 65)],
    [("api.openai.com", 65), ("api.openai.com", 1), ("api.openai.com", 28)],
    [("chatgpt.com", 65), ("chatgpt.com", 1), ("api.openai.com", 1), ("api.anthropic.com", 1), ("api.x.ai", 1)],
    [("chatgpt.com", 1), ("chatgpt.com", 28)],
  ]

  @Test(arguments: askedByPrograms)
  func `names alone are a person's only where they are pages, asked for as a browser does`(
    questions: [(String, UInt16)]
  ) throws {
    let activity = try #require(names(questions).activity())
    #expect(activity.verdict == .modelTraffic, "\(describe(activity))")
  }

  @Test func `a person told from names says that names alone were seen`() throws {
    let questions: [(String, UInt16)] = [
      ("claude.ai", 65), ("claude.ai", 1), ("claude.ai", 28), ("api.anthropic.com", 65), ("api.anthropic.com", 1),
    ]
    let activity = try #require(names(questions).activity())
    #expect(activity.verdict == .person, "\(describe(activity))")
    #expect(activity.statement.contains("names alone") && activity.statement.contains("a person at a browser"))
  }

  // MARK: Sandwiches

  /// Two calls of one program; between them, each a little later, connections of others.
  private func sandwich(_ client: Traffic.Client, _ between: [Traffic.Client]) -> Traffic {
    var traffic = Traffic()
    let turns = [0, 1, 2].map {
      Traffic.Turn(at: 0.1 + Double($0) * 2, up: 1300 + UInt64($0) * 700, down: 2600, lasts: 1)
    }
    traffic.connect("api.openai.com", client, at: 0, turns: turns)
    for (index, other) in between.enumerated() {
      let start = 1.3 + Double(index % 2) * 2 + Double(index / 2) * 0.2
      traffic.connect("192.0.2.80", other, at: start, until: start + 0.4)
    }
    return traffic
  }

  @Test func `requests of the caller's own runtime are no tools`() throws {
    let activity = try #require(sandwich(.codexSocket, [.codexHTTPS, .curl, .codexHTTPS]).activity())
    let sign = try #require(activity.signs.first { $0.name == "sandwich" })
    #expect(sign.strength == .medium, "\(describe(activity))")
    #expect(!sign.words.contains("rustls"))
    #expect(!activity.verdict.isAgent, "\(describe(activity))")
  }

  @Test func `one tool in several connections is strong and no more`() throws {
    let activity = try #require(sandwich(.node, [.curl, .curl]).activity())
    #expect(activity.signs.first { $0.name == "sandwich" }?.strength == .strong, "\(describe(activity))")
  }

  @Test func `two tools between calls are something that acts by itself`() throws {
    let activity = try #require(sandwich(.node, [.curl, .git]).activity())
    #expect(activity.signs.first { $0.name == "sandwich" }?.strength == .decisive, "\(describe(activity))")
  }

  @Test func `a library that two programs share is not told from a tool`() throws {
    // requests and curl --http1.1 are equal; a program on httpx beside requests is Python beside Python.
    let activity = try #require(sandwich(.python, [.requests, .requests]).activity())
    #expect(activity.signs.first { $0.name == "sandwich" }?.strength == .medium, "\(describe(activity))")
  }

  @Test func `a loop with short answers is cut into its calls, and its tools are found`() throws {
    var traffic = Traffic()
    let turns = [(0.012, 2263, 553), (0.1, 4899, 570), (0.378, 8600, 560), (0.52, 11_100, 533), (1.02, 14_300, 560)]
      .map { Traffic.Turn(at: $0.0, up: UInt64($0.1), down: UInt64($0.2), lasts: 0.01) }
    traffic.connect("api.openai.com", .python, at: 0, turns: turns)
    #expect(traffic.sessions.flatMap(Call.calls).map(\.up) == turns.map(\.up))
    for (client, start, end) in [
      (.curl, 0.068, 0.086), (.git, 0.146, 0.344), (.curl, 0.449, 0.486), (.git, 0.65, 0.968),
    ] as [(Traffic.Client, Double, Double)] { traffic.connect("192.0.2.80", client, at: start, until: end) }
    let activity = try #require(traffic.activity())
    #expect(activity.signs.first { $0.name == "sandwich" }?.strength == .decisive, "\(describe(activity))")
  }

  /// A page fetched before each of some like calls, by whatever program.
  private func pipeline(_ fetcher: Traffic.Client, _ sizes: [UInt64], pause: Double = 0.3) -> Traffic {
    var traffic = Traffic()
    for (index, size) in sizes.enumerated() {
      let start = Double(index) * (1 + pause)
      traffic.connect("www.example.com", fetcher, at: start - pause + 0.05, until: start - 0.1)
      traffic.ask("api.openai.com", at: start - 0.02)
      traffic.connect(
        "api.openai.com", .python, at: start, turns: [.init(at: start + 0.03, up: size, down: 3400, lasts: 0.9)])
    }
    return traffic
  }

  static let pipelines: [[UInt64]] = [
    [19_636, 19_636, 19_636, 19_636, 19_636], [19_636, 19_640, 19_636], [19_636, 19_636, 19_650, 19_636],
    [23_000, 15_000, 31_000, 12_000, 18_000, 27_000], [14_000, 41_000, 4000, 22_000, 3100, 38_000, 9000],
    [17_000, 24_000, 15_000],
  ]

  @Test(arguments: pipelines, [Traffic.Client.curl, .requests, .pythonFromSource])
  func `a pipeline that fetches a page for each call is a script`(sizes: [UInt64], fetcher: Traffic.Client) throws {
    for traffic in [pipeline(fetcher, sizes), pipeline(fetcher, sizes, pause: 0.15)] {
      let activity = try #require(traffic.activity())
      #expect(activity.verdict == .modelTraffic, "\(describe(activity))")
      #expect(activity.statement.contains("cannot tell"))
    }
  }

  @Test func `a pipeline that uses two tools is one too`() throws {
    var traffic = pipeline(.curl, [19_636, 19_630, 19_644, 19_636, 19_640])
    for index in 1..<5 {
      let start = Double(index) * 1.3
      traffic.connect("192.0.2.81", .git, at: start - 0.24, until: start - 0.12)
    }
    #expect(try #require(traffic.activity()).verdict == .modelTraffic)
  }

  // MARK: Tries

  @Test func `refused upgrades that differ by a few bytes are tries, no growing context`() throws {
    var traffic = Traffic()
    for (index, start) in [0.08, 0.2, 0.4, 0.78, 1.67, 3.43, 6.37].enumerated() {
      traffic.ask("api.openai.com", at: start - 0.01)
      traffic.connect(
        "api.openai.com", .codexSocket, at: start,
        turns: [.init(at: start + 0.06, up: 1404 + UInt64(index) * 24, down: 217 + UInt64(index % 2), lasts: 0.02)])
    }
    let activity = try #require(traffic.activity())
    #expect(!activity.signs.contains { ["context.grows", "batch"].contains($0.name) }, "\(describe(activity))")
    let calls = traffic.sessions.flatMap(Call.calls)
    #expect(calls.count == 7)
    #expect(Chain(calls).steps.count == 1)
  }

  @Test func `side requests, two large calls and metrics are no growing context`() throws {
    var traffic = Traffic()
    for (name, start, up) in [
      ("chatgpt.com", 0.01, 357), ("chatgpt.com", 0.03, 408), ("chatgpt.com", 0.2, 440),
      ("api.openai.com", 6.4, 69_200),
      ("api.openai.com", 6.6, 69_700), ("ab.chatgpt.com", 7.1, 328_000),
    ] as [(String, Double, UInt64)] {
      traffic.connect(
        name, .codexHTTPS, at: start, turns: [.init(at: start + 0.01, up: up, down: 1400, lasts: 0.06)])
    }
    let activity = try #require(traffic.activity())
    #expect(!activity.signs.contains { $0.name.hasPrefix("context") }, "\(describe(activity))")
  }

  @Test func `sizes that waver are no growth`() throws {
    var traffic = Traffic()
    let turns = (0..<8).map {
      Traffic.Turn(at: 0.1 + Double($0) * 1.3, up: 3000 + UInt64($0) * 6, down: 2500, lasts: 1)
    }
    traffic.connect("api.openai.com", .python, at: 0, turns: turns)
    let activity = try #require(traffic.activity())
    #expect(!activity.signs.contains { $0.name == "context.grows" }, "\(describe(activity))")
  }

  // MARK: Side connections

  @Test func `polls of settings beside the calls are no batch`() throws {
    var traffic = Traffic()
    let polls = [0.1, 0.2, 0.7, 1.9, 4.0, 8.2, 12.1].map {
      Traffic.Turn(at: $0, up: $0 < 0.15 ? 334 : 392, down: 900, lasts: 0.02)
    }
    traffic.connect("api.anthropic.com", .bunHTTPS, at: 0, turns: polls)
    let idle = try #require(traffic.activity())
    #expect(!idle.signs.contains { ["batch", "upload.small"].contains($0.name) }, "\(describe(idle))")
    #expect(idle.verdict == .modelTraffic && idle.candidates == ["claude-code"])
    // With a short answer to its one question the polls stay what they are.
    traffic.connect(
      "api.anthropic.com", .bunFetch, at: 30, turns: [.init(at: 30.1, up: 24_000, down: 9000, lasts: 3)])
    let activity = try #require(traffic.activity())
    #expect(!activity.signs.contains { ["batch", "upload.small"].contains($0.name) }, "\(describe(activity))")
  }

  @Test func `a batch on Bun is still one`() throws {
    let activity = try #require(Traffic.batch(.bunFetch, count: 8, size: 700, spread: 300).activity())
    #expect(activity.signs.contains { $0.name == "batch" })
  }

  // MARK: Codex's socket

  /// Upgrade, warm-up, question; then what is new, in some hundred bytes a step.
  private func codexSocket(_ client: Traffic.Client = .codexSocket, second: UInt64, upgrade: Bool = true) -> Traffic {
    var traffic = Traffic()
    var turns: [Traffic.Turn] = upgrade ? [.init(at: 0.08, up: 1404, down: 263, lasts: 0.003)] : []
    turns.append(.init(at: 0.086, up: 20_632, down: 171, lasts: 0.073))
    turns.append(.init(at: 0.2, up: second, down: 311, lasts: 0.07))
    for (index, up) in [243, 152, 136].enumerated() {
      turns.append(.init(at: 0.4 + Double(index) * 0.24, up: UInt64(up), down: 214, lasts: 0.08))
    }
    traffic.connect("api.openai.com", client, at: 0.07, turns: turns)
    return traffic
  }

  @Test(arguments: [2746, 4100, 20_640])
  func `warm-up and question on one socket are Codex, whether it is sent again or named`(second: UInt64) throws {
    let activity = try #require(codexSocket(second: second).activity())
    #expect(activity.signs.contains { $0.name == "codex.socket" }, "\(describe(activity))")
    #expect(activity.verdict.kind == "codex-cli", "\(describe(activity))")
  }

  @Test func `documents over the same library without a socket are not`() throws {
    for activity in [
      codexSocket(second: 4100, upgrade: false).activity(), codexSocket(.nodeHTTPS, second: 4100).activity(),
    ] {
      #expect(try #require(activity).signs.contains { $0.name == "codex.socket" } == false)
    }
  }

  @Test func `steps on a compressed socket are told apart, and tools between them found`() throws {
    var traffic = codexSocket(second: 2746)
    #expect(traffic.sessions.flatMap(Call.calls).map(\.up) == [20_632, 2746, 243, 152, 136])
    traffic.connect("192.0.2.80", .curl, at: 0.5, until: 0.62)
    traffic.connect("192.0.2.81", .git, at: 0.74, until: 0.86)
    let activity = try #require(traffic.activity())
    #expect(activity.signs.first { $0.name == "sandwich" }?.strength == .decisive, "\(describe(activity))")
  }

  // MARK: OpenClaw's names

  /// Two calls of Google's models, and names of agents and of stores of skills asked for.
  private func asking(
    _ client: Traffic.Client, names: [String] = ["openclaw.ai", "docs.openclaw.ai", "clawhub.ai", "registry.npmjs.org"]
  ) -> Traffic {
    var traffic = Traffic()
    for (index, name) in names.enumerated() { traffic.ask(name, at: Double(index) * 0.2) }
    traffic.ask("generativelanguage.googleapis.com", at: 1)
    traffic.connect(
      "generativelanguage.googleapis.com", client, at: 1.03,
      turns: [.init(at: 1.1, up: 9000, down: 7000, lasts: 2), .init(at: 6, up: 9100, down: 7000, lasts: 2)])
    return traffic
  }

  @Test(arguments: [Traffic.Client.node, .nodeHTTPS, .bunFetch])
  func `names of OpenClaw and its skills beside Node's calls are likely OpenClaw`(client: Traffic.Client) throws {
    let activity = try #require(asking(client).activity())
    #expect(activity.verdict == .likelyAgent("openclaw"), "\(describe(activity))")
    #expect(activity.agentProbability > 0.65)
  }

  @Test func `a name of OpenClaw alone is enough beside Node's calls`() throws {
    let activity = try #require(asking(.node, names: ["openclaw.ai"]).activity())
    #expect(activity.signs.contains { $0.name == "platform.name" && $0.strength == .strong }, "\(describe(activity))")
  }

  @Test func `a browser at the address takes the names away again`() throws {
    var traffic = asking(.node)
    traffic.connect("www.example.com", .firefox, at: 20, up: 3000, down: 90_000)
    let activity = try #require(traffic.activity())
    #expect(activity.verdict == .modelTraffic, "\(describe(activity))")
    #expect(activity.candidates == ["openclaw"])
    #expect(activity.signs.first { $0.name == "platform.name" }?.strength == .medium)
  }

  @Test func `names of OpenClaw beside a call of curl stay what they were`() throws {
    #expect(try #require(asking(.curl).activity()).verdict == .modelTraffic)
  }

  @Test func `packages loaded by Node do not hide the names`() throws {
    var traffic = asking(.node)
    traffic.connect("skills.sh", .node, at: 0.9, up: 900, down: 4000)
    #expect(try #require(traffic.activity()).verdict == .likelyAgent("openclaw"))
  }

  @Test func `skills asked for by a program in Python do not name the agent`() throws {
    let activity = try #require(asking(.python, names: ["clawhub.ai"]).activity())
    #expect(activity.verdict.kind == nil && activity.candidates.isEmpty, "\(describe(activity))")
  }

  // MARK: Names of products

  @Test(arguments: [4, 7])
  func `nanobot is named by its beats beside its poll`(beats: Int) throws {
    let activity = try #require(Traffic.telegramGateway(beats: beats).activity())
    #expect(activity.verdict.isAgent && activity.verdict.kind == "nanobot", "\(describe(activity))")
  }

  @Test func `hermes is named by what it fetches before its first call`() throws {
    var traffic = Traffic()
    traffic.connect("192.0.2.90", .pip, at: -6, up: 900, down: 9000)
    traffic.ask("models.dev", at: -3)
    traffic.connect("models.dev", .python, at: -2.9, up: 1200, down: 300_000)
    traffic.addLoop("openrouter.ai", .python, first: 53_000, growth: 3700, steps: 4, reuse: false)
    let activity = try #require(traffic.activity())
    #expect(activity.verdict.kind == "hermes", "\(describe(activity))")
  }

  @Test func `the same names fetched by Node name nobody`() throws {
    var traffic = Traffic()
    traffic.connect("models.dev", .node, at: -2.9, up: 1200, down: 300_000)
    traffic.addLoop("openrouter.ai", .node, first: 53_000, growth: 3700, steps: 4)
    #expect(try #require(traffic.activity()).verdict.kind == nil)
  }

  @Test func `a bot of one's own that answers is not named`() throws {
    var traffic = Traffic()
    traffic.connect(
      "api.telegram.org", .python, at: 0,
      turns: (0..<20).map { Traffic.Turn(at: 0.1 + Double($0) * 10.02, up: 382, down: 212, lasts: 10) })
    traffic.addLoop("api.openai.com", .python, at: 31, first: 900, growth: 400, steps: 2)
    let activity = try #require(traffic.activity())
    #expect(activity.verdict.kind == nil && !activity.candidates.contains("nanobot"), "\(describe(activity))")
  }

  // MARK: Margins

  static let thin: [VerdictTests.Case] = VerdictTests.unnamed.filter { $0.what.contains("fe") }

  @Test(arguments: thin)
  func `a context fed beyond a question's size leaves a margin`(sample: VerdictTests.Case) throws {
    let activity = try #require(sample.traffic().activity())
    #expect(activity.agentProbability > 0.7, "\(describe(activity))")
  }
}
