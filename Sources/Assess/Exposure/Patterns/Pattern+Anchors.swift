extension Pattern {
  /// By what the places where a pattern can match are found.
  enum Anchor: Sendable, Hashable {
    /// One of these texts, `before` bytes behind the beginning.
    case literals([[UInt8]], before: ClosedRange<Int>)
    /// Nothing better than its first byte.
    case first(ByteSet)
  }

  /// The best anchor: texts at the beginning, texts further in, else the first byte.
  var anchor: Anchor {
    let elements = Self.flattened(root)
    if let texts = Self.texts(elements[...]) { return .literals(texts, before: 0...0) }
    var least = 0
    var most = 0
    for (index, element) in elements.enumerated() {
      if index > 0, most - least <= 64, let texts = Self.texts(elements[index...]) {
        return .literals(texts, before: least...most)
      }
      let length = Self.length(element)
      least += length.lowerBound
      most = min(most + length.upperBound, Pattern.unbounded)
    }
    return .first(Self.first(elements[...]))
  }

  private static func flattened(_ node: Node) -> [Node] {
    switch node {
    case .sequence(let nodes): nodes.flatMap(flattened)
    // Where the value begins does not matter for where to look.
    case .capture(let inner): flattened(inner)
    default: [node]
    }
  }

  /// Texts of which one stands at the beginning, each of 3 bytes or more; nil where that cannot be said.
  private static func texts(_ elements: ArraySlice<Node>) -> [[UInt8]]? {
    let (texts, _) = leading(elements)
    let shortest = texts.map(\.count).min() ?? 0
    return shortest >= 3 && texts.count <= most ? Array(Set(texts)).sorted { $0.lexicographicallyPrecedes($1) } : nil
  }

  private static let most = 48
  private static let longest = 16

  /// Every text that can stand at the beginning, as far as there are few; and whether nothing can follow it.
  private static func leading(_ elements: ArraySlice<Node>) -> ([[UInt8]], isWhole: Bool) {
    var texts: [[UInt8]] = [[]]
    for element in elements {
      guard (texts.map(\.count).min() ?? 0) < longest else { return (texts, false) }
      let choices: [[UInt8]]
      var isWhole = true
      switch element {
      case .set(let set):
        guard set.count <= 6 else { return (texts, false) }
        choices = set.bytes.map { [$0] }
      case .sequence, .capture: (choices, isWhole) = leading(flattened(element)[...])
      case .alternation(let branches):
        var all: [[UInt8]] = []
        for branch in branches {
          let (some, whole) = leading(flattened(branch)[...])
          all += some
          isWhole = isWhole && whole
        }
        choices = all
      case .repeated(let inner, 0, 1):
        let (some, whole) = leading(flattened(inner)[...])
        guard whole else { return (texts, false) }
        choices = some + [[]]
      case .repeated(let inner, let least, let most) where least == most && least <= 4:
        let (some, whole) = leading(Array(repeating: inner, count: least)[...])
        choices = some
        isWhole = whole
      case .repeated: return (texts, false)
      case .lineStart, .lineEnd: choices = [[]]
      }
      guard choices.count * texts.count <= most else { return (texts, false) }
      texts = texts.flatMap { text in choices.map { text + $0 } }
      guard isWhole else { return (texts, false) }
    }
    return (texts, true)
  }

  private static func length(_ node: Node) -> ClosedRange<Int> {
    switch node {
    case .set: return 1...1
    case .lineStart, .lineEnd: return 0...0
    case .capture(let inner): return length(inner)
    case .sequence(let nodes):
      return nodes.map(length).reduce(0...0) { sum, next in
        sum.lowerBound + next.lowerBound...min(sum.upperBound + next.upperBound, Pattern.unbounded)
      }
    case .alternation(let branches):
      let lengths = branches.map(length)
      return (lengths.map(\.lowerBound).min() ?? 0)...(lengths.map(\.upperBound).max() ?? 0)
    case .repeated(let inner, let least, let most):
      let one = length(inner)
      return one.lowerBound * least...min(one.upperBound * most, Pattern.unbounded)
    }
  }

  private static func first(_ elements: ArraySlice<Node>) -> ByteSet {
    var set = ByteSet()
    for element in elements {
      switch element {
      case .set(let one): set.formUnion(one)
      case .sequence(let nodes): set.formUnion(first(nodes[...]))
      case .capture(let inner), .repeated(let inner, _, _): set.formUnion(first(flattened(inner)[...]))
      case .alternation(let branches): for branch in branches { set.formUnion(first(flattened(branch)[...])) }
      case .lineStart, .lineEnd: continue
      }
      if length(element).lowerBound > 0 { return set }
    }
    // It can match nothing at all: any byte may stand there.
    return ByteSet().inverted
  }
}
