import Model
import Testing

@testable import Imports

@Suite struct ImportsTests {
  // MARK: fixtures as a whole

  /// The agents of each fixture, as kind, confidence and sockets; and what the form is detected as.
  static let expected: [(String, Imports.Source, [String])] = [
    ("recorded-ss-tlnp.txt", .ss, ["openclaw certain 127.0.0.1:18789 [::1]:18789 127.0.0.1:18791"]),
    ("recorded-ss-tln.txt", .ss, ["openclaw low 127.0.0.1:18789 127.0.0.1:18791 [::1]:18789"]),
    (
      "recorded-ss-tulpen.txt", .ss,
      ["openclaw certain 127.0.0.1:18789 [::1]:18789 127.0.0.1:18791"]
    ),
    ("recorded-ss-anp.txt", .ss, ["openclaw certain 127.0.0.1:18789 [::1]:18789 127.0.0.1:18791"]),
    (
      "recorded-ss-headless.txt", .ss,
      ["openclaw certain 127.0.0.1:18789 [::1]:18789 127.0.0.1:18791"]
    ),
    (
      "recorded-ss-names.txt", .ss, ["openclaw certain 127.0.0.1:18789 [::1]:18789 127.0.0.1:18791"]
    ),
    (
      "recorded-netstat-tlnp.txt", .netstat,
      ["openclaw certain 127.0.0.1:18789 [::1]:18789 127.0.0.1:18791"]
    ),
    (
      "recorded-netstat-tulpen.txt", .netstat,
      ["openclaw certain 127.0.0.1:18789 [::1]:18789 127.0.0.1:18791"]
    ),
    (
      "recorded-netstat-an.txt", .netstat,
      ["openclaw low 127.0.0.1:18789 127.0.0.1:18791 [::1]:18789"]
    ),
    (
      "recorded-lsof-listen.txt", .lsof,
      ["openclaw medium 127.0.0.1:18789 [::1]:18789 127.0.0.1:18791"]
    ),
    ("recorded-lsof-i.txt", .lsof, ["openclaw medium 127.0.0.1:18789 [::1]:18789 127.0.0.1:18791"]),
    (
      "recorded-lsof-c0.txt", .lsof,
      ["openclaw certain 127.0.0.1:18789 [::1]:18789 127.0.0.1:18791"]
    ),
    ("recorded-ps-aux.txt", .ps, ["openclaw medium"]),
    ("recorded-ps-aux-wide.txt", .ps, ["openclaw high"]),
    ("recorded-ps-ef.txt", .ps, ["openclaw high"]),
    ("recorded-ps-ef-wide.txt", .ps, ["openclaw high"]),
    ("recorded-ps-axjf.txt", .ps, ["openclaw medium"]),
    ("recorded-ps-tree-wide.txt", .ps, ["openclaw high"]),
    ("recorded-ps-lstart.txt", .ps, ["openclaw high"]),
    ("recorded-ps-lstart-wide.txt", .ps, ["openclaw high"]),
    ("recorded-busybox-ps.txt", .ps, ["openclaw high"]),
    (
      "written-ss-modern.txt", .ss,
      ["openclaw certain 0.0.0.0:18789", "openclaw low 127.0.0.1:18792"]
    ),
    (
      "written-ss-old.txt", .ss,
      ["openclaw certain 127.0.0.1:18789", "openclaw low 127.0.0.1:19001"]
    ),
    ("written-ss-wrapped.txt", .ss, ["openclaw certain 127.0.0.1:18789"]),
    ("written-grep-only.txt", .ps, ["openclaw certain 127.0.0.1:18789"]),
    (
      "written-netstat-ano-de.txt", .netstatWindows,
      ["openclaw low 127.0.0.1:18789 127.0.0.1:18791 [::1]:18789"]
    ),
    (
      "written-netstat-tasklist-utf16.txt", .netstatWindows,
      ["openclaw medium 127.0.0.1:18789 127.0.0.1:18791 [::1]:18789"]
    ),
    ("written-netstat-b.txt", .netstatWindows, ["openclaw medium 127.0.0.1:18789"]),
    ("written-tasklist-de.txt", .tasklist, []),
    ("written-tasklist-svc.txt", .tasklist, []),
    ("written-tasklist-v.csv.txt", .tasklist, ["picoclaw medium", "claude-code low"]),
    ("written-lsof-macos.txt", .lsof, ["openclaw medium 127.0.0.1:18789 [::1]:18789"]),
    ("written-netstat-macos.txt", .netstat, ["openclaw low 127.0.0.1:18789 [::1]:18789"]),
    ("written-netstat-macos-process.txt", .netstat, ["openclaw medium 127.0.0.1:18789"]),
    ("written-docker-inspect.json", .docker, ["openclaw high 0.0.0.0:18789 [::]:18789"]),
    ("written-podman-inspect.json", .docker, ["openclaw high 127.0.0.1:18789"]),
    ("written-docker-ps.txt", .dockerList, ["openclaw high 0.0.0.0:18789 [::]:18789"]),
    ("written-docker-ps.ndjson", .dockerList, ["openclaw high 127.0.0.1:18789 127.0.0.1:18790"]),
    ("written-podman-ps.json", .dockerList, ["openclaw high 0.0.0.0:18789 0.0.0.0:18790"]),
    (
      "written-osquery-log.ndjson", .osquery,
      [
        "openclaw high 127.0.0.1:28789", "openclaw certain 0.0.0.0:18789 [::]:18789",
        "zeroclaw low 127.0.0.1:42617",
        "openclaw high", "openclaw medium",
      ]
    ),
    ("written-osqueryi-joined.json", .osquery, ["openclaw certain 127.0.0.1:18789"]),
    ("written-defender-process.csv", .defender, ["openclaw high"]),
    ("written-defender-network.csv", .defender, ["openclaw certain 127.0.0.1:18789"]),
    ("written-defender.json", .defender, ["openclaw certain 192.0.2.3:18789"]),
    ("written-crowdstrike.ndjson", .crowdstrike, ["openclaw certain 0.0.0.0:18789"]),
    (
      "written-sentinelone.ndjson", .sentinelone,
      ["openclaw certain 127.0.0.1:18789", "picoclaw high"]
    ),
  ]

