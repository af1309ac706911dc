import ArgumentParser
import Foundation
import Ledger
import Model
import Platform

struct VerifyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Proves the whole ledger, or one event; ends with 1 where something does not hold.",
    discussion: """
      Reads every event and checks payloads, leaves, the chain, the tree, each signature, and the file itself. A tail \
      that was cut off, an older copy that was put back, or a history signed anew with the host's own key shows only \
      against a checkpoint that was kept elsewhere.

      EXAMPLES
        trammel ledger verify --checkpoint ~/trammel-checkpoint.txt
            the whole, against a checkpoint that was kept elsewhere
        trammel ledger verify --event 42 --json
            that one event is under the last checkpoint
      """)

  @Option(
    help: ArgumentHelp(
      "A checkpoint kept elsewhere: a file, or the text itself (note, JSON, or SIZE:HEAD).", valueName: "file|text"))
  var checkpoint: String?
  @Option(
    help: ArgumentHelp(
      "The key that must have signed: its fingerprint (SHA256:…) or its verifier key. Default: the key file in the state directory.",
      valueName: "key"))
  var key: String?
  @Option(help: ArgumentHelp("Prove that this event is under the last checkpoint.", valueName: "id")) var event: String?
  @OptionGroup var common: CommonOptions

  func run() async throws {
    let kept = try checkpoint.map(readCheckpoint)
    let pin = try key.map(readKey)
    do {
      try await LedgerCommand.reporting {
        let store = try LedgerCommand.open(common)
        if let event { return try prove(event, store, pin) }
        let showsProgress = isatty(2) == 1
        let result = try store.verify(checkpoint: kept, pin: pin) { count in
          if showsProgress { FileHandle.standardError.write(Data("\r\(count) events read".utf8)) }
        }
        if showsProgress { FileHandle.standardError.write(Data("\r\u{1B}[K".utf8)) }
        common.json ? Terminal.line(result.value.json()) : describe(result)
        if !result.holds { throw ExitCode(1) }
      }
    } catch let code as ExitCode {
      // A file that is no ledger any more, or none where one was promised, is what this verb is there to find.
      let isLost =
        code == ExitCode(2) && (kept != nil || SystemFiles().exists(common.stateDirectory + "/ledger.sqlite"))
      throw isLost ? ExitCode(1) : code
    }
  }

  private func readCheckpoint(_ argument: String) throws -> KeptCheckpoint {
    if let kept = KeptCheckpoint(argument) { return kept }
    let path = argument.hasPrefix("/") ? argument : FileManager.default.currentDirectoryPath + "/" + argument
    guard let text = try? SystemFiles().text(path), let kept = KeptCheckpoint(text) else {
      throw ValidationError(
        "--checkpoint \(argument): neither a checkpoint nor a file with one; make one with `trammel ledger checkpoint`")
    }
    return kept
  }

  private func readKey(_ argument: String) throws -> Store.Pin {
    if let key = PublicKey(verifierKey: argument) { return .key(key) }
    if argument.hasPrefix("SHA256:"), argument.utf8.count == 50 { return .fingerprint(argument) }
    throw ValidationError(
      "--key \(argument): neither a fingerprint (SHA256: and 43 characters) nor a verifier key (trammel/ledger/…)")
  }

  private func prove(_ name: String, _ store: Store, _ pin: Store.Pin?) throws {
    let entry = try LedgerCommand.entry(name, in: store)
    let proof = try store.inclusionProof(seq: entry.seq)
    let signer = proof.checkpoint.key
    let trusted =
      switch pin {
      case .key(let key): signer == key
      case .fingerprint(let fingerprint): signer?.fingerprint == fingerprint
      case nil: true
      }
    let holds = trusted && entry.fits && proof.leaf == entry.leaf && signer.map(proof.holds) == true
    if common.json {
      guard var members = proof.value.members else { return }
      members["holds"] = .bool(holds)
      Terminal.line(Value.object(members).json())
    } else {
      let size = proof.checkpoint.size
      Terminal.line(
        holds
          ? "event \(entry.seq) is one of the \(size) that the checkpoint covers (\(proof.path.count) steps to its head)"
          : "event \(entry.seq) is NOT proved; run `trammel ledger verify`")
      Terminal.line("leaf  \(proof.leaf)\nhead  \(proof.checkpoint.root)")
      Terminal.line(
        "key   \(signer?.fingerprint ?? "none")\(pin == nil ? " (named by the ledger; pin it with --key)" : "")")
    }
    if !holds { throw ExitCode(1) }
  }

  private func describe(_ result: Verification) {
    let verdict = result.holds ? Terminal.paint("holds", "1;32") : Terminal.paint("DOES NOT HOLD", "1;31")
    Terminal.line("ledger \(result.ledger.map(Hex.encode) ?? "unknown") \(verdict)")
    func row(_ name: String, _ text: String) { Terminal.line("  \(EventLine.pad(name, 12))\(text)") }
    let payloads = result.removed == 0 ? "" : ", \(result.removed) payloads removed by retention"
    row("events", "\(result.events)\(payloads)")
    row("checkpoints", "\(result.checkpoints), the last one that holds covers \(result.signedThrough) events")
    if let key = result.key { row("key", "\(key.fingerprint), \(result.trust.rawValue)") }
    if let head = result.head { row("head", "\(head.hash)") }
    if let size = result.keptSize {
      row("kept", "the given checkpoint over \(size) events was compared")
    } else {
      row("kept", "no checkpoint from elsewhere was given: a cut tail or an older copy would not show")
    }
    for problem in result.problems { Terminal.line(Terminal.paint("  ✗ ", "31") + Terminal.clean("\(problem)")) }
    if result.unlisted > 0 { Terminal.line("  and \(result.unlisted) more") }
  }
}

