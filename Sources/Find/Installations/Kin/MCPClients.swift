import Matching
import Platform

/// Programs that are no agents by themselves and start servers of the Model Context Protocol for their user: each
/// configuration with its folder is an installation of the kind `mcp-client`, so that its servers can be judged.
struct MCPClients {
  let files: any FileSystem
  let accounts: Accounts
  let tags: KeyedTag

  /// A client by the name its maker gives it, and where its servers stand below a home.
  private static let places: [(name: String, files: [String])] = [
    (
      "Claude Desktop",
      [
        ".config/Claude/claude_desktop_config.json",
        "Library/Application Support/Claude/claude_desktop_config.json",
      ]
    ),
    ("Cursor", [".cursor/mcp.json"]),
    ("Windsurf", [".codeium/windsurf/mcp_config.json"]),
    ("VS Code", [".config/Code/User/mcp.json", "Library/Application Support/Code/User/mcp.json"]),
    ("Copilot CLI", [".copilot/mcp-config.json"]),
    (
      "Cline",
      [
        ".cline/data/settings/cline_mcp_settings.json",
        ".config/Code/User/globalStorage/saoudrizwan.claude-dev/settings/cline_mcp_settings.json",
      ]
    ),
    (
      "Roo Code",
      [".config/Code/User/globalStorage/rooveterinaryinc.roo-cline/settings/mcp_settings.json"]
    ),
  ]

  /// Files of editors that come with a folder of work.
  private static let inFolders = [("VS Code", ".vscode/mcp.json"), ("Cursor", ".cursor/mcp.json")]
  private static let maximumFolders = 400

  /// Folders of work that agents were told of, each with the user whose agent it was.
  static func folders(of installations: [Installation]) -> [(path: String, owner: UInt32)] {
    var seen: Set<String> = []
    var folders: [(String, UInt32)] = []
    for installation in installations {
      var paths = installation.layers.compactMap(\.project)
      for layer in installation.layers where layer.scope == .user {
        paths += (layer.configuration["projects"]?.members ?? []).map(\.name)
        // Gemini CLI's record has folders at the top.
        if layer.role == "trust" { paths += (layer.configuration.root.members ?? []).map(\.name) }
      }
      for path in paths where path.hasPrefix("/") && path != "/" && !path.contains("\0") && path.utf8.count < 4096 {
        guard folders.count < maximumFolders else { return folders }
        if seen.insert(path).inserted { folders.append((path, installation.owner)) }
      }
    }
    return folders
  }

  func look(inFolders folders: [(path: String, owner: UInt32)]) -> [Installation] {
    folders.flatMap { folder in
      Self.inFolders.compactMap { name, file -> Installation? in
        let path = "\(folder.path)/\(file)"
        guard let status = try? files.status(path, followingLinks: true), status.kind == .regular,
          let directory = try? files.status(Paths.parent(of: path), followingLinks: true)
        else { return nil }
        var installation = Installation(
          kind: "mcp-client", era: name, stateDirectory: Paths.parent(of: path), owner: directory.owner,
          mode: directory.mode)
        installation.ownerName = accounts[directory.owner]?.name
        installation.files = [.init(path: path, role: .configuration, status: status)]
        var reader = LayerReader(
          files: files, owner: folder.owner, tags: tags, home: nil, state: installation.stateDirectory)
        reader.add(
          .project, path, role: "mcp", of: LayerReader.Project(path: folder.path, isTrusted: nil))
        installation.take(reader)
        // What its user may not read is none of his servers.
        guard !installation.layers.isEmpty else { return nil }
        if reader.problems.isEmpty { installation.configuration = reader.layers.first?.configuration }
        return installation
      }
    }
  }

  func look(in home: String) -> [Installation] {
    var found: [Installation] = []
    for (name, paths) in Self.places {
      for path in paths.map({ "\(home)/\($0)" }) {
        guard let status = try? files.status(path, followingLinks: true), status.kind == .regular else { continue }
        let folder = Paths.parent(of: path)
        guard let directory = try? files.status(folder, followingLinks: true) else { continue }
        let real = (try? files.realPath(folder)) ?? folder
        var installation = Installation(
          kind: "mcp-client", era: name, stateDirectory: real, owner: directory.owner, mode: directory.mode)
        installation.ownerName = accounts[directory.owner]?.name
        installation.files = [
          .init(path: folder, role: .stateDirectory, status: directory),
          .init(path: path, role: .configuration, status: status),
        ]
        var reader = LayerReader(files: files, owner: directory.owner, tags: tags, home: home, state: folder)
        reader.add(.user, path, role: "mcp")
        installation.take(reader)
        // Read in full or not at all: an empty stand-in is no configuration.
        if reader.problems.isEmpty { installation.configuration = reader.layers.first?.configuration }
        found.append(installation)
      }
    }
    return found
  }
}
