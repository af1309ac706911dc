import Testing

@testable import Wire

@Suite struct DTLSHelloTests {
  /// Recorded from `openssl s_client -dtls -mtu 256`: one hello over two datagrams.
  private static let first = bytes(
    """
    16 feff 0000 000000000000 00d8           # handshake, DTLS 1.0, epoch 0, record 0, 216 bytes
    01 0000cc 0000 000000 0000cc             # ClientHello of 204 bytes, message 0, from 0, 204 bytes
    fefdae7855168e355d6721b109b5cbda48bf7bb11d781cdf510af40d32298a02138b0000
    0038c02cc030009fcca9cca8ccaac02bc02f009ec024c028006bc023c0270067c00ac0140039c009c0130033009d009c003d003c0035002f00ff
    01 00 006a
    0000 0014 0012 00 000f 6170692e6578616d706c652e636f6d
    000b 0004 03000102  000a 000c 000a001d0017001e00190018  0023 0000  0016 0000  0017 0000
    000d 002a 0028040305030603080708080809080a080b080408050806040105010601030303010302040205020602
    """)
  private static let split = [
    bytes(
      """
      16 feff 0000 000000000000 00d7
      01 0000cc 0000 000000 0000cb           # all but the last byte
      fefdbb0df05e8f877e598fbcad6f0344f11b66c6908d566d0704e1af7c3ecbb7964f0000
      0038c02cc030009fcca9cca8ccaac02bc02f009ec024c028006bc023c0270067c00ac0140039c009c0130033009d009c003d003c0035002f00ff
      01 00 006a
      0000 0014 0012 00 000f 6170692e6578616d706c652e636f6d
      000b 0004 03000102  000a 000c 000a001d0017001e00190018  0023 0000  0016 0000  0017 0000
      000d 002a 0028040305030603080708080809080a080b0804080508060401050106010303030103020402050206
      """),
    bytes("16 feff 0000 000000000001 000d 01 0000cc 0000 0000cb 000001 02"),
  ]

  /// Made up: a record with one fragment.
  private func fragment(
    _ body: some Collection<UInt8>, at offset: Int, of total: Int, message: UInt16 = 0, type: UInt8 = 1
  ) -> [UInt8] {
    let head =
      [type, 0] + word(UInt16(total)) + word(message) + [0] + word(UInt16(offset)) + [0] + word(UInt16(body.count))
    return [0x16, 0xFE, 0xFD, 0, 0, 0, 0, 0, 0, 0, 0] + long(head + Array(body))
  }

  private let body = HelloBuilder(
    version: 0xFEFD, cookie: [],
    extensions: [HelloBuilder.serverName("a.example"), HelloBuilder.versions([0xFEFC, 0xFEFD])]
  ).body

  @Test func `a hello in one datagram is read`() {
    #expect(DTLSHelloAssembler.isHello(Self.first))
    var assembler = DTLSHelloAssembler()
    guard case .hello(let hello) = assembler.receive(Self.first) else {
      Issue.record("no hello")
      return
    }
    #expect(hello.serverName == "api.example.com" && hello.version == 0xFEFD && hello.damaged == 0)
    #expect(hello.ja4(.datagram).hasPrefix("dd2d280700_"))
    #expect(assembler.receive(Self.first) == .gaveUp)
  }

  @Test func `a hello over two datagrams is put together in either order`() {
    for order in [[0, 1], [1, 0], [0, 0, 1]] {
      var assembler = DTLSHelloAssembler()
      var outcomes: [DTLSHelloAssembler.Outcome] = []
      for index in order { outcomes.append(assembler.receive(Self.split[index])) }
      #expect(outcomes.dropLast().allSatisfy { $0 == .needMore })
      guard case .hello(let hello) = outcomes.last else {
        Issue.record("no hello in the order \(order)")
        continue
      }
      #expect(hello.serverName == "api.example.com")
    }
  }

  @Test func `several fragments may share a datagram, and other records stand between them`() throws {
    let alert: [UInt8] = [0x15, 0xFE, 0xFD, 0, 0, 0, 0, 0, 0, 0, 9, 0, 2, 1, 0]
    let encrypted: [UInt8] = [0x16, 0xFE, 0xFD, 0, 1, 0, 0, 0, 0, 0, 9, 0, 2, 1, 0]
    let datagram =
      fragment(body[..<10], at: 0, of: body.count) + alert + encrypted + fragment([1], at: 0, of: 1, type: 22)
      + fragment(body[5...], at: 5, of: body.count)
    var assembler = DTLSHelloAssembler()
    let outcome = assembler.receive(datagram)
    #expect(outcome == .hello(try ClientHello(body, isDatagram: true)))
    guard case .hello(let hello) = outcome else { return }
    #expect(hello.ja4(.datagram).hasPrefix("dd3d0102"))
  }

  @Test func `the hello with the cookie takes the place of one that was not complete`() throws {
    var assembler = DTLSHelloAssembler()
    let first = assembler.receive(fragment(body[..<10], at: 0, of: 400))
    let second = assembler.receive(fragment(body, at: 0, of: body.count, message: 1))
    #expect(first == .needMore)
    #expect(second == .hello(try ClientHello(body, isDatagram: true)))
  }

