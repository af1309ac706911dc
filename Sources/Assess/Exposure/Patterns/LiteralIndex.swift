/// Finds many texts in one pass (Aho and Corasick, 1975): one table look-up a byte, however many texts there are.
struct LiteralIndex: Sendable {
  /// Class of each byte; 0 is every byte that no text has.
  private var classes = [UInt8](repeating: 0, count: 256)
  private var width = 1
  /// State times width plus class.
  private var table: [UInt16] = []
  /// Whether a text ends in a state.
  private var ends: [Bool] = []
  /// Numbers of the texts that end in a state, by state.
  private var found: [[Int]] = []

  /// At most 60 000 bytes in all; what is beyond is left out and never found.
  init(_ texts: [[UInt8]]) {
    for text in texts {
      for byte in text where classes[Int(byte)] == 0 && width < 256 {
        classes[Int(byte)] = UInt8(width)
        width += 1
      }
    }
    var edges: [[Int: Int]] = [[:]]
    found = [[]]
    for (number, text) in texts.enumerated() where !text.isEmpty && edges.count + text.count < 60_000 {
      var state = 0
      for byte in text {
        let column = Int(classes[Int(byte)])
        if let next = edges[state][column] {
          state = next
        } else {
          edges.append([:])
          found.append([])
          edges[state][column] = edges.count - 1
          state = edges.count - 1
        }
      }
      found[state].append(number)
    }
    table = [UInt16](repeating: 0, count: edges.count * width)
    var fallback = [Int](repeating: 0, count: edges.count)
    var queue = [0]
    var head = 0
    while head < queue.count {
      let state = queue[head]
      head += 1
      if state != 0 { found[state] += found[fallback[state]] }
      for column in 0..<width {
        let inherited = state == 0 ? 0 : Int(table[fallback[state] * width + column])
        if let next = edges[state][column] {
          fallback[next] = inherited
          table[state * width + column] = UInt16(next)
          queue.append(next)
        } else {
          table[state * width + column] = UInt16(inherited)
        }
      }
    }
    ends = found.map { !$0.isEmpty }
  }

  /// Calls with the number of a text and the offset behind it, for every text at every place of a range.
  ///
  /// With `ignoringCase`, letters of the text count as small ones: the texts to be found must be written so.
  func scan(
    _ text: Span<UInt8>, _ range: Range<Int>? = nil, ignoringCase: Bool = false,
    _ body: (_ number: Int, _ end: Int) -> Void
  ) {
    var state = 0
    if ignoringCase {
      for index in range ?? 0..<text.count {
        let byte = text[index]
        let small = (0x41...0x5A).contains(byte) ? byte + 0x20 : byte
        state = Int(table[state &* width &+ Int(classes[Int(small)])])
        if ends[state] { for number in found[state] { body(number, index + 1) } }
      }
      return
    }
    let classes = self.classes.span
    let table = self.table.span
    let ends = self.ends.span
    for index in range ?? 0..<text.count {
      state = Int(table[state &* width &+ Int(classes[Int(text[index])])])
      if ends[state] { for number in found[state] { body(number, index + 1) } }
    }
  }
}
