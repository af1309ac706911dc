import Testing

@testable import Wire

@Suite struct ClientHelloTests {
  @Test func `every part of a hello is read, and GREASE stays where it stood`() throws {
    let hello = try HelloBuilder.full.hello()
    #expect(hello.legacyVersion == 0x0303 && hello.version == 0x0304)
    #expect(hello.sessionID == [UInt8](repeating: 7, count: 32))
    #expect(hello.cipherSuites == [0x2A2A, 0x1301, 0x1302, 0xC02B])
    #expect(hello.extensions == [0x3A3A, 0, 16, 10, 11, 13, 43, 51, 35, 42, 57, 0xFE0D, 41])
    #expect(hello.serverName == "api.example.com" && !hello.hasBadServerName)
    #expect(hello.applicationProtocols == ["h2", "http/1.1"])
    #expect(hello.groups == [0x4A4A, 0x11EC, 0x001D])
    #expect(hello.keyShares == [0x11EC, 0x001D])
    #expect(hello.signatureAlgorithms == [0x5A5A, 0x0403, 0x0804])
    #expect(hello.versions == [0x6A6A, 0x0304, 0x0303])
    #expect(hello.pointFormats == [0])
    #expect(hello.hasECH && hello.hasGREASE && hello.isResumption && hello.hasSessionTicket)
    #expect(hello.hasEarlyData && hello.hasQUICParameters)
    #expect(hello.length == HelloBuilder.full.message.count)
    #expect(hello.damaged == 0 && hello.unread == 0)
  }

  @Test func `a hello without the optional parts claims none of them`() throws {
    let hello = try HelloBuilder(extensions: nil).hello()
    #expect(hello.extensions.isEmpty && hello.version == 0x0303 && hello.serverName == nil)
    #expect(!hello.hasBadServerName && !hello.hasECH && !hello.hasGREASE && !hello.isResumption)
    #expect(!hello.hasSessionTicket && !hello.hasEarlyData && !hello.hasQUICParameters)
    #expect(try !HelloBuilder(extensions: [(35, [])]).hello().hasSessionTicket)
  }

  @Test func `a hello that is cut is a fault, except where the oldest clients end it`() throws {
    let body = HelloBuilder.full.body
    let withoutExtensions = HelloBuilder(
      sessionID: HelloBuilder.full.sessionID, ciphers: HelloBuilder.full.ciphers, extensions: nil
    ).body.count
    for count in body.indices where count != withoutExtensions {
      #expect(throws: Fault.self) { try ClientHello(Array(body[..<count])) }
    }
  }

  @Test func `what stands behind the extensions is counted and not read`() throws {
    #expect(try ClientHello(HelloBuilder.full.body + [0, 41, 0, 0]).unread == 4)
  }

  @Test(arguments: [
    ("api.example.com", "api.example.com"), ("API.EXAMPLE.COM.", "api.example.com"), ("a", "a"),
    ("xn--bcher-kva.example", "xn--bcher-kva.example"), ("192.0.2.7", "192.0.2.7"),
    (String(repeating: "a", count: 255), String(repeating: "a", count: 255)),
    (String(repeating: "a", count: 256), nil), ("", nil), (".", nil), ("a b", nil), ("a\u{1B}[2Jb", nil),
    ("a\nb", nil), ("a\0b", nil), ("büro.example", nil), ("a\u{7F}", nil),
  ])
  func `a server name is kept only where it can be one`(sent: String, kept: String?) throws {
    let hello = try HelloBuilder(extensions: [HelloBuilder.serverName(sent)]).hello()
    #expect(hello.serverName == kept)
    #expect(hello.hasBadServerName == (kept == nil))
    #expect(hello.ja4(.tcp).dropFirst(3).first == "d")
  }

  @Test func `the first host name counts, whatever other kinds of names stand before it`() throws {
    let names = [9] + long([1]) + [0] + long(Array("a.example".utf8)) + [0] + long(Array("b.example".utf8))
    #expect(try HelloBuilder(extensions: [(0, long(names))]).hello().serverName == "a.example")
    let none = try HelloBuilder(extensions: [(0, long([9] + long([1])))]).hello()
    #expect(none.serverName == nil && none.hasBadServerName && none.damaged == 0)
  }

