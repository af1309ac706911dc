import Model
import Testing
import Wire
import WireSensor

@Suite struct AnnouncementTests {
  private static let here = Host(id: "machine:1", name: "watcher", addresses: [Bench.address("10.77.0.2")])

  private func surroundings(_ cards: [(String, [UInt8])] = []) -> Announcement.Surroundings {
    var neighbours = Neighbours()
    for (address, mac) in cards { neighbours.add(Bench.address(address), link: Bench.link.index, mac: mac) }
    return .init(host: Self.here, own: [Bench.address("10.77.0.2")], neighbours: neighbours)
  }

  private func heard(_ records: [DNS.Record], from source: String = "10.77.0.1", hopLimit: UInt8? = 255) throws
    -> Announcement
  {
    var bench = Bench()
    bench.hear(records, from: source, hopLimit: hopLimit)
    return try #require(bench.segment.announcements.first)
  }

  @Test func `an announcement is tied to the card and maker of its host`() throws {
    let card: [UInt8] = [0x00, 0x16, 0x3E, 0x77, 0x00, 0x01]
    let one = try #require(try heard(Bench.records()).observation(in: surroundings([("10.77.0.1", card)])))
    #expect(one.source == .mdns && one.kind == "openclaw" && one.confidence == .high)
    #expect(one.host.id == "mac:00:16:3e:77:00:01")
    #expect(one.host.vendor == "Xensource, Inc.")
    #expect(one.host.name == "studio.local")
    #expect(one.keys == [.endpoint(host: one.host.id, address: Bench.address("10.77.0.1"), port: 18789)])
    #expect(one.facts.status == .announced)
  }

  @Test func `without a card the address names the host`() throws {
    let one = try #require(try heard(Bench.records()).observation(in: surroundings()))
    #expect(one.host.id == "ip:10.77.0.1" && one.host.mac == nil && one.host.vendor == nil)
  }

