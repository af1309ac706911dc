import Testing

@testable import Wire

/// The rules of JA4 that no recorded hello shows. Hashes were computed apart.
@Suite struct JA4Tests {
  @Test func `versions, counts and lists leave out GREASE, also among the signature algorithms`() throws {
    let hello = try HelloBuilder.full.hello()
    #expect(hello.ja4(.tcp) == "t13d0312h2_5559582ccdc4_9d7f30ce8004")
    #expect(
      hello.ja4Raw(.quic)
        == "q13d0312h2_1301,1302,c02b_000a,000b,000d,0023,0029,002a,002b,0033,0039,fe0d_0403,0804")
    #expect(hello.ja3Text == "771,4865-4866-49195,0-16-10-11-13-43-51-35-42-57-65037-41,4588-29,0")
    #expect(hello.ja3() == "88976c0de275b71deca8561abea70efd")
  }

  @Test func `the order of ciphers and extensions does not matter, the order of signature algorithms does`() throws {
    var other = HelloBuilder.full
    other.ciphers.reverse()
    other.extensions?.reverse()
    #expect(try other.hello().ja4(.tcp) == HelloBuilder.full.hello().ja4(.tcp))
    other.extensions = other.extensions?.map { $0.type == 13 ? HelloBuilder.words(13, [0x0804, 0x0403]) : $0 }
    #expect(try other.hello().ja4(.tcp) != HelloBuilder.full.hello().ja4(.tcp))
  }

  @Test(
    arguments: [
      (nil, [0x1301], "t12i010000_0f2cb44170f4_000000000000"),
      ([], [0x1301], "t12i010000_0f2cb44170f4_000000000000"),
      ([], [], "t12i000000_000000000000_000000000000"),
      ([], [0x1A1A], "t12i000000_000000000000_000000000000"),
      (
        [HelloBuilder.serverName("a.example"), HelloBuilder.protocols([[0x68, 0x32]])], [],
        "t12d0002h2_000000000000_000000000000"
      ),
      ([HelloBuilder.words(13, [])], [0x1301], "t12i010100_0f2cb44170f4_06540eb5c95f"),
      ([HelloBuilder.words(13, [0x9A9A])], [0x1301], "t12i010100_0f2cb44170f4_06540eb5c95f"),
      ([], Array(1...120), "t12i990000_0f8860b09f90_000000000000"),
      ([], Array((1...200).reversed()), "t12i990000_822c8a9314eb_000000000000"),
    ] as [([(type: UInt16, data: [UInt8])]?, [UInt16], String)])
  func `an empty list is written as zeros`(
    extensions: [(type: UInt16, data: [UInt8])]?, ciphers: [UInt16], expected: String
  ) throws {
    #expect(try HelloBuilder(ciphers: ciphers, extensions: extensions).hello().ja4(.tcp) == expected)
  }

  /// The examples of the description, and the shortest name.
  @Test(
    arguments: [
      ([0xAB], "ab"), ([0x20], "20"), ([0xAB, 0xCD], "ad"), ([0x20, 0x61], "21"), ([0x30, 0xAB], "3b"),
      ([0x61, 0x20], "60"),
      ([0x30, 0x31, 0xAB, 0xCD], "3d"), ([0x30, 0xAB, 0xCD, 0x31], "01"), ([0x61], "aa"), ([0x41, 0x2D, 0x7A], "Az"),
      ([], "00"),
    ] as [([UInt8], String)])
  func `the first protocol gives two letters, or two digits where they are no letters`(name: [UInt8], letters: String)
    throws
  {
    let hello = try HelloBuilder(extensions: [HelloBuilder.protocols([name, Array("h2".utf8)])]).hello()
    #expect(hello.ja4(.tcp).prefix(10) == "t12i0101\(letters)")
  }

  @Test(
    arguments: [
      (0x0303, [0x0304, 0x0303], "13"), (0x0303, [0x7A7A, 0x0303, 0x0302], "12"), (0x0303, [0xFAFA], "12"),
      (0x0303, [], "12"),
      (0x0302, nil, "11"), (0x0301, nil, "10"), (0x0300, nil, "s3"), (0x0002, nil, "s2"), (0x0305, nil, "00"),
      (0x0303, [0x7F17], "00"), (0xFEFF, nil, "d1"), (0xFEFD, nil, "d2"), (0xFEFD, [0xFEFC, 0xFEFD], "d3"),
      (0xFEFD, [0xFEFD, 0xFEFF], "d2"),
    ] as [(UInt16, [UInt16]?, String)])
  func `the version is the highest that is offered`(body: UInt16, offered: [UInt16]?, letters: String) throws {
    let extensions = offered.map { [HelloBuilder.versions($0)] } ?? []
    let hello = try HelloBuilder(version: body, extensions: extensions).hello()
    #expect(hello.ja4(.datagram).prefix(3) == "d\(letters)")
  }

  @Test func `the first letter says what carries the handshake`() throws {
    let hello = try HelloBuilder.full.hello()
    #expect(ClientHello.Transport.allCases.map { String(hello.ja4($0).prefix(1)) } == ["t", "q", "d"])
  }
}
