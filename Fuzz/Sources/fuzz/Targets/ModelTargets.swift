import Formats
import HostSensor
import Inventory
import Knowledge
import Model

/// Canonical CBOR: there is one spelling, so what was read is written with the very same bytes; an event likewise.
@Sendable func fuzzCBOR(_ bytes: [UInt8]) throws {
  if let value = try? Value(canonicalBytes: bytes) {
    try hold(value.canonicalBytes == bytes, "other bytes when written again")
    try hold(value == value && Set([value, value]).count == 1, "a value that is not equal to itself")
    for indent in [nil, 2] {
      let text = value.json(indent: indent)
      try hold(
        text.utf8.allSatisfy { $0 >= 0x20 || (indent != nil && $0 == 0x0A) } && (indent != nil || isSafe(ascii: text)),
        "JSON with controls")
      do throws(JSON5.Error) {
        _ = try JSON5.parse(text, limits: .init(bytes: 8 << 20, depth: 128, nodes: 1 << 20))
      } catch { throw Broken("JSON that is none: \(error)") }
    }
  }
  if let value = try? Value(canonicalBytes: bytes) {
    // What the store gives back: findings, statuses, descriptions of containers and tunnels.
    if let finding = Finding(value: value) {
      try hold(Finding(value: finding.value) == finding, "a finding that is another one when read back")
    }
    _ = SourceStatus(value: value)
    if let members = value.members {
      _ = ContainerLook(data: members)?.data
      _ = TunnelLook(data: members)?.data
    }
  }
  if let event = Event(canonicalBytes: bytes) {
    let again = event.canonicalBytes
    try hold(Event(canonicalBytes: again) == event, "an event that is another one when read back")
    try hold((try? Value(canonicalBytes: again))?.canonicalBytes == again, "an event that is not canonical")
    _ = event.value.json()
    _ = event.time.rfc3339(digits: 9)
    _ = event.id.description
  }
}

private func isSafe(ascii text: String) -> Bool { text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F } }

/// The stored inventory: what was read, stored again, is read as the same; folding into it and editing it never traps.
@Sendable func fuzzInventory(_ bytes: [UInt8]) throws {
  guard let catalogue = try? Catalogue(storedBytes: bytes) else { return }
  let stored = catalogue.storedBytes
  guard let again = try? Catalogue(storedBytes: stored) else { throw Broken("what was stored cannot be read") }
  try hold(again == catalogue, "another inventory when read back")
  try hold(again.storedBytes == stored, "other bytes when stored again")
  var changed = catalogue
  let now = Timestamp(seconds: 1_795_700_000)
  for agent in catalogue.agents {
    _ = agent.value.json()
    _ = agent.evidence.map { "\($0.observed)" }
    _ = catalogue[agent.id]
    _ = catalogue.matching(agent.name)
  }
  var observations: [Observation] = []
  for agent in catalogue.agents.prefix(4) {
    observations.append(
      Observation(
        source: .process, time: now, confidence: .high, kind: agent.kind, host: agent.host,
        keys: [.process(host: agent.host.id, pid: 1, start: 2)]
          + (agent.stateDirectory.map {
            [.stateDirectory(host: agent.host.id, path: $0)]
          } ?? []), detail: "pid 1", proof: nil, facts: Observation.Facts()))
  }
  _ = changed.fold(observations, looked: [.process, .unit], now: now)
  _ = changed.fold(observations, looked: Set(Observation.Source.allCases), now: now.advanced(bySeconds: 1e9))
  if let id = changed.agents.first?.id {
    _ = changed.register(id, Agent.Registration(owner: "ada", time: now))
    _ = changed.unregister(id)
    _ = changed.forget(id)
  }
  guard let last = try? Catalogue(storedBytes: changed.storedBytes), last == changed else {
    throw Broken("another inventory when read back after a fold")
  }
}

/// Short texts of every kind: times, addresses, ids, versions. What was read is written in one form that reads the same.
@Sendable func fuzzText(_ bytes: [UInt8]) throws {
  for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false).prefix(40)
  {
    let text = String(line)
    if let time = Timestamp(rfc3339: text) {
      try hold(Timestamp(rfc3339: time.rfc3339(digits: 9)) == time, "another time when read back: \(text)")
      try hold(Timestamp(seconds: time.seconds) <= time, "seconds round towards the future")
      for digits in [-1, 0, 3, 6, 20] { _ = time.rfc3339(digits: digits) }
      for seconds in [1e300, -1e300, .nan, .infinity, 1e9, 9.3e9] { _ = time.advanced(bySeconds: seconds) }
    }
    if let address = Address(text) {
      try hold(Address(address.description) == address, "another address when read back: \(text)")
      try hold(Address(bytes: address.bytes) == address, "another address from its bytes")
      _ = (address.scope, address.isTailnet, address.isPrivate, address.isLinkLocal)
    }
    if let id = EventID(text) { try hold(EventID(id.description) == id, "another id when read back: \(text)") }
    if let decoded = Hex.decode(text) {
      try hold(Hex.encode(decoded) == text.lowercased(), "other digits when written again: \(text)")
    }
    if let version = OpenClawVersion(text) {
      try hold(version == version && !(version < version), "a version before itself: \(text)")
    }
  }
  // Every moment can be written, those of a damaged store included.
  var number: UInt64 = 0
  for byte in bytes.prefix(8) { number = number << 8 | UInt64(byte) }
  let time = Timestamp(nanoseconds: Int64(bitPattern: number))
  _ = time.rfc3339(digits: 9)
  _ = (time.milliseconds, EventID(time: time, random: bytes))
}
