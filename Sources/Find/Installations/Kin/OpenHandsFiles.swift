import Formats
import Model
import Platform

/// The hooks of each folder in which it worked, then settings, servers and hooks of the user. It asks nobody about trust,
/// and the only record of those folders is that of its conversations.
enum OpenHandsFiles {
  /// Conversations whose record is opened, the newest first.
  private static let mostConversations = 200

  static func read(_ reader: inout LayerReader) {
    guard reader.home != nil else { return }
    let state = reader.state
    // Before those of the folders: in the home they are the same file.
    let hooks = reader.read(.user, "\(state)/hooks.json", role: "hooks")
    for project in projects(&reader) {
      reader.add(.project, "\(project.path)/.openhands/hooks.json", role: "hooks", of: project)
      for name in [".openhands/skills", ".openhands/microagents", "AGENTS.md"] {
        reader.note("\(project.path)/\(name)", .instructions)
      }
    }
    let settings = "\(state)/agent_settings.json"
    reader.add(reader.read(.user, settings) ?? reader.unset(settings))
    reader.add(.user, "\(state)/cli_config.json")
    reader.add(.user, "\(state)/mcp.json", role: "mcp")
    reader.add(hooks)
    reader.note("\(state)/cloud", .credentials)
    reader.noteTranscripts(in: "\(state)/conversations", ending: ".json", levels: 3)
  }

  /// Folders of work by the `base_state.json` of each conversation: one layer a folder, with nothing else of the record.
  private static func projects(_ reader: inout LayerReader) -> [LayerReader.Project] {
    let directory = "\(reader.state)/conversations"
    var records: [(path: String, modified: Int64)] = []
    for name in reader.names(in: directory, quietly: true).prefix(5000) {
      let path = "\(directory)/\(name)/base_state.json"
      guard let status = try? reader.files.status(path, followingLinks: false), status.kind == .regular else {
        continue
      }
      records.append((path, status.modified.nanoseconds))
    }
    records.sort { ($0.modified, $1.path) > ($1.modified, $0.path) }
    var folders: [LayerReader.Project] = []
    for record in records.prefix(mostConversations) {
      guard let layer = reader.read(.user, record.path, role: "record", as: .json, keeping: kept) else { continue }
      let folder = layer.configuration["workspace.working_dir"]?.string
      guard folder == nil || !folders.contains(where: { $0.path == folder }) else { continue }
      reader.add(layer)
      if let folder { folders.append(LayerReader.Project(path: folder, isTrusted: nil)) }
    }
    return reader.projects(folders)
  }

  private static func kept(_ root: Node) -> Node {
    root.keeping(["workspace"]).replacing("workspace") { $0.keeping(["working_dir"]) }
  }
}
