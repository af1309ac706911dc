/// The system's override, project (trusted only), user, the system's defaults.
enum GeminiFiles {
  static func read(_ reader: inout LayerReader) {
    let state = reader.state
    let systems = ["/etc/gemini-cli", "/Library/Application Support/GeminiCli"]
    for system in systems {
      reader.add(.managed, "\(system)/settings.json")
      // The program drops a folder that others may write: its mode is asked for.
      reader.note("\(system)/policies", .include)
      for path in reader.list("\(system)/policies", ending: ".toml") { reader.add(.managed, path, role: "policy") }
    }
    if let home = reader.home {
      let trust = reader.read(.user, "\(state)/trustedFolders.json", role: "trust")
      let user = reader.read(.user, "\(state)/settings.json")
      let variables = [".gemini/.env", ".env"].map { reader.read(.user, "\(home)/\($0)", role: "environment") }
      let records = (trust?.configuration.root.members ?? []).compactMap { member in
        member.setting.string.map { (path: member.name, word: $0) }
      }
      // Where nothing is asked, every folder is heard.
      let asks = !(reader.layers + [user].compactMap { $0 })
        .contains { $0.configuration["security.folderTrust.enabled"]?.bool == false }
      let projects = records.map { record in
        LayerReader.Project(path: record.path, isTrusted: asks ? isTrusted(record.path, records) : nil)
      }
      for project in reader.projects(projects) {
        let folder = "\(project.path)/.gemini"
        reader.add(.project, "\(folder)/settings.json", of: project)
        for path in reader.list("\(folder)/policies", ending: ".toml") {
          reader.add(.project, path, role: "policy", of: project)
        }
        for path in ["\(folder)/.env", "\(project.path)/.env"] {
          reader.add(.project, path, role: "environment", of: project)
        }
        extensions(in: "\(folder)/extensions", .project, project, &reader)
      }
      reader.add(user ?? reader.unset("\(state)/settings.json"))
      reader.add(trust)
      for path in reader.list("\(state)/policies", ending: ".toml") { reader.add(.user, path, role: "policy") }
      for layer in variables { reader.add(layer) }
      extensions(in: "\(state)/extensions", .user, nil, &reader)
      for name in ["oauth_creds.json", "mcp-oauth-tokens.json", "google_accounts.json"] {
        reader.note("\(state)/\(name)", .credentials)
      }
      reader.noteTranscripts(in: "\(state)/tmp", ending: ".json", levels: 2)
    }
    for system in systems { reader.add(.system, "\(system)/system-defaults.json") }
  }

  private static func extensions(
    in directory: String, _ scope: Installation.Layer.Scope, _ project: LayerReader.Project?,
    _ reader: inout LayerReader
  ) {
    for name in reader.names(in: directory).prefix(LayerReader.Limit.siblings) {
      let folder = "\(directory)/\(name)"
      reader.add(scope, "\(folder)/gemini-extension.json", role: "extension", of: project)
      reader.add(scope, "\(folder)/hooks/hooks.json", role: "extension", of: project)
    }
  }

  /// The longest record that the folder lies in decides; `TRUST_PARENT` speaks of the folder above its own.
  static func isTrusted(_ path: String, _ records: [(path: String, word: String)]) -> Bool {
    var best: (length: Int, isTrusted: Bool)?
    for record in records.prefix(2000) {
      let reach = record.word == "TRUST_PARENT" ? Paths.parent(of: record.path) : record.path
      guard Paths.isInside(path, reach), reach.utf8.count > best?.length ?? -1 else { continue }
      best = (reach.utf8.count, record.word != "DO_NOT_TRUST")
    }
    return best?.isTrusted ?? false
  }
}
