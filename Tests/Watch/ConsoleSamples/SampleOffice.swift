public import Console
public import Model

/// Ten agents in an office, one of them announced by somebody who means harm.
public struct SampleOffice: Sendable {
  public static let studio = "oc-7f3a91"
  public static let hostile = "oc-<script>/..%2e\"'"
  public static let wren = Host(
    id: "wren", name: "wren", addresses: [Address(bytes: [10, 20, 4, 2])].compactMap { $0 }, mac: "d8:3a:dd:11:20:9f",
    vendor: "Raspberry Pi")

  /// Markup, a right-to-left override, a line end and a zero-width space in one name.
  public static let scriptName = "<script>alert(1)</script>\u{202E}tnegA\n\u{200B}"
  public static let longName = String(repeating: "very-long-name-", count: 20)

  public let now: Timestamp
  public init(now: Timestamp) { self.now = now }

  private func ago(_ seconds: Double) -> Timestamp { now.advanced(bySeconds: -seconds) }
  private func host(_ name: String, _ last: [UInt8], mac: String? = nil, vendor: String? = nil) -> Host {
    Host(
      id: name, name: name, addresses: [Address(bytes: [10, 20] + last)].compactMap { $0 }, mac: mac, vendor: vendor)
  }
  private func listener(_ address: [UInt8], _ port: UInt16, _ scope: Scope, auth: Bool?) -> [Listener] {
    Address(bytes: address).map { [Listener(address: $0, port: port, scope: scope, authenticated: auth)] } ?? []
  }
  private func owner(_ name: String) -> Agent.Registration { .init(owner: name, time: ago(9_000_000)) }

  public var agents: [Agent] {
    [
      studioAgent,
      agent(
        "oc-1b22c0", "openclaw", "crm-bot", "2026.9.3", host("sales-vm1", [9, 11]), seen: 4, risk: (.high, 71),
        owner: owner("Sales Ops"), listeners: listener([0, 0, 0, 0], 18789, .lan, auth: true),
        evidence: [
          (.container, "container 5f1c0a9be2d1 publishes 18789 on 0.0.0.0"),
          (.listener, "conmon listens on 0.0.0.0:18789"),
        ]),
      agent(
        "cx-52aa01", "codex-cli", "codex@dev-ana", "0.163.0", host("dev-ana", [4, 52]), seen: 3180, risk: (.high, 66),
        evidence: [(.process, "pid 8121 codex, user ana, since 08:51")]),
      agent(
        Self.hostile, "openclaw", Self.scriptName, nil, host("10.20.12.9", [12, 9], vendor: "Espressif"), seen: 85,
        risk: (.medium, 48), status: .announced,
        evidence: [(.mdns, "announces \(Self.scriptName) on port 18789")]),
      agent(
        "nb-90d1e4", "nanobot", "nanobot", "0.3.5", host("build-03", [8, 23]), seen: 6, risk: (.medium, 41),
        owner: owner("Platform"), listeners: listener([127, 0, 0, 1], 18790, .loopback, auth: nil),
        evidence: [(.process, "pid 20117 nanobot gateway, user ci"), (.listener, "127.0.0.1:18790, pid 20117")]),
      agent(
        "zc-77b2a3", "zeroclaw", Self.longName, nil, host("pi-lab", [4, 77]), seen: 160, risk: (.medium, 39),
        evidence: [(.mdns, "asks for _openclaw-gw._tcp.local")]),
      agent(
        "cc-31f0aa", "claude-code", "claude@dev-lukas", "2.1.322", host("dev-lukas", [4, 61]), seen: 31,
        risk: (.low, 18), owner: owner("Lukas Brandt"), evidence: [(.process, "pid 991 claude, user lukas")]),
      agent(
        "cc-0bd777", "claude-code", "claude@wren", "2.1.330", Self.wren, seen: 2, risk: (.low, 14),
        owner: owner("Jonas Weber"), evidence: [(.process, "pid 4410 claude, user jonas")]),
      agent(
        "gs-5500ac", "goose", "goose", "1.29.0", host("ml-ws1", [6, 3]), seen: 9, risk: (.info, 6),
        owner: owner("Research"), evidence: [(.process, "pid 77 goose, user ml")]),
      agent(
        "gm-8c1204", "gemini-cli", "gemini@dev-lukas", "0.31.2", host("dev-lukas", [4, 61]), seen: 740,
        risk: (nil, 0), owner: owner("Lukas Brandt"), status: .installed,
        evidence: [(.installation, "~/.gemini of lukas, version 0.31.2")]),
      agent(
        "hm-00aa17", "hermes", "hermes", "0.12.1", host("ops-1", [8, 4]), seen: 264_000, risk: (.low, 10),
        owner: owner("Platform"), status: .lost, evidence: [(.process, "pid 1200 hermes, user ops")]),
    ]
  }