  @Test func `other protocols are told by their first bytes`() {
    for other in [
      [UInt8](repeating: 0, count: 40), Array(Self.first.dropFirst()), Array(Self.first.prefix(24)), record(body),
    ] {
      var assembler = DTLSHelloAssembler()
      let outcome = assembler.receive(other)
      #expect(outcome == .notDTLS && !DTLSHelloAssembler.isHello(other))
    }
  }

  @Test func `eight datagrams are looked at, and a hello beyond 16 KiB is not kept`() {
    var assembler = DTLSHelloAssembler()
    for _ in 0..<DTLSHelloAssembler.datagramLimit {
      let outcome = assembler.receive(fragment(body[..<10], at: 0, of: 400))
      #expect(outcome == .needMore)
    }
    let ninth = assembler.receive(fragment(body, at: 0, of: body.count))
    #expect(ninth == .gaveUp)

    var other = DTLSHelloAssembler()
    let beyond = other.receive(fragment(body[..<10], at: 16_380, of: 20_000))
    let after = other.receive(fragment(body, at: 0, of: body.count))
    #expect(beyond == .gaveUp && after == .gaveUp)
  }

  @Test func `a fragment that lies beyond its message is a fault`() {
    var assembler = DTLSHelloAssembler()
    let beyond = assembler.receive(fragment(body[..<10], at: 5, of: 10))
    #expect(beyond == .damaged(.dataLength(type: 1, at: 13)))
    let short = assembler.receive(fragment(body[..<10], at: 0, of: 40) + [0x16, 3, 3, 0])
    #expect(short == .damaged(.dataLength(type: 0x16, at: 35)))
    let cut = assembler.receive([0x16, 0xFE, 0xFD, 0, 0, 0, 0, 0, 0, 0, 0] + long([1, 0, 0, 9]))
    #expect(cut == .damaged(.truncated(at: 13)))
    let message = assembler.receive(fragment([0xFE, 0xFD], at: 0, of: 2, message: 7))
    #expect(message == .damaged(.truncated(at: 2)))
  }

  @Test func `whatever is cut or changed, nothing is read beyond the datagram`() {
    for count in Self.first.indices {
      var assembler = DTLSHelloAssembler()
      let outcome = assembler.receive(Array(Self.first[..<count]))
      if case .hello = outcome { Issue.record("a hello from \(count) bytes") }
    }
    for seed in [Self.first] + Self.split {
      for bytes in mutations(of: seed, count: 5000) {
        var assembler = DTLSHelloAssembler()
        for _ in 0..<2 { _ = assembler.receive(bytes) }
      }
    }
  }
}

@Suite struct MessageFragmentsTests {
  private func inserting(_ pieces: [(Int, [UInt8])]) -> MessageFragments? {
    var fragments = MessageFragments()
    for (offset, piece) in pieces where !fragments.insert(piece.span, at: offset) { return nil }
    return fragments
  }

  @Test func `of bytes that came twice the first ones count`() {
    let fragments = inserting([(2, [2, 3]), (6, [6, 7]), (0, [10, 11, 12, 13, 14, 15, 16, 17, 18])])
    #expect(fragments?.bytes == [10, 11, 2, 3, 14, 15, 6, 7, 18])
    #expect(fragments?.prefixCount == 9)
  }

  @Test func `a gap ends what can be read`() {
    #expect(inserting([(1, [1])])?.prefixCount == 0)
    #expect(inserting([(0, [1]), (2, [3])])?.prefixCount == 1)
    #expect(inserting([(0, [1]), (2, [3]), (1, [2])])?.prefixCount == 3)
    #expect(inserting([(0, [])])?.prefixCount == 0)
  }

  @Test func `pieces in any order, cut anywhere, give the same bytes`() {
    let whole = (0..<200).map { UInt8($0) }
    var random = Seeded(3)
    for _ in 0..<2000 {
      var cuts = Set((0..<Int.random(in: 0...12, using: &random)).map { _ in Int.random(in: 1..<200, using: &random) })
      cuts.formUnion([0, 200])
      let bounds = cuts.sorted()
      var pieces = zip(bounds, bounds.dropFirst()).map { low, high in
        (low, Array(whole[low..<min(200, high + Int.random(in: 0...9, using: &random))]))
      }
      pieces.shuffle(using: &random)
      let fragments = inserting(pieces)
      #expect(fragments?.bytes == whole && fragments?.prefixCount == 200)
    }
  }

  @Test func `bytes and gaps are bounded`() {
    #expect(inserting([(MessageFragments.byteLimit - 1, [1])]) != nil)
    #expect(inserting([(MessageFragments.byteLimit, [1])]) == nil)
    #expect(inserting([(-1, [1])]) == nil)
    #expect(inserting([(Int.max, [1])]) == nil)
    let apart = (0..<MessageFragments.gapLimit).map { (2 * $0, [UInt8(1)]) }
    #expect(inserting(apart) != nil)
    #expect(inserting(apart + [(1000, [1])]) == nil)
    #expect(inserting(apart + [(1, [1])])?.prefixCount == 3)
  }
}
