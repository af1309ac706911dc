import Model
import Platform
import Testing

@testable import HostSensor

@Suite struct HTTPAnswerTests {
  static let chunked = Array(
    "HTTP/1.1 200 OK\r\nServer: Libpod/4.3.1 (linux)\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n[1,2,\r\n1;x=y\r\n3\r\n1\r\n]\r\n0\r\nTrailer: x\r\n\r\n"
      .utf8)

  @Test func `a chunked body is put together`() throws {
    let answer = try HTTPAnswer(Self.chunked)
    #expect(answer.status == 200)
    #expect(answer.fields["server"] == "Libpod/4.3.1 (linux)")
    #expect(String(decoding: answer.body, as: UTF8.self) == "[1,2,3]")
  }

  @Test func `a body ends at its length, or with the connection`() throws {
    #expect(try HTTPAnswer(Array("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nabc".utf8)).body == Array("ab".utf8))
    #expect(try HTTPAnswer(Array("HTTP/1.0 404 Not Found\n\nabc".utf8)).body == Array("abc".utf8))
  }

  @Test(arguments: [
    ("SSH-2.0-OpenSSH", HTTPAnswer.Failure.notHTTP), ("HTTP/1.1 2x0 OK\r\n\r\n", .notHTTP), ("HTTP/1.1", .cutShort),
    ("HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n", .badLength),
    ("HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n", .badLength),
    ("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc", .cutShort),
    ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", .badChunk),
    ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n", .badChunk),
    ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFF\r\n", .badChunk),
    ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFF\r\nab", .cutShort),
    ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n", .badChunk),
  ])
  func `an answer that is none is refused`(text: String, failure: HTTPAnswer.Failure) {
    #expect(throws: failure) { try HTTPAnswer(Array(text.utf8)) }
  }

  @Test func `a head without end is bounded`() {
    let bytes = Array("HTTP/1.1 200 OK\r\n".utf8) + Array(repeating: UInt8(ascii: "a"), count: 1 << 20)
    #expect(throws: HTTPAnswer.Failure.headTooLong) { try HTTPAnswer(bytes) }
  }

  @Test func `every truncation is refused or complete, never a trap`() {
    for count in 0..<Self.chunked.count {
      let body = (try? HTTPAnswer(Array(Self.chunked.prefix(count))))?.body
      #expect(body == nil || body == Array("[1,2,3]".utf8))
    }
  }
}
