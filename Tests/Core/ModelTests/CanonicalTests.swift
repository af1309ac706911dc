import Model
import Testing

@Suite struct CanonicalTests {
  /// The same event as a generic value, encoded by the generic encoder.
  func generic(_ event: Event) -> [UInt8] {
    var members: Value.Members = [
      "severity": .string(event.severity.rawValue), "host": .string(event.host), "id": .bytes(event.id.bytes),
      "time": .int(event.time.nanoseconds), "kind": .string(event.kind),
    ]
    members["recorded"] = event.recorded.map { .int($0.nanoseconds) }
    members["agent"] = event.agent.map(Value.string)
    members["task"] = event.task.map(Value.string)
    members["span"] = event.span.map(Value.string)
    members["parent"] = event.parent.map(Value.string)
    members["actor"] = event.actor.map(Value.string)
    members["object"] = event.object.map(Value.string)
    members["verdict"] = event.verdict.map(Value.string)
    members["rule"] = event.rule.map(Value.string)
    members["reason"] = event.reason.map(Value.string)
    if !event.data.isEmpty { members["data"] = .object(event.data) }
    return Value.object(members).canonicalBytes
  }

  /// Each bit is one optional member: all 2,048 sets of them.
  @Test func `an event is written as its value would be, whichever members it has`() {
    for set in 0..<(1 << 11) {
      func has(_ bit: Int) -> Bool { set >> bit & 1 == 1 }
      var event = Event(
        id: EventID(time: Timestamp(seconds: 5), random: [UInt8(set & 255)]), time: Timestamp(nanoseconds: -7),
        kind: "agent.found", severity: .high, host: "h")
      if has(0) { event.recorded = Timestamp(nanoseconds: 1_790_000_000_000_000_000) }
      if has(1) { event.agent = "" }
      if has(2) { event.task = String(repeating: "0a", count: 16) }
      if has(3) { event.span = "s" }
      if has(4) { event.parent = "p" }
      if has(5) { event.actor = "grüße \u{1F980}" }
      if has(6) { event.object = String(repeating: "o", count: 300) }
      if has(7) { event.verdict = "deny" }
      if has(8) { event.rule = "r" }
      if has(9) { event.reason = "e\u{301}" }
      if has(10) {
        event.data = ["zz": 1, "a": [1, 2.5, nil as Value? ?? .null], "b": ["y": true, "x": .bytes([1])]]
      }
      let bytes = event.canonicalBytes
      #expect(bytes == generic(event))
      #expect(Event(canonicalBytes: bytes) == event)
    }
  }

  @Test func `members are ordered by length of the name, then by its bytes, however they were given`() {
    let names = ["b", "a", "ab", "aa", "B", "é", "abc", "z", ""]
    var first: [UInt8]?
    for turn in 0..<names.count {
      var members: Value.Members = [:]
      for name in names[turn...] + names[..<turn] { members[name] = .string(name) }
      let bytes = Value.object(members).canonicalBytes
      if let first { #expect(bytes == first) } else { first = bytes }
      #expect((try? Value(canonicalBytes: bytes)) == .object(members))
    }
  }

  /// Found by reading: the decoder orders names by their bytes, and looked members up by what they look like.
  @Test func `members whose names only look the same are two members`() throws {
    let bytes: [UInt8] = [0xA2, 0x62, 0xC3, 0xA9, 0x01, 0x63, 0x65, 0xCC, 0x81, 0x02]
    let value = try Value(canonicalBytes: bytes)
    #expect(value == value)
    #expect(value["\u{E9}"] == 1 && value["e\u{301}"] == 2)
    #expect(value.canonicalBytes == bytes)
    var members: Value.Members = ["\u{E9}": 1]
    members["e\u{301}"] = 2
    #expect(value == .object(members) && value.hashValue == Value.object(members).hashValue)
  }

  @Test func `every truncation and every changed byte of an event is refused or read as another one`() {
    var event = Event(
      id: EventID(time: Timestamp(seconds: 5), random: []), time: Timestamp(seconds: 9), kind: "tool.call", host: "h")
    event.data = ["list": [1, "two", .bytes([3])], "flag": true]
    let bytes = event.canonicalBytes
    for end in 0..<bytes.count { #expect(Event(canonicalBytes: Array(bytes[..<end])) == nil) }
    for index in bytes.indices {
      for bit in 0..<8 {
        var changed = bytes
        changed[index] ^= 1 << UInt8(bit)
        if let other = Event(canonicalBytes: changed) { #expect(other != event || other.canonicalBytes != changed) }
      }
    }
  }
}