struct CheckpointCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "checkpoint", abstract: "Signs what is there and prints it, to be kept elsewhere.",
    discussion: """
      Keep it where whoever owns this host cannot change it: another host, a ticket, a sheet of paper.

      EXAMPLES
        trammel ledger checkpoint > ~/trammel-checkpoint.txt
            a signed note, for a file
        trammel ledger checkpoint --short
            one line, to be written down by hand
      """)

  @Flag(help: "Only SIZE:HEAD, to be written down by hand.") var short = false
  @OptionGroup var common: CommonOptions

  func run() async throws {
    try await LedgerCommand.reporting {
      // Opened to read first: looking for a ledger must not make one.
      try LedgerCommand.open(common).close()
      let store = try LedgerCommand.open(common, .readWrite)
      let checkpoint = try store.checkpoint()
      if common.json {
        Terminal.line(checkpoint.value.json())
      } else if short {
        Terminal.line("\(checkpoint.size):\(checkpoint.root)")
      } else {
        FileHandle.standardOutput.write(Data(checkpoint.note.utf8))
        if let key = checkpoint.key {
          Terminal.note("key: \(key.fingerprint)\nverifier key: \(key.verifierKey(origin: checkpoint.origin))")
        }
      }
      try store.close()
    }
  }
}

struct ExportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Writes events for other programs, the oldest first.",
    discussion: """
      EXAMPLES
        trammel ledger export --format json > events.ndjson
            everything, one object a line
        trammel ledger export finding --since 2026-11-01 --after 1200
            findings only, going on where the last export ended
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable { case json }

  @OptionGroup var filter: EventFilter
  @Option(help: "json: one object a line.") var format = Format.json
  @Option(help: ArgumentHelp("Only events after this place: where the last export ended.", valueName: "seq"))
  var after: Int64 = 0
  @OptionGroup var common: CommonOptions

  func run() async throws {
    try await LedgerCommand.reporting {
      let store = try LedgerCommand.open(common)
      var query = filter.query
      (query.order, query.limit, query.after) = (.oldestFirst, 1000, after)
      while true {
        let page = try store.query(query)
        let lines = page.map { $0.value.json() + "\n" }.joined()
        FileHandle.standardOutput.write(Data(lines.utf8))
        guard page.count == query.limit, let last = page.last else { return }
        query.after = last.seq
      }
    }
  }
}
