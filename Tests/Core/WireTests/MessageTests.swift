import Model
import Testing
import Wire

@Suite struct MessageTests {
  private func name(_ text: String) throws -> DNS.Name { try #require(DNS.Name(text)) }

  @Test func `an answer is read into place`() throws {
    let message = try DNS.Message(decoding: Fixture.answer)
    #expect(message.isResponse && message.damaged == 0 && message.unread == 0 && message.fault == nil)
    let instance = try #require(
      DNS.Name(labels: ["studio (OpenClaw)", "_openclaw-gw", "_tcp", "local"].map { Array($0.utf8) }))
    let host = try name("studio.local")
    #expect(
      message.answers == [
        DNS.Record(try name("_openclaw-gw._tcp.local"), type: 12, ttl: 4500, data: .pointer(instance))
      ])
    #expect(
      message.additionals == [
        DNS.Record(
          instance, type: 33, cacheFlush: true, ttl: 120, data: .service(.init(port: 18789, target: host))),
        DNS.Record(
          instance, type: 16, cacheFlush: true, ttl: 4500,
          data: .text(DNS.Text([.init("role", Array("gateway".utf8)), .init("sshPort", Array("22".utf8))]))),
        DNS.Record(
          host, type: 1, cacheFlush: true, ttl: 120, data: .address(try #require(Address(bytes: [10, 77, 0, 1])))),
      ])
  }

