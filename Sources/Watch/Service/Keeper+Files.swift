import Ledger
public import Model

/// A file that Trammel itself changed, or changed back.
public struct FileChange: Sendable, Hashable {
  public var path: String
  public var agents: [String]
  public var rules: [String]
  public var isUndone: Bool
  public init(path: String, agents: [String], rules: [String], isUndone: Bool) {
    self.path = path
    self.agents = agents
    self.rules = rules
    self.isUndone = isUndone
  }
}

extension Keeper {
  /// Writes down what Trammel changed on this host: `file.changed`, one for each file.
  public func record(_ changes: [FileChange], now: Timestamp) throws(Problem) {
    guard !changes.isEmpty else { return }
    let events = changes.map { change in
      Event(
        id: EventID(time: now, random: random(10)), time: now, kind: "file.changed", host: host.id,
        agent: change.agents.first, actor: "trammel", object: change.path, rule: change.rules.first,
        reason: change.isUndone ? "audit --undo" : "audit --fix",
        data: ["rules": .strings(change.rules), "agents": .strings(change.agents)])
    }
    do throws(StoreError) { _ = try ledger.append(events) } catch { throw Problem.ledger(error) }
  }
}
