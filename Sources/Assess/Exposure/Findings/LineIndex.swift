extension Examination {
  static func isHex(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte) || (0x41...0x46).contains(byte)
  }
}

/// Line numbers of places in a text.
struct LineIndex {
  private var ends: [Int] = []

  init(_ text: Span<UInt8>) { for index in 0..<text.count where text[index] == 0x0A { ends.append(index) } }

  /// From 1.
  func line(of place: Int) -> Int {
    var low = 0
    var high = ends.count
    while low < high {
      let middle = (low + high) / 2
      if ends[middle] < place { low = middle + 1 } else { high = middle }
    }
    return low + 1
  }
}
