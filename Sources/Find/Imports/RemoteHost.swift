import Matching
import Model

/// Names of other hosts. Their ids begin with `import:`, so that nothing of them is ever taken for this host's.
enum RemoteHost {
  static func named(_ name: String) -> Host? {
    let text = VisibleText.cutMiddle(VisibleText.terminal(String(name.prefix(1024))), to: 253)
      .split(separator: " ", omittingEmptySubsequences: true).joined(separator: " ")
    guard !text.isEmpty else { return nil }
    // Names of hosts do not differ by case (RFC 4343), and Windows writes them in capitals.
    return Host(id: "import:\(text.lowercased())", name: text)
  }

  /// Out of a file's name: without folder, ending, and the words that say which tool wrote it, so that `web1-ss.txt` and
  /// `web1-ps.txt` are of one host. Nil where nothing is left.
  static func fromFile(_ path: String) -> Host? {
    var stem = Substring(path.replacing("\\", with: "/").split(separator: "/").last ?? "")
    for _ in 0..<2 {
      guard let dot = stem.lastIndex(of: "."),
        endings.contains(stem[stem.index(after: dot)...].lowercased())
      else {
        break
      }
      stem = stem[..<dot]
    }
    let words = stem.split(whereSeparator: {
      $0 == "-" || $0 == "_" || $0 == " " || $0 == "." || $0 == "+"
    })
    guard words.contains(where: { tools.contains($0.lowercased()) }) else {
      return named(String(stem))
    }
    var rest: [Substring] = []
    var isDate = false
    for word in words {
      // `2026-11-26` says when; `17` of `ws-17` says which.
      isDate = word.allSatisfy(\.isNumber) && (isDate || word.utf8.count >= 4)
      if !isDate, !tools.contains(word.lowercased()) { rest.append(word) }
    }
    return named(rest.joined(separator: "-"))
  }

  /// `ada@web1:~$ ss -tlnp`, `[root@web1 ~]# ss`: the host in a shell's prompt, which the person copied with the output.
  static func fromPrompt(_ line: some StringProtocol) -> String? {
    // Where nobody named the machine, the name says nothing.
    prompt(line).flatMap {
      ["localhost", "localhost.localdomain"].contains($0.lowercased()) ? nil : $0
    }
  }

  private static func prompt(_ line: some StringProtocol) -> String? {
    let head = line.prefix(200)
    guard let at = head.firstIndex(of: "@"), at > head.startIndex else { return nil }
    let user = head[..<at].drop { $0 == "[" || $0 == "(" || $0 == " " }
    guard !user.isEmpty, user.allSatisfy(isNameCharacter) || user.last.map(isNameCharacter) == true,
      !user.contains("\""), user.utf8.count <= 64
    else { return nil }
    let rest = head[head.index(after: at)...]
    let name = rest.prefix(while: isNameCharacter)
    let tail = rest[name.endIndex...]
    guard !name.isEmpty, let next = tail.first,
      next == ":" || next == " " || next == "]" || next == "#" || next == "$"
        || next == "%",
      let sign = tail.firstIndex(where: { "$#%>❯".contains($0) }),
      tail[tail.index(after: sign)...].first ?? " " == " "
    else { return nil }
    return String(name)
  }

  /// Whether a line is a prompt with a command, or a command alone, and so no data.
  static func isCommand(_ line: some StringProtocol) -> Bool {
    if prompt(line) != nil { return true }
    if line.hasPrefix("osquery>") { return true }
    var words = line.split(separator: " ", maxSplits: 6).map { $0.lowercased() }
    if line.hasPrefix("PS ") || line.hasPrefix("C:\\") || line.hasPrefix("D:\\"), line.contains(">") {
      return true
    }
    while let first = words.first,
      ["$", "#", "%", ">", "sudo", "❯", "+", "doas"].contains(first) || first.hasPrefix("-")
    {
      words.removeFirst()
    }
    guard let first = words.first else { return false }
    let second = words.count > 1 ? words[1] : ""
    let name = first.split(separator: "/").last.map(String.init) ?? first
    return [
      "ss", "netstat", "lsof", "ps", "tasklist", "docker", "podman", "netstat.exe", "tasklist.exe",
    ].contains(name)
      && (second.isEmpty || second.hasPrefix("-") || second.hasPrefix("/") || second == "|"
        || ["ps", "inspect", "container", "aux", "axu", "auxww", "ax"].contains(second))
  }

  private static func isNameCharacter(_ character: Character) -> Bool {
    character.isASCII && (character.isLetter || character.isNumber || "-_.".contains(character))
  }

  private static let endings: Set<String> = [
    "txt", "log", "json", "ndjson", "jsonl", "csv", "tsv", "out", "md", "text", "dat", "xml", "gz",
  ]
  private static let tools: Set<String> = [
    "ss", "netstat", "tasklist", "tasks", "lsof", "ps", "psaux", "docker", "podman", "inspect",
    "osquery", "osqueryi",
    "processes", "process", "procs", "sockets", "ports", "listen", "listening", "listeners",
    "containers", "container",
    "defender", "mde", "crowdstrike", "falcon", "fdr", "sentinelone", "s1", "output", "out",
    "export", "results",
    "result", "dump", "paste", "pasted", "snapshot", "aux", "ef", "tlnp", "ano", "an", "i",
    "network", "events",
    "event",
    "devicenetworkevents", "deviceprocessevents", "edr", "list", "net", "tcp", "conn",
    "connections", "prozesse", "programs", "table", "log", "v", "svc", "csv", "json",
  ]
}
