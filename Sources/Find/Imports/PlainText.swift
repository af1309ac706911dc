/// Bytes of a file as plain UTF-8: what PowerShell, terminals and browsers add when text is saved or copied is taken off.
enum PlainText {
  /// UTF-8 bytes with LF at line ends, without byte order mark and terminal sequences. A no-break blank, which pages put
  /// between columns, becomes a blank.
  static func decode(_ bytes: [UInt8], limit: Int = .max) -> [UInt8] {
    let bytes = bytes.count > limit ? Array(bytes[..<limit]) : bytes
    if bytes.starts(with: [0xFF, 0xFE]) { return clean(utf16(bytes.dropFirst(2), isLittle: true)) }
    if bytes.starts(with: [0xFE, 0xFF]) {
      return clean(utf16(bytes.dropFirst(2), isLittle: false))
    }
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { return clean(Array(bytes.dropFirst(3))) }
    // Without a mark, Latin text in UTF-16 has a zero in every second byte.
    let head = bytes.prefix(128)
    let zeros = head.indices.count { $0 % 2 == 1 && head[$0] == 0 }
    let others = head.indices.count { $0 % 2 == 0 && head[$0] == 0 }
    if head.count >= 16, zeros * 4 >= head.count, others == 0 {
      return clean(utf16(bytes[...], isLittle: true))
    }
    return clean(bytes)
  }

  private static func utf16(_ bytes: ArraySlice<UInt8>, isLittle: Bool) -> [UInt8] {
    var units: [UInt16] = []
    units.reserveCapacity(bytes.count / 2)
    var index = bytes.startIndex
    while index + 1 < bytes.endIndex {
      let (a, b) = (UInt16(bytes[index]), UInt16(bytes[index + 1]))
      units.append(isLittle ? b << 8 | a : a << 8 | b)
      index += 2
    }
    return Array(String(decoding: units, as: UTF16.self).utf8)
  }

  private static func clean(_ bytes: [UInt8]) -> [UInt8] {
    // Most files need none of it.
    if !bytes.contains(where: { $0 == 0x1B || $0 == 0x0D || $0 == 0xC2 || $0 == 0xE2 || $0 == 0 }) {
      return bytes
    }
    var out: [UInt8] = []
    out.reserveCapacity(bytes.count)
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      switch byte {
      case 0x1B: index = afterEscape(bytes, index + 1)
      case 0x0D:
        // Alone it ends a line too, as on very old systems.
        if index + 1 >= bytes.count || bytes[index + 1] != 0x0A { out.append(0x0A) }
        index += 1
      case 0: index += 1
      case 0xC2 where index + 1 < bytes.count && bytes[index + 1] == 0xA0:
        out.append(0x20)
        index += 2
      case 0xC2 where index + 1 < bytes.count && bytes[index + 1] == 0x9B:
        index = afterControl(bytes, index + 2)
      // Figure and narrow no-break blanks; a zero-width blank or a mark in the middle disappears.
      case 0xE2
      where index + 2 < bytes.count && bytes[index + 1] == 0x80
        && [0x87, 0xAF].contains(bytes[index + 2]):
        out.append(0x20)
        index += 3
      case 0xE2
      where index + 2 < bytes.count && bytes[index + 1] == 0x80 && bytes[index + 2] == 0x8B:
        index += 3
      default:
        out.append(byte)
        index += 1
      }
    }
    return out
  }

  /// ECMA-48: a control sequence, a string that ends with BEL or ESC \, or two bytes. A line ends each.
  private static func afterEscape(_ bytes: [UInt8], _ start: Int) -> Int {
    guard start < bytes.count else { return start }
    switch bytes[start] {
    case UInt8(ascii: "["): return afterControl(bytes, start + 1)
    case UInt8(ascii: "]"), UInt8(ascii: "P"), UInt8(ascii: "_"), UInt8(ascii: "^"):
      var index = start + 1
      while index < bytes.count, bytes[index] != 0x0A {
        if bytes[index] == 0x07 { return index + 1 }
        if bytes[index] == 0x1B {
          return index + 1 < bytes.count && bytes[index + 1] == UInt8(ascii: "\\")
            ? index + 2 : index
        }
        index += 1
      }
      return index
    case UInt8(ascii: "("), UInt8(ascii: ")"): return min(start + 2, bytes.count)
    case 0x0A: return start
    default: return start + 1
    }
  }

  private static func afterControl(_ bytes: [UInt8], _ start: Int) -> Int {
    var index = start
    while index < bytes.count, (0x20...0x3F).contains(bytes[index]) { index += 1 }
    return index < bytes.count && (0x40...0x7E).contains(bytes[index]) ? index + 1 : index
  }
}
