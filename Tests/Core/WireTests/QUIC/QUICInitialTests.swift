import Testing

@testable import Wire

@Suite struct QUICKeysTests {
  @Test func `the block cipher agrees with FIPS 197 appendix C.1`() {
    let key = bytes("000102030405060708090a0b0c0d0e0f")
    #expect(
      AES128(key: key).encrypt(bytes("00112233445566778899aabbccddeeff")) == bytes("69c4e0d86a7b0430d8cdb78070b4c55a"))
  }

  @Test func `the keys agree with the ones that RFC 9001 and RFC 9369 print`() {
    let id = bytes("8394c8f03e515708")
    #expect(
      QUICInitialKeys.derive(version: .one, destination: id)
        == .init(
          key: bytes("1f369613dd76d5467730efcbe3b1a22d"), nonce: bytes("fa044b2f42a3fd3b46fb255c"),
          headerProtection: bytes("9f50449e04a0e810283a1e9933adedd2")))
    #expect(
      QUICInitialKeys.derive(version: .two, destination: id)
        == .init(
          key: bytes("8b1a0bc121284290a29e0971b5cd045d"), nonce: bytes("91f73e2351d8fa91660e909f"),
          headerProtection: bytes("45b95e15235d6f45a6b19cbcb0294ba9")))
  }

  @Test func `the packets of the tests are made as the documents print theirs`() {
    for (version, printed) in [(1, PrintedInitial.version1), (0x6B33_43CF, PrintedInitial.version2)]
      as [(UInt32, [UInt8])]
    {
      #expect(InitialSealer(version: version).packet(2, PrintedInitial.frame, paddedTo: 1162) == printed)
    }
  }
}

@Suite struct QUICInitialTests {
  private let message = HelloBuilder.full.message

  /// What the assembler says to each datagram.
  private func outcomes(_ datagrams: [[UInt8]]) -> [QUICInitialAssembler.Outcome] {
    var assembler = QUICInitialAssembler()
    var outcomes: [QUICInitialAssembler.Outcome] = []
    for datagram in datagrams { outcomes.append(assembler.receive(datagram)) }
    return outcomes
  }
  private var whole: QUICInitialAssembler.Outcome { get throws { .hello(try HelloBuilder.full.hello()) } }

  @Test(arguments: [PrintedInitial.version1, PrintedInitial.version2])
  func `the packet that the document prints is opened`(packet: [UInt8]) {
    #expect(QUICInitialAssembler.isInitial(packet))
    let outcomes = outcomes([packet, packet])
    guard case .hello(let hello) = outcomes.first else {
      Issue.record("no hello")
      return
    }
    #expect(hello.serverName == "example.com")
    #expect(hello.hasQUICParameters && hello.applicationProtocols == ["alpn"])
    #expect(hello.ja4(.quic) == "q13d0211an_62ed6f6ca7ad_4d634acda6c0")
    #expect(outcomes.last == .gaveUp)
  }

  @Test(
    arguments: [1, 0x6B33_43CF, 0xFF00_001D, 0xFF00_0020, 0xFF00_0022, 0xFF00_0017, 0xFACE_B002] as [UInt32],
    [1, 2, 3, 4])
  func `every version and every length of the packet number is read`(version: UInt32, numberLength: Int) throws {
    let sealer = InitialSealer(
      version: version, first: [1, 2, 3, 4, 5], source: [9], token: [7, 7], numberLength: numberLength)
    let packet = sealer.packet(200, crypto(message, at: 0))
    #expect(QUICInitialAssembler.isInitial(packet))
    #expect(try outcomes([packet]) == [whole])
  }

