import Formats

/// Characters of a text, as libyaml counts them, to places in its bytes. Places mostly go forward; from time to time one
/// is kept to go back to.
struct Places {
  private struct Mark {
    var character = 0
    var offset = 0
    var line = 1
    /// Characters before the line.
    var characters = 0
  }
  private enum Encoding { case utf8, utf16LittleEndian, utf16BigEndian }

  private let bytes: [UInt8]
  private let encoding: Encoding
  private var here = Mark()
  private var kept: [Mark] = []
  private static let distance = 1024

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    var here = Mark()
    switch bytes.prefix(3) {
    case [0xEF, 0xBB, 0xBF]:
      encoding = .utf8
      here.offset = 3
    case let start where start.starts(with: [0xFF, 0xFE]):
      encoding = .utf16LittleEndian
      here.offset = 2
    case let start where start.starts(with: [0xFE, 0xFF]):
      encoding = .utf16BigEndian
      here.offset = 2
    default: encoding = .utf8
    }
    self.here = here
    kept = [here]
  }

  /// The place of a character, counted from 0 without the byte order mark.
  mutating func position(character: Int) -> Position {
    if character < here.character { here = kept.last { $0.character <= character } ?? kept[0] }
    while here.character < character, here.offset < bytes.count { step() }
    return position
  }

  /// The place of the character that a byte is of.
  mutating func position(byte: Int) -> Position {
    here = kept[0]
    while here.offset < min(byte, bytes.count), here.offset + width(unit(at: here.offset)) <= byte { step() }
    return position
  }

  private var position: Position {
    Position(line: here.line, column: here.character - here.characters + 1, offset: here.offset)
  }

  /// Over one character. Lines end as in editors: LF, CR LF or CR.
  private mutating func step() {
    let unit = self.unit(at: here.offset)
    here.offset += width(unit)
    here.character += 1
    if unit == 0x0A || (unit == 0x0D && self.unit(at: here.offset) != 0x0A) {
      here.line += 1
      here.characters = here.character
    }
    if let last = kept.last, here.character >= last.character + Self.distance { kept.append(here) }
  }

  /// 0 beyond the end.
  private func unit(at offset: Int) -> UInt16 {
    func byte(_ index: Int) -> UInt16 { index < bytes.count ? UInt16(bytes[index]) : 0 }
    return switch encoding {
    case .utf8: byte(offset)
    case .utf16LittleEndian: byte(offset) | byte(offset + 1) << 8
    case .utf16BigEndian: byte(offset) << 8 | byte(offset + 1)
    }
  }

  /// Bytes of the character that begins so, not beyond the end.
  private func width(_ unit: UInt16) -> Int {
    let wanted =
      switch encoding {
      case .utf8: unit < 0x80 ? 1 : unit >= 0xF0 ? 4 : unit >= 0xE0 ? 3 : unit >= 0xC0 ? 2 : 1
      default: 0xD800..<0xDC00 ~= unit ? 4 : 2
      }
    return min(wanted, bytes.count - here.offset)
  }
}