  private func agent(
    _ id: String, _ kind: String, _ name: String, _ version: String?, _ host: Host, seen: Double,
    risk: (Severity?, Int), owner: Agent.Registration? = nil, status: Agent.Status = .running,
    listeners: [Listener] = [], evidence: [(Observation.Source, String)]
  ) -> Agent {
    Agent(
      id: id, kind: kind, name: name, version: version, host: host, status: status, firstSeen: ago(seen + 172_800),
      lastSeen: ago(seen), registration: owner, listeners: listeners,
      evidence: evidence.map { Agent.Evidence(source: $0, observed: ago(seen), detail: $1, confidence: .high) },
      risk: Agent.Risk(level: risk.0, score: risk.1))
  }

  private var studioAgent: Agent {
    let host = host("studio-mac", [4, 17], mac: "3c:22:fb:9a:41:07", vendor: "Apple")
    var listeners = listener([0, 0, 0, 0], 18789, .lan, auth: false)
    for index in listeners.indices { listeners[index].reachableFrom = ["wren"] }
    return Agent(
      id: Self.studio, kind: "openclaw", name: "studio", version: "2026.8.1", host: host, status: .running,
      firstSeen: ago(1_800_000), lastSeen: ago(12), user: "mira", stateDirectory: "/Users/mira/.openclaw",
      listeners: listeners,
      evidence: [
        .init(
          source: .process, observed: ago(12), detail: "pid 4127 openclaw-gateway, user mira, since 02:04",
          confidence: .certain, proof: "ps -o pid,user,lstart,args -p 4127",
          reasons: ["the process title is `openclaw-gateway`", "it holds `/Users/mira/.openclaw` open"],
          data: ["pid": 4127, "executable": "/opt/homebrew/bin/node"]),
        .init(
          source: .listener, observed: ago(12), detail: "0.0.0.0:18789, pid 4127", confidence: .certain,
          proof: "ss -tlnp 'sport = :18789'", reasons: ["port 18789 is OpenClaw’s own"]),
        .init(
          source: .installation, observed: ago(240), detail: "/Users/mira/.openclaw, version 2026.8.1",
          confidence: .certain, proof: "trammel find host --root /", reasons: ["`openclaw.json` is there and parses"],
          data: ["configuration": "/Users/mira/.openclaw/openclaw.json", "sessions": 214]),
        .init(
          source: .mdns, observed: ago(12), detail: "announces studio in full mode on port 18789", confidence: .high,
          proof: "trammel find mdns --for 10s --interface eth0",
          reasons: ["the service type is `_openclaw-gw._tcp`"],
          data: [
            "displayName": "studio", "lanHost": "studio-mac.local", "gatewayPort": "18789",
            "cliPath": "/Users/mira/.npm-global/bin/openclaw", "sshPort": "22",
          ]),
      ],
      risk: .init(level: .critical, score: 94, reasons: ["open to the LAN without a password"]))
  }

