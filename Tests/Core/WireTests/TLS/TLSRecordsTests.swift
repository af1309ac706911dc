import Testing

@testable import Wire

@Suite struct TLSRecordsTests {
  private let message = HelloBuilder.full.message

  @Test(
    arguments: [
      [0x47], [0x16, 0x02], [0x16, 0x03, 0x05], [0x80, 0x2E, 0x01], [0x17, 3, 3, 0, 1, 0], [0x14, 3, 3, 0, 1, 1],
      [0x16, 3, 1, 0, 0], [0x16, 3, 1, 0xFF, 0xFF], [0x16, 3, 1, 0, 9, 0x0B], [0x15, 3, 3, 0, 3],
      [0x15, 3, 3, 0, 2, 3],
      Array("SSH-2.0-".utf8), Array("GET / HTTP/1.1".utf8),
    ] as [[UInt8]])
  func `other protocols are told by their first bytes`(bytes: [UInt8]) {
    #expect(TLSRecords.read(bytes) == .notTLS)
  }

  @Test func `bytes that are too few to tell are awaited`() {
    #expect(TLSRecords.read([]) == .needMore(total: 5))
    #expect(TLSRecords.read([0x16, 3, 1]) == .needMore(total: 5))
    #expect(TLSRecords.read([0x16, 3, 1, 2, 0]) == .needMore(total: 9))
    #expect(TLSRecords.read([0x16, 3, 1, 0, 2]) == .needMore(total: 7))
    #expect(TLSRecords.read([0x15, 3, 1, 0, 2]) == .needMore(total: 7))
  }

  @Test func `a refusal of a server is told with its reason`() {
    // Recorded from a server without a cipher that the client offers: fatal, handshake_failure.
    #expect(TLSRecords.read(bytes("15 0303 0002 02 28")) == .alert(40))
  }

  @Test func `a hello over 64 KiB, or over too many records, is not awaited`() {
    #expect(TLSRecords.read([0x16, 3, 1, 0x40, 0, 1, 1, 0, 1]) == .tooLarge)
    #expect(TLSRecords.read(record([1]) + record([1, 0, 1])) == .tooLarge)
    let longest = handshake(1, [UInt8](repeating: 0, count: TLSRecords.messageLimit))
    var split: [UInt8] = []
    for start in stride(from: 0, to: longest.count, by: 16_384) {
      split += record(longest.dropFirst(start).prefix(16_384))
    }
    guard case .hello(let hello) = TLSRecords.read(split) else {
      Issue.record("the longest hello was not read")
      return
    }
    #expect(hello.length == longest.count && hello.unread == 65_536 - 40)
  }

  @Test func `another record between those of a hello is a fault`() {
    let first = record(message.prefix(20))
    for other in [record([1, 2], type: 23), [0x16, 2, 1, 0, 1, 0], [0x16, 3, 1, 0, 0], [0x16, 3, 1, 0xFF, 0]]
      as [[UInt8]]
    {
      #expect(TLSRecords.read(first + other) == .damaged(.dataLength(type: 22, at: first.count)))
    }
  }

  @Test func `a hello that does not hold together is a fault`() {
    #expect(TLSRecords.read(record(handshake(1, [3, 3, 0]))) == .damaged(.truncated(at: 2)))
    #expect(TLSRecords.read(record(handshake(2, [3]))) == .damaged(.truncated(at: 0)))
  }

  @Test func `whatever is changed in the records, nothing is read beyond them`() {
    let seed = record(message.prefix(3)) + record(message.dropFirst(3).prefix(50)) + record(message.dropFirst(53))
    #expect(TLSRecords.read(seed) == TLSRecords.read(record(message)))
    for bytes in mutations(of: seed, count: 20_000) {
      if case .needMore(let total) = TLSRecords.read(bytes) { #expect(total > bytes.count) }
    }
  }
}

@Suite struct ServerHelloTests {
  /// Recorded from OpenSSL 3.0 as a server, without certificate and what follows.
  private static let version13 = bytes(
    """
    16 0303 007a 02 000076 0303    # record; server hello; version of the body
    6165badc73ca87fb1576662fa33b035322f51cd74cde4bdc5da034a95e50bf8a
    20 2a342aecd82450f94aa362794ae060e5d6f868d49411222a0905f136d1de054d    # the client's session id
    1302 00 002e                   # cipher, no compression, extensions
    002b 0002 0304                 # version
    0033 0024 001d 0020 860eee1a4e2662f06a5b9051649f1395ae6a931c59259d7ffb6caffb77a95a0a
    """)
  private static let version12 = bytes(
    """
    16 0303 0050 02 00004c 0303
    d88b6fd96675a838e590452c7a05ba61f9e11aa37b1ecf7c04f5e69beed0a0e6
    00 c030 00 0024                # no session id
    ff01 0001 00  000b 0004 03000102  0023 0000
    0010 000b 0009 08 687474702f312e31    # http/1.1
    0017 0000
    """)
  private static let retry = bytes(
    """
    16 0303 0058 02 000054 0303
    cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c
    20 2a342aecd82450f94aa362794ae060e5d6f868d49411222a0905f136d1de054d
    1302 00 000c  002b 0002 0304  0033 0002 0019    # asks for P-521
    """)

