/// Looks for what harmless extensions rarely do, in the text of one JavaScript or TypeScript file. A sign, not a proof: no
/// parser, so that no file can be too clever for it, and the reader decides.
struct CodeScanner {
  typealias Sign = OpenClawDetails.CodeSign.Kind

  static let extensions: Set<Substring> = ["js", "ts", "mjs", "cjs", "mts", "cts", "jsx", "tsx"]

  private static let starters = words(["exec", "execSync", "spawn", "spawnSync", "execFile", "execFileSync"])
  private static let evaluators = words(["eval"])
  private static let senders = words(["fetch", "post", "sendBeacon"])
  private static let readers = words(["readFile", "readFileSync"])
  private static let miners = words(["stratum+tcp", "stratum+ssl", "coinhive", "cryptonight", "xmrig"])
  private static let decoders = words(["atob", "Buffer.from"])
  private static let module = Array("child_process".utf8)
  private static let constructor = Array("new Function".utf8)
  private static let socket = Array("new WebSocket".utf8)
  private static let environment = Array("process.env".utf8)
  private static let request = Array("http.request".utf8)
  private static let secureRequest = Array("https.request".utf8)

  private static func words(_ texts: [String]) -> [[UInt8]] { texts.map { Array($0.utf8) } }

  /// The first line on which each sign stands. Linear in the file.
  static func signs(_ bytes: [UInt8]) -> [Sign: Int] {
    var found: [Sign: Int] = [:]
    func note(_ sign: Sign, _ line: Int) { if found[sign] == nil { found[sign] = line } }
    var start: Int?
    var mentionsModule = false
    var reads: Int?
    var sends: Int?
    var environmentLines: [Int] = []
    var sendLines: [Int] = []
    var line = 1
    var index = 0
    while index < bytes.count {
      var end = index
      while end < bytes.count, bytes[end] != 0x0A { end += 1 }
      var first = index
      while first < end, bytes[first] == 0x20 || bytes[first] == 0x09 { first += 1 }
      // Comments of a whole line: `//`, and the inside of blocks as people write them.
      let isComment =
        first < end
        && (bytes[first] == 0x2A
          || (bytes[first] == 0x2F && first + 1 < end && (bytes[first + 1] == 0x2F || bytes[first + 1] == 0x2A)))
      if !isComment {
        var position = first
        while position < end {
          defer { position += 1 }
          let byte = bytes[position]
          // Nearly every byte ends here.
          guard Self.isInteresting[Int(byte)] else { continue }
          func at(_ word: [UInt8]) -> Bool { matches(bytes, word, position, end) }
          func called(_ word: [UInt8]) -> Bool {
            at(word) && isBoundary(bytes, before: position) && isCall(bytes, after: position + word.count, end)
          }
          if at(module) { mentionsModule = true }
          if starters.contains(where: called), start == nil { start = line }
          if evaluators.contains(where: called)
            || (at(constructor) && isCall(bytes, after: position + constructor.count, end))
          {
            note(.dynamicCode, line)
          }
          if miners.contains(where: at) { note(.mining, line) }
          if at(socket), let port = port(bytes, position, end), ![80, 443, 8080, 8443, 3000].contains(port) {
            note(.oddPort, line)
          }
          if readers.contains(where: at), reads == nil { reads = line }
          if senders.contains(where: called) || at(request) || at(secureRequest) {
            if sends == nil { sends = line }
            if sendLines.last != line, sendLines.count < 10_000 { sendLines.append(line) }
          }
          if at(environment), environmentLines.last != line, environmentLines.count < 10_000 {
            environmentLines.append(line)
          }
          if byte == 0x5C, escapes(bytes, position, end) >= 6 { note(.hidden, line) }
          if decoders.contains(where: called), longestText(bytes, position, end) >= 200 { note(.hidden, line) }
        }
      }
      index = end + 1
      line += 1
    }
    if mentionsModule, let start { note(.startsPrograms, start) }
    if let reads, sends != nil { note(.sendsFiles, reads) }
    // Both lists rise, so one walk finds a pair that is near.
    var other = 0
    for line in environmentLines {
      while other < sendLines.count, sendLines[other] < line - 8 { other += 1 }
      if other < sendLines.count, sendLines[other] <= line + 8 {
        note(.sendsEnvironment, line)
        break
      }
    }
    return found
  }

  /// First bytes of everything that is looked for.
  private static let isInteresting: [Bool] = {
    var table = Array(repeating: false, count: 256)
    let all =
      starters + evaluators + senders + readers + miners + decoders
      + [module, constructor, socket, environment, request, secureRequest]
    for word in all { if let first = word.first { table[Int(first)] = true } }
    table[0x5C] = true
    return table
  }()

  private static func matches(_ bytes: [UInt8], _ word: [UInt8], _ position: Int, _ end: Int) -> Bool {
    guard end - position >= word.count else { return false }
    for offset in 0..<word.count where bytes[position + offset] != word[offset] { return false }
    return true
  }

  private static func isName(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F, 0x24: true
    default: false
    }
  }
  private static func isBoundary(_ bytes: [UInt8], before position: Int) -> Bool {
    position == 0 || !isName(bytes[position - 1])
  }

  private static func isCall(_ bytes: [UInt8], after position: Int, _ end: Int) -> Bool {
    var position = position
    while position < end, bytes[position] == 0x20 { position += 1 }
    return position < end && bytes[position] == 0x28
  }

  /// `\x41\x42…`: how many in a row.
  private static func escapes(_ bytes: [UInt8], _ position: Int, _ end: Int) -> Int {
    var position = position
    var count = 0
    while count < 6, end - position >= 4, bytes[position] == 0x5C, bytes[position + 1] == 0x78,
      isHex(bytes[position + 2]), isHex(bytes[position + 3])
    {
      count += 1
      position += 4
    }
    return count
  }
  private static func isHex(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x46, 0x61...0x66: true
    default: false
    }
  }

  /// Length of the base64 text in the first quotes behind a position, up to 200.
  private static func longestText(_ bytes: [UInt8], _ position: Int, _ end: Int) -> Int {
    var position = position
    let last = min(end, position + 40)
    while position < last, ![0x22, 0x27, 0x60].contains(bytes[position]) { position += 1 }
    var count = 0
    position += 1
    while position < end, count < 200, isName(bytes[position]) || [0x2B, 0x2F, 0x3D].contains(bytes[position]) {
      count += 1
      position += 1
    }
    return count
  }

  /// The port in `new WebSocket("wss://host:4444/…")`.
  private static func port(_ bytes: [UInt8], _ position: Int, _ end: Int) -> Int? {
    var position = position
    let last = min(end, position + 200)
    while position < last, ![0x22, 0x27, 0x60].contains(bytes[position]) { position += 1 }
    position += 1
    guard matches(bytes, Array("ws".utf8), position, end) else { return nil }
    // Behind the scheme's own colon.
    while position < last, bytes[position] != 0x3A { position += 1 }
    position += 1
    while position < last, bytes[position] != 0x3A {
      if [0x22, 0x27, 0x60].contains(bytes[position]) { return nil }
      position += 1
    }
    position += 1
    var port = 0
    var digits = 0
    while position < end, digits < 5, case 0x30...0x39 = bytes[position] {
      port = port * 10 + Int(bytes[position] - 0x30)
      digits += 1
      position += 1
    }
    return digits > 0 ? port : nil
  }
}