  @Test func `pieces in any order over datagrams in any order are put together`() throws {
    let sealer = InitialSealer()
    var random = Seeded(11)
    for _ in 0..<40 {
      let cuts = Set((0..<12).map { _ in Int.random(in: 1..<message.count, using: &random) }).sorted()
      let bounds = [0] + cuts + [message.count]
      var frames = zip(bounds, bounds.dropFirst()).map { low, high in
        crypto(message[low..<min(message.count, high + Int.random(in: 0...3, using: &random))], at: low)
          + [UInt8](repeating: UInt8.random(in: 0...1, using: &random), count: Int.random(in: 0...5, using: &random))
      }
      frames.shuffle(using: &random)
      let half = frames.count / 2
      var datagrams = [
        sealer.packet(0, Array(frames[..<half].joined())), sealer.packet(1, Array(frames[half...].joined())),
      ]
      datagrams.shuffle(using: &random)
      let all = outcomes(datagrams)
      #expect(try all == [.needMore, whole])
    }
  }

  @Test func `acknowledgements and pings between the pieces are stepped over`() throws {
    let plain: [UInt8] = [2] + variable(9) + variable(20_000) + variable(1) + variable(2) + variable(70) + variable(1)
    let counting: [UInt8] =
      [3] + variable(9) + variable(0) + variable(0) + variable(9) + variable(1) + variable(2) + variable(3)
    let frames =
      plain + [1] + crypto(message.prefix(50), at: 0) + counting + [0, 0] + crypto(message.dropFirst(50), at: 50)
    #expect(try outcomes([InitialSealer().packet(0, frames)]) == [whole])
  }

  @Test func `packets that share a datagram are all read, and other kinds are stepped over`() throws {
    let sealer = InitialSealer()
    let head = sealer.packet(0, crypto(message.prefix(60), at: 0))
    let rest = sealer.packet(1, crypto(message.dropFirst(60), at: 60))
    // Early data and handshake, which this key does not open: type, version, ids, length.
    let early: [UInt8] = [0xD0, 0, 0, 0, 1] + short([1]) + short([2]) + variable(30) + [UInt8](repeating: 9, count: 30)
    let handshake: [UInt8] = [0xE0] + early.dropFirst()
    #expect(try outcomes([early + head, head + early + handshake + rest]).last == whole)
    #expect(try outcomes([head + early + rest]) == [whole])
    // A packet with a short header reaches to the end of the datagram; so does padding that is no packet.
    #expect(outcomes([head + [0x40, 1, 2] + rest]) == [.needMore])
    #expect(try outcomes([head + rest + [0, 0, 0]]) == [whole])
  }

  @Test func `keys stay those of the first id while the client turns to the server's`() throws {
    let sealer = InitialSealer()
    var later = sealer
    later.destination = [1, 1, 1, 1]
    let datagrams = [
      sealer.packet(0, crypto(message.prefix(60), at: 0)), later.packet(1, crypto(message.dropFirst(60), at: 60)),
    ]
    #expect(try outcomes(datagrams) == [.needMore, whole])
  }

  @Test func `after a Retry, or in another version, the client's new start is read`() throws {
    let first = InitialSealer().packet(0, crypto(message.prefix(60), at: 0))
    let retried = InitialSealer(first: [5, 5, 5, 5, 5], token: [1, 2, 3])
    let again = [
      retried.packet(1, crypto(message.dropFirst(60), at: 60)), retried.packet(2, crypto(message.prefix(60), at: 0)),
    ]
    #expect(try outcomes([first] + again) == [.needMore, .needMore, whole])
    let other = InitialSealer(version: 0x6B33_43CF).packet(1, crypto(message, at: 0))
    #expect(try outcomes([first, other]) == [.needMore, whole])
  }

  @Test func `keys are made for four ids of a flow and no more`() throws {
    let strangers = (0..<4).map { InitialSealer(destination: [$0, 1]).packet(0, crypto(message, at: 0)) }
    let packet = InitialSealer().packet(0, crypto(message, at: 0))
    #expect(outcomes(strangers + [packet]).last == .damaged(.undecryptable))
    #expect(try outcomes(strangers.dropLast() + [packet]).last == whole)
  }