  @Test func `a query says whether the answer may come to it alone`() throws {
    let message = try DNS.Message(decoding: Fixture.query)
    #expect(!message.isResponse)
    #expect(
      message.questions == [DNS.Question(try name("_openclaw-gw._tcp.local"), type: 12, unicast: true)])
    #expect(message.payloadSize == 1440)
    #expect(message.additionals.isEmpty)
  }

  @Test(arguments: [Fixture.answer, Fixture.query])
  func `what was read can be written and read again`(bytes: [UInt8]) throws {
    var message = try DNS.Message(decoding: bytes)
    message.payloadSize = nil  // not written: we send no EDNS
    #expect(try DNS.Message(decoding: message.encoded()) == message)
  }

  @Test func `repeated names are compressed`() throws {
    var message = DNS.Message()
    for label in ["a", "b", "c"] {
      message.questions.append(DNS.Question(try name("\(label)._openclaw-gw._tcp.local"), type: 16))
    }
    // 12 of header, one whole name, two of a label and a pointer, three times type and class.
    #expect(message.encoded().count == 12 + 27 + 2 * 4 + 3 * 4)
  }

  /// Damage of one record each, in front of a sound address record of `h.local`.
  @Test(arguments: [
    ("a pointer to itself", "c00c 0001 0001 00000078 0004 01020304", "pointerNotBackwards"),
    ("a pointer ahead", "c020 0001 0001 00000078 0004 01020304", "pointerNotBackwards"),
    ("a label and a pointer to that label", "0161 c00c 0001 0001 00000078 0004 01020304", "pointerNotBackwards"),
    ("an address of three bytes", "00 0001 0001 00000078 0003 010203", "dataLength"),
    ("an IPv6 address of four bytes", "00 001c 0001 00000078 0004 01020304", "dataLength"),
    ("a service without a target", "00 0021 0001 00000078 0006 000000004965", "dataLength"),
    ("a pointer record with bytes behind its name", "00 000c 0001 00000078 0002 0000", "dataLength"),
    ("a text that runs past its end", "00 0010 0001 00000078 0003 056162", "dataLength"),
    ("data with a reserved label type", "00 000c 0001 00000078 0002 8000", "labelType"),
  ])
  func `one damaged record is counted and the next one is read`(what: String, record: String, fault: String) throws {
    let message = try DNS.Message(
      decoding: bytes(
        "0000 8400 0000 0002 0000 0000" + record + "0168 056c6f63616c 00 0001 0001 00000078 0004 0a000001"))
    #expect(message.damaged == 1, "\(what)")
    #expect(message.unread == 0)
    #expect("\(try #require(message.fault))".hasPrefix(fault))
    #expect(message.answers.map(\.name.description) == ["h.local"])
  }

  /// Where the end of a record cannot be found, the rest is lost, and how much is said.
  @Test(arguments: [
    ("40616263 0001 0001", "labelType"), ("bf616263 0001 0001", "labelType"), ("3f61", "truncated"),
    ("c0", "truncated"),
    ("00 0001 0001 00000078 ffff 01", "truncated"), ("00 0001", "truncated"),
  ])
  func `what cannot be stepped over ends the message`(record: String, fault: String) throws {
    let message = try DNS.Message(decoding: bytes("0000 8400 0000 0003 0000 0000" + record))
    #expect(message.answers.isEmpty && message.unread == 3)
    #expect("\(try #require(message.fault))".hasPrefix(fault))
  }

  @Test func `a header's counts are claims`() throws {
    let message = try DNS.Message(decoding: bytes("0000 8400 ffff ffff ffff ffff"))
    #expect(message.questions.isEmpty && message.unread == 4 * 65535)
  }

  @Test func `the number of records kept is bounded`() throws {
    let many =
      bytes("0000 8400 0000 ffff 0000 0000")
      + Array(repeating: bytes("00 00ff 0001 00000000 0000"), count: 5000).flatMap { $0 }
    let message = try DNS.Message(decoding: many)
    #expect(message.answers.count == DNS.Message.recordLimit)
    #expect(message.unread == 65535 - DNS.Message.recordLimit)
  }

  @Test func `a chain of pointers cannot make a name longer than 255 bytes`() throws {
    // Each owner is a label of 63 bytes and a pointer to the owner before.
    var message = bytes("0000 8400 0000 000a 0000 0000")
    var previous: Int?
    for _ in 0..<10 {
      let here = message.count
      message += [63] + Array(repeating: 0x61, count: 63)
      message += previous.map { [0xC0 | UInt8($0 >> 8), UInt8($0 & 0xFF)] } ?? [0]
      message += bytes("0010 0001 00000078 0001 00")
      previous = here
    }
    let decoded = try DNS.Message(decoding: message)
    #expect(decoded.answers.count == 3)
    #expect(decoded.damaged == 7)
    #expect(decoded.answers.allSatisfy { $0.name.wire.count <= 255 })
  }

  @Test(arguments: [Fixture.answer, Fixture.query])
  func `every truncation is an error or a shorter message`(whole: [UInt8]) throws {
    let full = try DNS.Message(decoding: whole)
    for length in 0..<whole.count {
      let cut = Array(whole.prefix(length))
      if length < 12 {
        #expect(throws: Fault.self) { try DNS.Message(decoding: cut) }
      } else {
        let message = try DNS.Message(decoding: cut)
        #expect(message.unread > 0, "cut at \(length)")
        #expect(message.answers.count + message.additionals.count <= full.answers.count + full.additionals.count)
      }
    }
  }

  @Test func `mutated bytes never trap, and what is read can be written`() throws {
    var random = Seeded(20_261_126)
    var readable = 0
    for fixture in [Fixture.answer, Fixture.query] {
      for _ in 0..<4000 {
        var mutant = fixture
        for _ in 0..<Int.random(in: 1...6, using: &random) {
          let index = Int.random(in: mutant.indices, using: &random)
          switch UInt8.random(in: 0...3, using: &random) {
          case 0: mutant[index] = .random(in: 0...255, using: &random)
          case 1: mutant.remove(at: index)
          case 2: mutant.insert(.random(in: 0...255, using: &random), at: index)
          default: mutant[index] ^= 1 << UInt8.random(in: 0...7, using: &random)
          }
        }
        guard let message = try? DNS.Message(decoding: mutant) else { continue }
        readable += 1
        #expect(message.questions.count + message.answers.count + message.additionals.count <= DNS.Message.recordLimit)
        _ = try DNS.Message(decoding: message.encoded())
      }
    }
    #expect(readable > 4000)
  }

  @Test func `a lifetime with the top bit set counts as zero`() throws {
    let message = try DNS.Message(
      decoding: bytes("0000 8400 0000 0001 0000 0000 00 0001 0001 ffffffff 0004 01020304"))
    #expect(message.answers.map(\.ttl) == [0])
  }
}
