public import ArgumentParser
import Foundation
import Ledger
public import Model
import Platform

/// `trammel ledger`: the record of everything that was seen, decided and done.
struct LedgerCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ledger", abstract: "The record: what was seen, decided and done, in a chain that shows changes.",
    discussion: """
      Every event is written once, hashed into a chain, and signed over from time to time.

      EXAMPLES
        trammel ledger query finding --severity high --since 7d
            what became wrong in the last week
        trammel ledger verify --checkpoint ~/trammel-checkpoint.txt
            nothing was changed since that checkpoint was kept
      """,
    subcommands: [
      QueryCommand.self, TailCommand.self, ShowCommand.self, VerifyCommand.self, CheckpointCommand.self,
      ExportCommand.self,
    ])

  static func open(_ options: CommonOptions, _ access: Store.Access = .readOnly) throws(StoreError) -> Store {
    try Store(
      directory: options.stateDirectory, access: access,
      environment: Store.Environment(host: Machine.host().id))
  }

  /// Runs a verb; what goes wrong becomes one line on standard error and the exit code of the contract.
  static func reporting<T>(_ work: () async throws -> T) async throws -> T {
    do { return try await work() } catch let error as StoreError {
      Terminal.note("trammel: \(Terminal.clean("\(error)"))")
      throw exitCode(error)
    }
  }

  static func exitCode(_ error: StoreError) -> ExitCode {
    switch error {
    case .readOnly, .diskFull, .denied, .busy, .keyOpen, .keyMissing, .keyUnreadable: ExitCode(3)
    case .io, .queueFull: ExitCode(4)
    default: ExitCode(2)
    }
  }
}

/// The conditions that `query`, `tail` and `export` share.
struct EventFilter: ParsableArguments {
  @Argument(help: ArgumentHelp("Beginnings of kinds, such as `finding` or `agent.found`.", valueName: "kind"))
  var kinds: [String] = []
  @Option(help: ArgumentHelp("Only events of this agent.", valueName: "id")) var agent: String?
  @Option(help: ArgumentHelp("Only this severity and above.", valueName: "level")) var severity: Severity?
  @Option(help: ArgumentHelp("From this moment on: 2h, 7d, 2026-11-26, or RFC 3339.", valueName: "when"))
  var since: Moment?
  @Option(help: ArgumentHelp("Before this moment.", valueName: "when")) var until: Moment?
  @Option(help: ArgumentHelp("Only events in which this text occurs.", valueName: "text")) var text: String?

  var query: Query {
    let now = Machine.now
    return Query(
      kinds: kinds, agent: agent, severity: severity, since: since?.timestamp(now: now),
      until: until?.timestamp(now: now), text: text)
  }
}

extension Severity: ExpressibleByArgument {}

/// One event on one line, for a person.
enum EventLine {
  static func text(_ entry: Entry) -> String {
    let place = pad(String(entry.seq), 7, left: true)
    guard let event = entry.event else {
      let what = entry.content == .removed ? "payload removed by retention" : "payload cannot be read"
      return Terminal.paint("\(place)  \(what)", "2")
    }
    var parts: [String] = []
    if let agent = event.agent { parts.append(agent) }
    switch (event.actor, event.object) {
    case (let actor?, let object?): parts.append("\(actor) → \(object)")
    case (let one?, nil), (nil, let one?): parts.append(one)
    case (nil, nil): break
    }
    if let verdict = event.verdict { parts.append(verdict + (event.reason.map { " (\($0))" } ?? "")) }
    if parts.isEmpty || event.kind.hasPrefix("ledger."), let size = event.data["size"]?.int {
      parts = ["signed over \(size) event\(size == 1 ? "" : "s")"]
    }
    let severity = Terminal.paint(pad(event.severity.rawValue, 8), color(event.severity))
    let time = Terminal.paint(event.time.rfc3339(), "2")
    return "\(place)  \(time)  \(severity)  \(pad(Terminal.clean(event.kind), 18))  "
      + Terminal.clean(parts.joined(separator: " · "))
  }

  static func color(_ severity: Severity) -> String {
    switch severity {
    case .critical: "1;31"
    case .high: "31"
    case .medium: "33"
    case .low: "36"
    case .info: "2"
    }
  }

  static func pad(_ text: String, _ width: Int, left: Bool = false) -> String {
    let blanks = String(repeating: " ", count: max(0, width - text.count))
    return left ? blanks + text : text + blanks
  }
}
