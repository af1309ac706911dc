import Formats

/// managed, local, project, user; trust and the user's servers stand in `~/.claude.json`.
enum ClaudeCodeFiles {
  static func read(_ reader: inout LayerReader) {
    let home = reader.home
    // Where the folder is moved, the record moves into it.
    let usual = home.flatMap { reader.state == "\($0)/.claude" ? $0 : nil }
    let record =
      usual.flatMap { reader.read(.user, "\($0)/.claude.json", role: "trust", as: .json, keeping: kept) }
      ?? reader.read(.user, "\(reader.state)/.claude.json", role: "trust", as: .json, keeping: kept)
    for directory in ["/etc/claude-code", "/Library/Application Support/ClaudeCode"] {
      // Pieces are laid over the file one after the other.
      for path in reader.list("\(directory)/managed-settings.d", ending: ".json").reversed() {
        reader.add(.managed, path)
      }
      reader.add(.managed, "\(directory)/managed-settings.json")
      reader.add(.managed, "\(directory)/managed-mcp.json", role: "mcp")
    }
    guard home != nil else { return }
    // Before the projects: in the home they are the same file.
    let user = reader.read(.user, "\(reader.state)/settings.json")
    let records = record?.configuration["projects"]?.members ?? []
    let projects = records.map {
      LayerReader.Project(path: $0.name, isTrusted: $0.setting["hasTrustDialogAccepted"]?.bool == true)
    }
    for project in reader.projects(projects) {
      reader.add(.local, "\(project.path)/.claude/settings.local.json", of: project)
      reader.add(.project, "\(project.path)/.claude/settings.json", of: project)
      reader.add(.project, "\(project.path)/.mcp.json", role: "mcp", of: project)
    }
    reader.add(user ?? reader.unset("\(reader.state)/settings.json"))
    reader.add(record)
    reader.note("\(reader.state)/.credentials.json", .credentials)
    reader.note("\(reader.state)/history.jsonl", .transcript)
    reader.noteTranscripts(in: "\(reader.state)/projects", ending: ".jsonl", levels: 1)
  }

  /// Servers, and what was answered about each folder; not what was typed there.
  private static func kept(_ root: Node) -> Node {
    root.keeping(["mcpServers", "projects", "bypassPermissionsModeAccepted", "autoUpdates", "hasTrustDialogAccepted"])
      .replacing("projects") { projects in
        projects.mapping {
          $0.keeping([
            "hasTrustDialogAccepted", "mcpServers", "enabledMcpjsonServers", "disabledMcpjsonServers", "allowedTools",
            "hasClaudeMdExternalIncludesApproved",
          ])
        }
      }
  }
}

extension Node {
  /// The same object with those members alone.
  func keeping(_ names: Set<String>) -> Node {
    guard let members else { return self }
    return Node(.object(members.filter { names.contains($0.name) }), start: start, end: end)
  }

  func replacing(_ name: String, _ change: (Node) -> Node) -> Node {
    mapping(where: { $0 == name }, change)
  }

  func mapping(where isMeant: (String) -> Bool = { _ in true }, _ change: (Node) -> Node) -> Node {
    guard let members else { return self }
    let changed = members.map { member in
      isMeant(member.name)
        ? Node.Member(name: member.name, namePosition: member.namePosition, node: change(member.node)) : member
    }
    return Node(.object(changed), start: start, end: end)
  }
}
