import Detection
import Knowledge
import Model
import Testing
import Wire

@testable import WireSensor

/// What is said in the end.
@Suite struct LookTests {
  private let host = Host(id: "test", name: "here", addresses: [Address("192.168.1.10") ?? .anyIPv4])

  @Test func `names are listed by the catalogue first, then by how often`() throws {
    let tap = Tap()
    for _ in 0..<3 { tap.resolve("www.example.com", [Tap.server]) }
    tap.resolve("a.example.com", [])
    tap.resolve("api.anthropic.com", [Tap.server])
    var talk = Talk(tap)
    talk.open()
    talk.send(Hello(name: "a.example.com").record)
    tap.udp(Tap.client, 50_000, Tap.server, 443, Hello(name: "api.anthropic.com").initials(1)[0])
    let names = tap.traffic.look(host: host).names
    #expect(names.map(\.name) == ["api.anthropic.com", "www.example.com", "a.example.com"])
    #expect(names.map(\.queries) == [1, 3, 1])
    #expect(names.map(\.tls) == [0, 0, 1] && names.map(\.quic) == [1, 0, 0])
    #expect(names.map(\.category) == ["llm-api", nil, nil] && names.first?.provider == "Anthropic")
    let text = tap.traffic.value(names: names, limit: 2).json()
    #expect(text.contains("www.example.com") && !text.contains("\"a.example.com\""))
    #expect(text.contains(#""by_type":{"A":5}"#) && text.contains(#""kinds":{"#))
  }

  @Test func `a machine is this one where it has its address, else goes by its card`() {
    let tap = Tap()
    for client in ["192.168.1.10", "192.168.1.11"] {
      tap.resolve("api.anthropic.com", [Tap.server], client: client)
    }
    let look = tap.traffic.look(host: host)
    let hosts = look.activities.map { tap.traffic.host(of: $0, own: host).id }
    #expect(Set(hosts) == ["test", "mac:02:00:c0:a8:01:0b"])
  }

  @Test func `a machine whose card was not seen goes by its address`() {
    let tap = Tap()
    tap.take(
      Crafted.ip("203.0.113.9", "192.0.2.53", 17, Crafted.udp(5000, 53, Resolver.question("api.anthropic.com"))),
      link: .raw)
    let activity = tap.activities().first
    #expect(activity.map { tap.traffic.host(of: $0, own: host).id } == "ip:203.0.113.9")
  }

  @Test(arguments: [
    (["192.168.1.1", "fd00::1"], 1), (["192.168.1.1", "fd00::1", "fd00::2", "fe80::1"], 1),
    // A router's card: two hosts of IPv4, two networks, more than one machine has.
    (["192.168.1.1", "192.168.1.2"], 2), (["fd00::1", "fd01::1"], 2),
    (["fd00::1", "fd00::2", "fd00::3", "fd00::4", "fd00::5"], 5),
  ])
  func `addresses behind one card are one machine's, those behind a router's are not`(
    _ sources: [String], _ machines: Int
  ) {
    let tap = Tap()
    for source in sources {
      let isIPv6 = source.contains(":")
      var frame = Crafted.frame(
        source, isIPv6 ? "fd00::53" : "192.0.2.53", 17,
        Crafted.udp(5000, 53, Resolver.question("api.anthropic.com")))
      frame.replaceSubrange(6..<12, with: [2, 0, 0, 0, 0, 9])
      tap.take(frame)
    }
    #expect(tap.activities().count == machines)
  }

  @Test func `a capture without a name says that it is blind, and how to see`() {
    let tap = Tap()
    for port in 0..<25 {
      var talk = Talk(tap, clientPort: 1000 + port)
      talk.open()
    }
    tap.wait(60)
    tap.take([])
    let status = tap.traffic.status(.wire, what: "eth0", skipped: ["x": 1], blind: [])
    #expect(status.blind.count == 1)
    #expect(status.looked.hasPrefix("eth0: 76 frames in 60 s, 25 flows"))
    #expect(status.skipped["x"] == 1)
    tap.wait(600)
    tap.resolve("www.example.com", [])
    var talk = Talk(tap)
    talk.open()
    talk.send(Hello().record)
    let later = tap.traffic.status(.log, what: "log", skipped: [:], blind: [])
    #expect(later.blind.isEmpty)
    #expect(later.looked.contains("in 11 min") && later.looked.contains("1 TLS and 0 QUIC hellos"))
  }

  @Test func `what was left out is counted by its reason`() {
    let tap = Tap {
      $0.flows = 16
      $0.details = 1
      $0.names = 2
    }
    tap.take([UInt8](repeating: 0x45, count: 13))
    tap.udp(Tap.client, 50_000, "192.168.1.1", 53, [0])
    for name in ["a.example.com", "b.example.com", "c.example.com"] { tap.resolve(name, []) }
    for port in 0..<30 {
      var talk = Talk(tap, clientPort: 1000 + port)
      talk.open()
      talk.send([22, 3, 1, 0, 200, 1])
      if port == 0 { talk.send([UInt8](repeating: 0, count: 3) + [UInt8](repeating: 0xFF, count: 300)) }
    }
    let status = tap.traffic.status(.wire, what: "capture", skipped: [:], blind: [])
    for reason in [
      "damaged frames", "malformed DNS messages", "flows that had to make room", "names over the cap",
      "handshakes over the cap", "damaged TLS handshakes",
    ] { #expect(status.skipped[reason] ?? 0 > 0, "\(reason)") }
  }

  @Test func `an empty capture is described too`() {
    let tap = Tap()
    let look = tap.traffic.look(host: host)
    #expect(look.activities.isEmpty && look.names.isEmpty && look.announcements.isEmpty)
    #expect(tap.traffic.value(names: look.names, limit: 5).json().contains(#""first":null"#))
  }
}
