import Model

/// Output of commands as people paste it: a line at a time, told by its shape and by the header above it, so that several
/// outputs may follow each other, and lines that somebody picked with grep are read without a header.
struct PastedReader {
  let file: String
  let source: Source?
  /// Of the lines that follow: the host of the last prompt, where one was copied.
  var host: Host

  let now: Timestamp
  private(set) var found: [Source] = []
  /// Table that the lines belong to, by its header.
  private var table: Table = .none
  /// Sockets that the next line may name the owner of.
  var pending: [Machine.Socket] = []

  enum Table {
    case none
    case ss
    case netstat(isBSD: Bool)
    case netstatWindows
    case lsof
    case processes(ProcessColumns)
    case tasks(TaskColumns)
    case containers
  }

  init(file: String, source: Source?, host: Host, now: Timestamp) {
    self.file = file
    self.source = source
    self.host = host

    self.now = now
  }

  mutating func note(_ source: Source) { if !found.contains(source) { found.append(source) } }

  func isWanted(_ source: Source) -> Bool { self.source == nil || self.source == source }

  mutating func blankLine() {}

  mutating func finish(into intake: inout Intake) { flush(into: &intake) }

  /// Sockets whose owner no line named.
  mutating func flush(into intake: inout Intake) {
    for socket in pending { intake.at(host, socket.source, file: file) { $0.add(socket) } }
    pending.removeAll(keepingCapacity: true)
  }

  mutating func read(_ line: String, into intake: inout Intake) {
    let words = line.split(whereSeparator: { $0 == " " || $0 == "\t" })
    guard !words.isEmpty else { return }
    if isContinuation(line, words, into: &intake) { return }
    flush(into: &intake)
    if header(line, words) { return intake.understand() }
    if RemoteHost.isCommand(line) {
      table = .none
      if let name = RemoteHost.fromPrompt(line), let named = RemoteHost.named(name) {
        host = named
      }
      return
    }
    if socket(line, words, into: &intake) { return }
    switch table {
    case .processes(let columns): if process(line, words, columns, into: &intake) { return }
    case .tasks(var columns):
      if task(line, words, &columns, into: &intake) {
        table = .tasks(columns)
        return
      }
    case .containers: if container(line, words, into: &intake) { return }
    case .none, .ss, .netstat, .netstatWindows, .lsof: break
    }
    if headless(line, words, into: &intake) { return }
    if !isDecoration(line, words) { intake.skip("lines of no known form") }
  }

  /// Titles of tables, headers of the system's language, rules under headers and fences of a chat are no data.
  private func isDecoration(_ line: String, _ words: [Substring]) -> Bool {
    guard words.count >= 3, let first = words.first else { return true }
    if first.hasPrefix("Active") || first.hasPrefix("```") || line.hasSuffix(":") { return true }
    return words.contains { $0.uppercased() == "PID" }
      && !line.utf8.contains { (0x30...0x39).contains($0) }
  }

  // MARK: headers

  private mutating func header(_ line: String, _ words: [Substring]) -> Bool {
    let upper = words.map { $0.uppercased() }
    let set = Set(upper)
    if set.contains("RECV-Q"), set.contains("SEND-Q") {
      if upper.first == "PROTO" {
        guard isWanted(.netstat) else { return false }
        table = .netstat(isBSD: line.contains("(state)") || set.contains("RHIWAT"))
        note(.netstat)
      } else {
        guard isWanted(.ss) else { return false }
        table = .ss
        note(.ss)
      }
      return true
    }
    if upper.first == "COMMAND", set.contains("PID"), set.contains("FD"), isWanted(.lsof) {
      table = .lsof
      note(.lsof)
      return true
    }
    if line.hasPrefix("CONTAINER ID"), set.contains("IMAGE"), isWanted(.dockerList) {
      table = .containers
      note(.dockerList)
      return true
    }
    if isWanted(.ps), let columns = ProcessColumns(upper) {
      table = .processes(columns)
      note(.ps)
      return true
    }
    if isWanted(.tasklist), let columns = TaskColumns(rule: line) {
      table = .tasks(columns)
      note(.tasklist)
      return true
    }
    // `Proto  Local Address  Foreign Address  State  PID`, in whatever language.
    if upper.first == "PROTO" || line.hasPrefix("  Proto"), upper.count >= 4,
      isWanted(.netstatWindows)
    {
      table = .netstatWindows
      note(.netstatWindows)
      return true
    }
    return false
  }

  var isBSD: Bool { if case .netstat(true) = table { true } else { false } }
  var isTasks: Bool { if case .tasks = table { true } else { false } }

  // MARK: without a header

  private mutating func headless(_ line: String, _ words: [Substring], into intake: inout Intake)
    -> Bool
  {
    if isWanted(.tasklist), line.hasPrefix("\""), taskCells(line, into: &intake) { return true }
    if isWanted(.ps), let columns = ProcessColumns(shapeOf: words),
      process(line, words, columns, into: &intake)
    {
      return true
    }
    if isWanted(.dockerList), ContainerSighting.id(String(words[0])) != nil, words.count >= 5,
      container(line, words, into: &intake)
    {
      return true
    }
    if isWanted(.tasklist), taskByShape(words, into: &intake) { return true }
    return false
  }
}
