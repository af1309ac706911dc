import Model
import Testing

@testable import Probe

@Suite struct ProbeResultTests {
  static let here = Host(id: "host-1", name: "watch", addresses: [TargetTests.address("192.168.1.2")])
  static let place = Surroundings(
    host: here, own: [TargetTests.address("192.168.1.2")],
    neighbours: [TargetTests.address("192.168.1.7"): "02:00:00:00:00:07"])
  static let now = Timestamp(seconds: 1_795_700_000)

  static func result(_ address: String, _ verdict: Verdict, name: String? = nil) -> ProbeResult {
    Outcome(
      endpoint: Endpoint(address: TargetTests.address(address), port: 18789, name: name, isNamed: true),
      verdict: verdict,
      from: TargetTests.address("192.168.1.2")
    ).located(in: place)
  }
  static func gateway(_ change: (inout Verdict) -> Void = { _ in }) -> Verdict {
    var verdict = Verdict()
    verdict.state = .open
    verdict.speaksHTTP = true
    verdict.tls = false
    verdict.asked = ["GET /healthz"]
    verdict.name("openclaw", era: "OpenClaw", .high, because: "health answer")
    change(&verdict)
    return verdict
  }

  @Test func `a gateway is evidence with its endpoint as the key, and the listener as a connection showed it`() throws {
    let result = Self.result("192.168.1.7", Self.gateway { $0.authenticated = false })
    let seen = try #require(result.observation(now: Self.now))
    #expect(seen.host.id == "mac:02:00:00:00:00:07" && seen.kind == "openclaw" && seen.confidence == .high)
    #expect(
      seen.keys == [.endpoint(host: "mac:02:00:00:00:00:07", address: TargetTests.address("192.168.1.7"), port: 18789)])
    #expect(
      seen.facts.listeners == [
        Listener(
          address: TargetTests.address("192.168.1.7"), port: 18789, authenticated: false, tls: false,
          reachableFrom: ["192.168.1.2"])
      ])
    #expect(
      seen.facts.status == .running && seen.facts.data["probed_by"] == "watch"
        && seen.facts.data["probed_from"] == "192.168.1.2")
    #expect(seen.detail == "answers at 192.168.1.7:18789 to 192.168.1.2, plain HTTP, asks nobody for a login")
    #expect(seen.proof == "curl --include --max-time 5 http://192.168.1.7:18789/healthz")
  }

  @Test func `an address of this machine is this machine, one without a card is its own`() {
    #expect(Self.result("192.168.1.2", Self.gateway()).host == Self.here)
    #expect(Self.result("127.0.0.1", Self.gateway()).host.id == "host-1")
    let far = Self.result("10.0.0.9", Self.gateway(), name: "box.example.com").host
    #expect(far.id == "ip:10.0.0.9" && far.name == "box.example.com" && far.mac == nil)
    #expect(Self.result("192.168.1.2", Self.gateway()).observation(now: Self.now)?.detail.contains("to itself") == true)
  }

  @Test func `TLS on an OpenClaw port is a guess that is told as one`() throws {
    let verdict = Self.gateway {
      $0 = Verdict()
      $0.state = .open
      $0.tls = true
      $0.tlsVersion = "TLS 1.3"
      $0.name("openclaw", era: nil, .low, because: "TLS on an OpenClaw port")
    }
    let seen = try #require(Self.result("192.168.1.7", verdict).observation(now: Self.now))
    #expect(seen.confidence == .low && seen.facts.status == nil && seen.facts.listeners.first?.tls == true)
    #expect(seen.detail.hasSuffix("TLS 1.3") && seen.proof == "openssl s_client -connect 192.168.1.7:18789")
  }

  @Test func `guesses, model servers, strangers and closed ports are no agents`() {
    var low = Verdict()
    low.state = .open
    low.name("n8n", era: nil, .low, because: "port")
    var model = Verdict()
    model.state = .open
    model.name("model-server:ollama", era: nil, .high, because: "greeting")
    var stranger = Verdict()
    stranger.state = .open
    for verdict in [low, model, stranger, Verdict()] {
      #expect(Self.result("192.168.1.7", verdict).observation(now: Self.now) == nil)
    }
    #expect(Self.result("192.168.1.7", Verdict()).listener == nil)
  }

  @Test func `the JSON of an endpoint says what was seen and leaves out what was not`() {
    let open = Self.result(
      "192.168.1.7",
      Self.gateway {
        $0.authenticated = true
        $0.version = "2026.4.2"
        $0.server = "x"
        $0.controlPage = true
      }, name: "box"
    ).value
    #expect(open["state"] == "open" && open["auth"] == true && open["tls"] == false && open["kind"] == "openclaw")
    #expect(open["reachable_from"] == ["192.168.1.2"] && open["version"] == "2026.4.2" && open["name"] == "box")
    var refused = Verdict()
    refused.state = .refused
    let closed = Self.result("192.168.1.7", refused).value
    #expect(
      closed["state"] == "refused" && closed["auth"] == nil && closed["kind"] == nil && closed["reachable_from"] == [])
  }

  @Test func `one gateway at two addresses of a card is one agent, and loopback stays apart`() throws {
    let other = "fd00::7"
    let place = Surroundings(
      host: Self.here, own: [],
      neighbours: Dictionary(
        uniqueKeysWithValues: ["192.168.1.7", other, "10.0.0.1"].map {
          (TargetTests.address($0), $0 == "10.0.0.1" ? "02:00:00:00:00:09" : "02:00:00:00:00:07")
        }))
    let results = ["192.168.1.7", other, "10.0.0.1", "127.0.0.1", "127.0.0.2"].map { text in
      Outcome(
        endpoint: Endpoint(address: TargetTests.address(text), port: 18789), verdict: Self.gateway(), from: nil
      ).located(in: place)
    }
    let joined = ProbeResult.joined(results)
    #expect(joined.map(\.alsoAt.count) == [1, 1, 0, 0, 0])
    #expect(joined[0].alsoAt == [TargetTests.address(other)])
    let keys = try #require(joined[0].observation(now: Self.now)?.keys)
    #expect(Set(keys) == Set(try #require(joined[1].observation(now: Self.now)?.keys)) && keys.count == 2)
  }

  @Test func `a gateway known by its challenge can be looked up by one`() throws {
    let seen = Self.result("192.168.1.7", Self.gateway { $0.challenged = true }).observation(now: Self.now)
    #expect(
      seen?.proof?.contains("'Upgrade: websocket'") == true && seen?.proof?.contains("AAAAAAAAAAAAAAAAAAAAAA==") == true
    )
    #expect(seen?.facts.data["connect_challenge"] == true)
  }

  @Test func `a surer name replaces a guess, and a guess never a surer name`() {
    var verdict = Verdict()
    verdict.name("goose", era: nil, .low, because: "port")
    verdict.name("openclaw", era: nil, .certain, because: "challenge")
    verdict.name("n8n", era: nil, .low, because: "port")
    verdict.name("openclaw", era: "Moltbot", .high, because: "title")
    #expect(verdict.kind == "openclaw" && verdict.era == "Moltbot" && verdict.confidence == .certain)
    #expect(verdict.reasons == ["challenge", "title"])
  }

  @Test func `the status of a run counts every endpoint`() {
    var progress = Prober.Progress()
    (progress.done, progress.total, progress.open, progress.refused, progress.silent) = (9, 10, 1, 5, 3)
    (progress.found, progress.skipped) = (1, 2)
    let status = Prober.status(progress)
    #expect(status.looked == "9 of 10 endpoints, 1 open, 5 refused, 3 silent, 1 agent")
    #expect(status.skipped == ["endpoints on the deny list or named twice": 2])
  }
}