  public var sources: [SourceStatus] {
    [
      SourceStatus(.process, looked: "412 processes"),
      SourceStatus(
        .listener, looked: "38 listening sockets",
        blind: [.init("the owners of 9 sockets of other users", remedy: "Run `sudo trammel up`")]),
      SourceStatus(
        .installation, looked: "3 homes, 14 kinds",
        blind: [.init("the homes of 2 other users", remedy: "Run `sudo trammel up`")]),
      SourceStatus(.unit, looked: "164 service units"),
      SourceStatus(.container, looked: "2 containers of Podman"),
      SourceStatus(.tunnel, looked: "412 processes for 7 kinds of tunnel"),
      SourceStatus(.mdns, looked: "eth0, 4 min, 23 services", skipped: ["malformed packets": 3]),
    ]
  }

  /// What a look without any agent says.
  public var firstLook: [SourceStatus] {
    [
      SourceStatus(.process, looked: "412, none an agent"),
      SourceStatus(.listener, looked: "38"),
      SourceStatus(
        .installation, looked: "1 home, 14 kinds",
        blind: [.init("the homes of 2 other users", remedy: "Run `sudo trammel up`")]),
      SourceStatus(
        .container, looked: "no engine",
        blind: [.init("the socket of Docker", remedy: "Add yourself to the group `docker`")]),
      SourceStatus(.mdns, looked: "eth0, 4 min, 23 services"),
    ]
  }

  public var rows: [EventRow] {
    var rows: [EventRow] = []
    func add(
      _ seconds: Double, _ kind: String, _ severity: Severity = .info, agent: String? = nil, actor: String? = nil,
      object: String? = nil, verdict: String? = nil, rule: String? = nil, reason: String? = nil,
      data: Value.Members = [:]
    ) {
      let time = ago(seconds)
      rows.append(
        EventRow(
          seq: 0,
          event: Event(
            id: EventID(time: time, random: [UInt8(rows.count & 255)]), time: time, kind: kind, severity: severity,
            host: "wren", agent: agent, actor: actor, object: object, verdict: verdict, rule: rule, reason: reason,
            data: data)))
    }
    add(12, "mdns.announced", agent: Self.studio, object: "studio._openclaw-gw._tcp.local")
    add(48, "mdns.announced", .medium, agent: Self.hostile, object: Self.scriptName)
    add(90, "session.opened", actor: "127.0.0.1", reason: "signed in by a one-time link")
    add(231, "listener.opened", .high, agent: Self.studio, object: "0.0.0.0:18789", verdict: "observe")
    add(
      240, "policy.decision", .low, agent: "cc-31f0aa", object: "git push --force origin main", verdict: "ask",
      rule: "exec.force-push")
    add(
      300, "egress.blocked", .high, agent: "nb-90d1e4", object: "169.254.169.254:80", verdict: "deny",
      rule: "egress.no-metadata", reason: "the cloud metadata address is never allowed")
    for index in 0..<40 {
      add(
        400 + Double(index * index) * 1.9, "flow.closed", agent: "cc-0bd777", object: "api.anthropic.com",
        verdict: "allow", data: ["bytes_up": 31_002, "bytes_down": 1_204])
    }
    add(3180, "agent.found", .medium, agent: "cx-52aa01", reason: "process and home of ana")
    for finding in findings where finding.outcome == .fail {
      add(
        3600 * 7 + Double(finding.rule.utf8.count), "finding.opened", finding.severity, agent: finding.agent,
        rule: finding.rule, data: ["title": .string(finding.title)])
    }
    add(
      61_200, "finding.closed", .info, agent: "gs-5500ac", rule: "files.readable",
      data: ["title": "Transcripts readable by every user"])
    add(68_400, "agent.lost", .low, agent: "hm-00aa17")
    rows.sort { $0.event.time > $1.event.time }
    let last = 1_204_091
    for index in rows.indices { rows[index].seq = UInt64(last - index) }
    return rows
  }
}
