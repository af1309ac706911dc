import Model
import Testing

@testable import Probe

@Suite struct HTTPReaderTests {
  static func read(_ text: String, ended: Bool = true) -> HTTPReader {
    var reader = HTTPReader()
    reader.take(Array(text.utf8))
    if ended { reader.end() }
    return reader
  }
  static func body(_ reader: HTTPReader) -> String { String(decoding: reader.answer.body, as: UTF8.self) }

  static let chunked =
    "HTTP/1.1 200 OK\r\nServer: Test/1\r\nTransfer-Encoding: gzip, chunked\r\n\r\n5\r\n[1,2,\r\n1;x=y\r\n3\r\n1\r\n]\r\n0\r\nTrailer: x\r\n\r\n"
  static let plain = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX:  a b \r\n\r\nabc"
  static let closed = "HTTP/1.0 404 Not Found\n\nabc"
  static let interim = "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n"

  @Test func `a chunked body is put together`() {
    let reader = Self.read(Self.chunked, ended: false)
    #expect(reader.isDone && Self.body(reader) == "[1,2,3]" && reader.answer["server"] == "Test/1")
  }

  @Test func `a body ends at its length, or with the connection`() {
    let plain = Self.read(Self.plain, ended: false)
    #expect(plain.isDone && Self.body(plain) == "ab" && plain.answer["x"] == "a b" && !plain.answer.isCut)
    let open = Self.read(Self.closed, ended: false)
    #expect(!open.isDone && Self.body(open) == "abc")
    let closed = Self.read(Self.closed)
    #expect(closed.isDone && closed.answer.status == 404 && !closed.answer.isCut)
  }

  @Test func `early hints are not the answer`() {
    let reader = Self.read(Self.interim, ended: false)
    #expect(reader.isDone && reader.answer.status == 204 && reader.answer.fields.isEmpty)
    #expect(Self.read(String(repeating: "HTTP/1.1 100 Continue\r\n\r\n", count: 9)).failure == .notHTTP)
  }

  @Test func `after 101 comes another protocol`() {
    let reader = Self.read("HTTP/1.1 101 Switching Protocols\r\n\r\n\u{1}\u{2}", ended: false)
    #expect(reader.isUpgraded && reader.answer.body == [1, 2] && !reader.isDone)
  }

  @Test(arguments: [
    "SSH-2.0-OpenSSH_9.2", "HTTP/2 200", "HTTP/1.1 2x0 OK\r\n", "HTTP/1.1 099 No\r\n", "HTTP/1.1 2000 OK\r\n",
    "HTTP/1.1\r\n",
    "\u{0}", "\r\n\r\n", "<html>", "HTTP/1.1200 OK\r\n",
  ])
  func `what is no HTTP is known by its first line`(text: String) {
    let reader = Self.read(text, ended: false)
    #expect(reader.failure == .notHTTP && !reader.hasHead)
  }

  @Test(arguments: ["zz\r\n", "-1\r\n", "FFFFFFFFFFFFFFFF\r\n", "\r\n", "1\r\nab\r\n"])
  func `a chunk without a size is the end`(text: String) {
    #expect(Self.read("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + text).failure == .badChunk)
  }

  @Test(arguments: ["99999999999999999999", "-5", "+5", "0x5", "", "123456789012345678"])
  func `a length that lies is no reason to allocate or to wait for more than the limit`(length: String) {
    let reader = Self.read("HTTP/1.1 200 OK\r\nContent-Length: \(length)\r\n\r\nabc")
    #expect(reader.isDone && Self.body(reader) == "abc")
  }

  @Test func `a head without end is bounded`() {
    var reader = Self.read("HTTP/1.1 200 OK\r\nX: ", ended: false)
    for _ in 0..<100 { reader.take(Array(repeating: UInt8(ascii: "a"), count: 4096)) }
    #expect(reader.failure == .headTooLong)
    var many = Self.read("HTTP/1.1 200 OK\r\n", ended: false)
    while !many.isDone { many.take(Array("X: y\r\n".utf8)) }
    #expect(many.failure == .headTooLong && many.answer.fields.count == HTTPReader.fieldLimit)
  }

  @Test func `a body without end is cut, and what came is kept`() {
    var reader = Self.read("HTTP/1.1 200 OK\r\nServer: x\r\n\r\n", ended: false)
    while !reader.isDone { reader.take(Array(repeating: UInt8(ascii: "a"), count: 1000)) }
    #expect(reader.answer.isCut && reader.answer.body.count <= HTTPReader.limit && reader.answer["server"] == "x")
  }

