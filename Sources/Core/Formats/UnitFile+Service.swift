/// What a service's settings say once their quotes are resolved (systemd.exec(5), systemd.service(5)).
extension UnitFile {
  public struct Variable: Sendable, Hashable {
    public var name: String
    public var value: String
    public var line: Int
    public var path: String
    public init(name: String, value: String, line: Int, path: String) {
      self.name = name
      self.value = value
      self.line = line
      self.path = path
    }
  }

  public struct Command: Sendable, Hashable {
    /// Of `@-:+!|`, as written before the program.
    public var prefix: String
    public var arguments: [String]
    public var line: Int
    public var path: String
    public init(prefix: String, arguments: [String], line: Int, path: String) {
      self.prefix = prefix
      self.arguments = arguments
      self.line = line
      self.path = path
    }
  }

  public struct EnvironmentFile: Sendable, Hashable {
    public var file: String
    /// Written with `-`: may be absent.
    public var isOptional: Bool
    public var line: Int
    public init(file: String, isOptional: Bool, line: Int) {
      self.file = file
      self.isOptional = isOptional
      self.line = line
    }
  }

  /// The variables of `Environment=`, every assignment in its order; of two with one name the later counts.
  /// Specifiers (`%h`) are left as they are: see `expand`.
  public var environment: [Variable] {
    list("Service", "Environment").flatMap { entry in
      Self.words(entry.value).compactMap { word in
        guard let equals = word.firstIndex(of: "="), equals > word.startIndex else { return nil }
        return Variable(
          name: String(word[..<equals]), value: String(word[word.index(after: equals)...]), line: entry.line,
          path: entry.path)
      }
    }
  }

  public var environmentFiles: [EnvironmentFile] {
    list("Service", "EnvironmentFile").map { entry in
      // Not a list of words: one path, quotes around it allowed.
      let word = Self.words(entry.value).joined(separator: " ")
      let isOptional = word.hasPrefix("-")
      return EnvironmentFile(
        file: isOptional ? String(word.dropFirst()) : word, isOptional: isOptional, line: entry.line)
    }
  }

  /// The command lines of `ExecStart=` or another of its kind, each with its prefixes cut off.
  public func commands(_ name: String = "ExecStart") -> [Command] {
    list("Service", name).flatMap { entry in
      Self.words(entry.value).split(separator: ";").compactMap { words in
        var words = Array(words)
        guard let first = words.first else { return nil }
        let prefix = first.prefix { "@-:+!|".contains($0) }
        words[0] = String(first.dropFirst(prefix.count))
        if words[0].isEmpty { words.removeFirst() }
        guard !words.isEmpty else { return nil }
        return Command(prefix: String(prefix), arguments: words, line: entry.line, path: entry.path)
      }
    }
  }

  /// Words separated by blanks, with quotes and C escapes resolved as systemd does; an open quote ends with the text.
  public static func words(_ text: String) -> [String] {
    let bytes = Array(text.utf8)
    var words: [String] = []
    var word: [UInt8] = []
    var inWord = false
    var quote: UInt8?
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      if byte == UInt8(ascii: "\\"), index + 1 < bytes.count {
        let (value, length) = unescaped(bytes[(index + 1)...])
        word += value
        inWord = true
        index += 1 + length
        continue
      }
      switch byte {
      case quote: quote = nil
      case UInt8(ascii: "\"") where quote == nil, UInt8(ascii: "'") where quote == nil:
        quote = byte
        inWord = true
      case 0x20 where quote == nil, 0x09 where quote == nil, 0x0A where quote == nil, 0x0D where quote == nil:
        if inWord { words.append(Lines.text(word)) }
        word = []
        inWord = false
      default:
        word.append(byte)
        inWord = true
      }
      index += 1
    }
    if inWord { words.append(Lines.text(word)) }
    return words
  }

  /// What stands after a backslash: its bytes, and how many bytes of the text it takes. Unknown escapes stay as written.
  private static func unescaped(_ rest: ArraySlice<UInt8>) -> (bytes: [UInt8], length: Int) {
    guard let first = rest.first else { return ([], 0) }
    func number(_ digits: Int, radix: UInt32, from start: Int) -> UInt32? {
      guard rest.startIndex + start + digits <= rest.endIndex else { return nil }
      var value: UInt32 = 0
      for byte in rest.dropFirst(start).prefix(digits) {
        guard let digit = JSON5.hexadecimalDigit(byte), digit < radix else { return nil }
        value = value &* radix &+ UInt32(digit)
      }
      return value
    }
    func scalar(_ digits: Int) -> ([UInt8], Int)? {
      number(digits, radix: 16, from: 1).flatMap(Unicode.Scalar.init).flatMap { UTF8.encode($0) }
        .map { (Array($0), digits + 1) }
    }
    switch first {
    case UInt8(ascii: "a"): return ([0x07], 1)
    case UInt8(ascii: "b"): return ([0x08], 1)
    case UInt8(ascii: "f"): return ([0x0C], 1)
    case UInt8(ascii: "n"): return ([0x0A], 1)
    case UInt8(ascii: "r"): return ([0x0D], 1)
    case UInt8(ascii: "t"): return ([0x09], 1)
    case UInt8(ascii: "v"): return ([0x0B], 1)
    case UInt8(ascii: "s"): return ([0x20], 1)
    case UInt8(ascii: "\\"), UInt8(ascii: "\""), UInt8(ascii: "'"): return ([first], 1)
    case UInt8(ascii: "x"):
      if let value = number(2, radix: 16, from: 1) { return ([UInt8(truncatingIfNeeded: value)], 3) }
    case UInt8(ascii: "u"): if let value = scalar(4) { return value }
    case UInt8(ascii: "U"): if let value = scalar(8) { return value }
    case UInt8(ascii: "0")...UInt8(ascii: "3"):
      if let value = number(3, radix: 8, from: 0) { return ([UInt8(truncatingIfNeeded: value)], 3) }
    default: break
    }
    return ([UInt8(ascii: "\\"), first], 1)
  }

  /// The text with its specifiers (`%h`, `%u`, `%i`, `%%`) put in; one that is not given stays as written.
  public static func expand(_ text: String, _ specifiers: [Character: String]) -> String {
    guard text.contains("%") else { return text }
    var out = ""
    var rest = Substring(text)
    while let percent = rest.firstIndex(of: "%") {
      out += rest[..<percent]
      rest = rest[rest.index(after: percent)...]
      guard let name = rest.popFirst() else {
        out += "%"
        break
      }
      out += name == "%" ? "%" : specifiers[name] ?? "%\(name)"
    }
    return out + rest
  }
}
