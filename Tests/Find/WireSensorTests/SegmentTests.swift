import Model
import Testing
import Wire
import WireSensor

@Suite struct SegmentTests {
  @Test func `an announcement appears once with all that it says`() throws {
    var bench = Bench()
    #expect(bench.hear(Bench.records()).map(\.short) == ["appeared studio (OpenClaw)"])
    #expect(bench.hear(Bench.records()).isEmpty)
    let one = try #require(bench.segment.announcements.first)
    #expect(one.service?.port == 18789)
    #expect(one.addresses.map(\.description) == ["10.77.0.1"])
    #expect(one.announcers == [.init(address: Bench.address("10.77.0.1"), hopLimit: 255)])
    #expect(one.isAnnouncedByItself && one.isOnLink)
  }

  @Test func `the order of the records does not matter`() {
    for order in [[0, 1, 2, 3], [3, 2, 1, 0], [2, 3, 0, 1]] {
      var bench = Bench()
      let records = Bench.records()
      #expect(bench.hear(order.map { records[$0] }).count == 1)
      #expect(bench.segment.announcements.first?.addresses.count == 1)
    }
  }

  @Test func `records in separate packets make one announcement`() {
    var bench = Bench()
    var changes: [Segment.Change] = []
    for record in Bench.records() { changes += bench.hear([record]) }
    #expect(changes.map(\.short) == ["appeared studio (OpenClaw)"])
  }

  @Test(arguments: ["_http._tcp.local", "_ssh._tcp.local", "_openclaw-gw._udp.local", "_openclaw-gw._tcp.example"])
  func `other services are not kept`(type: String) {
    var bench = Bench()
    #expect(bench.hear(Bench.records(type: type)).isEmpty)
    #expect(bench.segment.announcements.isEmpty)
  }

  @Test func `a fork is believed only with the attributes of a gateway`() throws {
    var bench = Bench()
    bench.hear(Bench.records("plain", type: "_foo-gw._tcp.local", text: ["path": "/"]))
    #expect(bench.segment.announcements.isEmpty)
    bench.hear(Bench.records("fork", type: "_foo-gw._tcp.local"))
    let one = try #require(bench.segment.announcements.first)
    #expect(!one.type.isKnown && one.title == "fork" && one.service != nil)
  }

  @Test func `every legacy type is recognised with its era`() {
    var bench = Bench()
    for type in ServiceType.known { bench.hear(Bench.records("x", type: type.name.description)) }
    #expect(Set(bench.segment.announcements.map(\.type.era)) == ["OpenClaw", "Moltbot", "Clawdbot", "Clawdis"])
    #expect(bench.segment.announcements.count == ServiceType.known.count)
  }

  @Test func `a goodbye ends it after one second`() {
    var bench = Bench()
    bench.hear(Bench.records())
    #expect(bench.hear(Bench.records(ttl: 0)).isEmpty)
    #expect(bench.wait(0.9).isEmpty)
    #expect(bench.wait(0.2).map(\.short) == ["goodbye studio (OpenClaw)"])
    #expect(bench.segment.announcements.isEmpty)
  }

  @Test func `an announcement right after a goodbye saves it`() {
    var bench = Bench()
    bench.hear(Bench.records())
    bench.hear(Bench.records(ttl: 0))
    bench.wait(0.5)
    bench.hear(Bench.records())
    #expect(bench.wait(2).isEmpty)
    #expect(bench.segment.announcements.count == 1)
  }

  @Test func `a goodbye for what was never announced leaves nothing`() {
    var bench = Bench()
    #expect(bench.hear(Bench.records(ttl: 0)).isEmpty)
    #expect(bench.segment.announcements.isEmpty)
  }

  @Test func `what is not renewed expires`() {
    var bench = Bench()
    bench.hear(Bench.records())
    // The host's records live two minutes, the rest 75: without an address and a port it is still announced.
    #expect(bench.wait(121).map(\.short) == ["changed studio (OpenClaw)"])
    #expect(bench.segment.announcements.first?.service == nil)
    #expect(bench.wait(4400).map(\.short) == ["expired studio (OpenClaw)"])
  }

  @Test func `a lifetime of years is not believed`() {
    var bench = Bench()
    bench.hear(Bench.records(ttl: 0x7FFF_FFFF))
    #expect(bench.wait(86_401).map(\.short) == ["expired studio (OpenClaw)"])
  }

  @Test func `a legacy answer neither shortens a lifetime nor says goodbye`() {
    var bench = Bench()
    bench.hear(Bench.records())
    bench.hear(Bench.records(ttl: 10), legacy: true)
    bench.hear(Bench.records(ttl: 0), legacy: true)
    #expect(bench.wait(100).isEmpty)
    #expect(bench.segment.announcements.first?.service?.port == 18789)
  }

  @Test func `another sender with another target is a dispute`() throws {
    var bench = Bench()
    bench.hear(Bench.records())
    bench.wait(6)
    #expect(
      bench.hear(Bench.records(host: "evil.local", port: 1, address: "10.77.0.66"), from: "10.77.0.66").map(\.short)
        == ["changed studio (OpenClaw)"])
    #expect(try #require(bench.segment.announcements.first).isDisputed)
  }

  @Test func `the same sender may move its port`() throws {
    var bench = Bench()
    bench.hear(Bench.records())
    bench.wait(6)
    bench.hear(Bench.records(port: 19789))
    let one = try #require(bench.segment.announcements.first)
    #expect(!one.isDisputed && one.service?.port == 19789)
  }

  @Test func `an address that the owner does not repeat is forgotten`() {
    var bench = Bench()
    bench.hear(Bench.records())
    bench.wait(6)
    bench.hear(Bench.records(address: "10.77.0.9"))
    bench.wait(1.1)
    #expect(bench.segment.announcements.first?.addresses.map(\.description) == ["10.77.0.9"])
  }

  @Test func `a value that flickers is reported once in five seconds, with the last word`() {
    var bench = Bench()
    bench.hear(Bench.records())
    var changes: [Segment.Change] = []
    for round in 0..<40 {
      changes += bench.hear(Bench.records(port: UInt16(20_000 + round)))
      changes += bench.wait(0.1)
    }
    #expect(changes.isEmpty)
    changes = bench.wait(1.5)
    #expect(changes.map(\.short) == ["changed studio (OpenClaw)"])
    guard case .changed(let last)? = changes.first else { return }
    #expect(last.service?.port == 20_039)
  }

  @Test func `a link that goes takes what was heard on it`() {
    var bench = Bench()
    bench.hear(Bench.records())
    #expect(bench.segment.detach(Bench.link.index).map(\.short) == ["linkGone studio (OpenClaw)"])
    #expect(bench.segment.announcements.isEmpty)
  }

  @Test func `the same name on two links is two announcements`() {
    var bench = Bench()
    bench.hear(Bench.records())
    var message = DNS.Message(flags: DNS.Message.multicastResponse)
    message.answers = Bench.records()
    let other = Link(index: 4, name: "e1")
    _ = bench.segment.receive(
      .init(bytes: message.encoded(), address: Bench.address("10.78.0.1"), link: other), at: bench.now)
    #expect(bench.segment.announcements.map(\.link.name) == ["e0", "e1"])
  }
}
