import Knowledge
import Matching

extension Examination {
  /// Values that nothing but their name makes credentials: `SESSION_SECRET`, `db.password`, `apiToken`.
  ///
  /// Any in files of variables; elsewhere only what is drawn at random, or a password that a person could have chosen.
  mutating func findUnrecognised(
    _ text: Span<UInt8>, _ slot: Outline.Slot, _ number: Int, _ names: [String], isVariables: Bool
  ) {
    let value = Self.scheme(text, slot.value) ?? slot.value
    guard value.count >= 6, value.count <= 512, !Self.isSetting(text, value) else { return }
    let promise = Naming.promise(names)
    guard promise != .nothing else { return }
    // A program names things that are no values: only what stands in quotes is one.
    if isProgram, slot.value.lowerBound > 0, !Outline.isQuote(text[slot.value.lowerBound - 1]),
      !isQuoted(text, slot.value.lowerBound)
    {
      return
    }
    let likeness = Likeness.of(text, value, isPassword: promise == .password || isVariables && promise == .secret)
    let isSure: Bool
    switch likeness {
    case .random, .chosen: isSure = true
    case .hexadecimal: isSure = promise == .secret || promise == .password
    case .nothing: isSure = false
    }
    guard isSure || isVariables && value.count >= 8 else { return }
    // A public key says so in its first bytes, whatever its name.
    if Rejection.isSame(text, value.lowerBound..<min(value.upperBound, value.lowerBound + 5), Self.subject) { return }
    let isPlain = isVariables || promise == .password || promise == .secret
    guard let kind = rules.kind(isPlain ? "dotenv_family" : "high_entropy_assignment") else { return }
    var candidate = Candidate(kind: kind, source: .variable, value: value, slot: number, isOwn: isVariables)
    candidate.likeness = isSure ? likeness : .nothing
    add(candidate)
  }

  /// Beginning of a public key in base64.
  private static let subject = Array("MIIBI".utf8)

  /// Whether a place lies within a quoted text that began on its line.
  private func isQuoted(_ text: Span<UInt8>, _ place: Int) -> Bool {
    var index = place
    var quotes = 0
    while index > 0, text[index - 1] != 0x0A, place - index < 2_000 {
      index -= 1
      if text[index] == UInt8(ascii: "\"") { quotes += 1 }
    }
    return !quotes.isMultiple(of: 2)
  }

  private var isProgram: Bool {
    guard syntax == .loose else { return false }
    let name = path.lastPathPart
    guard let dot = name.lastIndex(of: ".") else { return false }
    return Self.programs.contains(String(name[name.index(after: dot)...]).lowercased())
  }

  private static let programs: Set = [
    "py", "js", "mjs", "cjs", "ts", "tsx", "jsx", "go", "java", "kt", "kts", "rb", "php", "cs", "rs", "swift", "lua",
    "pl", "ex", "exs", "r", "sql", "gradle", "groovy", "scala", "c", "cpp", "h", "tf", "hcl",
  ]
}
