import Ledger
public import Model

extension Keeper {
  /// Writes down what credentials an agent reaches: `credential.seen`, one event for each look.
  ///
  /// - Parameters:
  ///   - data: counts, kinds, weights and keyed fingerprints; never a value, a path or what stands in a file.
  ///   - worst: the gravest of what could be done with them; nil where there is nothing.
  public func record(credentials data: Value.Members, of agent: String, worst: Severity?, now: Timestamp)
    throws(Problem)
  {
    let event = Event(
      id: EventID(time: now, random: random(10)), time: now, kind: "credential.seen", severity: worst ?? .info,
      host: host.id, agent: agent, actor: "trammel", data: data)
    do throws(StoreError) { _ = try ledger.append([event]) } catch { throw Problem.ledger(error) }
  }
}
