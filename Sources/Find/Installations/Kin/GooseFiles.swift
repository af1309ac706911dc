import Formats
import YAML

/// Goose: the user's file lies over the machine's (block/goose `crates/goose/src/config/base.rs`): of a key the user's value
/// counts whole, `extensions` are joined by name and field. A file that it cannot read it passes over. Variables beat both.
///
/// | scope | role | file |
/// |---|---|---|
/// | user | `settings` | `~/.config/goose/config.yaml` |
/// | system | `settings` | `/etc/goose/config.yaml` |
/// | user | `policy` | `permission.yaml` beside it: `user.always_allow[]`, `ask_before[]`, `never_allow[]`; the same below `smart_approve` (`config/permission.rs`) |
/// | user | `plugins` | `settings.json` beside it: `enabledPlugins[]`, `disabledPlugins[]` (`plugins/discovery.rs`) |
/// | project, local | `plugins` | `FOLDER/.config/goose/settings.json`, `settings.local.json` |
/// | project | `hooks` | `FOLDER/.agents/plugins/NAME/hooks/hooks.json` |
/// | user | `hooks` | `~/.agents/plugins/NAME/hooks/hooks.json` |
/// | project, user | `mcp` | `.mcp.json` of such a plugin |
/// | user | `state` | `projects.json`: of it the folders alone, not what was said there |
///
/// Without a folder's file a question of trust is never asked: `isTrusted` is nil. Folders are those of `projects.json` and
/// those whose plugins `config.yaml` lists below `plugins`. Noted, not opened: `secrets.yaml` (`credentials`),
/// `permission.yaml` and `permissions/tool_permissions.json` once more with their modes (`approvals`), `.goosehints` and
/// `.gooseignore` and the folders of `GOOSE_SEARCH_PATHS` (`include`), sessions. What `GOOSE_PATH_ROOT` and `GOOSE_ADDITIONAL_CONFIG_FILES` name is not read.
enum GooseFiles {
  static func read(_ reader: inout LayerReader) {
    defer { reader.add(.system, "/etc/goose/config.yaml", as: .yaml(.serde)) }
    guard let home = reader.home else { return }
    let folders = [".config/goose", "Library/Application Support/Block/goose"].map { "\(home)/\($0)" }
    let data = folders + ["\(home)/.local/share/goose"]
    let user = folders.compactMap { reader.read(.user, "\($0)/config.yaml", as: .yaml(.serde)) }
    let records = data.compactMap { reader.read(.user, "\($0)/projects.json", role: "state", as: .json, keeping: kept) }
    for project in reader.projects(projects(user, records)) {
      let own = "\(project.path)/.config/goose"
      reader.add(.local, "\(own)/settings.local.json", role: "plugins", of: project)
      reader.add(.project, "\(own)/settings.json", role: "plugins", of: project)
      plugins(in: "\(project.path)/.agents/plugins", .project, project, &reader)
    }
    for layer in user { reader.add(layer) }
    for folder in folders {
      reader.add(.user, "\(folder)/permission.yaml", role: "policy", as: .yaml(.serde))
      reader.add(.user, "\(folder)/settings.json", role: "plugins")
      reader.note("\(folder)/secrets.yaml", .credentials)
      for name in ["permission.yaml", "permissions/tool_permissions.json"] {
        reader.note("\(folder)/\(name)", .approvals)
      }
      for name in [".goosehints", ".gooseignore"] { reader.note("\(folder)/\(name)", .include) }
    }
    // They stand before every other folder of the path: who may write there is asked for.
    for folder in user.flatMap({ $0.configuration["GOOSE_SEARCH_PATHS"]?.array ?? [] }) {
      guard let path = folder.string.flatMap({ DetailsReader.absolute($0, home: home) }) else { continue }
      reader.note(path, .include)
    }
    plugins(in: "\(home)/.agents/plugins", .user, nil, &reader)
    for layer in records { reader.add(layer) }
    for folder in data {
      reader.noteTranscripts(in: "\(folder)/sessions", ending: ".jsonl", levels: 1)
      reader.noteDatabases(in: "\(folder)/sessions", ending: [".db"])
    }
  }

  private static func plugins(
    in directory: String, _ scope: Installation.Layer.Scope, _ project: LayerReader.Project?,
    _ reader: inout LayerReader
  ) {
    for name in reader.names(in: directory).prefix(LayerReader.Limit.siblings) {
      reader.add(scope, "\(directory)/\(name)/hooks/hooks.json", role: "hooks", of: project)
      reader.add(scope, "\(directory)/\(name)/.mcp.json", role: "mcp", of: project)
    }
  }

  private static func projects(
    _ user: [Installation.Layer], _ records: [Installation.Layer]
  ) -> [LayerReader.Project] {
    let known = records.flatMap { $0.configuration["projects"]?.members ?? [] }.map(\.name)
    let loaded = user.flatMap { $0.configuration["plugins"]?.members ?? [] }.compactMap { member -> String? in
      guard let end = member.name.firstRange(of: "/.agents/plugins/") else { return nil }
      return String(member.name[..<end.lowerBound])
    }
    return (known + loaded).map { LayerReader.Project(path: $0) }
  }

  /// The folders, not the last instruction that was given in each.
  private static func kept(_ root: Node) -> Node {
    root.keeping(["projects"]).replacing("projects") { projects in projects.mapping { $0.keeping(["path"]) } }
  }
}
