import Model
import Testing

@testable import Imports

@Suite struct OsqueryTests {
  static let id = String(repeating: "ab", count: 32)

  @Test(arguments: [
    (
      #"{"name":"nanobot-ai","version":"0.3.5","path":"/home/ada/.local/lib/python3.12/site-packages"}"#,
      "nanobot"
    ),
    (
      #"{"name":"openclaw","version":"2026.10.4","path":"/usr/lib/node_modules/openclaw"}"#,
      "openclaw"
    ),
    (
      #"{"id":"openclaw-gateway.service","active_state":"active","fragment_path":"/home/ada/x.service"}"#,
      "openclaw"
    ),
    (
      #"{"path":"/root/.openclaw/openclaw.json","directory":"/root/.openclaw","filename":"openclaw.json"}"#,
      "openclaw"
    ),
    (
      #"{"path":"/Users/ada/.zeroclaw","directory":"/Users/ada","filename":".zeroclaw"}"#,
      "zeroclaw"
    ),
    (
      #"{"path":"C:\\Users\\ada\\.openclaw\\x","directory":"C:\\Users\\ada\\.openclaw","filename":"x"}"#,
      "openclaw"
    ),
    (
      #"{"path":"/var/root/.openclaw/x","directory":"/var/root/.openclaw","filename":"x"}"#,
      "openclaw"
    ),
    (
      #"{"pid":"9","local_address":"0.0.0.0","local_port":"18789","remote_port":"0","protocol":"6"}"#,
      "openclaw"
    ),
    (#"{"port":"18789","address":"0.0.0.0","protocol":"6"}"#, "openclaw"),
    (
      #"{"pid":"9","name":"openclaw-gatewa","parent":"1","cmdline":"openclaw-gateway"}"#, "openclaw"
    ),
  ])
  func `a row of an array is told by its columns`(row: String, kind: String) throws {
    let sweep = try Bench.sweep("[\(row)]")
    #expect(sweep.observations.map(\.kind) == [kind])
  }

  @Test(arguments: [
    #"{"name":"left-pad","version":"1","path":"/usr/lib/node_modules/left-pad"}"#,
    #"{"name":"wget","version":"1","path":"/opt/homebrew/Cellar/wget/1"}"#,
    #"{"id":"ssh.service","active_state":"active","fragment_path":"/x"}"#,
    #"{"uid":"1000","username":"ada","directory":"/home/ada"}"#,
    #"{"pid":"9","local_address":"192.0.2.1","local_port":"18789","remote_address":"192.0.2.2","remote_port":"5","protocol":"6"}"#,
    #"{"pid":"9","port":"18789","address":"0.0.0.0","protocol":"17"}"#,
    #"{"path":"/etc/passwd","directory":"/etc","filename":"passwd"}"#,
  ])
  func `rows of nothing of interest are read and say nothing`(row: String) throws {
    #expect(try Bench.sweep("[\(row)]").observations.isEmpty)
  }

  @Test func `labels and ports of a container are joined by its id`() throws {
    let rows = [
      #"{"id":"\#(Self.id)","image":"ghcr.io/openclaw/openclaw:2026.10.4","name":"/c","state":"running"}"#,
      #"{"id":"\#(Self.id)","key":"com.example.team","value":"blue"}"#,
      #"{"id":"\#(Self.id)","type":"tcp","port":"18789","host_ip":"0.0.0.0","host_port":"28789"}"#,
      #"{"id":"\#(Self.id)","type":"udp","port":"53","host_ip":"0.0.0.0","host_port":"53"}"#,
    ]
    let sweep = try Bench.sweep("[" + rows.joined(separator: ",") + "]")
    #expect(sweep.agents == ["openclaw high 0.0.0.0:28789"])
    #expect(sweep.observations[0].facts.data["labels"] == ["com.example.team=blue"])
  }

  @Test func `text in UTF-16 is read in both orders, and without a mark`() throws {
    let text = "ada 812 1 0 09:00 ? 00:00:01 openclaw-gateway\r\n"
    let little = text.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
    let big = text.utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
    for bytes in [
      [0xFF, 0xFE] + little, [0xFE, 0xFF] + big, little, [0xEF, 0xBB, 0xBF] + Array(text.utf8),
    ] {
      var one = Import(host: nil, source: Bench.source, now: Bench.now)
      try one.add(file: "x", bytes: bytes, source: nil)
      #expect(one.finish().agents == ["openclaw high"])
    }
  }

  @Test func `terminal sequences and blanks of pages are no part of the text`() {
    let text =
      "a\u{1B}[31mb\u{1B}]0;title\u{07}c\u{1B}]0;t\u{1B}\\d\u{1B}(Be\u{9B}1mf\u{A0}g\u{202F}h\u{200B}i\rj\r\nk\u{1B}"
    #expect(
      String(decoding: PlainText.decode(Array(text.utf8)), as: UTF8.self) == "abcdef g hi\nj\nk")
  }
}
