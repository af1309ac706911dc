import Formats
import Platform
import YAML

/// Hermes Agent: the managed file, over it nothing; then the user's (`hermes_cli/managed_scope.py`, `config.py`). Each profile
/// is a home of its own, and so an installation of its own: nothing of the default profile holds in it.
///
/// | scope | role | file |
/// |---|---|---|
/// | managed | `settings`, `environment` | `/etc/hermes/config.yaml`, `/etc/hermes/.env` |
/// | user | `settings`, `environment` | `config.yaml`, `.env` of the state directory |
/// | user | `hooks` | `hooks/NAME/HOOK.yaml`: code of the gateway's events |
/// | user | `plugin` | `plugins/NAME/plugin.yaml`, `plugins/KIND/NAME/plugin.yaml` |
/// | project | `plugin` | `.hermes/plugins` of the folder that `terminal.cwd` names |
///
/// Noted, not opened: `auth.json`, tokens of MCP servers, pairings, what was agreed to of shell hooks, databases, sessions,
/// and the folders of `skills.external_dirs`.
enum HermesFiles {
  static let yaml = LayerReader.Format.yaml(.pyYAML)

  static func read(_ reader: inout LayerReader) {
    let state = reader.state
    reader.add(.managed, "/etc/hermes/config.yaml", as: yaml)
    reader.add(.managed, "/etc/hermes/.env", role: "environment")
    guard let home = reader.home else { return }
    let user = reader.add(.user, "\(state)/config.yaml", as: yaml)
    reader.add(.user, "\(state)/.env", role: "environment")
    for name in reader.names(in: "\(state)/hooks").prefix(LayerReader.Limit.siblings) {
      reader.add(.user, "\(state)/hooks/\(name)/HOOK.yaml", role: "hooks", as: yaml)
    }
    plugins(in: "\(state)/plugins", .user, nil, &reader)
    if let folder = user?.configuration["terminal.cwd"]?.string {
      for project in reader.projects(
        [DetailsReader.absolute(folder, home: home)].compactMap { $0 }.map { .init(path: $0) })
      {
        plugins(in: "\(project.path)/.hermes/plugins", .project, project, &reader)
      }
    }
    for folder in user?.configuration["skills.external_dirs"]?.array ?? [] {
      guard let path = folder.string.flatMap({ DetailsReader.absolute($0, home: home) }) else { continue }
      reader.note(path, .include)
    }
    for name in ["auth.json", "mcp-tokens"] { reader.note("\(state)/\(name)", .credentials) }
    for name in ["pairing", "platforms/pairing", "shell-hooks-allowlist.json"] {
      reader.note("\(state)/\(name)", .approvals)
    }
    reader.noteTranscripts(in: "\(state)/sessions", ending: ".jsonl", levels: 1)
    reader.noteDatabases(in: state, ending: [".db"])
  }

  /// A folder without a manifest holds a kind of plugins.
  private static func plugins(
    in directory: String, _ scope: Installation.Layer.Scope, _ project: LayerReader.Project?,
    _ reader: inout LayerReader
  ) {
    func add(_ folder: String) -> Bool {
      ["plugin.yaml", "plugin.yml"].contains {
        reader.add(scope, "\(folder)/\($0)", role: "plugin", as: yaml, of: project) != nil
      }
    }
    for name in reader.names(in: directory).prefix(LayerReader.Limit.siblings) where !add("\(directory)/\(name)") {
      for inner in reader.names(in: "\(directory)/\(name)", quietly: true).prefix(LayerReader.Limit.siblings) {
        _ = add("\(directory)/\(name)/\(inner)")
      }
    }
  }

  /// Profiles in a state directory: folders that hold what only a home of it holds.
  static func profiles(in state: String, _ files: any FileSystem) -> [String] {
    let folder = "\(state)/profiles"
    return ((try? files.list(folder)) ?? []).prefix(LayerReader.Limit.siblings).filter { name in
      !name.hasPrefix(".") && ["config.yaml", ".env", "state.db"].contains { files.exists("\(folder)/\(name)/\($0)") }
    }
  }
}
