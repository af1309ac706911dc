import Knowledge
import Platform

extension Judge {
  /// The bytes that are compared: escapes of a quoted text and of an address resolved.
  func canonical(_ kind: CredentialKind, _ text: Span<UInt8>, _ value: Range<Int>, isEscaped: Bool) -> String {
    if kind.name == "bip39_seed_phrase" { return phrase(text, value) }
    let isAddress = kind.name == "database_url" || kind.name == "url_basic_auth" || kind.name == "git_credentials_file"
    guard isAddress || isEscaped else {
      return key.fingerprint(.secret, text, value)
    }
    var room = SecretBytes(capacity: value.count)
    var index = value.lowerBound
    while index < value.upperBound {
      var byte = text[index]
      if isAddress, byte == UInt8(ascii: "%"), index + 2 < value.upperBound,
        let number = Digits.number(in: Digits.lowerHex, [lower(text[index + 1]), lower(text[index + 2])].span, 0..<2)
      {
        byte = UInt8(number)
        index += 2
      } else if isEscaped, byte == UInt8(ascii: "\\"), index + 1 < value.upperBound {
        index += 1
        byte = text[index]
        if byte == UInt8(ascii: "n") { byte = 0x0A }
      }
      room.append(byte)
      index += 1
    }
    return key.fingerprint(.secret, room.bytes, 0..<room.count)
  }

  /// The words of a phrase with one blank between them, however they were written.
  private func phrase(_ text: Span<UInt8>, _ value: Range<Int>) -> String {
    var room = SecretBytes(capacity: value.count + 1)
    var isBetween = false
    for index in value {
      if (0x61...0x7A).contains(text[index]) {
        if isBetween { room.append(0x20) }
        isBetween = false
        room.append(text[index])
      } else {
        isBetween = true
      }
    }
    return key.fingerprint(.secret, room.bytes, 0..<room.count)
  }

  private func lower(_ byte: UInt8) -> UInt8 { (0x41...0x5A).contains(byte) ? byte + 0x20 : byte }

  /// A key in its text form, without what differs between copies: line ends, indentation, `\n` in two characters.
  func canonicalKey(_ text: Span<UInt8>, _ value: Range<Int>) -> String {
    var room = SecretBytes(capacity: value.count)
    var index = value.lowerBound
    while index < value.upperBound {
      if text[index] == UInt8(ascii: "\\") {
        index += 2
        continue
      }
      if !ByteSet.blanks.contains(text[index]) { room.append(text[index]) }
      index += 1
    }
    return key.fingerprint(.secret, room.bytes, 0..<room.count)
  }
}
