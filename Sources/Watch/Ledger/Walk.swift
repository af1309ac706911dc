import Model

/// The way of `verify` along the chain: rows in, problems out. It reads nothing itself.
///
/// After a problem it goes on with what fits best, so that one change is one report and a second change is still found.
struct Walk {
  /// A row as it is stored. Nil is NULL; a value of another type than the column's is named in `oddColumn`.
  struct Row {
    var seq: Int64
    var id: [UInt8]?
    var time: Int64?
    var kind: [UInt8]?
    var severity: Int64?
    var agent: [UInt8]?
    var payload: [UInt8]?
    var leaf: [UInt8]?
    var hash: [UInt8]?
    var oddColumn: String?
  }

  private(set) var result = Verification()
  private let kept: KeptCheckpoint?
  private let pinnedFingerprint: String?
  private var frontier = Frontier()
  private var expected: Int64 = 1
  /// What the next link may follow; none right after a gap, which was reported.
  private var previous: [Digest] = [.zero]
  private var absent = Ranges()
  private var removals: [(seq: Int64, ranges: Ranges)] = []

  init(kept: KeptCheckpoint?, key: PublicKey?, fingerprint: String?, trust: Verification.Trust) {
    self.kept = kept
    pinnedFingerprint = fingerprint ?? key?.fingerprint
    result.key = key
    result.trust = trust
    result.keptSize = kept?.size
  }

  mutating func report(_ what: String) { result.report(nil, what) }

  mutating func take(_ row: Row) {
    compareKept()
    if row.seq != expected {
      if row.seq > expected {
        result.report(expected, through: row.seq - 1, "missing; deleted, or renumbered")
      } else {
        result.report(row.seq, "stands where event \(expected) should")
      }
      previous = []
    }
    expected = row.seq == .max ? .max : row.seq + 1
    result.events += 1
    if let odd = row.oddColumn { result.report(row.seq, "the column `\(odd)` holds a value of another type") }
    guard let stored = row.leaf.flatMap(Digest.init(bytes:)), let hash = row.hash.flatMap(Digest.init(bytes:)) else {
      result.report(row.seq, "leaf or hash has not 32 bytes")
      previous = []
      return
    }
    let leaf = link(row, leaf: stored, hash: hash)
    let event = content(row, leaf: leaf)
    // Judged before its own leaf is added: a checkpoint speaks of what came before it.
    if let event { judge(event, seq: row.seq) }
    if row.seq == 1, event.flatMap(Checkpoint.read) == nil { result.report(1, "is not the ledger's own first event") }
    frontier.append(leaf)
    result.head = Head(seq: row.seq, hash: hash)
  }

  /// Checks payload → leaf → hash and gives the leaf to go on with.
  private mutating func link(_ row: Row, leaf stored: Digest, hash: Digest) -> Digest {
    let computed = row.payload.map(Hash.leaf) ?? stored
    func fits(_ leaf: Digest) -> Bool { previous.contains { Hash.link($0, leaf) == hash } }
    let follows = previous.isEmpty || fits(stored)
    var leaf = stored
    if computed != stored {
      if follows, !previous.isEmpty {
        result.report(row.seq, "the payload was changed; it does not give the leaf that the chain holds")
      } else if fits(computed) {
        result.report(row.seq, "the leaf was changed; payload and hash fit each other")
        leaf = computed
      } else {
        result.report(row.seq, "payload, leaf and hash do not fit; the event was changed or replaced")
      }
    } else if !follows {
      result.report(
        row.seq,
        "the chain breaks: the hash does not follow from event \(row.seq - 1); one of the two was changed or replaced")
    }
    // Where only the stored hash was changed, the next event follows the one that should stand here.
    let links = previous.map { Hash.link($0, leaf) }
    previous = [hash] + links.filter { $0 != hash }
    return leaf
  }

  /// Compares the columns with the payload. Gives the event where the payload is the one that the chain holds.
  private mutating func content(_ row: Row, leaf: Digest) -> Event? {
    guard let payload = row.payload else {
      absent.add(row.seq)
      if row.id != nil || row.time != nil || row.kind != nil || row.severity != nil || row.agent != nil {
        result.report(row.seq, "the payload is absent, but columns that are copies of it are not")
      }
      return nil
    }
    guard Hash.leaf(payload) == leaf else { return nil }
    guard let event = Event(canonicalBytes: payload) else {
      result.report(row.seq, "the payload is not an event")
      return nil
    }
    var different: [String] = []
    if row.id != event.id.bytes { different.append("id") }
    if row.time != event.time.nanoseconds { different.append("time") }
    if row.kind != Array(event.kind.utf8) { different.append("kind") }
    if row.severity != Int64(event.severity.rank) { different.append("severity") }
    if row.agent != event.agent.map({ Array($0.utf8) }) { different.append("agent") }
    if !different.isEmpty {
      result.report(row.seq, "changed beside the payload: \(different.joined(separator: ", "))")
    }
    return event
  }

