import Foundation
public import Model

/// A checkpoint as somebody kept it elsewhere: the signed note, the event as JSON, or `SIZE:HEAD` on a slip of paper.
public struct KeptCheckpoint: Sendable, Hashable {
  public var size: Int64
  public var root: Digest
  /// Everything else, where it was kept.
  public var full: Checkpoint?

  public init(_ checkpoint: Checkpoint) {
    size = checkpoint.size
    root = checkpoint.root
    full = checkpoint
  }

  /// Nil where the text is none of the three forms. Surrounding white space does not matter.
  public init?(_ text: String) {
    let text = text.trimmingCharacters(in: .whitespacesAndNewlines)
    let isNote = text.hasPrefix(Checkpoint.prefix)
    if isNote || text.hasPrefix("{") {
      guard let checkpoint = isNote ? Checkpoint(note: text) : Checkpoint(json: text) else { return nil }
      self.init(checkpoint)
    } else {
      let parts = text.split(separator: ":", omittingEmptySubsequences: false)
      guard parts.count == 2, let size = Int64(parts[0]), size >= 0, let root = Digest(hex: String(parts[1])) else {
        return nil
      }
      self.init(size: size, root: root)
    }
  }

  public init(size: Int64, root: Digest) {
    self.size = size
    self.root = root
  }
}

extension Checkpoint {
  /// Reads a note, signed or not; line ends of other systems are taken too. The key is not in it, only its four bytes.
  public init?(note: String) {
    let lines = note.split(omittingEmptySubsequences: false) { $0.isNewline }.map(String.init)
    guard lines.count >= 5, lines[0].hasPrefix(Self.prefix),
      let ledger = Hex.decode(String(lines[0].dropFirst(Self.prefix.count))), ledger.count == 16,
      let size = Int64(lines[1]), size >= 0, let root = Base64.decode(lines[2]).flatMap(Digest.init(bytes:)),
      lines[3].hasPrefix("chain "), let chain = Digest(hex: String(lines[3].dropFirst(6))),
      lines[4].hasPrefix("time "), let time = Timestamp(rfc3339: String(lines[4].dropFirst(5)))
    else { return nil }
    var checkpoint = Checkpoint(ledger: ledger, size: size, root: root, chain: chain, time: time)
    let signer = "\u{2014} \(checkpoint.origin) "
    for line in lines.dropFirst(5) where line.hasPrefix(signer) {
      guard let bytes = Base64.decode(line.dropFirst(signer.count)), bytes.count == 68 else { return nil }
      checkpoint.signature = Array(bytes.dropFirst(4))
    }
    // What does not come out as it went in is another text than the one that was signed.
    guard checkpoint.body == lines.prefix(5).map({ $0 + "\n" }).joined() else { return nil }
    self = checkpoint
  }

  /// Reads the event `ledger.checkpoint` as `export` and the sinks write it, or `value` as JSON.
  public init?(json: String) {
    guard let object = try? JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any] else { return nil }
    let data = object["data"] as? [String: Any] ?? object["checkpoint"] as? [String: Any] ?? object
    func bytes(_ name: String) -> [UInt8]? { (data[name] as? String).flatMap(Hex.decode) }
    guard let ledger = bytes("ledger"), ledger.count == 16, let size = (data["size"] as? NSNumber)?.int64Value,
      size >= 0,
      let root = bytes("root").flatMap(Digest.init(bytes:)), let chain = bytes("chain").flatMap(Digest.init(bytes:)),
      let time = (data["time"] as? String ?? object["time"] as? String).flatMap(Timestamp.init(rfc3339:))
    else { return nil }
    self.init(
      ledger: ledger, size: size, root: root, chain: chain, time: time,
      key: bytes("key").flatMap(PublicKey.init(bytes:)), signature: bytes("signature") ?? [])
  }
}

// The event that holds a checkpoint.
extension Checkpoint {
  static let kind = "ledger.checkpoint"

  /// - Parameter peaks: the frontier at `size`, so that the next writer goes on from here without reading every leaf.
  func event(id: EventID, host: String, peaks: [Digest]) -> Event {
    var event = Event(id: id, time: time, kind: Self.kind, host: host)
    event.data = [
      "key": .bytes(key?.bytes ?? []), "root": .bytes(root.bytes), "size": .int(size), "chain": .bytes(chain.bytes),
      "peaks": .array(peaks.map { .bytes($0.bytes) }), "ledger": .bytes(ledger), "signature": .bytes(signature),
    ]
    return event
  }

  /// Reads the event back with its frontier; nil where a member is missing or of another shape.
  static func read(_ event: Event) -> (Checkpoint, Frontier)? {
    guard event.kind == kind, let ledger = event.data["ledger"]?.bytes, ledger.count == 16,
      let size = event.data["size"]?.int, let root = event.data["root"]?.bytes.flatMap(Digest.init(bytes:)),
      let chain = event.data["chain"]?.bytes.flatMap(Digest.init(bytes:)),
      let key = event.data["key"]?.bytes.flatMap(PublicKey.init(bytes:)),
      let signature = event.data["signature"]?.bytes, let list = event.data["peaks"]?.array
    else { return nil }
    let peaks = list.compactMap { $0.bytes.flatMap(Digest.init(bytes:)) }
    guard peaks.count == list.count, let frontier = Frontier(size: size, peaks: peaks) else { return nil }
    return (
      Checkpoint(
        ledger: ledger, size: size, root: root, chain: chain, time: event.time, key: key, signature: signature),
      frontier
    )
  }

  /// The checkpoint that an event holds; nil for other events.
  public init?(_ event: Event) {
    guard let (checkpoint, _) = Self.read(event) else { return nil }
    self = checkpoint
  }
}
