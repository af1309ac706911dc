import Model
import Testing

@testable import Probe

/// Names of a made-up network.
struct Names: Resolver {
  var table: [String: [String]] = [
    "box": ["192.168.1.7", "fd00::7"], "both": ["192.168.1.7", "224.0.0.1"], "web": ["198.51.100.7"],
  ]
  func addresses(of name: String) throws(ProbeError) -> [(address: Address, zone: UInt32)] {
    guard let found = table[name] else { throw .unresolved(name, "no such name") }
    return found.compactMap { Address($0) }.map { ($0, 0) }
  }
  func zone(_ name: String) -> UInt32? { name == "eth0" ? 2 : nil }
}

@Suite struct SurveyTests {
  static func survey(_ targets: [String], yes: Bool = false, ports: [UInt16] = [18789]) throws -> Survey {
    var options = Prober.Options()
    options.yes = yes
    options.ports = ports
    return try Survey(targets.map { try Target(parsing: $0) }, options: options, resolver: Names())
  }

  static func all(_ survey: Survey) -> [String] {
    (0..<survey.total).compactMap { survey[$0] }
      .map { "\($0.address)\($0.zone > 0 ? "%\($0.zone)" : "") \($0.port)" }
  }

  @Test func `network and broadcast address of IPv4 are left out`() throws {
    #expect(
      try Self.all(Self.survey(["10.0.0.0/29"])).map { $0.split(separator: " ")[0] } == (1...6).map { "10.0.0.\($0)" })
    #expect(try Self.survey(["10.0.0.0/24"]).total == 254)
  }

  @Test func `a point-to-point link and an IPv6 network are probed whole`() throws {
    #expect(try Self.all(Self.survey(["10.0.0.0/31"])) == ["10.0.0.0 18789", "10.0.0.1 18789"])
    #expect(try Self.all(Self.survey(["10.0.0.9/32"])) == ["10.0.0.9 18789"])
    #expect(try Self.all(Self.survey(["fd00::/126"])) == ["", "1", "2", "3"].map { "fd00::\($0) 18789" })
  }

  @Test func `a target without a port gets the default ones, with one that alone`() throws {
    #expect(
      try Self.all(Self.survey(["192.168.1.7", "192.168.1.8:80"], ports: [1, 2, 2, 0])) == [
        "192.168.1.7 1", "192.168.1.7 2", "192.168.1.8 80",
      ])
  }

  @Test func `a name stands for its addresses, without those of groups`() throws {
    let survey = try Self.survey(["box", "both:1"])
    #expect(Self.all(survey) == ["192.168.1.7 18789", "fd00::7 18789", "192.168.1.7 1"])
    #expect(survey[0]?.name == "box" && survey[0]?.isNamed == true)
  }

  @Test func `a zone is an interface of this machine`() throws {
    #expect(try Self.all(Self.survey(["fe80::1%eth0"])) == ["fe80::1%2 18789"])
    #expect(throws: ProbeError.self) { try Self.survey(["fe80::1%eth9"]) }
  }

  @Test func `what two targets name is probed once`() throws {
    let survey = try Self.survey(["10.0.0.3", "10.0.0.0/29", "10.0.0.3"])
    #expect(survey.total == 7)
    #expect(Self.all(survey).count == 6)
    #expect(survey[0]?.isNamed == true)
  }

  @Test(arguments: [
    "10.0.0.0/23", "fd00::/119", "0.0.0.0/0", "198.51.100.0/24", "10.0.0.0/7", "198.51.100.7", "2001:db8::1",
    "web:18789",
    "100.128.0.1", "172.32.0.1", "2001:db8::/120",
  ])
  func `a wide network or a public address wants a yes`(target: String) throws {
    let error = #expect(throws: ProbeError.self) { try Self.survey([target]) }
    #expect(error?.description.contains("--yes") == true)
    if target != "0.0.0.0/0" { #expect(try Self.survey([target], yes: true).total > 0) }
  }

  @Test(arguments: [
    "127.0.0.1", "10.0.0.0/24", "172.16.9.0/24", "192.168.0.0/24", "169.254.1.1", "100.64.0.1", "::1", "fe80::1",
    "fd00::/120",
    "fd7a:115c:a1e0::1",
  ])
  func `what is near needs none`(target: String) throws {
    #expect(try Self.survey([target]).total > 0)
  }

  @Test(arguments: ["fd00::/64", "::/0", "0.0.0.0/0", "10.0.0.0/8"])
  func `what nobody can finish is refused, even with a yes`(target: String) {
    let ports = (1...100).map { UInt16($0) }
    #expect(throws: ProbeError.tooMany(Survey.limit)) { try Self.survey([target], yes: true, ports: ports) }
  }

  @Test func `nothing, groups and unknown names are refused`() {
    #expect(throws: ProbeError.nothing) { try Self.survey([]) }
    #expect(throws: ProbeError.nothing) { try Self.survey(["10.0.0.1"], ports: []) }
    #expect(throws: ProbeError.unresolved("gone", "no such name")) { try Self.survey(["gone"]) }
    #expect(throws: ProbeError.self) { try Self.survey(["224.0.0.0/24"], yes: true) }
    #expect(throws: ProbeError.self) { try Self.survey(["ff02::/120"], yes: true) }
    #expect(throws: ProbeError.self) { try Self.survey(Array(repeating: "10.0.0.1", count: 5000)) }
  }

  @Test(arguments: [1, 2, 3, 7, 100, 254, 1000, 4096, 65_537] as [UInt64])
  func `the order visits every endpoint once`(count: UInt64) {
    for seed: UInt64 in [0, 1, .max] {
      let order = Order(count: count, seed: seed)
      #expect(Set((0..<count).map { order[$0] }) == Set(0..<count))
    }
  }

  @Test func `another seed is another order, the same seed the same`() {
    let places = (0..<1000 as Range<UInt64>)
    let one = places.map { Order(count: 1000, seed: 1)[$0] }
    #expect(one == places.map { Order(count: 1000, seed: 1)[$0] })
    #expect(one != places.map { Order(count: 1000, seed: 2)[$0] })
    #expect(one != Array(places))
    // Neighbours of one host are not asked one after the other.
    #expect(zip(one, one.dropFirst()).count { $0 + 1 == $1 } < 20)
  }

  @Test func `printers and machine controllers are on the deny list`() {
    let denial = Denial.standard
    #expect(denial.contains(TargetTests.address("10.0.0.1"), 9100))
    #expect(denial.contains(TargetTests.address("10.0.0.1"), 502))
    #expect(!denial.contains(TargetTests.address("10.0.0.1"), 18789))
    let own = Denial(networks: [Prefix("10.9.0.0/16")!])
    #expect(own.contains(TargetTests.address("10.9.1.1"), 1) && !own.contains(TargetTests.address("10.8.1.1"), 1))
  }

  @Test func `default ports are those of OpenClaw and of kin that can be told by an answer`() {
    #expect(Ports.gateways() == [4096, 8088, 8642, 8765, 9119, 18789, 18790, 19001, 19789, 42617])
  }
}
