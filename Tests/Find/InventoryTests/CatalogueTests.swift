import Inventory
import Model
import Testing

/// Observations of one made-up host, folded round by round.
@Suite struct CatalogueTests {
  static let host = Host(id: "host-1", name: "desk", addresses: [Address("192.0.2.7")].compactMap { $0 })
  static let everything: Set<Observation.Source> = [.process, .listener, .installation, .unit, .container, .tunnel]
  let start = Timestamp(seconds: 1_795_700_000)

  func observation(
    _ source: Observation.Source, kind: String? = "openclaw", keys: [Observation.Key], status: Agent.Status? = nil,
    detail: String = "seen", confidence: Confidence = .high, change: (inout Observation.Facts) -> Void = { _ in }
  ) -> Observation {
    var facts = Observation.Facts()
    facts.status = status
    change(&facts)
    return Observation(
      source: source, time: start, confidence: confidence, kind: kind, host: Self.host, keys: keys, detail: detail,
      facts: facts)
  }

  func process(pid: Int32 = 812, start ticks: UInt64 = 99) -> Observation {
    observation(
      .process,
      keys: [
        .process(host: "host-1", pid: pid, start: ticks), .stateDirectory(host: "host-1", path: "/home/ada/.openclaw"),
      ], status: .running)
  }

  func listener() throws -> Observation {
    let address = try #require(Address("192.0.2.7"))
    return observation(
      .listener,
      keys: [
        .process(host: "host-1", pid: 812, start: 99), .endpoint(host: "host-1", address: address, port: 18789),
      ], status: .running
    ) { $0.listeners = [Listener(address: address, port: 18789)] }
  }

  func installation() -> Observation {
    observation(
      .installation, keys: [.stateDirectory(host: "host-1", path: "/home/ada/.openclaw")], status: .installed)
  }

  func announcement() throws -> Observation {
    let address = try #require(Address("192.0.2.7"))
    return observation(
      .mdns, keys: [.endpoint(host: "host-1", address: address, port: 18789)], status: .announced)
  }

  @Test func `process, listener, disk and announcement of one agent are one record with four pieces of evidence`()
    throws
  {
    var catalogue = Catalogue()
    _ = catalogue.fold(
      [process(), try listener(), installation(), try announcement()], looked: Self.everything.union([.mdns]),
      now: start)
    let agent = try #require(catalogue.agents.first)
    #expect(catalogue.agents.count == 1)
    #expect(Set(agent.evidence.map(\.source)) == [.process, .listener, .installation, .mdns])
    #expect(agent.status == .running)
  }

  @Test func `an announcement that is heard again does not stop the process that was seen`() throws {
    var catalogue = Catalogue()
    _ = catalogue.fold([process(), try listener()], looked: Self.everything, now: start)
    let changes = catalogue.fold([try announcement()], looked: [.mdns], now: start.advanced(bySeconds: 5))
    #expect(catalogue.agents.first?.status == .running)
    let statusChanged = changes.contains { change in
      if case .changed(_, let names) = change { return names.contains { $0.hasPrefix("status") } }
      return false
    }
    #expect(!statusChanged)
  }

  @Test func `an agent whose process ended is what the others say of it`() throws {
    var catalogue = Catalogue()
    _ = catalogue.fold(
      [process(), installation(), try announcement()], looked: Self.everything.union([.mdns]), now: start)
    _ = catalogue.fold([installation()], looked: Self.everything, now: start.advanced(bySeconds: 5))
    // Its announcement lives until the segment says goodbye.
    #expect(catalogue.agents.first?.status == .announced)
    _ = catalogue.fold([], looked: [.mdns], now: start.advanced(bySeconds: 9))
    _ = catalogue.fold([installation()], looked: Self.everything, now: start.advanced(bySeconds: 10))
    #expect(catalogue.agents.first?.status == .installed)
  }

  @Test func `the id outlives a restart, an upgrade and the loss of the inventory`() throws {
    var catalogue = Catalogue()
    _ = catalogue.fold([process(), installation()], looked: Self.everything, now: start)
    let id = try #require(catalogue.agents.first?.id)
    var upgraded = process(pid: 4000, start: 12_345)
    upgraded.facts.version = "2026.9.9"
    _ = catalogue.fold([upgraded, installation()], looked: Self.everything, now: start.advanced(bySeconds: 60))
    #expect(catalogue.agents.map(\.id) == [id])
    #expect(catalogue.agents.first?.version == "2026.9.9")
    var fresh = Catalogue()
    _ = fresh.fold([installation(), upgraded], looked: Self.everything, now: start)
    #expect(fresh.agents.map(\.id) == [id])
  }

  @Test func `two products never become one, whatever key they share`() throws {
    var catalogue = Catalogue()
    let address = try #require(Address("192.0.2.7"))
    let forged = observation(
      .mdns, kind: "nanobot", keys: [.endpoint(host: "host-1", address: address, port: 18789)], status: .announced)
    _ = catalogue.fold([try listener(), forged], looked: Self.everything.union([.mdns]), now: start)
    #expect(Set(catalogue.agents.map(\.kind)) == ["openclaw", "nanobot"])
  }

