import Formats
import Matching
import Platform

/// Reads what `OpenClawDetails` holds. Everything is bounded, and credentials are cut out of each file.
struct DetailsReader {
  typealias Document = OpenClawDetails.Document

  let files: any FileSystem
  let tags: KeyedTag

  enum Limit {
    static let bytes = 1 << 20
    /// The product's own limit for registries of tool servers.
    static let registry = 16 << 20
    static let plugins = 200
    static let stores = 200
    static let skills = 1000
    static let visits = 4000
    static let depth = 6
    static let workspaces = 50
    /// Of code: files in one plugin or skill, files and bytes of all, bytes of one.
    static let filesOfOne = 500
    static let code = 2000
    static let codeBytes = 16 << 20
    static let fileBytes = 1 << 20
  }

  func read(_ installation: Installation, home: String) -> OpenClawDetails {
    var details = OpenClawDetails()
    let root = installation.stateDirectory
    if let path = installation.configuration?.path { details.configurationLink = link(path) }
    for (name, role) in [
      ("exec-approvals.json", Document.Role.approvals), ("cron/jobs.json", .jobs),
      ("devices/paired.json", .devices),
    ] {
      if let document = document("\(root)/\(name)", role) { details.documents.append(document) }
    }
    stores("\(root)/credentials", &details)
    plugins(installation, home: home, &details)
    workspaces(installation, home: home, &details)
    skills(installation, &details)
    profiles(installation, &details)
    code(&details)
    for name in names("\(root)/browser").prefix(Limit.workspaces) {
      let path = "\(root)/browser/\(name)/user-data"
      guard let status = try? files.status(path, followingLinks: true) else { continue }
      details.browserProfiles.append(.init(path: path, role: .credentials, status: status))
    }
    details.workTree = workTree(root)
    details.isEncrypted = isEncrypted(root)
    details.linger = linger(installation.ownerName)
    return details
  }

  // MARK: documents

  /// A JSON file with its credentials cut out; nil where there is none.
  func document(_ path: String, _ role: Document.Role, limit: Int = Limit.bytes) -> Document? {
    do {
      // Asked first, so that a file of any size costs no memory.
      let status = try files.status(path, followingLinks: true)
      guard status.kind == .regular else { return Document(role, path: path, problem: "it is no regular file") }
      guard status.size <= limit else {
        return Document(role, path: path, problem: "larger than \(limit >> 20) MB; not read")
      }
      let node: Node
      do { node = try JSON5.parse(files.read(path, limit: limit)) } catch let error as JSON5.Error {
        return Document(role, path: path, problem: "not JSON: \(error.message) (line \(error.line))")
      }
      var cutter = CredentialCutter(tags: tags, variables: [:])
      return Document(
        role, path: path, configuration: Configuration(path: path, root: cutter.cut(Self.setting(node, path))))
    } catch let error as FileError {
      return error.code == .notFound ? nil : Document(role, path: path, problem: Paths.explain(error, limit: limit))
    } catch {
      return Document(role, path: path, problem: "it could not be read")
    }
  }

  private static func setting(_ node: Node, _ file: String) -> Configuration.Setting {
    let content: Configuration.Setting.Content =
      switch node.content {
      case .null: .null
      case .bool(let value): .bool(value)
      case .number(let value, _): .number(value)
      case .string(let value): .string(value)
      case .array(let elements): .array(elements.map { setting($0, file) })
      case .object(let members):
        .object(members.map { Configuration.Setting.Member(name: $0.name, setting: setting($0.node, file)) })
      }
    return Configuration.Setting(file: file, position: node.start, content: content)
  }

  private func link(_ path: String) -> String? {
    guard let status = try? files.status(path, followingLinks: false), status.kind == .symlink else { return nil }
    return (try? files.realPath(path)) ?? path
  }

  func names(_ directory: String) -> [String] { (try? files.list(directory)) ?? [] }

  // MARK: pairing stores

  /// `<channel>[-<account>]-allowFrom.json`: a list, or `{allowFrom: […]}`.
  private func stores(_ directory: String, _ details: inout OpenClawDetails) {
    let suffix = "-allowFrom.json"
    for name in names(directory).filter({ $0.hasSuffix(suffix) }).prefix(Limit.stores) {
      let parts = name.dropLast(suffix.count).split(separator: "-", maxSplits: 1).map(String.init)
      let path = "\(directory)/\(name)"
      guard let channel = parts.first, let bytes = try? files.read(path, limit: Limit.bytes),
        let node = try? JSON5.parse(bytes)
      else { continue }
      let entries = (node["allowFrom"] ?? node).array?.compactMap(\.string) ?? []
      details.allowStores.append(
        .init(
          channel: channel, account: parts.count > 1 ? parts[1] : nil, path: path, count: entries.count,
          hasWildcard: entries.contains("*"), named: entries.count { !Self.isNumber($0) && $0 != "*" }))
    }
  }