  @Test(arguments: expected)
  func `a file shows its agents, and its form is detected`(
    name: String, form: Imports.Source, agents: [String]
  ) throws {
    let bytes = try Bench.fixture(name)
    #expect(Imports.Source.detect(bytes) == form)
    var one = Import(host: nil, source: Bench.source, now: Bench.now)
    try one.add(file: name, bytes: bytes, source: nil)
    #expect(one.finish().agents == agents)
    // The name that the user gives is no other answer.
    var named = Import(host: nil, source: Bench.source, now: Bench.now)
    try named.add(file: name, bytes: bytes, source: name == "written-grep-only.txt" ? nil : form)
    if form != .netstatWindows { #expect(named.finish().agents == agents) }
  }

  @Test func `every fixture is expected to show something`() {
    #expect(Set(Self.expected.map(\.0)) == Set(Bench.fixtures))
  }

  @Test(arguments: expected.map(\.0))
  func `nothing of an imported host is taken for this host's, and no secret is kept`(name: String)
    throws
  {
    var one = Import(host: nil, source: Bench.source, now: Bench.now)
    try one.add(file: name, bytes: try Bench.fixture(name), source: nil)
    for observation in one.finish().observations {
      #expect(observation.host.id.hasPrefix("import:"))
      #expect(!observation.keys.isEmpty)
      for key in observation.keys { #expect(key.description.contains(":import:")) }
      let all = String(describing: observation)
      #expect(!all.contains("sk-ant-made-up") && !all.contains("made-up-token"))
    }
  }

  @Test(arguments: expected.map(\.0))
  func `every truncation of a file is read or refused`(name: String) throws {
    let bytes = try Bench.fixture(name)
    for end in stride(from: 0, through: bytes.count, by: max(1, bytes.count / 100)) {
      var one = Import(host: nil, source: Bench.source, now: Bench.now)
      do { try one.add(file: name, bytes: Array(bytes[..<end]), source: nil) } catch { continue }
      for observation in one.finish().observations {
        #expect(observation.host.id.hasPrefix("import:"))
      }
    }
  }

  @Test(arguments: expected.map(\.0))
  func `changed bytes keep the rules`(name: String) throws {
    let bytes = try Bench.fixture(name)
    var random = Xorshift(state: 88_172_645_463_325_252)
    for _ in 0..<40 {
      var changed = bytes
      for _ in 0...random.next(4) {
        let place = random.next(changed.count)
        switch random.next(4) {
        case 0: changed[place] = UInt8(random.next(256))
        case 1: changed[place] ^= 1 << UInt8(random.next(8))
        case 2: changed[place] = changed[random.next(changed.count)]
        default: changed.removeSubrange(place..<min(changed.count, place + 1 + random.next(6)))
        }
        if changed.isEmpty { break }
      }
      var one = Import(host: nil, source: Bench.source, now: Bench.now)
      do { try one.add(file: name, bytes: changed, source: nil) } catch { continue }
      for observation in one.finish().observations {
        #expect(observation.host.id.hasPrefix("import:"))
        #expect(!observation.detail.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F })
      }
    }
  }

  // MARK: joining

  @Test func `the sockets of a netstat find their programs in the task list of another file`()
    throws
  {
    let sockets = String(decoding: try Bench.fixture("written-netstat-ano-de.txt"), as: UTF8.self)
    let tasks = String(decoding: try Bench.fixture("written-tasklist-de.txt"), as: UTF8.self)
    for (a, b) in [
      ("netstat.txt", "tasklist.txt"), ("ws-17-netstat.txt", "ws-17-tasklist.txt"),
      ("a.txt", "b.txt"),
    ] {
      let sweep = try Bench.sweep([(a, sockets), (b, tasks)])
      #expect(
        sweep.agents == ["openclaw medium 127.0.0.1:18789 127.0.0.1:18791 [::1]:18789"], "\(a) \(b)"
      )
      #expect(Set(sweep.observations.map(\.host.id)).count == 1)
      let reverse = try Bench.sweep([(b, tasks), (a, sockets)])
      #expect(reverse.agents == sweep.agents)
    }
  }

  @Test func `two hosts with the same pids stay apart`() throws {
    let one = "LISTEN 0 511 127.0.0.1:18789 0.0.0.0:* users:((\"node\",pid=812,fd=22))"
    let two = "ada 812 1 0 09:00 ? 00:00:01 openclaw-gateway"
    let sweep = try Bench.sweep([("web1.txt", one), ("web2.txt", two)])
    #expect(Set(sweep.observations.map(\.host.name)) == ["web1", "web2"])
    #expect(sweep.agents == ["openclaw medium 127.0.0.1:18789", "openclaw high"])
  }

  @Test func `a socket of ss and the process of ps are one agent`() throws {
    let sweep = try Bench.sweep([
      ("web1-ss.txt", "LISTEN 0 511 0.0.0.0:18789 0.0.0.0:* users:((\"node\",pid=812,fd=22))"),
      (
        "web1-ps.txt",
        "ada 812 1 0 09:00 ? 00:00:01 node /usr/lib/node_modules/openclaw/openclaw.mjs gateway"
      ),
    ])
    #expect(sweep.agents == ["openclaw certain 0.0.0.0:18789"])
    let process = try #require(sweep.observations.first)
    #expect(process.host == Host(id: "import:web1", name: "web1"))
    #expect(process.facts.user == "ada" && process.facts.pid == 812)
    #expect(process.keys.contains(.stateDirectory(host: "import:web1", path: "~ada/.openclaw")))
  }

  @Test func `a process that is a container's first belongs to the container`() throws {
    let inspect = String(decoding: try Bench.fixture("written-docker-inspect.json"), as: UTF8.self)
    let sweep = try Bench.sweep([
      ("h-docker.json", inspect),
      ("h-ps.txt", "node 3344 3300 0 09:00 ? 00:00:01 openclaw-gateway"),
    ])
    let container = try #require(sweep.observations.first)
    let process = try #require(sweep.observations.last)
    #expect(container.confidence == .certain)
    #expect(container.facts.reasons.last == "a process of openclaw runs in it")
    #expect(!Set(container.keys).isDisjoint(with: process.keys))
    #expect(container.facts.version == "2026.10.4")
  }

  @Test func `a list and an inspection of one container share a key`() throws {
    let list = try Bench.sweep([
      ("h.txt", String(decoding: try Bench.fixture("written-docker-ps.txt"), as: UTF8.self))
    ])
    let inspect = try Bench.sweep(
      [
        (
          "h.json",
          String(decoding: try Bench.fixture("written-docker-inspect.json"), as: UTF8.self)
        )
      ], host: "edge-3")
    let a = try #require(list.observations.first)
    let b = try #require(inspect.observations.first)
    #expect(!Set(a.keys).isDisjoint(with: b.keys))
  }

  @Test func `a container is described as the host sensor does it, without secrets`() throws {
    let sweep = try Bench.sweep(
      [
        (
          "h.json",
          String(decoding: try Bench.fixture("written-docker-inspect.json"), as: UTF8.self)
        )
      ])
    let data = try #require(sweep.observations.first).facts.data
    #expect(data["image"]?.string == "ghcr.io/openclaw/openclaw:2026.10.4")
    #expect(data["variables"] == ["OPENCLAW_GATEWAY_TOKEN", "PATH"])
    #expect(data["capabilities"] == ["NET_ADMIN"])
    #expect(data["restart"]?.string == "unless-stopped")
    #expect(
      data["labels"] == ["com.example.api-key=", "org.opencontainers.image.version=2026.10.4"])
    #expect(
      data["mounts"] == [
        ["source": "/home/ada/.openclaw", "target": "/home/node/.openclaw", "read_only": false]
      ])
    #expect(sweep.status[0].looked.contains("1 container where an agent runs its tools"))
  }

  @Test func `events of two tables are one process by pid and start`() throws {
    var one = Import(host: nil, source: Bench.source, now: Bench.now)
    try one.add(
      file: "p.csv", bytes: try Bench.fixture("written-defender-process.csv"), source: nil)
    try one.add(
      file: "n.csv", bytes: try Bench.fixture("written-defender-network.csv"), source: nil)
    let sweep = one.finish()
    #expect(sweep.agents == ["openclaw certain 127.0.0.1:18789"])
    #expect(sweep.observations[0].facts.data["switches"] == ["--token"])
    #expect(sweep.observations[0].facts.user == "ada")
  }

  @Test func `who connected is told`() throws {
    let sweep = try Bench.sweep(
      """
      Netid State  Recv-Q Send-Q Local Address:Port  Peer Address:Port Process
      tcp   LISTEN 0      511          0.0.0.0:18789      0.0.0.0:*     users:(("node",pid=9,fd=20))
      tcp   ESTAB  0      0          192.0.2.1:18789    192.0.2.77:45464 users:(("node",pid=9,fd=22))
      """)
    #expect(sweep.observations.first?.facts.listeners.first?.reachableFrom == ["192.0.2.77"])
  }

  @Test func `a removed row of a differential log is gone`() throws {
    let row = #"{"pid":"9","port":"18789","protocol":"6","address":"0.0.0.0"}"#
    func line(_ action: String) -> String {
      #"{"name":"p","hostIdentifier":"h","unixTime":1795683600,"action":"\#(action)","columns":\#(row)}"#
    }
    #expect(try Bench.sweep(line("added")).observations.count == 1)
    #expect(try Bench.sweep(line("added") + "\n" + line("removed")).observations.isEmpty)
    #expect(
      try Bench.sweep([line("added"), line("removed"), line("added")].joined(separator: "\n"))
        .observations.count == 1)
  }
}

extension Sweep {
  /// One line for each agent, without the observations of its single sockets.
  var agents: [String] {
    zip(observations, brief).filter { $0.0.facts.status != nil }.map(\.1)
  }
}

struct Xorshift {
  var state: UInt64
  mutating func next(_ bound: Int) -> Int {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return bound > 0 ? Int(state % UInt64(bound)) : 0
  }
}
