import Formats
import Installations
import Knowledge
import Matching
import Model
import Platform

/// A service unit that starts an agent.
struct AgentUnit: Sendable, Hashable {
  var fact: Installation.UnitFact
  var kind: String
  var era: String
  var confidence: Confidence
  var reasons: [String]
  /// Name of the user it runs as, where that is known.
  var user: String?
  /// Where the agent that it starts keeps its state.
  var stateDirectory: String?
}

/// Reads the unit folders of the system and of each user for agents of every kind; units that `Installations` has read
/// already are passed over.
struct UnitReader {
  let files: any FileSystem
  let fingerprints: Fingerprints
  let accounts: Accounts
  /// Paths of units that were read elsewhere.
  let known: Set<String>

  private(set) var units: [AgentUnit] = []
  /// Folders that were there.
  private(set) var folders = 0
  private(set) var filesRead = 0
  /// Homes whose units could not be listed.
  private(set) var deniedHomes = 0

  static let maximumFiles = 2000
  static let maximumBytes = 256 << 10

  init(files: any FileSystem, fingerprints: Fingerprints, accounts: Accounts, known: Set<String>) {
    self.files = files
    self.fingerprints = fingerprints
    self.accounts = accounts
    self.known = known
  }

  /// In the order in which systemd looks (systemd.unit(5)): a unit in /etc hides one of the same name in /usr/lib.
  static let systemFolders = [
    "/etc/systemd/system", "/run/systemd/system", "/usr/local/lib/systemd/system", "/usr/lib/systemd/system",
    "/lib/systemd/system",
  ]
  static let sharedUserFolders = [
    "/etc/systemd/user", "/run/systemd/user", "/usr/local/lib/systemd/user", "/usr/lib/systemd/user",
    "/lib/systemd/user",
  ]

  mutating func read(homes: [Home]) {
    read(Self.systemFolders, isSystem: true, home: nil)
    read(Self.sharedUserFolders, isSystem: false, home: nil)
    for home in homes {
      let folder = "\(home.path)/.config/systemd/user"
      do { _ = try files.status(folder, followingLinks: true) } catch { if error.code == .denied { deniedHomes += 1 } }
      read([folder, "\(home.path)/.local/share/systemd/user"], isSystem: false, home: home)
    }
    units.sort { $0.fact.path < $1.fact.path }
  }

  private mutating func read(_ paths: [String], isSystem: Bool, home: Home?) {
    var wanted: Set<String> = []
    var listed: [(folder: String, names: [String])] = []
    var seen: Set<String> = []
    for path in paths {
      guard let names = try? files.list(path), let real = try? files.realPath(path), seen.insert(real).inserted else {
        continue
      }
      folders += 1
      listed.append((path, names))
      for name in names where name.hasSuffix(".wants") || name.hasSuffix(".requires") {
        wanted.formUnion(((try? files.list("\(path)/\(name)")) ?? []).prefix(Self.maximumFiles))
      }
    }
    var names: Set<String> = []
    for (folder, entries) in listed {
      // Folders of the distribution hold hundreds of others: there the name must say it.
      let isVendor = folder.contains("/lib/")
      for name in entries where name.hasSuffix(".service") && names.insert(name).inserted {
        let rows = fingerprints.rows("unit.systemd").filter { Fingerprints.isAgent(kind: $0.kind) && $0.matches(name) }
        guard !rows.isEmpty || !isVendor, filesRead < Self.maximumFiles, !known.contains("\(folder)/\(name)") else {
          continue
        }
        filesRead += 1
        // Started by its own link, or by a timer that is.
        let isEnabled = wanted.contains(name) || wanted.contains(name.dropLast(8) + ".timer")
        read(
          name, in: folder, dropIns: listed.map { "\($0.folder)/\(name).d" }, rows, isSystem: isSystem,
          isEnabled: isEnabled, home: home)
      }
    }
  }

