import Model

/// Columns of ps, by the names in its header; the last one takes the rest of the line.
struct ProcessColumns {
  var names: [String]

  private static let commands: Set<String> = ["COMMAND", "CMD", "ARGS"]

  /// Nil where the words are no header of ps: it has a pid and ends with the command.
  init?(_ upper: [String]) {
    guard upper.count >= 2, upper.contains("PID"), let last = upper.last,
      Self.commands.contains(last),
      upper.allSatisfy({ $0.utf8.allSatisfy { !(0x30...0x39).contains($0) } && $0.utf8.count <= 12 }
      )
    else { return nil }
    names = upper
  }

  /// Of a line without its header, as grep leaves it: `ps aux` and `ps -ef` alone have a shape that can be told.
  init?(shapeOf words: [Substring]) {
    if words.count >= 11, Int32(words[1]) != nil, Self.isDecimal(words[2]),
      Self.isDecimal(words[3]),
      UInt64(words[4]) != nil,
      UInt64(words[5]) != nil, words[9].contains(":")
    {
      names = [
        "USER", "PID", "%CPU", "%MEM", "VSZ", "RSS", "TTY", "STAT", "START", "TIME", "COMMAND",
      ]
    } else if words.count >= 8, Int32(words[1]) != nil, Int32(words[2]) != nil,
      Int32(words[3]) != nil,
      words[6].contains(":"),
      words[6].utf8.allSatisfy({
        (0x30...0x39).contains($0) || $0 == 0x3A || $0 == 0x2E || $0 == 0x2D
      })
    {
      names = ["UID", "PID", "PPID", "C", "STIME", "TTY", "TIME", "CMD"]
    } else {
      return nil
    }
  }

  private static func isDecimal(_ word: Substring) -> Bool {
    !word.isEmpty && word.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == 0x2E || $0 == 0x2C }
  }
}

/// Columns of tasklist's table, by the rule under its header, which is the same in every language.
struct TaskColumns {
  /// In characters.
  var ranges: [Range<Int>]
  /// Pid of the line above, which services go on under.
  var last: Int32?

  init?(rule line: String) {
    guard line.hasPrefix("====") else { return nil }
    ranges = []
    var start: Int?
    for (index, character) in line.enumerated() {
      guard character == "=" || character == " " else { return nil }
      if character == "=", start == nil { start = index }
      if character == " ", let begin = start {
        ranges.append(begin..<index)
        start = nil
      }
      if index > 2000 { return nil }
    }
    if let start { ranges.append(start..<line.count) }
    guard ranges.count >= 3 else { return nil }
  }

  func cell(_ line: [Character], _ index: Int) -> String {
    guard index < ranges.count, ranges[index].lowerBound < line.count else { return "" }
    let end = index == ranges.count - 1 ? line.count : min(ranges[index].upperBound, line.count)
    return String(line[ranges[index].lowerBound..<end]).trimmed
  }
}

extension PastedReader {
  // MARK: ps

  mutating func process(
    _ line: String, _ words: [Substring], _ columns: ProcessColumns, into intake: inout Intake
  ) -> Bool {
    var cells: [String: Substring] = [:]
    var index = 0
    for name in columns.names.dropLast() {
      guard index < words.count else { return false }
      // `lstart`: Thu Nov 26 09:14:02 2026.
      if name == "STARTED" || name == "LSTART", index + 4 < words.count,
        Self.weekdays.contains(String(words[index].prefix(3))),
        words[index].utf8.count == 3
      {
        index += 5
        continue
      }
      cells[name] = cells[name] ?? words[index]
      index += 1
    }
    guard index < words.count, let pid = cells["PID"].flatMap({ Int32($0) }), pid >= 0 else {
      return false
    }
    var command = line[words[index].startIndex...]
    // Branches of a tree that `ps f` draws.
    while let first = command.first,
      first == "|" || first == "\\" || first == " " || first == "_" || first == "`"
    {
      guard first != "\\" || command.hasPrefix("\\_ ") else { break }
      guard first != "_" && first != "`" || command.dropFirst().first == " " else { break }
      command = command.dropFirst()
    }
    note(.ps)
    intake.understand()
    // Threads of the kernel have brackets around their names; ps itself is no process of interest.
    let first = command.split(separator: " ", maxSplits: 1).first ?? ""
    guard !first.isEmpty, !(first.hasPrefix("[") && command.hasSuffix("]")) else { return true }
    var sighting = Sighting(handle: "\(pid)", pid: pid, name: "", seen: now)
    sighting.parent = cells["PPID"].flatMap { Int32($0) }.map { "\($0)" }
    sighting.user = (cells["USER"] ?? cells["RUSER"] ?? cells["EUSER"] ?? cells["UID"]).map {
      $0.allSatisfy(\.isNumber) ? "uid \($0.prefix(12))" : String($0.prefix(64))
    }
    sighting.sources = [.ps]
    // BusyBox shows the name in braces where it differs.
    let text =
      first.hasPrefix("{") && first.hasSuffix("}") ? command.dropFirst(first.count + 1) : command
    sighting.judge(.commandLine(String(text)), intake.fingerprints)
    // `ps -o comm,args`; on macOS it is a path.
    if let name = cells["COMMAND"] ?? cells["COMM"] ?? cells["UCMD"] ?? cells["UCOMM"] {
      sighting.judge(
        .name(String(name.split(separator: "/").last ?? name), cutAt: 15), intake.fingerprints)
    }
    intake.at(host, .ps, file: file) { $0.add(sighting) }
    return true
  }

