public import Model

/// Which events to give. Every condition that is set must hold; removed events match only where none is set.
public struct Query: Sendable, Hashable {
  /// Beginnings of kinds: `agent` takes `agent.found`, `finding.opened` takes itself. Any of them; empty for all.
  public var kinds: [String]
  public var agent: String?
  public var severity: Severity?
  /// First moment that is wanted.
  public var since: Timestamp?
  /// First moment that is not wanted any more.
  public var until: Timestamp?
  /// Occurs somewhere in the event's texts, upper and lower case of ASCII alike.
  public var text: String?
  public var order: Order
  public var limit: Int
  /// Only events with a greater `seq`: where a page or a stream goes on.
  public var after: Int64?
  /// Only events with a smaller `seq`: where a page of the newest goes on.
  public var before: Int64?

  public enum Order: Sendable, Hashable { case newestFirst, oldestFirst }

  public init(
    kinds: [String] = [], agent: String? = nil, severity: Severity? = nil, since: Timestamp? = nil,
    until: Timestamp? = nil, text: String? = nil, order: Order = .newestFirst, limit: Int = 100, after: Int64? = nil,
    before: Int64? = nil
  ) {
    self.kinds = kinds
    self.agent = agent
    self.severity = severity
    self.since = since
    self.until = until
    self.text = text
    self.order = order
    self.limit = limit
    self.after = after
    self.before = before
  }
}

extension Query {
  /// The condition in SQL with its arguments, in order. Text is not in it: that is looked for in the decoded event.
  var condition: (sql: String, arguments: [Argument]) {
    var parts: [String] = []
    var arguments: [Argument] = []
    if !kinds.isEmpty {
      // A range instead of LIKE: nothing in the prefix is special.
      parts.append("(" + kinds.map { _ in "(kind >= ? AND kind < ?)" }.joined(separator: " OR ") + ")")
      for kind in kinds { arguments += [.text(kind), .text(kind + "\u{10FFFF}")] }
    }
    func add(_ sql: String, _ argument: Argument?) {
      guard let argument else { return }
      parts.append(sql)
      arguments.append(argument)
    }
    add("agent = ?", agent.map(Argument.text))
    if let severity, severity > .info {
      // From medium on, the condition names the partial index in so many words.
      if severity >= .medium { parts.append("severity >= 2") }
      add("severity >= ?", .number(Int64(severity.rank)))
    }
    add("time >= ?", (since?.nanoseconds).map(Argument.number))
    add("time < ?", (until?.nanoseconds).map(Argument.number))
    add("seq > ?", after.map(Argument.number))
    add("seq < ?", before.map(Argument.number))
    return (parts.isEmpty ? "" : " WHERE " + parts.joined(separator: " AND "), arguments)
  }

  enum Argument { case text(String), number(Int64) }
}

extension Event {
  /// True where a text occurs in one of the event's texts, ASCII letters compared without case.
  func contains(_ text: String) -> Bool {
    let needle = Array(text.utf8).map(Self.lower)
    guard !needle.isEmpty else { return true }
    func occurs(in text: String?) -> Bool {
      guard let text else { return false }
      let hay = text.utf8.map(Self.lower)
      guard hay.count >= needle.count else { return false }
      return (0...(hay.count - needle.count)).contains { start in
        hay[start] == needle[0] && hay[start..<(start + needle.count)].elementsEqual(needle)
      }
    }
    func occurs(in value: Value) -> Bool {
      switch value {
      case .string(let text): occurs(in: text)
      case .array(let values): values.contains(where: occurs(in:))
      case .object(let members): members.entries.contains { occurs(in: $0.name) || occurs(in: $0.value) }
      case .null, .bool, .int, .double, .bytes: false
      }
    }
    return [kind, host, agent, task, span, parent, actor, object, verdict, rule, reason].contains(where: occurs(in:))
      || id.description == text.lowercased() || occurs(in: .object(data))
  }

  private static func lower(_ byte: UInt8) -> UInt8 { (0x41...0x5A).contains(byte) ? byte | 0x20 : byte }
}
