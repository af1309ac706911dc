/// requirements, project (trusted only), profile, user, system.
enum CodexFiles {
  static func read(_ reader: inout LayerReader) {
    let state = reader.state
    reader.add(.managed, "/etc/codex/requirements.toml", role: "requirements")
    reader.add(.managed, "/etc/codex/managed_config.toml")
    if reader.home != nil {
      let user = reader.read(.user, "\(state)/config.toml")
      let projects = (user?.configuration["projects"]?.members ?? []).map { member in
        LayerReader.Project(
          path: member.name,
          isTrusted: member.setting["trust_level"]?.string.map { $0 == "trusted" })
      }
      let hooks = reader.read(.user, "\(state)/hooks.json", role: "hooks")
      for project in reader.projects(projects) {
        let folder = "\(project.path)/.codex"
        reader.add(.project, "\(folder)/config.toml", of: project)
        reader.add(.project, "\(folder)/hooks.json", role: "hooks", of: project)
        for path in reader.list("\(folder)/rules", ending: ".rules") {
          reader.add(.project, path, role: "policy", of: project)
        }
      }
      for path in reader.list(state, ending: ".config.toml") { reader.add(.profile, path) }
      reader.add(user ?? reader.unset("\(state)/config.toml"))
      reader.add(hooks)
      for path in reader.list("\(state)/rules", ending: ".rules") { reader.add(.user, path, role: "policy") }
    }
    reader.add(.system, "/etc/codex/config.toml")
    guard reader.home != nil else { return }
    for name in ["auth.json", ".credentials.json"] { reader.note("\(state)/\(name)", .credentials) }
    reader.note("\(state)/history.jsonl", .transcript)
    reader.noteTranscripts(in: "\(state)/sessions", ending: ".jsonl")
    reader.noteDatabases(in: state, ending: [".sqlite", ".db"])
  }
}