  @Test func `a packet that was changed is reported and the next one is read`() throws {
    let packet = InitialSealer().packet(0, crypto(message, at: 0))
    for index in [0, 14, 20, 40, packet.count - 1] {
      var changed = packet
      changed[index] ^= 1
      let all = outcomes([changed, packet])
      #expect(all.first != all.last)
      #expect(try all.last == whole)
    }
    #expect(outcomes([Array(packet.dropLast())]) == [.damaged(.truncated)])
  }

  @Test func `a flow whose first packets were not seen is given up in the end`() {
    let sealer = InitialSealer(destination: [4, 4])
    let datagrams = (0..<10).map { sealer.packet($0, crypto(message, at: 0)) }
    let expected = [QUICInitialAssembler.Outcome](repeating: .damaged(.undecryptable), count: 8) + [.gaveUp, .gaveUp]
    #expect(outcomes(datagrams) == expected)
  }

  @Test func `frames that may not stand in an Initial packet are named`() {
    func outcome(_ frames: [UInt8]) -> QUICInitialAssembler.Outcome? {
      outcomes([InitialSealer().packet(0, frames)]).first
    }
    #expect(outcome([8, 0]) == .damaged(.frame(8)))
    #expect(outcome([6, 0, 20, 1]) == .damaged(.truncated))
    #expect(outcome([2, 0, 0, 40, 0]) == .damaged(.truncated))
    #expect(outcome([0, 0, 0, 0xC6]) == .damaged(.frame(0xC6)))
    #expect(outcome(crypto([0, 0, 0, 0, 6], at: 0) + [6]) == .damaged(.truncated))
    #expect(outcome(crypto([2, 0, 0, 1, 0], at: 0)) == .damaged(.noHello))
    #expect(outcome(crypto([1, 0, 0, 1, 3], at: 0)) == .damaged(.hello(.truncated(at: 0))))
    #expect(outcome([0x1C, 0, 0, 0]) == .needMore)
    #expect(outcome(crypto([1, 0, 0x40, 0], at: 0)) == .gaveUp)
    #expect(outcome(crypto([1], at: 16_384)) == .gaveUp)
    #expect(outcome(crypto([1], at: 1 << 61)) == .gaveUp)
  }

  @Test func `other traffic on UDP is told by six bytes`() {
    let packet = PrintedInitial.version1
    var handshake = packet
    handshake[0] = 0xE0
    var version = packet
    version[4] = 9
    var id = packet
    id[5] = 21
    let negotiation: [UInt8] = [0xC0, 0, 0, 0, 0] + short([1]) + short([2]) + [0, 0, 0, 1]
    let google = Array("\u{0D}Q043".utf8) + [1, 2, 3, 4]
    for other in [
      [], Array(packet.prefix(6)), handshake, version, id, negotiation, google, [UInt8](repeating: 0, count: 60),
    ] {
      #expect(!QUICInitialAssembler.isInitial(other))
      let outcomes = outcomes([other, packet])
      #expect(outcomes.first == .notQUIC)
      // A datagram of something else before it does not hide the client's first.
      guard case .hello = outcomes.last else {
        Issue.record("no hello")
        continue
      }
    }
  }

  @Test func `whatever is cut or changed, nothing is read beyond the datagram`() {
    let packet = InitialSealer(token: [1, 2, 3]).packet(0, crypto(message.prefix(90), at: 0))
    for count in packet.indices {
      for outcome in outcomes([Array(packet[..<count])]) {
        if case .hello = outcome { Issue.record("a hello from \(count) bytes") }
      }
    }
    for bytes in mutations(of: packet, count: 500) { _ = outcomes([bytes, bytes + packet]) }
    var frames: [UInt8] =
      [2, 9, 0, 1, 2, 3, 4] + crypto(message.prefix(20), at: 0) + [1, 0] + crypto(message[30...], at: 30)
    frames += [3, 9, 0, 0, 1, 1, 2, 3] + crypto(message[10..<40], at: 10)
    for bytes in mutations(of: frames, count: 20_000) {
      var assembler = QUICInitialAssembler()
      _ = assembler.receive(frames: bytes.span)
      _ = assembler.receive(frames: frames.span)
    }
  }
}