  private static func isNumber(_ text: String) -> Bool {
    let digits = text.hasPrefix("-") ? text.dropFirst() : text[...]
    return !digits.isEmpty && digits.utf8.allSatisfy { (0x30...0x39).contains($0) }
  }

  // MARK: plugins

  private func plugins(_ installation: Installation, home: String, _ details: inout OpenClawDetails) {
    let root = "\(installation.stateDirectory)/extensions"
    var folders = names(root).filter { !$0.hasPrefix(".") && $0 != "node_modules" }.map { "\(root)/\($0)" }
    let loaded = installation.configuration?["plugins.load.paths"]?.array?.compactMap(\.string) ?? []
    folders += loaded.compactMap { Self.absolute($0, home: home) }
    for folder in folders.prefix(Limit.plugins) {
      guard let status = try? files.status(folder, followingLinks: true), status.kind == .directory else { continue }
      let manifest = document("\(folder)/openclaw.plugin.json", .manifest)
      let package = document("\(folder)/package.json", .package)
      details.documents += [manifest, package].compactMap { $0 }
      let entries = package?.configuration?["openclaw.extensions"]
      details.plugins.append(
        .init(
          id: manifest?.configuration?["id"]?.string ?? Paths.name(of: folder), folder: folder,
          version: package?.configuration?["version"]?.string,
          entries: (entries?.array?.compactMap(\.string) ?? entries?.string.map { [$0] } ?? []), mode: status.mode,
          owner: status.owner))
    }
  }

  // MARK: logins

  private func profiles(_ installation: Installation, _ details: inout OpenClawDetails) {
    for fact in installation.files where fact.role == .authProfiles {
      guard let bytes = try? files.read(fact.path, limit: 2 << 20), let node = try? JSON5.parse(bytes) else { continue }
      for profile in ((node["profiles"] ?? node).members ?? []).prefix(1000) where profile.node.members != nil {
        var expires: Double?
        if case .number(let value, _)? = profile.node["expires"]?.content { expires = value }
        details.profiles.append(
          .init(
            name: profile.name, type: profile.node["type"]?.string ?? "", file: fact.path,
            line: profile.node.start.line, expires: expires))
      }
    }
  }

  // MARK: surroundings

  /// The nearest folder above (or at) the state directory that is under version control. A home may be one as well.
  private func workTree(_ root: String) -> String? {
    var directory = root
    for _ in 0..<64 {
      for name in [".git", ".hg", ".svn", ".jj"]
      where (try? files.status("\(directory)/\(name)", followingLinks: true)) != nil {
        return "\(directory)/\(name)"
      }
      guard directory != "/" else { return nil }
      directory = Paths.parent(of: directory)
    }
    return nil
  }

  /// By the layers of the block device, as the kernel's device mapper names them. A file system without one of its own
  /// (an overlay, a share, Btrfs) says nothing.
  private func isEncrypted(_ path: String) -> Bool? {
    guard let device = (try? files.status(path, followingLinks: true))?.device else { return nil }
    let major = (device >> 8) & 0xFFF | (device >> 32) & 0xFFFF_F000
    let minor = device & 0xFF | (device >> 12) & 0xFFFF_FF00
    guard major != 0, let start = try? files.realPath("/sys/dev/block/\(major):\(minor)") else { return nil }
    var pending = [start]
    var seen = 0
    while let layer = pending.popLast(), seen < 64 {
      seen += 1
      if let text = try? files.read("\(layer)/dm/uuid", limit: 4096), text.starts(with: Array("CRYPT-".utf8)) {
        return true
      }
      for name in names("\(layer)/slaves").prefix(32) {
        if let below = try? files.realPath("/sys/class/block/\(name)") { pending.append(below) }
      }
    }
    return false
  }

  /// `loginctl enable-linger` leaves a file with the user's name.
  private func linger(_ user: String?) -> Bool? {
    guard let user, !user.contains("/"), !user.isEmpty else { return nil }
    do {
      _ = try files.status("/var/lib/systemd/linger/\(user)", followingLinks: true)
      return true
    } catch { return error.code == .notFound ? false : nil }
  }

  static func absolute(_ path: String, home: String) -> String? {
    if path == "~" { return home }
    if path.hasPrefix("~/") { return home + path.dropFirst() }
    return path.hasPrefix("/") ? path : nil
  }
}