  private mutating func judge(_ event: Event, seq: Int64) {
    if event.kind == Checkpoint.kind {
      guard let (checkpoint, claimed) = Checkpoint.read(event) else {
        result.report(seq, "a checkpoint that cannot be read")
        return
      }
      judge(checkpoint, claimed, seq: seq)
    } else if event.kind == Removal.kind {
      guard let removal = Removal(event), let key = result.key, let ledger = result.ledger,
        previous.count > 0, removal.isSigned(by: key, ledger: ledger, seq: seq)
      else {
        result.report(seq, "a removal that the ledger's key did not sign here")
        return
      }
      removals.append((seq, removal.ranges))
    } else if event.kind.hasPrefix("ledger.") {
      result.report(seq, "no store writes the kind \(event.kind)")
    }
  }

  private mutating func judge(_ checkpoint: Checkpoint, _ claimed: Frontier, seq: Int64) {
    result.checkpoints += 1
    if result.ledger == nil { result.ledger = checkpoint.ledger }
    if result.key == nil, let key = checkpoint.key,
      pinnedFingerprint == nil || pinnedFingerprint == key.fingerprint
    {
      result.key = key
    }
    var sound = true
    func wrong(_ result: inout Verification, _ from: Int64, _ what: String) {
      sound = false
      result.report(from, through: seq, what)
    }
    if checkpoint.ledger != result.ledger { wrong(&result, seq, "a checkpoint of another ledger") }
    if checkpoint.size != seq - 1 {
      wrong(&result, seq, "a checkpoint over \(checkpoint.size) events stands after \(seq - 1)")
    }
    if checkpoint.key != result.key || result.key == nil {
      let expected = result.key?.fingerprint ?? pinnedFingerprint ?? "unknown"
      wrong(
        &result, seq,
        "a checkpoint by another key: \(checkpoint.key?.fingerprint ?? "none") instead of \(expected)")
    } else if let key = result.key, !checkpoint.isSigned(by: key) {
      wrong(
        &result, min(result.signedThrough + 1, seq),
        "the checkpoint at event \(seq) is not signed by the key; it was forged, or what it covers was rewritten")
    }
    if frontier.size == checkpoint.size {
      if checkpoint.root != frontier.root || claimed != frontier {
        wrong(
          &result, min(result.signedThrough + 1, seq),
          "the tree is not the one that was signed here; something since event \(result.signedThrough) was rewritten")
      }
    } else {
      sound = false
    }
    if sound {
      result.signedThrough = seq - 1
    } else if checkpoint.size == seq - 1, claimed.root == checkpoint.root, let key = result.key,
      checkpoint.isSigned(by: key)
    {
      // What was signed is what should stand before: go on from there, and the rest is judged by itself.
      frontier = claimed
      result.signedThrough = seq - 1
    }
  }

  private mutating func compareKept() {
    guard let kept, frontier.size == kept.size, expected == kept.size + 1 else { return }
    var same = frontier.root == kept.root
    // An empty list means the event before is missing, which is reported.
    if let chain = kept.full?.chain, !previous.isEmpty { same = same && previous.contains(chain) }
    if !same {
      result.report(
        1, through: max(1, kept.size), "not the events that the given checkpoint covers; the history was rewritten")
    }
  }

  /// To be called after the last row.
  mutating func finish() {
    compareKept()
    if let kept {
      let last = expected - 1
      if last < kept.size {
        result.report(
          last + 1, through: kept.size,
          "missing at the end; the tail was cut off, or an older copy of the file was put back")
      } else if frontier.size != kept.size, result.events < kept.size {
        result.report(1, through: kept.size, "the given checkpoint cannot be compared, because events are missing")
      }
      if let full = kept.full {
        if let ledger = result.ledger, full.ledger != ledger {
          report(
            "the given checkpoint is of another ledger, \(Hex.encode(full.ledger)) instead of \(Hex.encode(ledger))")
        }
        if !full.signature.isEmpty, let key = result.key, !full.isSigned(by: key) {
          report("the given checkpoint was not signed by \(key.fingerprint)")
        }
      }
    }
    if result.events == 0 { report("no event is left, not even the ledger's own first one") }
    for range in absent.list {
      var rest = Ranges(range)
      for removal in removals where removal.seq > range.upperBound { rest.subtract(removal.ranges) }
      for gap in rest.list {
        result.report(gap.lowerBound, through: gap.upperBound, "the payload is absent and no signed removal says so")
      }
    }
    result.removed = absent.count
  }
}
