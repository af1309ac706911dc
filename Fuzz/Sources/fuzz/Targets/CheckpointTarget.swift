#if LEDGER
  import Ledger
  import Model

  /// A checkpoint as somebody kept it: a note that was read is written as the same note.
  @Sendable func fuzzCheckpoint(_ bytes: [UInt8]) throws {
    let text = String(decoding: bytes, as: UTF8.self)
    guard let kept = KeptCheckpoint(text) else { return }
    try hold(kept.size >= 0, "a size below zero")
    guard let full = kept.full else { return }
    try hold(full.size == kept.size && full.root == kept.root, "another checkpoint")
    guard let again = KeptCheckpoint(full.body), let read = again.full else { throw Broken("our own note is not read") }
    try hold(read.body == full.body && again.size == kept.size, "another note when read back")
    guard KeptCheckpoint(full.value.json())?.full?.body == full.body else { throw Broken("our own JSON is not read") }
    _ = PublicKey(verifierKey: text)
  }
#endif
