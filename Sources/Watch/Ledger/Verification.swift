public import Model

/// What a look at the whole ledger found.
public struct Verification: Sendable, Hashable {
  /// Events that were read.
  public var events: Int64 = 0
  /// Events whose payload retention removed, each under a signed removal.
  public var removed: Int64 = 0
  public var checkpoints: Int = 0
  /// Events 1 to this one are under the last checkpoint that holds.
  public var signedThrough: Int64 = 0
  public var head: Head?
  public var ledger: [UInt8]?
  /// The key against which signatures were checked.
  public var key: PublicKey?
  public var trust: Trust = .ledgerItself
  /// How many events the checkpoint that was kept elsewhere covers; nil where none was given.
  public var keptSize: Int64?
  /// The first hundred, in the order of the chain.
  public internal(set) var problems: [Problem] = []
  /// How many more there were.
  public internal(set) var unlisted = 0

  public var holds: Bool { problems.isEmpty }

  /// Where the key came from that signatures were checked against, from best to worst.
  public enum Trust: String, Sendable, Hashable {
    case given = "given by the caller"
    case stateDirectory = "the key file of the state directory"
    /// Proves only that one key signed all.
    case ledgerItself = "named by the ledger itself"
  }

  /// One thing that does not hold, and where.
  public struct Problem: Sendable, Hashable, CustomStringConvertible {
    /// First event concerned; nil where it is about the file.
    public var seq: Int64?
    /// Last event concerned.
    public var through: Int64?
    public var what: String
    public init(_ seq: Int64?, through: Int64? = nil, _ what: String) {
      self.seq = seq
      self.through = through ?? seq
      self.what = what
    }
    public var description: String {
      guard let seq, let through else { return "file: \(what)" }
      return seq == through ? "event \(seq): \(what)" : "events \(seq)\u{2013}\(through): \(what)"
    }
  }

  mutating func report(_ seq: Int64?, through: Int64? = nil, _ what: String) {
    if problems.count < 100 { problems.append(Problem(seq, through: through, what)) } else { unlisted += 1 }
  }

  public var value: Value {
    var members: Value.Members = [
      "schema": "trammel.ledger-verification/1", "holds": .bool(holds), "events": .int(events),
      "removed": .int(removed), "checkpoints": .int(Int64(checkpoints)), "signed_through": .int(signedThrough),
    ]
    members["head"] = head.map { ["seq": .int($0.seq), "hash": .bytes($0.hash.bytes)] }
    members["ledger"] = ledger.map(Value.bytes)
    members["key"] = key.map { ["fingerprint": .string($0.fingerprint), "source": .string(trust.rawValue)] }
    members["kept_size"] = keptSize.map(Value.int)
    members["problems"] = .array(
      problems.map { problem in
        var members: Value.Members = [:]
        members["seq"] = problem.seq.map(Value.int)
        members["through"] = problem.through.map(Value.int)
        members["what"] = .string(problem.what)
        return .object(members)
      })
    members["unlisted"] = .int(Int64(unlisted))
    return .object(members)
  }
}
