import Platform

/// Texts that are not in UTF-8 as it stands: UTF-16 with a mark, a mark before UTF-8, escapes of fish's variables.
enum Decoding: Equatable {
  case none
  /// The mark of three bytes.
  case mark
  case wide(isLittle: Bool)
  case fish

  init(_ text: Span<UInt8>, path: String) {
    if text.count >= 3, text[0] == 0xEF, text[1] == 0xBB, text[2] == 0xBF {
      self = .mark
    } else if text.count >= 4, text[0] == 0xFF, text[1] == 0xFE, text[2] != 0 || text[3] != 0 {
      self = .wide(isLittle: true)
    } else if text.count >= 4, text[0] == 0xFE, text[1] == 0xFF {
      self = .wide(isLittle: false)
    } else if path.hasSuffix("/fish_variables") {
      self = .fish
    } else {
      self = .none
    }
  }

  /// The text as bytes of UTF-8, in room that is wiped. Characters beyond ASCII become one that no pattern has.
  func decode(_ text: Span<UInt8>) -> SecretBytes {
    var out = SecretBytes(capacity: text.count + 1)
    switch self {
    case .none: break
    case .mark: for index in 3..<text.count { out.append(text[index]) }
    case .wide(let isLittle):
      var index = 2
      while index + 1 < text.count {
        let low = text[isLittle ? index : index + 1]
        let high = text[isLittle ? index + 1 : index]
        out.append(high == 0 && low < 0x80 ? low : 0x7F)
        index += 2
      }
    case .fish:
      // `\x2d` for every character that is no letter, digit or underscore.
      var index = 0
      var isName = true
      while index < text.count {
        // `SETUVAR --export NAME:VALUE`: the first colon of a line ends the name.
        if text[index] == 0x0A { isName = true }
        if isName, text[index] == UInt8(ascii: ":") {
          out.append(UInt8(ascii: "="))
          isName = false
          index += 1
          continue
        }
        if text[index] == UInt8(ascii: "\\"), index + 3 < text.count, text[index + 1] == UInt8(ascii: "x"),
          let high = Self.digit(text[index + 2]), let low = Self.digit(text[index + 3])
        {
          out.append(high << 4 | low)
          index += 4
        } else {
          out.append(text[index])
          index += 1
        }
      }
    }
    return out
  }

  private static func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x61...0x66: byte - 0x61 + 10
    case 0x41...0x46: byte - 0x41 + 10
    default: nil
    }
  }
}
