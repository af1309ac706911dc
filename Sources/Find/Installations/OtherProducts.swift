import Matching
import Model
import Platform

/// State of products that have no reader of their own: where the fingerprint table says it lies, with its mode and owner.
/// Of those whose rules ask for settings, the files of every scope are read too; no other file is opened.
struct OtherProducts {
  let files: any FileSystem
  let fingerprints: [Finder.Fingerprint]
  let accounts: Accounts
  let tags: KeyedTag

  init(files: any FileSystem, fingerprints: [Finder.Fingerprint], accounts: Accounts, tags: KeyedTag) {
    self.files = files
    self.fingerprints = fingerprints
    self.accounts = accounts
    self.tags = tags
  }

  /// Configurations that are JSON and hold settings, by product: not those in which a product keeps its whole state.
  private static let readable: [String: String] = ["nanobot": "config.json", "claude-code": "settings.json"]

  func look(homes: [Finder.Home]) -> [Installation] {
    var kinds: [String] = []
    for row in fingerprints where row.kind != "openclaw" && !kinds.contains(row.kind) { kinds.append(row.kind) }
    var found: [Installation] = []
    for kind in kinds {
      let rows = fingerprints.filter { $0.kind == kind }
      // Absolute places once, then those of each home.
      found += installation(kind, rows.filter { $0.path.hasPrefix("/") }, in: "").map { [$0] } ?? []
      let relative = rows.filter { !$0.path.hasPrefix("/") }
      for home in homes where !relative.isEmpty {
        guard let installation = installation(kind, relative, in: home.path + "/") else { continue }
        if !found.contains(where: { $0.kind == kind && $0.stateDirectory == installation.stateDirectory }) {
          found.append(installation)
          found += profiles(of: installation, home: home.path)
        }
      }
    }
    let folders = MCPClients.folders(of: found)
    for client in MCPClients(files: files, accounts: accounts, tags: tags).look(inFolders: folders) {
      found.append(client)
    }
    for home in homes {
      for client in MCPClients(files: files, accounts: accounts, tags: tags).look(in: home.path) {
        // Agents that share the folder with an editor of their maker's read the same servers.
        guard let index = found.firstIndex(where: { $0.stateDirectory == client.stateDirectory }) else {
          found.append(client)
          continue
        }
        let known = Set(found[index].layers.map(\.path))
        found[index].layers += client.layers.filter { !known.contains($0.path) }
        found[index].problems += client.problems.filter { !found[index].problems.contains($0) }
        found[index].secrets += client.secrets.filter { !found[index].secrets.contains($0) }
      }
    }
    return found
  }

  private func installation(_ kind: String, _ rows: [Finder.Fingerprint], in base: String) -> Installation? {
    var directories: [(path: String, status: FileStatus)] = []
    var configurations: [(path: String, status: FileStatus)] = []
    var isCertain = false
    for row in rows {
      let path = base + row.path
      guard let status = try? files.status(path, followingLinks: true) else { continue }
      switch (row.role, status.kind) {
      case (.stateDirectory, .directory): directories.append((path, status))
      case (.configuration, .regular): configurations.append((path, status))
      default: continue
      }
      // A directory that an editor shares says nothing alone.
      if row.confidence != .low { isCertain = true }
    }
    guard isCertain else { return nil }
    if directories.isEmpty, let first = configurations.first {
      let parent = Paths.parent(of: first.path)
      guard let status = try? files.status(parent, followingLinks: true) else { return nil }
      directories.append((parent, status))
    }
    guard let first = directories.first else { return nil }
    let real = (try? files.realPath(first.path)) ?? first.path
    let isLink = (try? files.status(first.path, followingLinks: false).kind) == .symlink
    var installation = Installation(
      kind: kind, era: kind, stateDirectory: real, owner: first.status.owner, mode: first.status.mode)
    installation.linkedFrom = isLink ? first.path : nil
    installation.ownerName = accounts[first.status.owner]?.name
    installation.files =
      directories.map { Installation.FileFact(path: $0.path, role: .stateDirectory, status: $0.status) }
      + configurations.map { Installation.FileFact(path: $0.path, role: .configuration, status: $0.status) }
    if let path = configurations.map(\.path).first(where: { Paths.name(of: $0) == Self.readable[kind] }) {
      readConfiguration(path, into: &installation)
    }
    readLayers(home: base.isEmpty ? nil : String(base.dropLast()), state: first.path, into: &installation)
    return installation
  }

  /// The state of a product that a variable moved, where it is there and was not found in its usual place.
  func moved(_ place: MovedState.Place, known: [Installation]) -> Installation? {
    guard let status = try? files.status(place.directory, followingLinks: true), status.kind == .directory else {
      return nil
    }
    let real = (try? files.realPath(place.directory)) ?? place.directory
    guard !known.contains(where: { $0.kind == place.kind && $0.stateDirectory == real }) else { return nil }
    var installation = Installation(
      kind: place.kind, era: place.kind, stateDirectory: real, owner: status.owner, mode: status.mode)
    installation.linkedFrom = real == place.directory ? nil : place.directory
    installation.ownerName = accounts[status.owner]?.name
    installation.files = [.init(path: place.directory, role: .stateDirectory, status: status)]
    if let name = Self.readable[place.kind], case let path = "\(place.directory)/\(name)", files.exists(path) {
      readConfiguration(path, into: &installation)
    }
    let home = place.home ?? accounts[status.owner]?.home
    readLayers(home: home ?? Paths.parent(of: place.directory), state: place.directory, into: &installation)
    return installation
  }

  /// Homes within the home: each is a whole installation, of which nothing holds in another.
  private func profiles(of installation: Installation, home: String) -> [Installation] {
    guard installation.kind == "hermes" else { return [] }
    return HermesFiles.profiles(in: installation.stateDirectory, files).compactMap { name in
      let path = "\(installation.stateDirectory)/profiles/\(name)"
      guard let status = try? files.status(path, followingLinks: true), status.kind == .directory,
        let real = try? files.realPath(path)
      else { return nil }
      var profile = Installation(
        kind: installation.kind, era: installation.era, stateDirectory: real, owner: status.owner, mode: status.mode)
      profile.profile = name
      profile.ownerName = accounts[status.owner]?.name
      profile.files = [.init(path: path, role: .stateDirectory, status: status)]
      readLayers(home: home, state: path, into: &profile)
      return profile
    }
  }

  private func readLayers(home: String?, state: String, into installation: inout Installation) {
    guard let read = KinFiles.readers[installation.kind] else { return }
    var reader = LayerReader(files: files, owner: installation.owner, tags: tags, home: home, state: state)
    read(&reader)
    installation.take(reader)
  }

  private func readConfiguration(_ path: String, into installation: inout Installation) {
    var reader = ConfigurationReader(files: OwnersFiles(files, owner: installation.owner), includeRoots: [])
    let root = reader.read(path)
    installation.problems += reader.problems
    guard let root else { return }
    var cutter = CredentialCutter(tags: tags, variables: [:])
    installation.configuration = Configuration(path: path, root: cutter.cut(root))
    installation.secrets = cutter.facts
  }
}