  private mutating func read(
    _ name: String, in folder: String, dropIns: [String], _ rows: [Fingerprints.Row], isSystem: Bool, isEnabled: Bool,
    home: Home?
  ) {
    let path = "\(folder)/\(name)"
    // A masked unit is a link to /dev/null, which is refused as no regular file.
    guard let bytes = try? files.read(path, limit: Self.maximumBytes) else { return }
    var extra: [UnitFile] = []
    for dropIn in dropIns {
      for file in ((try? files.list(dropIn)) ?? []).prefix(100) where file.hasSuffix(".conf") {
        if let bytes = try? files.read("\(dropIn)/\(file)", limit: Self.maximumBytes) {
          extra.append(UnitFile(bytes, path: "\(dropIn)/\(file)"))
        }
      }
    }
    extra.sort { $0.path.lastPathPart < $1.path.lastPathPart }
    let unit = UnitFile(bytes, path: path).merged(with: extra)
    let hits = unit.commands().flatMap { command in started(command.arguments) }

    let row = rows.first { row in row.confidence >= .medium || hits.contains { $0.row.kind == row.kind } }
    let hit = hits.first { row == nil || $0.row.kind == row?.kind }
    guard let kind = row?.kind ?? hit?.row.kind else { return }

    let runAs = unit.last("Service", "User")?.value
    let user = isSystem ? runAs ?? "root" : home?.user
    let userHome = isSystem ? accounts.all.first { $0.name == user || String($0.user) == user }?.home : home?.path
    var specifiers: [Character: String] = ["n": name, "N": String(name.dropLast(8))]
    specifiers["h"] = userHome
    specifiers["u"] = user
    var variables: [String: String] = [:]
    var facts: [Installation.UnitFact.Variable] = []
    for variable in unit.environment {
      let value = UnitFile.expand(variable.value, specifiers)
      variables[variable.name] = value
      let isSecret = Secret.looksLikeCredential(name: variable.name, value: value)
      facts.append(
        Installation.UnitFact.Variable(
          name: variable.name, file: variable.path == path ? nil : variable.path, line: variable.line,
          isSecret: isSecret, value: isSecret ? nil : value))
    }
    var fact = Installation.UnitFact(
      path: path, name: name, system: isSystem, enabled: isEnabled, user: isSystem ? runAs : nil,
      execStart: unit.commands().first.map { command in
        // The program and the switches; what stands behind them may be a token.
        [UnitFile.expand(command.arguments[0], specifiers)] + Switches.shown(command.arguments)
      } ?? [],
      environment: facts)
    fact.environmentFiles = unit.environmentFiles.prefix(50).map { UnitFile.expand($0.file, specifiers) }

    let era = row?.era ?? hit?.row.era ?? "any"
    let directory = StatePlaces(fingerprints: fingerprints, files: files)
      .directory(kind, era, variables: variables, home: variables["HOME"] ?? userHome)
    var reasons: [String] = []
    if let row { reasons.append("unit name \(name) (\(row.confidence.rawValue))") }
    if let hit { reasons.append("it starts \(kind): \(hit.reason) (\(hit.row.confidence.rawValue))") }
    units.append(
      AgentUnit(
        fact: fact, kind: kind, era: era, confidence: max(row?.confidence ?? .low, hit?.row.confidence ?? .low),
        reasons: reasons, user: user, stateDirectory: directory.flatMap { files.exists($0) ? $0 : nil }))
  }

  /// Agents that a command line starts, with `env` in front of it passed over.
  private func started(_ arguments: [String]) -> [ProcessHit] {
    var rest = arguments[...]
    if rest.first?.lastPathPart == "env" {
      rest = rest.dropFirst().drop { $0.hasPrefix("-") || $0.contains("=") }
    }
    guard let program = rest.first else { return [] }
    let look = ProcessLook(
      command: String(program.lastPathPart.prefix(15)), executable: program.hasPrefix("/") ? program : nil,
      arguments: Array(rest))
    return fingerprints.match(look).filter { Fingerprints.isAgent(kind: $0.row.kind) && $0.row.confidence >= .high }
  }
}
