import Knowledge
import Model
import Testing

@testable import WireSensor

/// The tables that strangers can fill.
@Suite struct NamesTests {
  @Test func `a name is kept once, and gives back its text and its row`() {
    var names = Names(seed: 9)
    let (first, isNew) = names.intern(Array("api.anthropic.com".utf8))
    #expect(first == 1 && isNew)
    #expect(names.intern(Array("api.anthropic.com".utf8)).id == 1)
    #expect(!names.intern(Array("api.anthropic.com".utf8)).isNew)
    let (other, _) = names.intern(Array("www.example.com".utf8))
    #expect(names.text(first) == "api.anthropic.com" && names.text(other) == "www.example.com" && names.text(0) == "")
    #expect(names.row(first)?.provider == "Anthropic" && names.row(other) == nil && names.row(0) == nil)
    #expect(names.entries[1].isFollowed && !names.entries[2].isFollowed)
    names.countQuery(first)
    names.countHello(first, quic: false)
    names.countHello(first, quic: true)
    #expect(names.entries[1].queries == 1 && names.entries[1].hellos == 1 && names.entries[1].quicHellos == 1)
  }

  @Test(arguments: ["github.com", "openrouter.ai", "api.telegram.org", "www.example.com"])
  func `models, channels and platforms are followed; code hosts and strangers are not`(name: String) {
    var names = Names(seed: 1)
    let id = names.intern(Array(name.utf8)).id
    #expect(names.entries[Int(id)].isFollowed == (name == "openrouter.ai" || name == "api.telegram.org"))
  }