  @Test func `what no source sees any more is lost, and keeps its last evidence`() throws {
    var catalogue = Catalogue()
    _ = catalogue.fold([process()], looked: Self.everything, now: start)
    let changes = catalogue.fold([], looked: Self.everything, now: start.advanced(bySeconds: 5))
    let agent = try #require(catalogue.agents.first)
    #expect(agent.status == .lost)
    #expect(agent.evidence.count == 1)
    #expect(changes.contains { if case .lost(let lost) = $0 { lost.id == agent.id } else { false } })
  }

  @Test func `a round that did not look leaves an agent as it is`() throws {
    var catalogue = Catalogue()
    _ = catalogue.fold([process()], looked: Self.everything, now: start)
    _ = catalogue.fold([], looked: [.mdns], now: start.advanced(bySeconds: 5))
    #expect(catalogue.agents.first?.status == .running)
  }

  @Test func `what is stored is what is read back`() throws {
    var catalogue = Catalogue()
    _ = catalogue.fold(
      [process(), try listener(), try announcement()], looked: Self.everything.union([.mdns]), now: start)
    let id = try #require(catalogue.agents.first?.id)
    let isKnown = catalogue.register(id, Agent.Registration(owner: "ada", approvedBy: "it", time: start))
    #expect(isKnown)
    #expect(try Catalogue(storedBytes: catalogue.storedBytes) == catalogue)
  }

  @Test func `a damaged inventory is refused, byte by byte`() throws {
    var catalogue = Catalogue()
    _ = catalogue.fold([process()], looked: Self.everything, now: start)
    let bytes = catalogue.storedBytes
    for count in 0..<bytes.count {
      #expect(throws: Catalogue.StorageError.self) { try Catalogue(storedBytes: Array(bytes[..<count])) }
    }
  }

  func traffic(kind: String?) -> Observation {
    observation(.wire, kind: kind, keys: [.traffic(host: "host-1", kind: kind)], status: .running, confidence: .medium)
  }

  @Test func `traffic of a host belongs to the agent of that kind there`() throws {
    var catalogue = Catalogue()
    _ = catalogue.fold([process()], looked: Self.everything, now: start)
    _ = catalogue.fold([traffic(kind: "openclaw")], looked: [], now: start.advanced(bySeconds: 5))
    #expect(catalogue.agents.count == 1)
    #expect(catalogue.agents.first?.evidence.contains { $0.source == .wire } == true)
  }

  @Test func `traffic that names no kind belongs to the only agent of the host, and to none where there are two`()
    throws
  {
    var catalogue = Catalogue()
    let other = observation(
      .process, kind: "nanobot", keys: [.stateDirectory(host: "host-1", path: "/home/ada/.nanobot")], status: .running)
    _ = catalogue.fold([process()], looked: Self.everything, now: start)
    _ = catalogue.fold([traffic(kind: nil)], looked: [], now: start)
    #expect(catalogue.agents.count == 1)
    var two = Catalogue()
    _ = two.fold([process(), other], looked: Self.everything, now: start)
    _ = two.fold([traffic(kind: nil)], looked: [], now: start)
    #expect(two.agents.count == 3)
  }

  @Test func `what a probe proved of a socket outlives the next look at the host`() throws {
    var catalogue = Catalogue()
    let address = try #require(Address("192.0.2.7"))
    let endpoint = Observation.Key.endpoint(host: "host-1", address: address, port: 18789)
    let probe = observation(.probe, keys: [endpoint], status: .running) {
      $0.listeners = [Listener(address: address, port: 18789, authenticated: false, reachableFrom: ["192.0.2.99"])]
    }
    _ = catalogue.fold([try listener()], looked: Self.everything, now: start)
    _ = catalogue.fold([probe], looked: [], now: start)
    _ = catalogue.fold([try listener()], looked: Self.everything, now: start.advanced(bySeconds: 5))
    let kept = try #require(catalogue.agents.first?.listeners.first)
    #expect(kept.reachableFrom == ["192.0.2.99"])
    #expect(kept.authenticated == false)
  }

  private func probe(asks login: Bool) throws -> Observation {
    let address = try #require(Address("192.0.2.7"))
    return observation(
      .probe, keys: [.endpoint(host: "host-1", address: address, port: 18789)], status: .running,
      detail: "answers at 192.0.2.7:18789 to itself, \(login)"
    ) {
      $0.listeners = [Listener(address: address, port: 18789, authenticated: login, reachableFrom: ["192.0.2.7"])]
    }
  }

  @Test func `of two answers to a probe the newer counts`() throws {
    var catalogue = Catalogue()
    _ = catalogue.fold([process(), try listener()], looked: Self.everything, now: start)
    for login in [true, false] {
      _ = catalogue.fold([try probe(asks: login)], looked: [], now: start)
      let agent = try #require(catalogue.agents.first)
      #expect(agent.listeners.first?.authenticated == login)
      #expect(agent.evidence.count { $0.source == .probe } == 1)
    }
  }

  @Test func `what was asked once and has stopped since is not said to run`() throws {
    var catalogue = Catalogue()
    _ = catalogue.fold([process(), try listener(), installation()], looked: Self.everything, now: start)
    _ = catalogue.fold([try probe(asks: true)], looked: [], now: start)
    _ = catalogue.fold([installation()], looked: Self.everything, now: start.advanced(bySeconds: 5))
    let agent = try #require(catalogue.agents.first)
    #expect(agent.status == .installed && agent.listeners.isEmpty)
  }
}
