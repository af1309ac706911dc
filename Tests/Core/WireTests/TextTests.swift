import Testing
import Wire

@Suite struct TextTests {
  private func text(_ strings: [String]) throws -> DNS.Text {
    let data = strings.flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) }
    var message = bytes("0000 8400 0000 0001 0000 0000 00 0010 0001 00000078")
    message += [UInt8(data.count >> 8), UInt8(data.count & 0xFF)] + data
    guard case .text(let text) = try #require(try DNS.Message(decoding: message).answers.first).data else {
      return DNS.Text()
    }
    return text
  }

  @Test func `keys have no case and the first one wins`() throws {
    let text = try text(["Role=gateway", "role=other", "ROLE"])
    #expect(text.text("role") == "gateway")
    #expect(text.attributes == [.init("Role", Array("gateway".utf8))])
    #expect(text.skipped == 2)
  }

  @Test func `no value, an empty value and no key are three things`() throws {
    let text = try text(["flag", "empty=", "=lost", "", "a=b=c"])
    #expect(text.attributes.map(\.key) == ["flag", "empty", "a"])
    #expect(text.attributes.map(\.value) == [nil, [], Array("b=c".utf8)])
    #expect(text.skipped == 1)
  }

  @Test func `a key must be printable ASCII`() throws {
    let text = try text(["ké=1", "a\u{07}=1", "ok=\u{07}"])
    #expect(text.attributes.map(\.key) == ["ok"])
    #expect(text.skipped == 2)
    #expect(text.text("ok") == #"\007"#)
  }

  @Test func `the number of attributes is bounded`() throws {
    let text = try text((0..<500).map { "k\($0)=v" })
    #expect(text.attributes.count == DNS.Text.limit)
    #expect(text.skipped == 500 - DNS.Text.limit)
    #expect(text.prefix(bytes: 20).attributes.count == 4)
  }
}
