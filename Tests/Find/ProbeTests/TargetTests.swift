import Model
import Testing

@testable import Probe

@Suite struct TargetTests {
  static func address(_ text: String) -> Address { Address(text) ?? .anyIPv4 }

  @Test(arguments: [
    ("Box.example.com", Target.name("box.example.com", port: nil)), ("box:18789", .name("box", port: 18789)),
    ("my_box.local.", .name("my_box.local.", port: nil)), ("3com.example", .name("3com.example", port: nil)),
    ("192.168.1.7", .address(address("192.168.1.7"), zone: nil, port: nil)),
    ("192.168.1.7:80", .address(address("192.168.1.7"), zone: nil, port: 80)),
    ("::1", .address(address("::1"), zone: nil, port: nil)),
    ("fd00::7:80", .address(address("fd00::7:80"), zone: nil, port: nil)),
    ("[fd00::7]:18789", .address(address("fd00::7"), zone: nil, port: 18789)),
    ("[::1]", .address(address("::1"), zone: nil, port: nil)),
    ("fe80::1%eth0", .address(address("fe80::1"), zone: "eth0", port: nil)),
    ("[fe80::1%eth0]:1", .address(address("fe80::1"), zone: "eth0", port: 1)),
    ("::ffff:10.0.0.7", .address(address("10.0.0.7"), zone: nil, port: nil)),
    ("10.0.0.0/24", .network(Prefix(address("10.0.0.0"), 24)!)),
    ("10.0.0.99/24", .network(Prefix(address("10.0.0.0"), 24)!)),
    ("fd00::/120", .network(Prefix(address("fd00::"), 120)!)),
  ])
  func `a host, an address and a network are told apart`(text: String, target: Target) throws {
    #expect(try Target(parsing: text) == target)
  }

  @Test(arguments: [
    "", "fd00::7:18789", "a b", "böx", "http://box:18789/", "box/24", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/+8",
    "fd00::/129",
    "10.0.0/8",
    "::ffff:10.0.0.0/120", "10.0.0.0/24/8", "10.0.0.0/", "/24", "fe80::1%eth0/64", "[::1", "[::1]x", "[::1]18789",
    "[box]:1", "box:", "box:0", "box:65536", "box:+80", "box:80x", "box:999999", "127.1", "1.2.3", "0x7f.1",
    "2130706433",
    "10.0.0.256", "-box", "box-", "a..b", ".", "a.0x7f", "0.0.0.0", "::", "224.0.0.251", "255.255.255.255", "ff02::fb",
    "10.0.0.7%eth0", "fd00::1%eth0", "fe80::1%", "fe80::1%averylonginterface", "\u{1B}[31m", "box\n",
    String(repeating: "a", count: 64) + ".example", String(repeating: "a.", count: 150) + "example",
  ])
  func `what is no target is refused in one clear line`(text: String) {
    let error = #expect(throws: ProbeError.self) { try Target(parsing: text) }
    let line = error?.description ?? ""
    #expect(!line.isEmpty && line.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F })
  }

  @Test(arguments: [
    ("10.1.2.3", "10.0.0.0/8", true), ("11.0.0.0", "10.0.0.0/8", false), ("172.31.255.255", "172.16.0.0/12", true),
    ("172.32.0.0", "172.16.0.0/12", false), ("0.0.0.1", "0.0.0.0/0", true), ("fd00::1", "0.0.0.0/0", false),
    ("fe80::1", "fe80::/10", true), ("fec0::1", "fe80::/10", false), ("10.0.0.0", "10.0.0.0", true),
  ])
  func `a prefix holds what shares its bits`(text: String, network: String, isInside: Bool) {
    #expect(Prefix(network)!.contains(Self.address(text)) == isInside)
  }

  @Test(arguments: [
    ("10.0.0.0/8", UInt64(257), "10.0.1.1"), ("10.0.0.255/32", 1, "10.0.1.0"), ("fd00::/64", 0x1_0000, "fd00::1:0"),
  ])
  func `addresses of a network are counted from its first`(network: String, offset: UInt64, address: String) {
    #expect(Prefix(network)!.address(offset) == Self.address(address))
  }
}
