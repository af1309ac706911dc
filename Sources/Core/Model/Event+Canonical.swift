extension Event {
  /// What is hashed and stored: times as nanoseconds, the id as bytes, absent fields absent.
  ///
  /// The members are written one after another in canonical order (RFC 8949 §4.2.1: by length of the name, then by its
  /// bytes). A ledger does this for every event, so nothing is built or sorted on the way.
  public var canonicalBytes: [UInt8] {
    var count = 5
    if recorded != nil { count += 1 }
    if agent != nil { count += 1 }
    if task != nil { count += 1 }
    if span != nil { count += 1 }
    if parent != nil { count += 1 }
    if actor != nil { count += 1 }
    if object != nil { count += 1 }
    if verdict != nil { count += 1 }
    if rule != nil { count += 1 }
    if reason != nil { count += 1 }
    if !data.isEmpty { count += 1 }

    var out: [UInt8] = []
    out.reserveCapacity(512)
    Value.head(major: 5, UInt64(count), into: &out)
    Value.text("id", into: &out)
    Value.head(major: 2, UInt64(id.bytes.count), into: &out)
    out.append(contentsOf: id.bytes)
    if !data.isEmpty {
      Value.text("data", into: &out)
      Value.encode(data, into: &out)
    }
    Self.member("host", host, into: &out)
    Self.member("kind", kind, into: &out)
    Self.member("rule", rule, into: &out)
    Self.member("span", span, into: &out)
    Self.member("task", task, into: &out)
    Value.text("time", into: &out)
    Value.encode(time.nanoseconds, into: &out)
    Self.member("actor", actor, into: &out)
    Self.member("agent", agent, into: &out)
    Self.member("object", object, into: &out)
    Self.member("parent", parent, into: &out)
    Self.member("reason", reason, into: &out)
    Self.member("verdict", verdict, into: &out)
    if let recorded {
      Value.text("recorded", into: &out)
      Value.encode(recorded.nanoseconds, into: &out)
    }
    Self.member("severity", severity.rawValue, into: &out)
    return out
  }

  @inline(__always)
  private static func member(_ name: String, _ value: String?, into out: inout [UInt8]) {
    guard let value else { return }
    Value.text(name, into: &out)
    Value.text(value, into: &out)
  }
}