  @Test func `a link-local address of the old form gives the card away`() throws {
    let one = try #require(
      try heard(Bench.records(address: "fd77::1"), from: "fe80::216:3eff:fe77:1").observation(in: surroundings()))
    #expect(one.host.mac == "00:16:3e:77:00:01")
    #expect(one.confidence == .high)
  }

  @Test func `what this machine announces is this machine`() throws {
    let one = try #require(
      try heard(Bench.records(address: "10.77.0.2"), from: "10.77.0.2").observation(in: surroundings()))
    #expect(one.host == Self.here)
    #expect(one.keys == [.endpoint(host: "machine:1", address: Bench.address("10.77.0.2"), port: 18789)])
  }

  @Test func `a stranger that claims this machine's address is the stranger`() throws {
    let one = try #require(
      try heard(Bench.records(address: "10.77.0.2"), from: "10.77.0.66").observation(in: surroundings()))
    #expect(one.host.id == "ip:10.77.0.66" && one.confidence == .low)
    #expect(one.facts.data["attribution"]?.string?.contains("not this machine") == true)
  }

  @Test func `an announcement for another host is worth less and says who made it`() throws {
    let one = try #require(try heard(Bench.records(), from: "10.77.0.66").observation(in: surroundings()))
    #expect(one.host.id == "ip:10.77.0.1" && one.confidence == .low)
    #expect(one.facts.reasons.contains { $0.contains("announced by 10.77.0.66, not by the host itself") })
  }

  @Test func `a packet that was routed is worth less`() throws {
    #expect(try heard(Bench.records(), hopLimit: 64).observation(in: surroundings())?.confidence == .medium)
    #expect(try heard(Bench.records(), hopLimit: nil).observation(in: surroundings())?.confidence == .high)
  }

  @Test func `TXT never overrides the service record`() throws {
    let one = try #require(try heard(Bench.records(port: 4444)).observation(in: surroundings()))
    #expect(one.facts.listeners.map(\.port) == [4444])
    #expect(one.facts.data["txt_port_differs"]?.string == "18789")
  }

  @Test func `full mode leaks by name, the worst first`() throws {
    let one = try heard(
      Bench.records(text: [
        "role": "gateway", "cliPath": "/Users/ada/.npm/bin/openclaw", "sshPort": "22", "lanHost": "studio.local",
        "tailnetDns": "studio.tail.ts.net", "displayName": "Ada's studio", "gatewayTls": "1",
        "gatewayTlsSha256": "ab12",
      ]))
    #expect(one.mode == .full)
    #expect(
      one.leaks.map { "\($0.what.rawValue)=\($0.value)" } == [
        "userName=ada", "installPath=/Users/ada/.npm/bin/openclaw", "sshPort=22", "tailnetName=studio.tail.ts.net",
        "hostName=studio.local", "displayName=Ada's studio", "gatewayPort=18789", "tlsCertificate=ab12",
      ])
    let seen = try #require(one.observation(in: surroundings()))
    #expect(seen.facts.data["gateway_tls"]?.bool == true)
    #expect(seen.facts.listeners.first?.tls == true)
    #expect(seen.facts.data["txt"]?["cliPath"]?.string == "/Users/ada/.npm/bin/openclaw")
  }

  @Test func `minimal mode still names host and port`() throws {
    let one = try heard(Bench.records(text: ["role": "gateway", "lanHost": "studio.local"]))
    #expect(one.mode == .minimal)
    #expect(one.leaks.map(\.what) == [.hostName, .gatewayPort])
    #expect(try heard(Bench.records(text: [:])).mode == nil)
  }

  @Test(arguments: [
    ("/home/ada/bin/openclaw", "ada"), ("/Users/ada/x", "ada"),
    (#"C:\Users\Ada Lovelace\AppData\openclaw.cmd"#, "Ada Lovelace"),
    ("/root/.npm/openclaw", "root"), ("/var/home/ada/x", "ada"), ("/opt/homebrew/bin/openclaw", nil),
    ("/home/linuxbrew/.linuxbrew/bin/openclaw", nil), ("/Users/Shared/openclaw", nil), ("/srv/app/home/ada/x", nil),
    ("/home/ada", nil), ("", nil), ("/usr/lib/node_modules/openclaw", nil),
  ])
  func `the user name is read out of a path`(path: String, user: String?) {
    #expect(Announcement.user(inPath: path) == user)
  }

  @Test(arguments: [
    ("studio (OpenClaw)", nil, "studio"), ("studio (OpenClaw) (2)", 2, "studio"), ("studio (OpenClaw) #3", 3, "studio"),
    ("studio (1)", nil, "studio (1)"), ("(2)", nil, "(2)"), ("studio (-2)", nil, "studio (-2)"),
    ("my box", nil, "my box"),
    ("(OpenClaw)", nil, "(OpenClaw)"),
  ])
  func `a conflict suffix says that there are several`(label: String, number: Int?, name: String) throws {
    let one = try heard(Bench.records(label))
    #expect(one.conflictSuffix == number)
    #expect(one.displayName == name)
  }

  @Test func `text from outside cannot move a terminal's cursor`() throws {
    let one = try #require(
      try heard(Bench.records("\u{1B}[2J<script>", text: ["displayName": "\u{1B}]0;x\u{07}"])).observation(
        in: surroundings()))
    let everything = Value.object(one.facts.data).json() + one.detail + (one.facts.name ?? "")
    #expect(!everything.unicodeScalars.contains { $0.value < 0x20 })
    #expect(!one.detail.contains("\\u001b"))
  }

  @Test func `a change becomes an event with what a reader needs`() throws {
    var bench = Bench()
    let change = try #require(bench.hear(Bench.records()).first)
    let event = change.event(id: EventID(time: bench.now, random: []), time: bench.now, host: "machine:1")
    #expect(event.kind == "mdns.announced" && event.actor == "10.77.0.1" && event.object == "studio (OpenClaw)")
    #expect(event.data["change"]?.string == "appeared")
  }
}
