@testable import Detection

// Traffic of clients, by the shapes that recordings of them have.
extension Traffic {
  /// A task in one connection: the context grows with each step, tools take no time.
  static func loop(
    _ name: String, _ client: Client, first: UInt64, growth: UInt64, steps: Int, down: UInt64 = 9000,
    pause: Double = 0.2, lasts: Double = 1.6
  ) -> Traffic {
    var traffic = Traffic()
    traffic.addLoop(name, client, first: first, growth: growth, steps: steps, down: down, pause: pause, lasts: lasts)
    return traffic
  }

  mutating func addLoop(
    _ name: String, _ client: Client, at start: Double = 0, first: UInt64, growth: UInt64, steps: Int,
    down: UInt64 = 9000, pause: Double = 0.2, lasts: Double = 1.6, reuse: Bool = true, proxied: Bool = false
  ) {
    var turns: [Turn] = []
    var moment = start + 0.08
    for step in 0..<steps {
      let turn = Turn(
        at: moment, up: first + UInt64(step) * growth + UInt64(random() * 200), down: down + UInt64(random() * 500),
        lasts: lasts)
      turns.append(turn)
      moment += lasts + pause + random() * 0.2
    }
    ask(name, at: start - 0.05)
    if reuse {
      connect(name, client, at: start, turns: turns, proxied: proxied)
    } else {
      for turn in turns {
        ask(name, at: turn.at - 0.12)
        connect(name, client, at: turn.at - 0.08, turns: [turn], proxied: proxied)
      }
    }
  }

  static func claudeCode(side: Bool = true, proxied: Bool = false) -> Traffic {
    var traffic = Traffic()
    traffic.addLoop(
      "api.anthropic.com", .bunFetch, first: 51_200, growth: 3100, steps: 6, down: 6000, proxied: proxied)
    guard side else { return traffic }
    for start in [-0.4, 0.1, 0.6] {
      traffic.connect(
        "api.anthropic.com", .bunHTTPS, at: start, turns: [Turn(at: start + 0.1, up: 900, down: 2200, lasts: 0.1)],
        until: 14, proxied: proxied)
    }
    traffic.connect(
      "api.anthropic.com", .bunHTTPS, at: 10, turns: [Turn(at: 10.1, up: 265_000, down: 400, lasts: 0.4)],
      proxied: proxied)
    return traffic
  }

  static func codexSocket(start names: Bool = true) -> Traffic {
    var traffic = Traffic()
    if names {
      for (name, start) in [("chatgpt.com", 0.0), ("api.github.com", 0.08), ("chatgpt.com", 0.12)] {
        traffic.ask(name, at: start)
        traffic.connect(
          name, .codexHTTPS, at: start + 0.02, turns: [Turn(at: start + 0.1, up: 700, down: 14_000, lasts: 0.2)])
      }
    }
    traffic.ask("api.openai.com", at: 0.2)
    // The upgrade, then warm-up and question with the same bytes.
    var turns = [
      Turn(at: 0.3, up: 640, down: 800, lasts: 0.06),
      Turn(at: 0.4, up: 21_800, down: 2100, lasts: 0.1), Turn(at: 0.62, up: 21_830, down: 7000, lasts: 1.4),
    ]
    for (step, up) in [1500, 800, 240, 220, 230].enumerated() {
      turns.append(Turn(at: 2.2 + Double(step) * 1.6, up: UInt64(up), down: 2500, lasts: 1.4))
    }
    traffic.connect("api.openai.com", .codexSocket, at: 0.22, turns: turns)
    if names {
      traffic.ask("ab.chatgpt.com", at: 11)
      traffic.connect(
        "ab.chatgpt.com", .codexHTTPS, at: 11.1, turns: [Turn(at: 11.2, up: 648_000, down: 900, lasts: 0.8)])
    }
    return traffic
  }

