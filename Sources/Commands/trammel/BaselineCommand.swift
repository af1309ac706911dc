import ArgumentParser
import Matching
import Model
import Platform
import Posture
import Reports
import Service

/// `baseline`: how it stood, to compare with how it stands.
struct BaselineCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "baseline", abstract: "Keep how things stand under a name, and see later what became of it.",
    discussion: """
      EXAMPLES
        trammel baseline save before
            looks at this host and keeps the findings
        trammel baseline diff before
            looks again: what opened, what closed, what changed
        trammel baseline diff before after --json
            two that were kept
      """,
    subcommands: [Save.self, Diff.self, List.self], defaultSubcommand: List.self)

  static let folder = "baselines"

  struct Save: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Look at this host and keep how it stands.",
      discussion: """
        EXAMPLES
          trammel baseline save before
              before a change
          trammel baseline save 2026-w48 --json
              every week, from a timer
        """)
    @OptionGroup var common: CommonOptions
    @Argument(help: ArgumentHelp("Letters, digits, dots and dashes.", valueName: "name")) var name: String

    func run() async throws {
      let path = try BaselineCommand.file(name)
      let round = try Round(state: common.openState())
      let snapshot = try await BaselineCommand.now(round, name: name)
      let folder: StateDirectory
      do {
        folder = try StateDirectory("\(round.keeper.state.path)/\(BaselineCommand.folder)")
        try folder.write(snapshot.storedBytes, to: path)
      } catch { throw Failure(.host, error.description) }
      let failed = snapshot.findings.filter { $0.outcome == .fail }.count
      Terminal.say(
        common.json
          ? Value.object([
            "name": .string(name), "time": .string(snapshot.time.rfc3339()),
            "agents": .int(Int64(snapshot.agents.count)),
            "findings": .int(Int64(failed)),
          ]).json(indent: 2)
          : "Kept as \(name): \(snapshot.agents.count) agents, \(failed) findings. Compare later with: trammel baseline diff \(name)"
      )
    }
  }

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "What was kept.",
      discussion: """
        EXAMPLES
          trammel baseline list
              names and times
          trammel baseline list --json
              for a script
        """)
    @OptionGroup var common: CommonOptions

    func run() async throws {
      let path = "\(try common.openState().path)/\(BaselineCommand.folder)"
      let names: [String]
      do { names = try SystemFiles().list(path) } catch {
        guard error.code == .notFound else { throw Failure(.host, "\(path): cannot be read (\(error.code))") }
        names = []
      }
      var snapshots: [Snapshot] = []
      var damaged: [String] = []
      for name in names.filter({ $0.hasSuffix(".cbor") }).map({ String($0.dropLast(5)) }).sorted() {
        // One that is damaged does not hide the others.
        do { snapshots.append(try BaselineCommand.load(name, in: common)) } catch { damaged.append(name) }
      }
      snapshots.sort { $0.time < $1.time }
      if common.json {
        let rows = snapshots.map { snapshot -> Value in
          [
            "name": .string(snapshot.name), "time": .string(snapshot.time.rfc3339()), "host": .string(snapshot.host),
            "findings": .int(Int64(snapshot.findings.count { $0.outcome == .fail })),
          ]
        }
        Terminal.say(
          Value.array(rows + damaged.map { ["name": .string($0), "damaged": true] }).json(indent: 2))
      } else if snapshots.isEmpty, damaged.isEmpty {
        Terminal.say("Nothing was kept yet. Start with: trammel baseline save NAME")
      } else {
        for snapshot in snapshots {
          Terminal.say(
            "\(snapshot.time.rfc3339())  \(VisibleText.terminal(snapshot.name))  \(snapshot.findings.count { $0.outcome == .fail }) findings"
          )
        }
        for name in damaged {
          Terminal.say(
            "damaged, or of a later version: \(VisibleText.terminal(path))/\(VisibleText.terminal(name)).cbor")
        }
      }
    }
  }

  struct Diff: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "What became of it: since then, or between two.",
      discussion: """
        Exit code 1 where --fail-on says so and a finding that opened or grew worse is at or above it.

        EXAMPLES
          trammel baseline diff before
              between then and now
          trammel baseline diff before after --fail-on high
              between two that were kept, for a pipeline
        """)
    @OptionGroup var common: CommonOptions
    @Argument(help: ArgumentHelp("What was kept.", valueName: "name")) var name: String
    @Argument(help: ArgumentHelp("Compare with this instead of now.", valueName: "name")) var other: String?
    @Option(
      name: .customLong("fail-on"),
      help: ArgumentHelp("info, low, medium, high, critical or never.", valueName: "level"))
    var failOn: String = "never"

    func run() async throws {
      guard let level = FailOn(failOn) else {
        throw Failure(.usage, "--fail-on \(failOn): write info, low, medium, high, critical or never")
      }
      let before = try BaselineCommand.load(name, in: common)
      let after =
        if let other { try BaselineCommand.load(other, in: common) } else {
          try await BaselineCommand.now(try Round(state: common.openState()), name: "now")
        }
      let drift = Drift(from: before, to: after)
      if before.host != after.host {
        Terminal.note(
          "\(before.name) is of \(before.host), \(after.name) of \(after.host): agents of different machines are different agents.\n",
          common)
      }
      if common.json {
        var members: Value.Members = [
          "schema": "trammel.drift/1", "from_host": .string(before.host), "to_host": .string(after.host),
          "from": .string(before.name), "from_time": .string(before.time.rfc3339()),
          "to": .string(after.name), "to_time": .string(after.time.rfc3339()),
        ]
        for entry in drift.value.members?.entries ?? [] { members[entry.name] = entry.value }
        Terminal.say(Value.object(members).json(indent: 2))
      } else {
        Terminal.say(DriftText.render(drift, from: before, to: after, style: Terminal.style(common)))
      }
      if (drift.opened + drift.worsened).exceeds(level) { throw ExitCode(Code.findings.rawValue) }
    }
  }

  /// File of a name; names are no paths.
  static func file(_ name: String) throws(Failure) -> String {
    let isGood =
      !name.isEmpty && name.utf8.count <= 64 && !name.hasPrefix(".") && !name.hasPrefix("-")
      && name.utf8.allSatisfy { byte in
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || byte == 0x2D
          || byte == 0x2E || byte == 0x5F
      }
    guard isGood else {
      throw Failure(.usage, "\(VisibleText.terminal(name)): a name has letters, digits, dots, dashes, 64 at most")
    }
    return "\(name).cbor"
  }

  static func load(_ name: String, in common: CommonOptions) throws(Failure) -> Snapshot {
    let path = "\(try common.openState().path)/\(folder)/\(try file(name))"
    let bytes: [UInt8]
    do { bytes = try SystemFiles().read(path, limit: 256 << 20) } catch {
      throw Failure(
        .usage,
        error.code == .notFound
          ? "nothing was kept as \(name); see: trammel baseline list" : "\(path): cannot be read (\(error.code))")
    }
    guard let snapshot = Snapshot(storedBytes: bytes) else {
      throw Failure(
        .usage, "\(path): is damaged or of a later version; save it anew with: trammel baseline save \(name)")
    }
    return snapshot
  }

  static func now(_ round: Round, name: String) async throws -> Snapshot {
    let outcome = try await round.lookAtHost()
    return Snapshot(
      name: name, time: Machine.now, host: round.keeper.host.name, agents: outcome.agents.filter { $0.status != .lost },
      findings: outcome.findings)
  }
}
