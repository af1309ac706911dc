import Model
import Testing
import Wire

/// What is counted of a DNS message without keeping it.
@Suite struct GlanceTests {
  private static func glance(_ message: [UInt8]) -> (glance: DNS.Glance, name: String)? {
    var name: [UInt8] = []
    return DNS.Glance(message.span, name: &name).map { ($0, String(decoding: name, as: UTF8.self)) }
  }

  /// A query with one question and a name of these bytes.
  private static func question(_ name: String, id: String = "0007") -> [UInt8] {
    bytes("\(id) 0100 0001 0000 0000 0000 \(name) 0001 0001")
  }

  @Test(
    arguments: [
      ("03 777777 07 6578616d706c65 03 636f6d 00", "www.example.com"),
      ("03 575757 07 4578616D706C65 03 434F4D 00", "www.example.com"), ("00", ""),
      // A dot, a backslash, a control, a blank and a byte of no ASCII inside a label (RFC 1035 §5.1).
      ("07 61 2e 5c 07 20 ff 62 00", #"a\.\\\007\032\255b"#),
      // Back into the header, where the id reads as the label `a` and the flags end the name.
      ("03 777777 c000", "www.a"),
    ])
  func `the first question is told in lower case, as it can be shown`(name: String, text: String) throws {
    let message =
      name.hasSuffix("c000") ? bytes("0161 0000 0001 0000 0000 0000 \(name) 0001 0001") : Self.question(name)
    let (glance, told) = try #require(Self.glance(message))
    #expect(told == text && glance.type == 1 && glance.class == 1 && glance.offset == message.count)
    for end in message.indices { #expect(Self.glance(Array(message[..<end])) == nil) }
  }

  @Test(arguments: [
    // To itself, forward, and out of a chain that comes back to its start.
    "c00c", "c00e 00", "01 61 c00c", "02 6161 c00d",
    // Label types that nothing uses (RFC 6891 §5).
    "41 00", "81 00",
  ])
  func `a name that leads round, ahead or nowhere is no name`(name: String) {
    #expect(Self.glance(Self.question(name)) == nil)
  }

  @Test func `a name ends at 255 bytes`() throws {
    let label = "3f" + String(repeating: "61", count: 63)
    let longest = String(repeating: label, count: 3) + "3d" + String(repeating: "61", count: 61) + "00"
    #expect(try #require(Self.glance(Self.question(longest))).name.count == 253)
    #expect(Self.glance(Self.question(String(repeating: label, count: 4) + "00")) == nil)
  }

  @Test func `flags say what kind of message it is, and one without question has none`() throws {
    let (glance, name) = try #require(Self.glance(bytes("0007 a803 0000 0002 0003 0004")))
    #expect(glance.isResponse && glance.opcode == 5 && glance.responseCode == 3 && glance.id == 7)
    #expect(glance.answers == 2 && glance.authorities == 3 && glance.additionals == 4)
    #expect(name.isEmpty && glance.type == 0 && glance.offset == 12)
  }

  /// Two questions, then an address under a whole name and one under a pointer.
  static let answer = bytes(
    """
    0007 8180 0002 0001 0000 0001      # two questions, one answer, one additional
    01 61 00  0001 0001                # a. A
    01 62 c00c  001c 0001              # b.a. AAAA
    01 61 00  0001 0001 0000003c 0004 c0000207
    c00c  001c 0001 0000003c 0010 20010db8000000000000000000000007
    """)

  private static func addresses(_ message: [UInt8]) -> [String] {
    guard let (glance, _) = glance(message) else { return [] }
    var records = DNS.Records(message.span, after: glance)
    var out: [String] = []
    while let record = records.next() {
      record.forEachAddress(in: message.span) { out.append($0.address.description) }
    }
    return out
  }

  @Test func `records are walked behind every question, and only whole ones count`() {
    #expect(Self.addresses(Self.answer) == ["192.0.2.7", "2001:db8::7"])
    for end in Self.answer.indices {
      let count = Self.addresses(Array(Self.answer[..<end])).count
      #expect(count == (end < Self.answer.count - 28 ? 0 : 1), "cut to \(end)")
    }
  }
}
