import Formats
import Platform

extension DetailsReader {
  func workspaces(_ installation: Installation, home: String, _ details: inout OpenClawDetails) {
    var paths: [String] = []
    if let configuration = installation.configuration {
      let settings = [configuration.agentDefaults].compactMap { $0 } + configuration.agents.map(\.setting)
      paths = settings.compactMap { $0["workspace"]?.string }
    }
    paths.append("\(installation.stateDirectory)/workspace")
    for path in paths.prefix(Limit.workspaces) {
      guard let path = Self.absolute(path, home: home), let real = try? files.realPath(path),
        (try? files.status(real, followingLinks: true).kind) == .directory, !details.workspaces.contains(real)
      else { continue }
      details.workspaces.append(real)
      for name in ["", "/.env"] + Self.instructions.map({ "/\($0)" }) {
        guard let status = try? files.status(real + name, followingLinks: true) else { continue }
        details.workspaceFiles.append(
          .init(path: real + name, role: name == "/.env" ? .dotenv : .configuration, status: status))
      }
    }
  }

  /// What the product puts before the model or carries out.
  private static let instructions = [
    "SOUL.md", "AGENTS.md", "TOOLS.md", "MEMORY.md", "IDENTITY.md", "USER.md", "HEARTBEAT.md", "BOOTSTRAP.md",
    "BOOT.md",
  ]

  func skills(_ installation: Installation, _ details: inout OpenClawDetails) {
    let roots =
      details.workspaces.flatMap { [($0, "\($0)/skills"), ($0, "\($0)/.agents/skills")] }
      + [(nil, "\(installation.stateDirectory)/skills")]
    for (workspace, root) in roots {
      var visits = 0
      var pending = [(root, 0)]
      while let (folder, depth) = pending.popLast() {
        visits += 1
        guard visits <= Limit.visits, details.skills.count < Limit.skills else {
          details.truncatedSkills.append(root)
          break
        }
        let names = names(folder)
        if names.contains("SKILL.md") {
          var escape: String?
          if let workspace, let real = try? files.realPath("\(folder)/SKILL.md"), !Paths.isInside(real, workspace) {
            escape = real
          }
          details.skills.append(
            .init(name: Paths.name(of: folder), folder: folder, workspace: workspace, escapesTo: escape))
          // A skill is a folder of its own: what lies below is its content.
          let registry = "\(folder)/config/mcporter.json"
          if let document = document(registry, .registry, limit: Limit.registry) { details.documents.append(document) }
          continue
        }
        guard depth < Limit.depth else { continue }
        for name in names.reversed() where !name.hasPrefix(".") && name != "node_modules" {
          let path = "\(folder)/\(name)"
          if (try? files.status(path, followingLinks: true).kind) == .directory { pending.append((path, depth + 1)) }
        }
      }
    }
  }

  // MARK: code

  func code(_ details: inout OpenClawDetails) {
    var bytes = 0
    for (folder, isPlugin) in details.plugins.map({ ($0.folder, true) }) + details.skills.map({ ($0.folder, false) }) {
      var pending = [(folder, 0)]
      var files = 0
      while let (directory, depth) = pending.popLast() {
        for name in names(directory).reversed() where !name.hasPrefix(".") && name != "node_modules" {
          let path = "\(directory)/\(name)"
          // Links are not followed: what they lead to is no part of it.
          let status: FileStatus
          do { status = try self.files.status(path, followingLinks: false) } catch {
            if error.code == .denied, details.unreadCode.count < Limit.code {
              details.unreadCode.append(.init(path: path, what: Paths.explain(error)))
            }
            continue
          }
          if status.kind == .directory, depth < Limit.depth { pending.append((path, depth + 1)) }
          guard status.kind == .regular, let dot = name.lastIndex(of: "."),
            CodeScanner.extensions.contains(name[name.index(after: dot)...])
          else { continue }
          guard files < Limit.filesOfOne, details.codeFiles < Limit.code, bytes < Limit.codeBytes,
            status.size <= Limit.fileBytes
          else {
            details.moreCode = true
            continue
          }
          files += 1
          do {
            let text = try self.files.read(path, limit: Limit.fileBytes)
            details.codeFiles += 1
            bytes += text.count
            for (kind, line) in CodeScanner.signs(text) {
              details.codeSigns.append(.init(kind, file: path, line: line, isPlugin: isPlugin))
            }
          } catch {
            details.unreadCode.append(.init(path: path, what: Paths.explain(error, limit: Limit.fileBytes)))
          }
        }
      }
    }
    details.codeSigns.sort { ($0.file, $0.line, $0.kind.rawValue) < ($1.file, $1.line, $1.kind.rawValue) }
  }
}