  @Test func `half an answer is cut, half a head is still a head`() {
    #expect(Self.read("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc").answer.isCut)
    let head = Self.read("HTTP/1.1 200 OK\r\nServer: x\r\n")
    #expect(head.hasHead && head.answer.isCut && head.answer["server"] == "x")
    #expect(Self.read("HTTP/1.").failure == .notHTTP)
  }

  @Test func `fields that are none are left out`() {
    let reader = Self.read("HTTP/1.1 200 OK\r\n: x\r\nno colon\r\nba d: x\r\nUPPER: y\r\nupper: z\r\n\r\n")
    #expect(reader.answer.fields.map(\.name) == ["upper", "upper"] && reader.answer["upper"] == "y")
  }

  @Test func `a body in a coding is not decoded`() {
    #expect(Self.read("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n").answer.isEncoded)
    #expect(!Self.read("HTTP/1.1 200 OK\r\nContent-Encoding: Identity\r\n\r\n").answer.isEncoded)
  }

  @Test(arguments: [chunked, plain, closed, interim])
  func `single bytes read as one piece does, and every truncation ends`(text: String) {
    let bytes = Array(text.utf8)
    var whole = HTTPReader()
    whole.take(bytes)
    whole.end()
    var single = HTTPReader()
    for byte in bytes { single.take([byte]) }
    single.end()
    #expect(single.answer == whole.answer)
    for count in 0..<bytes.count {
      var reader = HTTPReader()
      reader.take(bytes[..<count])
      reader.end()
      #expect(reader.isDone)
    }
  }

  @Test(arguments: [
    ("{}", 0), ("{\"a\":1,\"b\":{\"c\":[1,{\"d\":2}],\"e\":\"x\"},\"f\":null}", 3), (" { \"a\" : [ ] } ", 1),
    ("{\"a\":1.5e3,\"a\":true}", 2), ("{\"\\u0041\\n\\\"\":false}", 1),
  ])
  func `a small object is read flat`(text: String, names: Int) throws {
    let json = try #require(FlatJSON(Array(text.utf8)))
    #expect(json.names.count == names)
  }

  @Test func `members have dotted names, the first of a name counts, arrays hide theirs`() throws {
    let json = try #require(FlatJSON(Array(#"{"a":{"b":"x","c":{"d":-7}},"l":[{"a":{"b":"y"}}],"a.b":"z"}"#.utf8)))
    #expect(json["a.b"] == "x" && json["a.c.d"] == -7 && json["l"] == .null && json["missing"] == nil)
    #expect(FlatJSON(Array(#"{"a":1,"a":2}"#.utf8))?["a"] == 1)
  }

  @Test(arguments: [
    "", "[]", "1", "{", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{\"a\":1}x", "{\"a\":tru}", "{\"a\":1e999}", "{\"a\":-}",
    "{\"a\":\"", "{\"a\":\"\\x\"}", "{\"a\":\"\\u12\"}", "{\"a\":\"\n\"}", "{'a':1}", "{\"a\":[1", "{\"a\":[1,]}",
    "{\"a\\",
  ])
  func `what is no object is none`(text: String) { #expect(FlatJSON(Array(text.utf8)) == nil) }

  @Test func `depth and number of members are bounded`() {
    let deep = String(repeating: "{\"a\":", count: 100_000) + "1" + String(repeating: "}", count: 100_000)
    #expect(FlatJSON(Array(deep.utf8)) == nil)
    let lists = "{\"a\":" + String(repeating: "[", count: 100_000)
    #expect(FlatJSON(Array(lists.utf8)) == nil)
    let wide = "{" + (0..<1000).map { "\"k\($0)\":1" }.joined(separator: ",") + "}"
    #expect(FlatJSON(Array(wide.utf8)) == nil)
    let repeated = "{" + (0..<1000).map { _ in "\"k\":1" }.joined(separator: ",") + "}"
    #expect(FlatJSON(Array(repeated.utf8)) == nil)
    let hidden = "{\"l\":[" + (0..<1000).map { "{\"k\($0)\":1}" }.joined(separator: ",") + "]}"
    #expect(FlatJSON(Array(hidden.utf8))?.members.count == 1)
  }
}
