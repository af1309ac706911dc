/// UTF-16 with a byte order mark, as Windows writes text, to UTF-8, chunk by chunk.
public struct LogUTF16: Sendable {
  private let isBig: Bool
  private var odd: UInt8?
  private var high: UInt16?

  /// Nil where the bytes do not begin with a mark. The mark itself is part of the first chunk to read, and left out.
  public init?(_ head: Span<UInt8>) {
    if head.byte(0) == 0xFF, head.byte(1) == 0xFE {
      isBig = false
    } else if head.byte(0) == 0xFE, head.byte(1) == 0xFF {
      isBig = true
    } else {
      return nil
    }
  }

  /// UTF-8 of the chunk; half of a character at its end waits for the next one.
  public mutating func read(_ chunk: Span<UInt8>) -> [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(chunk.count / 2)
    for index in 0..<chunk.count {
      guard let first = odd else {
        odd = chunk[index]
        continue
      }
      odd = nil
      let second = chunk[index]
      let unit = isBig ? UInt16(first) << 8 | UInt16(second) : UInt16(second) << 8 | UInt16(first)
      take(unit, into: &out)
    }
    return out
  }

  private mutating func take(_ unit: UInt16, into out: inout [UInt8]) {
    if let pending = high {
      high = nil
      if unit & 0xFC00 == 0xDC00 {
        let scalar = 0x10000 + UInt32(pending & 0x3FF) << 10 + UInt32(unit & 0x3FF)
        append(Unicode.Scalar(scalar) ?? "\u{FFFD}", to: &out)
        return
      }
      append("\u{FFFD}", to: &out)
    }
    if unit & 0xFC00 == 0xD800 {
      high = unit
    } else if unit < 0x80 {
      out.append(UInt8(unit))
    } else if unit != 0xFEFF {
      append(Unicode.Scalar(UInt32(unit)) ?? "\u{FFFD}", to: &out)
    }
  }

  private func append(_ scalar: Unicode.Scalar, to out: inout [UInt8]) { out += Array(String(Character(scalar)).utf8) }
}
