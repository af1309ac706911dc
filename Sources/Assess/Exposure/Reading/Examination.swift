import Matching

/// One file, looked through: its text goes in, candidates come out, none with a value in it.
struct Examination {
  /// Something that has the form of a credential.
  struct Candidate {
    enum Source: Int, Comparable {
      case entropy, variable, anywhere, named, inPlace, key, whole, header
      static func < (a: Source, b: Source) -> Bool { a.rawValue < b.rawValue }
    }
    var kind: Int
    var source: Source
    var value: Range<Int>
    /// Its place in `outline`, where it has a name.
    var slot: Int?
    var literal = 0
    var isOwn = false
    var isRooted = false
    var isEscaped = false
    var verdict = Checksum.Verdict.none
    var key: PrivateKey?
    /// A setting or a store, without a value.
    var isMark = false
    /// Of a value that nothing but its name makes one.
    var likeness = Likeness.nothing
  }

  let rules: Rules
  /// With `~` for the home; where a variable moved the place, as its kind spells it.
  let path: String
  /// Where it is.
  let shown: String
  let hits: [Places.Hit]
  let syntax: Syntax
  var candidates: [Candidate] = []
  var outline = Outline()
  private(set) var rejected: [Rejection: Int] = [:]
  var matcher: Pattern.Matcher

  /// - Parameters:
  ///   - text: of the whole file or the part that is read.
  init(
    rules: Rules, path: String, shown: String? = nil, hits: [Places.Hit], text: Span<UInt8>, isBinary: Bool = false
  ) {
    self.rules = rules
    self.path = path
    self.shown = shown ?? path
    self.hits = hits
    syntax = Syntax(path: path, text: text)
    matcher = Pattern.Matcher(budget: .init(steps: 2_000_000 + 64 * text.count))
    findStores(text)
    if isBinary {
      findStrings(text)
      return
    }
    findPrivateKeys(text)
    findAnywhere(text)
    findInPlace(text)
    readOutline(text)
    findNamed(text)
    nameTheRest()
    findPhrases(text)
  }

  var stepsLeft: Int { matcher.budget.steps }

  func isOwn(_ kind: Int) -> Bool { hits.contains { $0.kind == kind && $0.isOwn } }
  func isHere(_ kind: Int) -> Bool { hits.contains { $0.kind == kind } }

  mutating func add(_ candidate: Candidate) {
    guard candidates.count < 5_000 else { return }
    candidates.append(candidate)
  }

  mutating func reject(_ reason: Rejection) { rejected[reason, default: 0] += 1 }
}

extension PrivateKey {
  init(format: Format) { self.format = format }
}
