import ArgumentParser
import Foundation
import Ledger
import Logging
import Model
import Platform
import ServiceLifecycle
import UnixSignals

struct QueryCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "query", abstract: "Lists events, the newest first.",
    discussion: """
      EXAMPLES
        trammel ledger query finding --severity high --since 7d
            what became wrong in the last week
        trammel ledger query --agent openclaw-1f3a2b4c --limit 20 --json
            one agent's last twenty events, for a script
      """)

  @OptionGroup var filter: EventFilter
  @Option(help: ArgumentHelp("How many at most.", valueName: "n")) var limit = 50
  @Flag(help: "The oldest first.") var oldestFirst = false
  @Option(help: ArgumentHelp("Only events after this place.", valueName: "seq")) var after: Int64?
  @Option(help: ArgumentHelp("Only events before this place.", valueName: "seq")) var before: Int64?
  @OptionGroup var common: CommonOptions

  func run() async throws {
    try await LedgerCommand.reporting {
      let store = try LedgerCommand.open(common)
      var query = filter.query
      (query.limit, query.order, query.after, query.before) = (
        limit, oldestFirst ? .oldestFirst : .newestFirst, after, before
      )
      let entries = try store.query(query)
      for entry in entries { Terminal.line(common.json ? entry.value.json() : EventLine.text(entry)) }
      guard !common.json else { return }
      if entries.isEmpty {
        Terminal.note("no event fits; the ledger holds \(try store.head.seq)")
      } else if entries.count == limit, let last = entries.last?.seq {
        Terminal.note("there may be more; go on with --\(oldestFirst ? "after" : "before") \(last)")
      }
    }
  }
}

struct TailCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tail", abstract: "Shows the last events, then each new one until Ctrl-C.",
    discussion: """
      EXAMPLES
        trammel ledger tail
            the last ten, then each new one
        trammel ledger tail finding listener --json
            only these kinds, one object a line
      """)

  @OptionGroup var filter: EventFilter
  @Option(name: [.customShort("n"), .long], help: ArgumentHelp("How many of the last ones first.", valueName: "n"))
  var last = 10
  @Flag(help: "End after the last ones instead of waiting for more.") var once = false
  @OptionGroup var common: CommonOptions

  func run() async throws {
    try await LedgerCommand.reporting {
      let store = try LedgerCommand.open(common)
      var query = filter.query
      query.limit = max(0, last)
      // The head first: what comes between the two reads is in the stream, and not twice.
      let head = try store.head.seq
      query.before = head + 1
      for entry in try store.query(query).reversed() { show(entry) }
      query.before = nil
      guard !once else { return }
      let following = Following(tail: store.tail(after: head, matching: query), show: show)
      let group = ServiceGroup(
        services: [following], gracefulShutdownSignals: [.sigint, .sigterm],
        logger: Logger(label: "trammel") { _ in SwiftLogNoOpLogHandler() })
      try await group.run()
    }
  }

  @Sendable private func show(_ entry: Entry) {
    Terminal.line(common.json ? entry.value.json() : EventLine.text(entry))
  }

  /// Runs until a signal asks it to end.
  private struct Following: Service {
    let tail: Tail
    let show: @Sendable (Entry) -> Void
    func run() async throws {
      try await cancelWhenGracefulShutdown { for try await entry in tail { show(entry) } }
    }
  }
}

struct ShowCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Shows one event with its place in the chain.",
    discussion: """
      EXAMPLES
        trammel ledger show 42
            by its place
        trammel ledger show 019936c2-4a1e-7c3d-9d1f-0a6c5b1e2f30 --json
            by its id, for a script
      """)

  @Argument(help: ArgumentHelp("The event's id or its place.", valueName: "id")) var id: String
  @OptionGroup var common: CommonOptions

  func run() async throws {
    try await LedgerCommand.reporting {
      let store = try LedgerCommand.open(common)
      let entry = try LedgerCommand.entry(id, in: store)
      guard !common.json else { return Terminal.line(entry.value.json()) }
      var rows: [(String, String)] = [("event", String(entry.seq))]
      for member in entry.event?.value.members?.entries ?? [] where member.name != "data" {
        rows.append((member.name, member.value.string ?? member.value.json()))
      }
      if entry.event == nil { rows.append(("payload", entry.content == .removed ? "removed" : "cannot be read")) }
      rows += [
        ("previous", entry.previous.description), ("leaf", entry.leaf.description), ("hash", entry.hash.description),
        ("fits", entry.fits ? "yes, payload, leaf and hash belong together" : "NO; run `trammel ledger verify`"),
      ]
      for (name, value) in rows {
        Terminal.line(Terminal.paint(EventLine.pad(name, 10), "2") + " " + Terminal.clean(value))
      }
      if let checkpoint = entry.event.flatMap({ Checkpoint($0) }) {
        Terminal.line("\n" + checkpoint.note)
      } else if let data = entry.event?.data, !data.isEmpty {
        let text = Value.object(data).json(indent: 2).split(separator: "\n").map { Terminal.clean(String($0)) }
        Terminal.line(Terminal.paint("data", "2") + "\n" + text.joined(separator: "\n"))
      }
    }
  }
}

extension LedgerCommand {
  /// The event that a person named by id or place.
  static func entry(_ name: String, in store: Store) throws(StoreError) -> Entry {
    var entry: Entry?
    if let seq = Int64(name) { entry = try store.entry(seq: seq) }
    if let id = EventID(name) { entry = try store.entry(id: id) }
    guard let entry else { throw .noSuchEvent(name) }
    return entry
  }
}
