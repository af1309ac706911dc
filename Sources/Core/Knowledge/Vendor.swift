/// Makers of network cards, by the front of their addresses: the IEEE's registry as Debian's `ieee-data` has it.
///
/// The table stays where the program file is mapped and is searched there, so only the pages that a search touches are
/// ever resident. `Scripts/make_vendors.py` writes it.
public enum Vendor {
  /// What a locally administered address is called: its owner made it up, as phones and containers do.
  public static let randomised = "randomised"

  /// The maker for `aa:bb:cc:dd:ee:ff` (also with dashes or without separators); nil where it is unknown or no address.
  public static func name(mac text: String) -> String? {
    var digits: [UInt8] = []
    for byte in text.utf8 where byte != 0x3A && byte != 0x2D {
      switch byte {
      case 0x30...0x39, 0x41...0x46: digits.append(byte)
      case 0x61...0x66: digits.append(byte - 0x20)
      default: return nil
      }
      guard digits.count <= 12 else { return nil }
    }
    return digits.count == 12 ? name(digits: digits) : nil
  }

  /// The longest of the prefixes with 36, 28 and 24 bits wins: a block is sold in pieces to other makers.
  private static func name(digits: [UInt8]) -> String? {
    let second = digits[1] <= 0x39 ? digits[1] - 0x30 : digits[1] - 0x37
    if second & 1 == 1 { return nil }  // a group, not a card
    if second & 2 == 2 { return randomised }
    return table.flatMap { table in
      // Holds because a StaticString with a pointer representation is constant data of the program: it is never freed,
      // and the search stays below the buffer's own count.
      table.withUTF8Buffer { bytes in
        for length in [9, 7, 6] {
          if let name = unsafe search(Array(digits.prefix(length)), in: bytes) { return name }
        }
        return nil
      }
    }
  }

  private static var table: StaticString? { Embedded.text("vendors.txt") }

  /// Binary search over lines `PREFIX NAME\n` that are sorted by bytes.
  private static func search(_ prefix: [UInt8], in bytes: UnsafeBufferPointer<UInt8>) -> String? {
    var low = 0
    var high = bytes.count
    while low < high {
      var start = low + (high - low) / 2
      while start > low, unsafe bytes[start - 1] != 0x0A { start -= 1 }
      var end = start
      while end < high, unsafe bytes[end] != 0x0A { end += 1 }
      let line = unsafe UnsafeBufferPointer(rebasing: bytes[start..<end])
      switch unsafe order(prefix, line) {
      case 0: return unsafe String(decoding: line.dropFirst(prefix.count + 1), as: UTF8.self)
      case ..<0: high = start
      default: low = min(end + 1, bytes.count)
      }
    }
    return nil
  }

  /// Negative where the prefix sorts before the line, 0 where the line is about it. The blank after a line's own prefix
  /// sorts before every digit, so a shorter prefix comes before a longer one that begins with it.
  private static func order(_ prefix: [UInt8], _ line: UnsafeBufferPointer<UInt8>) -> Int {
    for index in 0...prefix.count {
      let wanted = index < prefix.count ? prefix[index] : 0x20
      guard index < line.count else { return 1 }
      let found = unsafe line[index]
      if wanted != found { return wanted < found ? -1 : 1 }
    }
    return 0
  }
}
