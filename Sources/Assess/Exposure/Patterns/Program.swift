extension Pattern {
  /// What a pattern is compiled to.
  enum Instruction: Sendable {
    case set(ByteSet)
    /// As many bytes of a set as there are, within bounds; fewer where what follows asks for it.
    case run(ByteSet, least: Int, most: Int)
    /// The first, and if that fails the second.
    case fork(Int, Int)
    case jump(Int)
    case beginValue
    case endValue
    case lineStart
    case lineEnd
    case end
  }

  struct Program: Sendable {
    private(set) var instructions: [Instruction] = []
    private static let limit = 8192

    init(_ root: Node) throws(Fault) {
      try add(root)
      try append(.end)
    }

    private mutating func append(_ instruction: Instruction) throws(Fault) {
      guard instructions.count < Self.limit else { throw Fault(offset: 0, expected: "a shorter pattern") }
      instructions.append(instruction)
    }

    private mutating func add(_ node: Node) throws(Fault) {
      switch node {
      case .set(let set): try append(.set(set))
      case .sequence(let nodes): for node in nodes { try add(node) }
      case .lineStart: try append(.lineStart)
      case .lineEnd: try append(.lineEnd)
      case .capture(let inner):
        try append(.beginValue)
        try add(inner)
        try append(.endValue)
      case .alternation(let branches):
        var ends: [Int] = []
        for (index, branch) in branches.enumerated() {
          guard index < branches.count - 1 else {
            try add(branch)
            break
          }
          let fork = instructions.count
          try append(.fork(fork + 1, 0))
          try add(branch)
          ends.append(instructions.count)
          try append(.jump(0))
          instructions[fork] = .fork(fork + 1, instructions.count)
        }
        for end in ends { instructions[end] = .jump(instructions.count) }
      case .repeated(.set(let set), let least, let most): try append(.run(set, least: least, most: most))
      case .repeated(let inner, let least, let most):
        for _ in 0..<least { try add(inner) }
        if most == Pattern.unbounded {
          let fork = instructions.count
          try append(.fork(fork + 1, 0))
          try add(inner)
          try append(.jump(fork))
          instructions[fork] = .fork(fork + 1, instructions.count)
        } else {
          var forks: [Int] = []
          for _ in least..<most {
            forks.append(instructions.count)
            try append(.fork(instructions.count + 1, 0))
            try add(inner)
          }
          for fork in forks { instructions[fork] = .fork(fork + 1, instructions.count) }
        }
      }
    }
  }

  struct Match: Sendable, Hashable {
    var range: Range<Int>
    var value: Range<Int>
  }

  /// Where a look stops working for one text: every step of every pattern takes one.
  struct Budget: Sendable {
    var steps: Int
    /// Of one match at one place.
    static let each = 20_000
  }

  /// What a match is tried with, kept between tries so that none allocates.
  struct Matcher: Sendable {
    fileprivate struct Frame {
      var instruction: Int
      /// Where to go on, from there back to `low`.
      var position: Int
      var low: Int
      var value: Range<Int>
    }
    fileprivate var frames: [Frame] = []
    var budget: Budget

    init(budget: Budget) { self.budget = budget }
  }

  /// The match that begins exactly at a place and touches no longer word at either end; nil where there is none, or where
  /// it takes too many steps to tell. The work: at most `Budget.each` steps.
  func match(_ text: Span<UInt8>, at start: Int, with matcher: inout Matcher) -> Match? {
    guard start >= 0, start <= text.count else { return nil }
    if start > 0, start < text.count, ByteSet.boundary.contains(text[start]),
      ByteSet.boundary.contains(text[start - 1]),
      !Self.isEscape(text, before: start)
    {
      return nil
    }
    matcher.frames.removeAll(keepingCapacity: true)
    var steps = min(Budget.each, matcher.budget.steps)
    let allowed = steps
    defer { matcher.budget.steps -= allowed - max(steps, 0) }
    var value = -1..<0
    var begun = 0
    var position = start
    var instruction = 0
    let count = text.count
    while steps > 0 {
      steps -= 1
      var isFailed = false
      switch program.instructions[instruction] {
      case .set(let set):
        if position < count, set.contains(text[position]) {
          position += 1
          instruction += 1
        } else {
          isFailed = true
        }
      case .run(let set, let least, let most):
        let end = min(count, position + most)
        var reached = position
        while reached < end, set.contains(text[reached]) { reached += 1 }
        steps -= (reached - position) >> 5
        if reached - position < least {
          isFailed = true
        } else {
          if reached - position > least {
            matcher.frames.append(
              Matcher.Frame(instruction: instruction + 1, position: reached - 1, low: position + least, value: value))
          }
          position = reached
          instruction += 1
        }
      case .fork(let first, let second):
        matcher.frames.append(Matcher.Frame(instruction: second, position: position, low: position, value: value))
        instruction = first
      case .jump(let target): instruction = target
      case .beginValue:
        // The end is put in later; until then the range is marked by its negative beginning.
        begun = position
        value = -2 - begun..<0
        instruction += 1
      case .endValue:
        if value.lowerBound < -1 { value = -2 - value.lowerBound..<position }
        instruction += 1
      case .lineStart:
        isFailed = position > 0 && text[position - 1] != 0x0A
        instruction += 1
      case .lineEnd:
        isFailed =
          position < count && text[position] != 0x0A
          && !(text[position] == 0x0D && (position + 1 == count || text[position + 1] == 0x0A))
        instruction += 1
      case .end:
        let touches =
          position < count && position > start && ByteSet.boundary.contains(text[position])
          && ByteSet.boundary.contains(text[position - 1])
        if !touches {
          return Match(range: start..<position, value: value.lowerBound >= 0 ? value : start..<position)
        }
        isFailed = true
      }
      guard isFailed else { continue }
      guard let frame = matcher.frames.popLast() else { return nil }
      instruction = frame.instruction
      position = frame.position
      value = frame.value
      if frame.position > frame.low {
        matcher.frames.append(
          Matcher.Frame(
            instruction: frame.instruction, position: frame.position - 1, low: frame.low, value: frame.value))
      }
    }
    return nil
  }

  /// Whether the letter before a place is the second half of `\n`, `\r` or `\t` in a quoted text, or of `%3D` in an
  /// address.
  static func isEscape(_ text: Span<UInt8>, before start: Int) -> Bool {
    guard start >= 2 else { return false }
    if start >= 3, text[start - 3] == UInt8(ascii: "%"), Examination.isHex(text[start - 2]),
      Examination.isHex(text[start - 1])
    {
      return true
    }
    guard text[start - 2] == UInt8(ascii: "\\") else { return false }
    let letter = text[start - 1]
    return letter == UInt8(ascii: "n") || letter == UInt8(ascii: "r") || letter == UInt8(ascii: "t")
  }
}
