import Model
import Testing

@testable import Ledger

@Suite struct CheckpointTests {
  /// A key whose seed is 0, 1, 2 … 31, and a checkpoint that anybody can compute again.
  func sample() throws -> (Checkpoint, SigningKey) {
    let key = try #require(SigningKey(seed: Array(0..<32)))
    var checkpoint = Checkpoint(
      ledger: Array(0..<16), size: 1000, root: Hash.leaf([]), chain: Digest.of([1]),
      time: Timestamp(nanoseconds: 1_790_000_000_000_000_001))
    try checkpoint.sign(with: key)
    return (checkpoint, key)
  }

  @Test func `a note has these bytes`() throws {
    let (checkpoint, key) = try sample()
    // Ed25519 signs the same text the same way every time (RFC 8032), so the whole note is known beforehand but for
    // BoringSSL's freedom to randomise; the body is not free.
    #expect(
      checkpoint.body == """
        trammel/ledger/000102030405060708090a0b0c0d0e0f
        1000
        bjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB0=
        chain 4bf5122f344554c53bde2ebb8cd2b7e3d1600ad631c385a5d7cce23c7785459a
        time 2026-09-21T14:13:20.000000001Z

        """)
    #expect(key.publicKey.fingerprint.hasPrefix("SHA256:"))
    #expect(Hex.encode(key.publicKey.bytes) == "03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8")
    let verifier = key.publicKey.verifierKey(origin: checkpoint.origin)
    #expect(PublicKey(verifierKey: verifier) == key.publicKey)
    let read = try #require(Checkpoint(note: checkpoint.note))
    #expect(read.isSigned(by: key.publicKey))
    #expect(read.note.hasPrefix(checkpoint.body))
  }

  @Test func `three forms are read: note, event as JSON, size and head`() throws {
    let (checkpoint, key) = try sample()
    let note = try #require(KeptCheckpoint("\n" + checkpoint.note + "\n"))
    #expect(note.size == 1000 && note.root == checkpoint.root && note.full?.chain == checkpoint.chain)
    let dos = try #require(
      KeptCheckpoint(checkpoint.note.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\r\n"))
    )
    #expect(dos == note)
    let event = checkpoint.event(id: EventID(time: checkpoint.time, random: []), host: "h", peaks: [])
    for json in [event.value.json(), event.value.json(indent: 2), checkpoint.value.json()] {
      let kept = try #require(KeptCheckpoint(json))
      #expect(kept.full?.isSigned(by: key.publicKey) == true)
      #expect(kept.full == checkpoint)
    }
    #expect(KeptCheckpoint("1000:\(checkpoint.root)") == KeptCheckpoint(size: 1000, root: checkpoint.root))
  }

  @Test(arguments: [
    "", "x", "1000", "1000:", "-1:" + String(repeating: "0", count: 64), "{}", "{", "trammel/ledger/",
    "trammel/ledger/00\n1\n",
  ])
  func `anything else is no checkpoint`(text: String) { #expect(KeptCheckpoint(text) == nil) }

  @Test func `no changed character of a note passes for the signed one`() throws {
    let (checkpoint, key) = try sample()
    let note = Array(checkpoint.note.utf8)
    for index in note.indices {
      for flip in [UInt8(1), 2, 4, 16, 32] {
        var changed = note
        changed[index] ^= flip
        guard let read = KeptCheckpoint(String(decoding: changed, as: UTF8.self)) else { continue }
        #expect(
          read.full?.isSigned(by: key.publicKey) != true || read.full == Checkpoint(note: checkpoint.note),
          "byte \(index)")
      }
    }
    for end in 0..<checkpoint.body.utf8.count - 1 {
      #expect(KeptCheckpoint(String(decoding: note[..<end], as: UTF8.self)) == nil)
    }
  }

  @Test func `the event of a checkpoint with another frontier is not read as one`() throws {
    let (checkpoint, _) = try sample()
    let event = checkpoint.event(id: EventID(time: checkpoint.time, random: []), host: "h", peaks: [.zero])
    #expect(Checkpoint(event) == nil)
  }
}
