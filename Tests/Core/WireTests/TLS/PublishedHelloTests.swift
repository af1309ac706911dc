import Testing

@testable import Wire

/// Hellos made up from the lists that clients are known to send, with the fingerprints published for them. All bring a
/// post-quantum key share of 1216 bytes, so they do not fit one segment.
struct PublishedHello: CustomTestStringConvertible, Sendable {
  var client: String
  var ja4: String
  var ciphers: [UInt16]
  var extensions: [UInt16]
  var groups: [UInt16]
  var signatures: [UInt16]
  var protocols = ["h2", "http/1.1"]

  var testDescription: String { client }

  static let all = [
    PublishedHello(
      client: "Chrome 136", ja4: "t13d1516h2_8daaf6152771_d8a2da3f94cd",
      ciphers: words("0a0a 1301 1302 1303 c02b c02f c02c c030 cca9 cca8 c013 c014 009c 009d 002f 0035"),
      extensions: words("1a1a 0000 0017 ff01 000a 000b 0023 0010 0005 000d 0012 0033 002d 002b 001b 44cd fe0d 2a2a"),
      groups: words("3a3a 11ec 001d 0017 0018"), signatures: words("0403 0804 0401 0503 0805 0501 0806 0601")),
    PublishedHello(
      client: "Firefox 135", ja4: "t13d1717h2_5b57614c22b0_3cbfd9057e0d",
      ciphers: words("1301 1303 1302 c02b c02f cca9 cca8 c02c c030 c00a c009 c013 c014 009c 009d 002f 0035"),
      extensions: words("0000 0017 ff01 000a 000b 0023 0010 0005 0022 0012 0033 002b 000d 002d 001c 001b fe0d"),
      groups: words("11ec 001d 0017 0018 0019 0100 0101"),
      signatures: words("0403 0503 0603 0804 0805 0806 0401 0501 0601 0203 0201")),
    PublishedHello(
      client: "Safari 26", ja4: "t13d2014h2_a09f3c656075_d0a99439f9b1",
      ciphers: words(
        "4a4a 1302 1303 1301 c02c c02b cca9 c030 c02f cca8 c00a c009 c014 c013 009d 009c 0035 002f c008 c012 000a"),
      extensions: words("5a5a 0000 0017 ff01 000a 000b 0023 0010 0005 000d 0012 0033 002d 002b 001b 6a6a"),
      groups: words("7a7a 11ec 001d 0017 0018 0019"),
      signatures: words("0403 0804 0401 0503 0805 0805 0501 0806 0601 0201")),
    PublishedHello(
      client: "Node 22 fetch", ja4: "t13d5212h1_b262b3658495_8e6e362c5eac",
      ciphers: words(
        """
        1302 1303 1301 c02f c02b c030 c02c 009e c027 0067 c028 006b 00a3 009f cca9 cca8 ccaa c0ad c09f c05d c061 c057
        c053 00a2 c0ac c09e c05c c060 c056 c052 c024 006a c023 0040 c00a c014 0039 0038 c009 c013 0033 0032 009d c09d
        c051 009c c09c c050 003d 003c 0035 002f
        """),
      extensions: words("ff01 0000 000b 000a 0023 0010 0016 0017 000d 002b 002d 0033"),
      groups: words("11ec 001d 0017 001e 0018 0019 0100 0101"),
      signatures: words(
        """
        0905 0906 0904 0403 0503 0603 0807 0808 081a 081b 081c 0809 080a 080b 0804 0805 0806 0401 0501 0601 0303 0301
        0302 0402 0502 0602
        """), protocols: ["http/1.1"]),
  ]

  private static func words(_ digits: String) -> [UInt16] {
    digits.split { $0 == " " || $0 == "\n" }.compactMap { UInt16($0, radix: 16) }
  }

  var builder: HelloBuilder {
    HelloBuilder(
      sessionID: [UInt8](repeating: 9, count: 32), ciphers: ciphers,
      extensions: extensions.map { type in
        switch type {
        case 0: HelloBuilder.serverName("api.example.com")
        case 10: HelloBuilder.words(10, groups)
        case 13: HelloBuilder.words(13, signatures)
        case 16: HelloBuilder.protocols(protocols.map { Array($0.utf8) })
        case 43: HelloBuilder.versions([0x0304, 0x0303])
        case 51: (51, long(word(0x11EC) + long([UInt8](repeating: 5, count: 1216))))
        default: (type, [])
        }
      })
  }
}

@Suite struct PublishedHelloTests {
  @Test(arguments: PublishedHello.all)
  func `the lists that a client is known for give its fingerprint`(published: PublishedHello) throws {
    let hello = try published.builder.hello()
    #expect(hello.ja4(.tcp) == published.ja4)
    #expect(hello.hasGREASE == published.extensions.contains(where: ClientHello.isGREASE))
    #expect(hello.hasECH == published.extensions.contains(0xFE0D) && hello.keyShares == [0x11EC])
  }

  @Test(arguments: PublishedHello.all)
  func `a hello over two segments is awaited and then read`(published: PublishedHello) throws {
    let record = record(published.builder.message)
    #expect(record.count > 1448)
    #expect(TLSRecords.read(Array(record.prefix(1448))) == .needMore(total: record.count))
    #expect(try TLSRecords.read(record) == .hello(published.builder.hello()))
  }
}
