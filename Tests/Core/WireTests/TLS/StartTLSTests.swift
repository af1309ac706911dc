import Testing

@testable import Wire

/// Requests for TLS in the clear; all bytes are made up after the documents.
@Suite struct StartTLSTests {
  static let postgres = bytes("00000008 04d2162f")
  static let mysql = bytes(
    """
    20 0000 01                # 32 bytes, packet 1
    858aff01 00000001 2d      # flags with the one for TLS, longest packet, utf8mb4
    00000000000000000000000000000000000000 1d000000    # zeros, MariaDB's own flags
    """)

  @Test(arguments: [
    "STARTTLS\r\n", "starttls\n", "a3 STARTTLS\r\n", "STLS\r\n", "AUTH TLS\r\n", "auth ssl\r\n",
    "\"x\"\r\nStartTLS\r\n",
    "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>",
    "0\u{1D}\u{2}\u{1}\u{1}w\u{18}\u{10}\u{16}1.3.6.1.4.1.1466.20037",
  ])
  func `each protocol's request is known`(text: String) { #expect(StartTLS.isAsked(in: Array(text.utf8))) }

  @Test(arguments: ["", "s", "EHLO mail.example.com\r\n", "AUTH PLAIN x\r\n", "start tls\r\n", "1.3.6.1.4.1.1466.2003"])
  func `other talk asks for nothing`(text: String) { #expect(!StartTLS.isAsked(in: Array(text.utf8))) }

  @Test func `what stands deep in a segment is not searched for`() {
    #expect(!StartTLS.isAsked(in: ([UInt8](repeating: 0x73, count: 600) + Array("STARTTLS".utf8))))
  }

  @Test func `requests of database clients are told by their bytes, and waited for`() {
    for (request, size) in [(Self.postgres, 8), (bytes("00000008 04d21630"), 8), (Self.mysql, 36)] {
      #expect(StartTLS.read((request + [22])) == .request(consumed: size))
      for count in request.indices {
        #expect(StartTLS.read(Array(request[..<count])) == (count < 4 ? .none : .needMore))
      }
    }
  }

  @Test(arguments: [
    "00000008 04d2162e", "00000009 04d2162f", "0000000804d3", "20000002", "20000001 0582", "16030102",
    "20000001 858aff01 00000001 2d 01",
  ])
  func `other messages are no request`(hex: String) { #expect(StartTLS.read(bytes(hex)) == .none) }

  @Test func `ports of talk in the clear are those of the documents`() {
    for port in [21, 25, 110, 119, 143, 389, 587, 4190, 5222, 5269] as [UInt16] { #expect(StartTLS.isUsed(on: port)) }
    for port in [80, 443, 465, 993, 5432, 3306] as [UInt16] { #expect(!StartTLS.isUsed(on: port)) }
  }
}
