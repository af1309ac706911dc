import Model
import Testing

@testable import Ledger

@Suite struct TreeTests {
  /// The inputs and heads that implementations of Certificate Transparency share as their test vectors.
  static let inputs = [
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
  ]

  @Test(arguments: [
    (0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    (1, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"),
    (2, "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"),
    (3, "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"),
    (8, "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"),
  ])
  func `the head is the one of RFC 9162`(size: Int, head: String) throws {
    var frontier = Frontier()
    for input in Self.inputs.prefix(size) { frontier.append(Hash.leaf(try #require(Hex.decode(input)))) }
    #expect(frontier.root.description == head)
  }

  /// MTH as RFC 9162 §2.1.1 defines it, word for word.
  func head(_ leaves: ArraySlice<Digest>) -> Digest {
    guard leaves.count > 1 else { return leaves.first ?? Hash.emptyTree }
    var half = 1
    while half * 2 < leaves.count { half *= 2 }
    return Hash.node(
      head(leaves.prefix(half)), head(leaves.dropFirst(half)))
  }

  @Test func `adding leaves one by one gives the head of the definition`() {
    var frontier = Frontier()
    var leaves: [Digest] = []
    for number in 0..<200 {
      #expect(frontier.root == head(leaves[...]))
      #expect(frontier.peaks.count == leaves.count.nonzeroBitCount)
      let leaf = Hash.leaf([UInt8(number)])
      frontier.append(leaf)
      leaves.append(leaf)
    }
  }

  @Test func `a frontier whose peaks do not fit its size is refused`() {
    #expect(Frontier(size: 3, peaks: [.zero]) == nil)
    #expect(Frontier(size: -1, peaks: Array(repeating: .zero, count: 64)) == nil)
    #expect(Frontier(size: 3, peaks: [.zero, .zero]) != nil)
  }

  @Test func `every event of every small ledger is proved, and no other leaf, place or path is`() throws {
    let bench = Bench()
    let store = try bench.open(every: 1_000_000)
    for size in 2...24 {
      try store.append([bench.event()])
      let checkpoint = try store.checkpoint()
      for seq in 1...checkpoint.size {
        let proof = try store.inclusionProof(seq: seq)
        let key = try #require(checkpoint.key)
        #expect(proof.holds(under: key))
        #expect(proof.checkpoint.size == checkpoint.size)
        var other = proof
        other.seq += 1
        #expect(!other.holds(under: key), "size \(size), event \(seq)")
        other = proof
        other.leaf = Hash.leaf([1])
        #expect(!other.holds(under: key))
        other = proof
        other.path.append(.zero)
        #expect(!other.holds(under: key))
        if !proof.path.isEmpty {
          other = proof
          other.path.removeLast()
          #expect(!other.holds(under: key))
          other = proof
          other.path[0] = .zero
          #expect(!other.holds(under: key))
        }
        other = proof
        other.checkpoint.root = .zero
        #expect(!other.holds(under: key))
      }
    }
  }

  @Test func `an event that no checkpoint covers has no proof yet`() throws {
    let bench = Bench()
    let store = try bench.open()
    let entry = try store.append([bench.event()])[0]
    #expect(throws: StoreError.notCovered(seq: entry.seq)) { try store.inclusionProof(seq: entry.seq) }
    #expect(throws: StoreError.noSuchEvent("77")) { try store.inclusionProof(seq: 77) }
  }
}
