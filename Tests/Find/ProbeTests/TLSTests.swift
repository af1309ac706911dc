import Testing

@testable import Probe

@Suite struct TLSTests {
  /// A ServerHello of TLS 1.3 (RFC 8446 §4.1.3) as a server would write it; the values are made up.
  static let hello13: [UInt8] =
    [0x16, 0x03, 0x03, 0x00, 0x5A] + [0x02, 0x00, 0x00, 0x56]  // record, handshake
    + [0x03, 0x03] + Array(repeating: 0xAB, count: 32)  // legacy version, random
    + [0x00] + [0x13, 0x01] + [0x00]  // no session id, TLS_AES_128_GCM_SHA256, no compression
    + [0x00, 0x2E]
    + [0x00, 0x33, 0x00, 0x24, 0x00, 0x1D, 0x00, 0x20] + Array(repeating: 0xCD, count: 32)  // key share
    + [0x00, 0x2B, 0x00, 0x02, 0x03, 0x04]  // supported versions: 1.3
  /// One of TLS 1.2 with a session id and no extensions; a Certificate message follows in the same record.
  static let hello12: [UInt8] =
    [0x16, 0x03, 0x03, 0x00, 0x2E] + [0x02, 0x00, 0x00, 0x2A] + [0x03, 0x03] + Array(repeating: 0x11, count: 32)
    + [0x04, 1, 2, 3, 4] + [0xC0, 0x2F, 0x00]
  static let versionAlert: [UInt8] = [0x15, 0x03, 0x01, 0x00, 0x02, 0x02, 0x46]

  @Test func `the version is that of the extension, else that of the message`() {
    #expect(TLSAnswer(Self.hello13) == .hello(version: 0x0304))
    #expect(TLSAnswer(Self.hello12 + [0x16, 0x03, 0x03]) == .hello(version: 0x0303))
    #expect(
      [0x0304, 0x0303, 0x0302, 0x0301, 0x0300, 0x7F1C].map { TLSAnswer.name($0) }
        == ["TLS 1.3", "TLS 1.2", "TLS 1.1", "TLS 1.0", "SSL 3.0", nil])
  }

  @Test func `an alert is TLS too`() {
    #expect(TLSAnswer(Self.versionAlert) == .alert(70))
    #expect(TLSAnswer([0x15, 0x03, 0x03, 0x00, 0x02, 0x09, 0x46]) == .notTLS)
    #expect(TLSAnswer([0x15, 0x03, 0x03, 0x00, 0x03, 0x02, 0x46, 0]) == .notTLS)
  }

  @Test(arguments: [hello13, hello12, versionAlert])
  func `half an answer asks for the rest`(bytes: [UInt8]) {
    for count in 0..<bytes.count { #expect(TLSAnswer(Array(bytes[..<count])) == .partial) }
  }

  @Test(arguments: [
    Array("HTTP/1.1 400 Bad Request\r\n".utf8), Array("SSH-2.0-x\r\n".utf8), [0x16, 0x03, 0x05, 0x00, 0x10],
    [0x16, 0x03, 0x03, 0x00, 0x00], [0x16, 0x03, 0x03, 0xFF, 0xFF], [0x16, 0x03, 0x03, 0x00, 0x05, 0x01],
    // A handshake message longer than its record, a version that is none, a session id of 33 bytes.
    [0x16, 0x03, 0x03, 0x00, 0x04, 0x02, 0x00, 0x01, 0x00],
    [0x16, 0x03, 0x03, 0x00, 0x2A, 0x02, 0x00, 0x00, 0x26, 0x04, 0x03] + Array(repeating: 0, count: 36),
    [0x16, 0x03, 0x03, 0x00, 0x2A, 0x02, 0x00, 0x00, 0x26, 0x03, 0x03] + Array(repeating: 0, count: 32)
      + [33, 0, 0, 0],
  ])
  func `what is no ServerHello is no TLS`(bytes: [UInt8]) { #expect(TLSAnswer(bytes) == .notTLS) }

  @Test func `extensions that run over their list are no TLS`() {
    var bytes = Self.hello13
    bytes[47] = 0xFF  // length of the list
    #expect(TLSAnswer(bytes) == .notTLS)
    bytes = Self.hello13
    bytes[51] = 0xFF  // length of the first extension
    #expect(TLSAnswer(bytes) == .notTLS)
  }

  @Test func `lengths of the ClientHello add up, with a name and without`() {
    for name in [nil, "box.example.com", String(repeating: "a", count: 300)] {
      let bytes = ClientHello.bytes(server: name, random: Array(1...64))
      #expect(bytes.starts(with: [0x16, 0x03, 0x01]))
      #expect(Int(bytes[3]) << 8 | Int(bytes[4]) == bytes.count - 5)
      #expect(bytes[5] == 0x01 && Int(bytes[7]) << 8 | Int(bytes[8]) == bytes.count - 9)
      #expect(Array(bytes[11..<43]) == Array(1...32))
      #expect(bytes.contains(sequence: Array("box.example.com".utf8)) == (name == "box.example.com"))
      #expect(bytes.contains(sequence: [0x00, 0x1D, 0x00, 0x20] + Array(33...64)))
    }
    #expect(
      ClientHello.bytes(server: nil, random: []).count == ClientHello.bytes(server: nil, random: Array(0..<64)).count)
  }
}
