import Platform
import Testing

@testable import Exposure

struct ChecksumTests {
  private func span<R>(_ text: String, _ body: (Span<UInt8>, Range<Int>) -> R) -> R {
    let bytes = Array(text.utf8)
    return body(bytes.span, 0..<bytes.count)
  }

  @Test("CRC-32 gives the check value of its definition")
  func crc() { #expect(span("123456789") { CRC32.of($0, $1) } == 0xCBF4_3926) }

  @Test("Marvin32 gives SymCrypt's vector")
  func marvin() { #expect(span("abc") { Marvin32.wide($0, $1, seed: 0xd53c_d9ce_cd08_93b7) } == 0x22c7_4339_4927_69bf) }

  @Test("an AWS key id names its account")
  func account() {
    #expect(span("ASIA" + "QNZGKIQY56JQ7WML") { Scope.awsAccount($0, $1) } == "029608264753")
    #expect(span("AKIA" + "IOSFODNN7ABCDEFG") { Scope.awsAccount($0, $1) } == nil)
  }

  @Test(
    "a token of GitHub, npm or Vercel is known by its last six characters", arguments: ["ghp_", "gho_", "ghs_", "npm_"])
  func base62(prefix: String) {
    var draw = Draw(3)
    for _ in 0..<50 {
      let body = draw.text(30)
      let sum = span(body) { CRC32.of($0, $1) }
      let value = prefix + body + written(UInt64(sum), Digits.base62, 6)
      #expect(span(value) { Checksum.verdict("github", $0, $1) } == .verified([]))
      let other = String(value.dropLast()) + (value.hasSuffix("0") ? "1" : "0")
      #expect(span(other) { Checksum.verdict("github", $0, $1) } == .failed)
    }
  }

  private func written(_ number: UInt64, _ alphabet: [UInt8], _ width: Int) -> String {
    var rest = number
    var text: [UInt8] = []
    while rest > 0 {
      text.append(alphabet[Int(rest % UInt64(alphabet.count))])
      rest /= UInt64(alphabet.count)
    }
    while text.count < width { text.append(alphabet[0]) }
    return String(decoding: text.reversed(), as: UTF8.self)
  }

  @Test("base64 of both alphabets is decoded, and nothing else")
  func base64() {
    for (text, expected) in [("TWFu", "Man"), ("TWE=", "Ma"), ("TQ", "M"), ("TW\nFu", "Man")] {
      let decoded = span(text) { bytes, range in
        guard let room = Base64.decode(bytes, range) else { return "" }
        return Outline.text(room.bytes, 0..<room.count)
      }
      #expect(decoded == expected)
    }
    for text in ["", "T", "TW*u", "T=Fu"] { #expect(span(text) { Base64.decode($0, $1) == nil }) }
  }

  @Test("a string with letter case mixed up or one character changed is no bech32")
  func bech32() {
    // BIP 173's own vector: a word, no key.
    #expect(span("A12UEL5L") { Bech32.isValid($0, $1) })
    #expect(!span("A12UEL5M") { Bech32.isValid($0, $1) })
    #expect(!span("A1") { Bech32.isValid($0, $1) })
  }

  @Test("base58 with four bytes of checksum is undone")
  func base58() {
    // The address of the genesis block, which is public: version 0 and a hash.
    let size = span("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa") { bytes, range in Base58.checked(bytes, range)?.count ?? -1 }
    #expect(size == 21)
    let broken = span("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb") { bytes, range in Base58.checked(bytes, range) == nil }
    #expect(broken)
  }
}
