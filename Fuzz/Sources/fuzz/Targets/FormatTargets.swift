import Formats

/// Unit files: every entry has its line, words and expansion never trap, and the entries written again are the same.
@Sendable func fuzzUnit(_ bytes: [UInt8]) throws {
  let unit = UnitFile(bytes, path: "/etc/systemd/system/x.service")
  let lines = bytes.count { $0 == 0x0A } + 1
  try hold(unit.entries.count + unit.skippedLines.count <= lines, "more entries than lines")
  try hold((unit.entries.map(\.line) + unit.skippedLines).allSatisfy { 1...lines ~= $0 }, "a line beyond the file")
  try hold(unit.entries.allSatisfy { !$0.name.isEmpty }, "an entry without a name")
  for entry in unit.entries.prefix(200) {
    let words = UnitFile.words(entry.value)
    try hold(words.count <= entry.value.utf8.count, "more words than characters")
    let plain = UnitFile.expand(entry.value, [:])
    try hold(entry.value.contains("%%") || plain == entry.value, "a specifier was lost: \(entry.value) is \(plain)")
    _ = UnitFile.expand(entry.value, ["h": "/home/ada", "u": "ada", "i": "%h", "n": "%"])
    _ = unit.list(entry.section, entry.name)
    _ = unit.last(entry.section, entry.name)
  }
  for variable in unit.environment {
    try hold(!variable.name.isEmpty && 1...lines ~= variable.line, "a variable without name or line")
  }
  for command in unit.commands() + unit.commands("ExecStartPre") {
    try hold(!command.arguments.isEmpty, "a command without a program")
    try hold(command.prefix.allSatisfy { "@-:+!|".contains($0) }, "a prefix that is none")
  }
  for file in unit.environmentFiles { _ = UnitFile.expand(file.file, ["h": "/root"]) }
  try hold(unit.merged(with: []) == unit, "a unit changes without a drop-in")
  try hold(unit.merged(with: [unit]).entries.count == 2 * unit.entries.count, "a drop-in is lost")

  // The blank behind the value: a backslash at the end of a line would join it with the next.
  let text = unit.entries.map { "[\($0.section)]\n\($0.name)=\($0.value) \n" }.joined()
  let again = UnitFile(text, path: unit.path)
  try hold(
    again.entries.map { [$0.section, $0.name, $0.value] } == unit.entries.map { [$0.section, $0.name, $0.value] },
    "written again it has other entries")
}

/// `.env` files in both dialects: names are names, lines are lines, and values in quotes are read as they were written.
@Sendable func fuzzDotenv(_ bytes: [UInt8]) throws {
  let lines = bytes.count { $0 == 0x0A } + 1
  for dialect in [Dotenv.Dialect.node, .systemd] {
    let file = Dotenv(bytes, dialect: dialect)
    try hold(file.entries.count + file.skippedLines.count <= lines, "more entries than lines")
    try hold((file.entries.map(\.line) + file.skippedLines).allSatisfy { 1...lines ~= $0 }, "a line beyond the file")
    for entry in file.entries {
      try hold(
        !entry.name.isEmpty
          && entry.name.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
              || "_.-".utf8.contains(byte)
          }, "a name that is none: \(entry.name)")
      try hold(file[entry.name] != nil, "a variable that cannot be looked up")
      let value = entry.value
      guard !value.utf8.contains(UInt8(ascii: "\\")), !value.utf8.contains(0x0D),
        let quote = ["\"", "'", "`"].first(where: { !value.utf8.contains(($0 as Unicode.Scalar).utf8[0]) }),
        value.utf8.count(where: { $0 == 0x0A }) < 200
      else { continue }
      let again = Dotenv("\(entry.name)=\(quote)\(value)\(quote)\n", dialect: dialect)
      try hold(again.entries.map(\.value) == [value], "a value in quotes is read as another one")
    }
  }
}