  @Test(
    arguments: [
      (Array("a\u{1B}[31mb.example.com".utf8), #"a\027[31mb.example.com"#), ([0x61, 0x0A, 0x62], #"a\010b"#),
      (Array("\u{202E}moc.example".utf8), #"\226\128\174moc.example"#), ([0x61, 0xFF], #"a\255"#),
      (Array("bücher.example".utf8), "bücher.example"), (Array(#"a\.b.example"#.utf8), #"a\.b.example"#),
    ] as [([UInt8], String)])
  func `a name is told as it can be shown, whatever a log has in it`(bytes: [UInt8], text: String) {
    var names = Names(seed: 1)
    let id = names.intern(bytes).id
    #expect(names.text(id) == text)
  }

  @Test func `the empty name and one beyond 1024 bytes are none`() {
    var names = Names(seed: 1)
    #expect(names.intern([]).id == 0)
    #expect(names.intern([UInt8](repeating: 0x61, count: 1025)).id == 0)
    #expect(names.intern([UInt8](repeating: 0x61, count: 1024)).id == 1)
    #expect(names.refused == 0)
  }

  @Test func `a million distinct names stay within the cap of names and of bytes`() {
    var names = Names(limit: 20_000, byteLimit: 200_000, seed: 3)
    for number in 0..<1_000_000 as Range<UInt32> {
      // A prefix of hexadecimal digits and a suffix of nothing known.
      let digits = [28, 24, 20, 16, 12, 8, 4, 0].map { UInt8(0x61 + number >> $0 & 15) }
      _ = names.intern(digits + [0x2E, 0x78])
    }
    #expect(names.count == 19_999 || names.count == 20_000)
    #expect(names.refused == UInt64(1_000_000 - names.count))
    #expect(names.text(1) == "aaaaaaaa.x")
    var bytes = Names(byteLimit: 25, seed: 1)
    for letter in 0x61...0x70 as ClosedRange<UInt8> { _ = bytes.intern([UInt8](repeating: letter, count: 10)) }
    #expect(bytes.count == 2 && bytes.refused == 14)
  }

  @Test func `names that share a hash under one seed do not under another`() {
    var hashes: [UInt32: Set<UInt32>] = [:]
    for seed in 1...8 as ClosedRange<UInt64> {
      var names = Names(seed: seed &* 0x9E37_79B9_7F4A_7C15)
      for word in ["alpha.example", "bravo.example", "delta.example"] { _ = names.intern(Array(word.utf8)) }
      for entry in 1...3 { hashes[UInt32(entry), default: []].insert(names.entries[entry].hash) }
    }
    #expect(hashes.values.allSatisfy { $0.count == 8 })
  }

  @Test func `case does not tell names apart, and only letters have one`() {
    var random = Xorshift(77)
    var names = Names(seed: 5)
    var model: [[UInt8]: UInt32] = [:]
    var faults = 0
    for _ in 0..<20_000 {
      // Around the letters in ASCII, and the same with the top bit: few values, so that names repeat.
      let edges: [UInt8] = [0x40, 0x41, 0x5A, 0x5B, 0x60, 0x61, 0x7A, 0x7B, 0xC1, 0xDA, 0xE1, 0x00, 0x2E]
      let name = (0..<(1 + random.next() % 17)).map { _ in edges[Int(random.next() % UInt64(edges.count))] }
      let short = random.next() & 1 == 0 ? Array(name.prefix(3)) : name
      let lower = short.map { (0x41...0x5A).contains($0) ? $0 + 0x20 : $0 }
      let (id, isNew) = names.intern(short)
      if isNew != (model[lower] == nil) || id != model[lower, default: id] { faults += 1 }
      model[lower] = id
      let shown = lower.map { byte in
        (0x21...0x7E).contains(byte) ? String(Unicode.Scalar(byte)) : "\\" + String(1000 + Int(byte)).dropFirst()
      }
      if names.text(id) != shown.joined() { faults += 1 }
    }
    #expect(faults == 0)
    #expect(names.count == model.count)
  }

  // MARK: Addresses

  private static let a = IP(v4: 0xC0A8_010A)
  private static let b = IP(v4: 0xC633_6401)

  @Test func `the name learnt last counts, until its time is over`() {
    var names = AddressNames(places: 16, seed: 4)
    names.learn(Self.a, Self.b, name: 1, until: 100)
    names.learn(Self.a, Self.b, name: 2, until: 50)
    names.learn(Self.a, Self.b, name: 0, until: 500)
    #expect(names.name(Self.a, Self.b, at: 50) == 2)
    #expect(names.name(Self.a, Self.b, at: 51) == 0)
    #expect(names.name(Self.b, Self.a, at: 1) == 0)
    #expect(names.name(.none, Self.b, at: 1) == 0)
  }

  @Test func `a table that is full lets go of what ends first`() {
    var names = AddressNames(places: 4, seed: 4)
    for place in 0..<4 as Range<UInt32> {
      names.learn(Self.a, IP(v4: place), name: place + 1, until: place == 2 ? 10 : 100)
    }
    names.learn(Self.a, Self.b, name: 9, until: 50)
    #expect(names.name(Self.a, Self.b, at: 1) == 9)
    #expect(names.name(Self.a, IP(v4: 2), at: 1) == 0)
    #expect(names.name(Self.a, IP(v4: 3), at: 1) == 4)
  }

  // MARK: First questions

  @Test func `a pair is new once, over any growth of the table`() {
    var pairs = SeenPairs(places: 1 << 16, seed: 11)
    var again = 0
    for round in 0..<2 {
      for number in 0..<20_000 as Range<UInt32> {
        let isNew = pairs.insert(IP(v4: number % 200), number / 200)
        if isNew != (round == 0) { again += 1 }
      }
    }
    #expect(again == 0)
  }

  @Test func `a full table of pairs begins anew and never blocks`() {
    var pairs = SeenPairs(places: 2048, seed: 11)
    var new = 0
    for number in 0..<10_000 as Range<UInt32> where pairs.insert(Self.a, number) { new += 1 }
    #expect(new == 10_000)
    let (last, first) = (pairs.insert(Self.a, 9_999), pairs.insert(Self.a, 0))
    #expect(!last && first)
  }

  // MARK: Addresses of their own kind

  @Test(arguments: [
    ("10.0.0.1", true), ("172.16.0.1", true), ("172.31.255.255", true), ("172.32.0.1", false), ("192.168.0.1", true),
    ("169.254.1.1", true), ("100.64.0.1", true), ("100.127.255.255", true), ("100.128.0.1", false), ("8.8.8.8", false),
    ("fd00::1", true), ("fc00::1", true), ("fe80::1", true), ("febf::1", true), ("fec0::1", false),
    ("2001:db8::1", false),
  ])
  func `own networks are told from the internet`(text: String, isLocal: Bool) throws {
    #expect(IP(try #require(Address(text))).isLocal == isLocal)
  }

  @Test(arguments: [
    ("169.254.169.254", true), ("169.254.170.2", true), ("169.254.1.1", false), ("10.0.0.1", false),
    ("fd00:ec2::254", true), ("fd00::254", false),
  ])
  func `where clouds hand out credentials is known`(text: String, isMetadata: Bool) throws {
    #expect(IP(try #require(Address(text))).isMetadata == isMetadata)
  }
}