  private static let weekdays: Set<String> = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]

  // MARK: tasklist

  mutating func task(
    _ line: String, _ words: [Substring], _ columns: inout TaskColumns, into intake: inout Intake
  ) -> Bool {
    let characters = Array(line.prefix(4096))
    // Services of the process above, where they need more than a line.
    if line.first == " ", columns.cell(characters, 1).isEmpty, columns.last != nil { return true }
    guard let pid = Int32(columns.cell(characters, 1)), pid >= 0 else {
      return taskByShape(words, into: &intake)
    }
    columns.last = pid
    // With /V the name of the user is the seventh of nine.
    let user = columns.ranges.count == 9 ? columns.cell(characters, 6) : ""
    add(task: columns.cell(characters, 0), pid: pid, user: user, cutAt: 25, &intake)
    return true
  }

  /// A line whose columns were lost on the way: the name up to the first number, which is the pid.
  mutating func taskByShape(_ words: [Substring], into intake: inout Intake) -> Bool {
    guard words.count >= 2, let index = words.dropFirst().firstIndex(where: { Int32($0) != nil }),
      let pid = Int32(words[index])
    else { return false }
    let name = words[..<index].joined(separator: " ")
    guard name.lowercased().hasSuffix(".exe") || isTasks else { return false }
    guard isTasks || words.last == "K" || words.count > index + 2 else { return false }
    add(task: name, pid: pid, user: "", cutAt: 25, &intake)
    return true
  }

  /// `"node.exe","18532","Console","1","84.212 K"`.
  mutating func taskCells(_ line: String, into intake: inout Intake) -> Bool {
    var csv = CSV(Array(line.utf8), at: 0, separator: UInt8(ascii: ","))
    guard let cells = csv.next(), cells.count >= 3 else { return false }
    guard let pid = Int32(cells[1]), pid >= 0 else {
      // The header, in whatever language.
      guard cells.contains(where: { $0.uppercased() == "PID" }) else { return false }
      note(.tasklist)
      intake.understand()
      return true
    }
    add(task: cells[0], pid: pid, user: cells.count == 9 ? cells[6] : "", cutAt: nil, &intake)
    return true
  }

  private mutating func add(
    task name: String, pid: Int32, user: String, cutAt: Int?, _ intake: inout Intake
  ) {
    note(.tasklist)
    var sighting = Sighting(handle: "\(pid)", pid: pid, name: String(name.prefix(256)), seen: now)
    sighting.sources = [.tasklist]
    if !user.isEmpty, user != "N/A", user != "Nicht zutreffend" {
      sighting.user = String(user.prefix(128))
    }
    sighting.judge(.name(name, cutAt: cutAt), intake.fingerprints)
    intake.at(host, .tasklist, file: file) { $0.add(sighting) }
  }

  // MARK: docker ps

  /// `1f2e3d4c5b6a image "command…" 2 hours ago Up 2 hours 0.0.0.0:18789->18789/tcp name`: by content, since columns may be
  /// empty and blanks get lost.
  mutating func container(_ line: String, _ words: [Substring], into intake: inout Intake) -> Bool {
    guard words.count >= 5, let id = ContainerSighting.id(String(words[0])) else { return false }
    note(.dockerList)
    var sighting = ContainerSighting(id: id, engine: .docker, source: .dockerList, seen: now)
    sighting.image = ContainerSighting.short(String(words[1]))
    sighting.name =
      ContainerSighting.short(words.last.map { String($0.split(separator: ",").first ?? $0) }) ?? ""
    sighting.isRunning = words.contains("Up") || words.contains("Restarting")
    for word in words.dropFirst(2) where word.contains("->") { sighting.addPorts(word) }
    intake.at(host, .dockerList, file: file) { $0.add(sighting) }
    return true
  }
}
