// Products with few files.

/// One file an instance; no system and no project layer.
enum NanobotFiles {
  static func read(_ reader: inout LayerReader) {
    guard reader.home != nil else { return }
    let path = "\(reader.state)/config.json"
    reader.add(reader.read(.user, path) ?? reader.unset(path))
    reader.noteTranscripts(in: "\(reader.state)/sessions", ending: ".jsonl", levels: 1)
    reader.noteTranscripts(in: "\(reader.state)/workspace/sessions", ending: ".jsonl", levels: 1)
    reader.note("\(reader.state)/workspace/llm_usage.sqlite3", .database)
  }
}

/// The managed file, then the user's. Where it was started is kept in a database, which is not read.
enum OpenCodeFiles {
  static func read(_ reader: inout LayerReader) {
    for directory in ["/etc/opencode", "/Library/Application Support/opencode"] {
      for name in ["opencode.jsonc", "opencode.json"] { reader.add(.managed, "\(directory)/\(name)") }
    }
    guard let home = reader.home else { return }
    let names = ["opencode.jsonc", "opencode.json", "config.json"]
    let own = names.compactMap { reader.read(.user, "\(home)/.config/opencode/\($0)") }
    for layer in own { reader.add(layer) }
    // All three must be known to be absent before the defaults may speak.
    let missing = names.compactMap { reader.unset("\(home)/.config/opencode/\($0)") }
    if missing.count == names.count { reader.add(missing[1]) }
    let data = "\(home)/.local/share/opencode"
    for name in ["auth.json", "mcp-auth.json"] { reader.note("\(data)/\(name)", .credentials) }
    reader.noteDatabases(in: data, ending: [".db", ".sqlite"])
  }
}