  /// Lengths that do not fit, a list of odd length, and one extension twice.
  @Test(
    arguments: [
      (0, [0, 9, 0, 0, 1, 0x61]), (0, [0, 4, 0, 0, 9, 0x61]), (0, []), (10, [0, 3, 0, 29, 0]), (10, [0, 8, 0, 29]),
      (11, [9, 0]),
      (13, [0]), (16, [0, 9, 2, 0x68, 0x32]), (16, [0, 3, 9, 0x68, 0x32]), (43, [3, 3, 4]), (43, []),
      (51, [0, 4, 0, 29, 0, 9]),
      (51, [0, 9]),
    ] as [(UInt16, [UInt8])])
  func `an extension with broken data is counted and the others are read`(type: UInt16, data: [UInt8]) throws {
    let hello = try HelloBuilder(extensions: [(type, data), (41, [])]).hello()
    #expect(hello.damaged == 1 && hello.isResumption && hello.extensions == [type, 41])
    #expect(hello.serverName == nil)
  }

  @Test func `of an extension that stands twice the first one counts`() throws {
    let hello = try HelloBuilder(
      extensions: [HelloBuilder.serverName("a.example"), HelloBuilder.serverName("b.example"), (41, []), (41, [])]
    ).hello()
    #expect(hello.serverName == "a.example" && hello.damaged == 2 && hello.extensions == [0, 0, 41, 41])
  }

  @Test func `an extension longer than the list is a fault that names it`() {
    #expect(throws: Fault.dataLength(type: 16, at: 43)) {
      try ClientHello(HelloBuilder(extensions: nil).body + [0, 5, 0, 16, 0, 9, 0])
    }
    #expect(throws: Fault.truncated(at: 43)) { try ClientHello(HelloBuilder(extensions: nil).body + [0, 3, 0, 16, 0]) }
  }

  @Test func `protocols that are no text are shown with escapes`() throws {
    let hello = try HelloBuilder(extensions: [HelloBuilder.protocols([[0x0A, 0x0A], [], Array("h3".utf8)])]).hello()
    #expect(hello.applicationProtocols == ["\\010\\010", "", "h3"])
  }

  @Test func `no list can grow beyond the hello that has it`() throws {
    let many = try HelloBuilder(
      ciphers: (0..<20_000).map { UInt16($0) },
      extensions: [HelloBuilder.protocols([[UInt8]](repeating: [0x61], count: 4000)), (0x7777, [])]
        + (0..<5000).map { _ in (0, []) }
    ).hello()
    #expect(many.applicationProtocols.count == 32 && many.damaged == 5000 && many.extensions.count == 5002)
    #expect(many.ja4(.tcp).hasPrefix("t12d9999aa_"))
  }

  @Test func `GREASE is the sixteen values and no others`() {
    let all = (0...UInt16.max).filter { ClientHello.isGREASE($0) }
    #expect(all.count == 16 && all.first == 0x0A0A && all.last == 0xFAFA)
    #expect(!ClientHello.isGREASE(0x0A1A) && !ClientHello.isGREASE(0x1A0A))
  }

  @Test func `a hello of DTLS has a cookie`() throws {
    let hello = try HelloBuilder(
      version: 0xFEFD, cookie: [1, 2, 3], extensions: [HelloBuilder.serverName("a.example")]
    )
    .hello(isDatagram: true)
    #expect(hello.serverName == "a.example" && hello.ja4(.datagram).hasPrefix("dd2d0101"))
  }

  @Test func `whatever is changed in a hello, it is read or refused and its fingerprint keeps its form`() throws {
    for (index, bytes) in mutations(of: HelloBuilder.full.body, count: 20_000).enumerated() {
      guard let hello = try? ClientHello(bytes, isDatagram: index % 8 == 0) else { continue }
      let parts = hello.ja4(.tcp).split(separator: "_", omittingEmptySubsequences: false)
      #expect(parts.map(\.utf8.count) == [10, 12, 12])
      #expect(hello.ja3().utf8.count == 32)
      #expect(hello.cipherSuites.count * 2 <= bytes.count && hello.extensions.count * 4 <= bytes.count)
      #expect(hello.serverName?.utf8.allSatisfy { (0x21...0x7E).contains($0) } ?? true)
    }
  }
}
