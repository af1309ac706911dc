import Formats
import Model
import Platform

@testable import Installations

/// TOML: what is read has its places in the file, and what is not has a place and a line to show.
@Sendable func fuzzTOML(_ bytes: [UInt8]) throws {
  do {
    let root = try TOML.parse(bytes, limits: JSON5.Limits(bytes: 1 << 20))
    try hold(root.members != nil, "a document that is no table")
    var left = 200_000
    try holdPlaces(root, bytes.count, &left, depth: 0)
  } catch let error as JSON5.Error {
    let place = error.position
    try hold(place.line >= 1 && place.column >= 1 && 0...bytes.count ~= place.offset, "an error beyond the file")
    try hold(!error.message.isEmpty, "an error without words")
    if let shown = ShownLine.excerpt(error, of: bytes) {
      try hold(shown.unicodeScalars.count { $0 == "▸" } >= 1, "an excerpt without its mark")
      try hold(shown.unicodeScalars.count <= 84, "an excerpt of \(shown.count) characters")
    }
  }
}

private func holdPlaces(_ node: Node, _ count: Int, _ left: inout Int, depth: Int) throws {
  left -= 1
  try hold(left > 0 && depth < 600, "a tree without end")
  try hold(node.start.line >= 1 && 0...count ~= node.start.offset, "a value beyond the file")
  for member in node.members ?? [] { try holdPlaces(member.node, count, &left, depth: depth + 1) }
  for element in node.array ?? [] { try holdPlaces(element, count, &left, depth: depth + 1) }
}

/// Lines of shell text: bounded, nothing made up, and starters are taken away, never added.
@Sendable func fuzzShell(_ bytes: [UInt8]) throws {
  for (_, line) in LaunchReader.lines(String(decoding: bytes.prefix(1 << 16), as: UTF8.self)).prefix(200) {
    let commands = ShellCommand.all(in: line)
    try hold(commands.count <= ShellCommand.maximumCommands + 1, "commands without end")
    for command in commands {
      try hold(command.words.count <= ShellCommand.maximumWords, "words without end")
      try hold(command.words.allSatisfy { $0.utf8.count <= line.utf8.count }, "a word longer than its line")
      try hold(!command.words.isEmpty || !command.assignments.isEmpty, "a command of nothing")
      let inner = command.behindStarters()
      try hold(inner.words.count <= command.words.count, "a starter added words")
      try hold(inner.assignments.count >= command.assignments.count, "an assignment was lost")
      try hold(inner.assignments.allSatisfy { !$0.name.isEmpty }, "an assignment without a name")
      let shown = ShownWords.cut(command.words + ["--token", planted])
      try hold(
        !shown.joined().contains(planted) || contains(bytes, planted), "the value of a switch is shown")
    }
  }
}

/// Property lists of launchd: bounded, and every argument stands in the text.
@Sendable func fuzzPropertyList(_ bytes: [UInt8]) throws {
  let text = String(decoding: bytes, as: UTF8.self)
  let list = PropertyListText(text)
  try hold(list.arguments.count <= 256 && list.variables.count <= 256, "settings without end")
  let lines = text.split(separator: "\n", omittingEmptySubsequences: false).count
  if let line = list.line { try hold(1...lines ~= line, "a line beyond the file") }
  for argument in list.arguments where !argument.contains(where: { "<>&\"'".contains($0) }) {
    try hold(text.contains(argument), "an argument that stands nowhere")
  }
}

/// Files of a machine, by their paths in the input: sudoers, sshd, ufw, nginx, Caddy, Traefik, tunnels, crontabs. Lines are
/// lines of their file, nothing is without end, and the same files say the same twice.
@Sendable func fuzzMachine(_ bytes: [UInt8]) throws {
  var files = MemoryFiles()
  files.add("/etc/passwd", "ada:x:1000:1000:Ada:/home/ada:/bin/bash\n", mode: 0o644, owner: 0)
  files.add(directory: "/home/ada", mode: 0o700)
  var lines: [String: Int] = [:]
  for (name, part) in Parts(bytes).all {
    let steps = name.split(separator: "/").filter { $0 != "." && $0 != ".." }
    let path = "/" + (steps.isEmpty ? "etc/sudoers" : steps.joined(separator: "/"))
    guard path.utf8.count < 400, path != "/etc/passwd", !isBelowFile(files, steps), files.nodes[path] == nil else {
      continue
    }
    files.add(path, bytes: part, mode: 0o644, owner: path.hasPrefix("/home/ada") ? 1000 : 0)
    lines[path] = part.count { $0 == 0x0A } + 1
  }
  let accounts = Accounts.read(files)
  let homes = [Finder.Home("/home/ada", user: "ada")]
  let facts = MachineReader(files: files, accounts: accounts).read(homes: homes)
  try hold(
    MachineReader(files: files, accounts: accounts).read(homes: homes) == facts, "read twice it says other things")
  try hold(facts.proxies.count <= 4000 && facts.tunnels.count <= 500, "places without end")
  try hold(facts.proxyProblems.count <= 50 && facts.tunnelProblems.count <= 50, "problems without end")
  var places =
    facts.proxies.flatMap { [$0.place, $0.trusts, $0.oldTLS].compactMap { $0 } } + facts.tunnels.map(\.place)
  places += (facts.sudo.content ?? []).map(\.place)
  places += facts.ssh.content.map { Array($0.values) } ?? []
  places += facts.firewall.content?.openPorts ?? []
  for place in places {
    let count = lines[place.file] ?? 0
    try hold(1...max(1, count) ~= place.line && count > 0, "\(place.file) has no line \(place.line)")
    try hold(place.text.count <= 400, "a line without end")
  }
  try hold(facts.proxies.allSatisfy { $0.port > 0 }, "a port that is none")

  var reader = LaunchReader(files: files, accounts: accounts, recogniser: .openClaw)
  reader.read(homes: homes, units: [], folders: [])
  try hold(reader.launches.count <= LaunchReader.maximumLaunches && reader.unread.count <= 500, "starts without end")
  for launch in reader.launches {
    try hold(launch.launch.line.map { 1...(lines[launch.launch.file] ?? 0) ~= $0 } ?? true, "a start beyond its file")
  }
}

private func isBelowFile(_ files: MemoryFiles, _ steps: [Substring]) -> Bool {
  var path = ""
  for step in steps.dropLast() {
    path += "/\(step)"
    if case .file = files.nodes[path] { return true }
  }
  if case .directory = files.nodes[path + "/\(steps.last ?? "")"] { return true }
  return false
}