  private func read(_ bytes: [UInt8]) throws -> ServerHello {
    guard case .serverHello(let hello) = TLSRecords.read(bytes) else { throw Missing() }
    return hello
  }
  private struct Missing: Error {}

  @Test func `a server's choice is read`() throws {
    let hello = try read(Self.version13)
    #expect(hello.version == 0x0304 && hello.cipherSuite == 0x1302 && hello.keyShare == 29)
    #expect(hello.extensions == [43, 51] && hello.applicationProtocol == nil)
    #expect(!hello.isHelloRetryRequest && !hello.hasPreSharedKey && !hello.willSendTicket && hello.damaged == 0)
  }

  @Test func `TLS 1.2 shows the protocol that was chosen`() throws {
    let hello = try read(Self.version12)
    #expect(hello.version == 0x0303 && hello.cipherSuite == 0xC030 && hello.applicationProtocol == "http/1.1")
    #expect(hello.willSendTicket && hello.sessionID.isEmpty)
  }

  @Test func `a server that wants another hello is told from one that goes on`() throws {
    let hello = try read(Self.retry)
    #expect(hello.isHelloRetryRequest && hello.keyShare == 25 && hello.version == 0x0304)
  }

  @Test func `a session is taken up by its key, or before TLS 1.3 by its id`() throws {
    let client = try HelloBuilder(sessionID: [1, 2, 3]).hello()
    func server(_ version: UInt16, id: [UInt8], _ extensions: [UInt8] = []) throws -> ServerHello {
      try ServerHello(word(version) + [UInt8](repeating: 5, count: 32) + short(id) + [0x13, 1, 0] + long(extensions))
    }
    #expect(try server(0x0303, id: [1, 2, 3]).resumes(client))
    #expect(try !server(0x0303, id: [1, 2, 4]).resumes(client))
    #expect(try !server(0x0303, id: []).resumes(HelloBuilder().hello()))
    #expect(try server(0xFEFD, id: [1, 2, 3]).resumes(client))
    #expect(try !server(0xFEFC, id: [1, 2, 3]).resumes(client))
    #expect(try !server(0x0303, id: [1, 2, 3], [0, 43, 0, 2, 3, 4]).resumes(client))
    #expect(try server(0x0303, id: [1, 2, 3], [0, 43, 0, 2, 3, 4, 0, 41, 0, 2, 0, 0]).resumes(client))
  }

  @Test func `a broken extension is counted, a broken list is a fault`() throws {
    let body = [3, 3] + [UInt8](repeating: 5, count: 32) + [0, 0x13, 1, 0]
    #expect(try ServerHello(body).extensions.isEmpty)
    let hello = try ServerHello(body + long([0, 43, 0, 1, 3, 0, 16, 0, 3, 0, 9, 9, 0, 41, 0, 0]))
    #expect(hello.damaged == 2 && hello.hasPreSharedKey && hello.version == 0x0303)
    #expect(throws: Fault.dataLength(type: 43, at: 40)) { try ServerHello(body + [0, 4, 0, 43, 0, 9]) }
    #expect(throws: Fault.truncated(at: 40)) { try ServerHello(body + [0, 3, 0, 43, 0]) }
    #expect(throws: Fault.truncated(at: 40)) { try ServerHello(body + [0, 9, 0]) }
  }

  @Test(arguments: [version13, version12, retry])
  func `a hello of a server that is cut is awaited, one that is changed is read or refused`(record: [UInt8]) {
    for count in record.indices {
      guard case .needMore = TLSRecords.read(Array(record[..<count])) else {
        Issue.record("cut at \(count)")
        return
      }
    }
    for bytes in mutations(of: record, count: 5000) { _ = TLSRecords.read(bytes) }
  }
}
