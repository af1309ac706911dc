import Testing

@testable import Wire

@Suite struct QUICInitialTests {
  @Test func `the block cipher agrees with FIPS 197 appendix C.1`() {
    let key = bytes("000102030405060708090a0b0c0d0e0f")
    #expect(
      AES128(key: key).encrypt(bytes("00112233445566778899aabbccddeeff")) == bytes("69c4e0d86a7b0430d8cdb78070b4c55a"))
  }

  @Test func `the keys agree with the ones that RFC 9001 and RFC 9369 print`() {
    let id = bytes("8394c8f03e515708")
    #expect(
      QUICInitialKeys.derive(version: .one, destination: id)
        == .init(
          key: bytes("1f369613dd76d5467730efcbe3b1a22d"), nonce: bytes("fa044b2f42a3fd3b46fb255c"),
          headerProtection: bytes("9f50449e04a0e810283a1e9933adedd2")))
    #expect(
      QUICInitialKeys.derive(version: .two, destination: id)
        == .init(
          key: bytes("8b1a0bc121284290a29e0971b5cd045d"), nonce: bytes("91f73e2351d8fa91660e909f"),
          headerProtection: bytes("45b95e15235d6f45a6b19cbcb0294ba9")))
  }

  @Test(arguments: [PrintedInitial.version1, PrintedInitial.version2])
  func `the packet that the document prints is opened`(packet: [UInt8]) {
    #expect(QUICInitialAssembler.isInitial(packet))
    var assembler = QUICInitialAssembler()
    guard case .hello(let hello) = assembler.receive(packet) else {
      Issue.record("no hello")
      return
    }
    #expect(hello.serverName == "example.com")
    #expect(hello.hasQUICParameters && hello.applicationProtocols == ["alpn"])
    #expect(hello.ja4(.quic) == "q13d0211an_62ed6f6ca7ad_4d634acda6c0")
    #expect(assembler.receive(packet) == .gaveUp)
  }
}
