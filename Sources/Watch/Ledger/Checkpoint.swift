public import Model

/// A signed statement: "the first `size` events of this ledger have this tree head and this chain head".
///
/// It is kept as the event `ledger.checkpoint` and travels as a signed note (C2SP tlog-checkpoint and signed-note), the
/// form that transparency logs use. docs/specs/ledger.md has every byte.
public struct Checkpoint: Sendable, Hashable {
  /// The ledger's id: 16 random bytes, made with it.
  public var ledger: [UInt8]
  /// How many events it covers: 1 to `size`.
  public var size: Int64
  /// Head of the Merkle tree over their leaves.
  public var root: Digest
  /// `hash` of the last event covered; zero where there is none.
  public var chain: Digest
  public var time: Timestamp
  public var key: PublicKey?
  /// 64 bytes; empty where a checkpoint was noted down as size and head only.
  public var signature: [UInt8]

  public init(
    ledger: [UInt8], size: Int64, root: Digest, chain: Digest, time: Timestamp, key: PublicKey? = nil,
    signature: [UInt8] = []
  ) {
    self.ledger = ledger
    self.size = size
    self.root = root
    self.chain = chain
    self.time = time
    self.key = key
    self.signature = signature
  }

  /// Name of the ledger in notes.
  public var origin: String { Self.prefix + Hex.encode(ledger) }
  static let prefix = "trammel/ledger/"

  /// The text that is signed: five lines, each with its line feed.
  public var body: String {
    "\(origin)\n\(size)\n\(Base64.encode(root.bytes))\nchain \(chain)\ntime \(time.rfc3339(digits: 9))\n"
  }

  public func isSigned(by key: PublicKey) -> Bool { key.verifies(signature, of: Array(body.utf8)) }

  mutating func sign(with key: SigningKey) throws(StoreError) {
    self.key = key.publicKey
    signature = try key.sign(Array(body.utf8))
  }

  /// The signed note: what is kept elsewhere.
  public var note: String {
    let line = key.map { "\n\u{2014} \(origin) \(Base64.encode($0.noteID(name: origin) + signature))\n" }
    return body + (line ?? "")
  }

  public var value: Value {
    var members: Value.Members = [
      "ledger": .bytes(ledger), "size": .int(size), "root": .bytes(root.bytes), "chain": .bytes(chain.bytes),
      "time": .string(time.rfc3339(digits: 9)),
    ]
    members["key"] = key.map { .bytes($0.bytes) }
    members["fingerprint"] = key.map { .string($0.fingerprint) }
    if !signature.isEmpty { members["signature"] = .bytes(signature) }
    members["note"] = .string(note)
    return .object(members)
  }
}

extension PublicKey {
  /// First four bytes of SHA-256(name ‖ LF ‖ 0x01 ‖ key), as C2SP signed-note names a key.
  func noteID(name: String) -> [UInt8] {
    Array(Digest.of(Array(name.utf8) + [0x0A, 0x01] + bytes).bytes.prefix(4))
  }

  /// The verifier key of signed notes: `name+id+base64(0x01 ‖ key)`.
  public func verifierKey(origin: String) -> String {
    "\(origin)+\(Hex.encode(noteID(name: origin)))+\(Base64.encode([0x01] + bytes))"
  }

  /// Reads a verifier key; nil for anything else.
  public init?(verifierKey text: String) {
    let parts = text.split(separator: "+", maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count == 3, let bytes = Base64.decode(parts[2]), bytes.first == 0x01, bytes.count == 33 else {
      return nil
    }
    self.init(bytes: Array(bytes.dropFirst()))
    guard Hex.encode(noteID(name: String(parts[0]))) == parts[1] else { return nil }
  }
}