  /// After the socket was refused: HTTP/2, the context grows.
  static func codexFallback() -> Traffic {
    var traffic = Traffic()
    for (name, start) in [("chatgpt.com", 0.0), ("api.github.com", 0.08)] {
      traffic.ask(name, at: start)
      traffic.connect(
        name, .codexHTTPS, at: start + 0.02, turns: [Turn(at: start + 0.1, up: 700, down: 14_000, lasts: 0.2)])
    }
    for start in [0.3, 0.45, 0.8, 1.3, 2.2, 3.8, 7.0] {
      traffic.connect(
        "api.openai.com", .codexSocket, at: start, turns: [Turn(at: start + 0.06, up: 620, down: 300, lasts: 0.02)])
    }
    traffic.addLoop("api.openai.com", .codexHTTPS, at: 8, first: 68_900, growth: 3900, steps: 12, reuse: false)
    return traffic
  }

  /// Long poll of a bot, heartbeats with a second short call, silence between.
  static func telegramGateway(beats: Int, interval: Double = 32.3) -> Traffic {
    var traffic = Traffic()
    let end = Double(beats) * interval + 20
    var polls: [Turn] = []
    var moment = 1.0
    while moment < end {
      polls.append(Turn(at: moment, up: 382, down: 212, lasts: 10.0))
      moment += 10.03
    }
    traffic.ask("api.telegram.org", at: 0.4)
    traffic.connect("api.telegram.org", .python, at: 0.5, turns: polls)
    for beat in 0..<beats {
      let start = 12 + Double(beat) * (interval + traffic.random() * 0.8)
      traffic.ask("openrouter.ai", at: start)
      traffic.connect(
        "openrouter.ai", .python, at: start + 0.02,
        turns: [
          Turn(at: start + 0.1, up: 33_000 + UInt64(beat) * 650, down: 9000, lasts: 1.5),
          Turn(at: start + 1.7, up: 3100, down: 2500, lasts: 0.6),
        ])
    }
    return traffic
  }

  static func aider() -> Traffic {
    var traffic = Traffic()
    for start in [0.0, 0.5, 1.1] {
      traffic.ask("raw.githubusercontent.com", at: start)
      traffic.connect("raw.githubusercontent.com", .requests, at: start + 0.02, up: 1200, down: 480_000)
    }
    traffic.addLoop(
      "api.openai.com", .litellm, at: 4, first: 12_100, growth: 900, steps: 2, down: 42_000, pause: 1.2, lasts: 4,
      reuse: false)
    return traffic
  }

  /// Questions of nearly the same size, one after another.
  static func batch(_ client: Client, count: Int, size: UInt64, spread: UInt64, pause: Double = 0.2) -> Traffic {
    var traffic = Traffic()
    var turns: [Turn] = []
    var moment = 0.1
    for _ in 0..<count {
      turns.append(
        Turn(at: moment, up: size + UInt64(traffic.random() * Double(spread)), down: 1900, lasts: 0.7))
      moment += 0.7 + pause + traffic.random() * 0.1
    }
    traffic.ask("api.openai.com", at: 0)
    traffic.connect("api.openai.com", client, at: 0.02, turns: turns)
    return traffic
  }

  /// Small questions, the history sent again, a person's pauses.
  static func person(_ name: String, _ client: Client, pause: Double, growth: UInt64 = 0, turns count: Int = 6)
    -> Traffic
  {
    var traffic = Traffic()
    traffic.ask(name, at: 0, browser: client.isBrowser)
    var turns: [Turn] = []
    var moment = 2.0
    for turn in 0..<count {
      turns.append(Turn(at: moment, up: 330 + UInt64(turn) * growth, down: 9000, lasts: 3))
      moment += 3 + pause + traffic.random() * 2
    }
    if client.isBrowser {
      traffic.connect(name, client, at: 0.05, turns: turns)
      traffic.connect(name, client, at: 0.06, until: 30)
    } else {
      for turn in turns {
        traffic.ask(name, at: turn.at - 0.1)
        traffic.connect(name, client, at: turn.at - 0.08, turns: [turn])
      }
    }
    return traffic
  }
}
