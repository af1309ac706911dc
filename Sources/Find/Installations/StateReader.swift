import Formats
import Matching
import Model
import Platform

/// Reads one state directory of OpenClaw, of whichever era.
struct StateReader {
  /// In the name of the installation's owner once that is known.
  private var files: any FileSystem
  let tags: KeyedTag
  let accounts: Accounts
  private(set) var blind: [SourceStatus.Blind] = []

  init(files: any FileSystem, tags: KeyedTag, accounts: Accounts) {
    self.files = files
    self.tags = tags
    self.accounts = accounts
  }

  mutating func read(_ place: Place, units: [FoundUnit], environments: [[String: String]]) -> Installation {
    let root = place.real
    var installation = Installation(kind: "openclaw", era: place.era.rawValue, stateDirectory: root)
    installation.linkedFrom = place.linkedFrom
    installation.profile = place.profile
    for unit in units {
      installation.units.append(unit.fact)
      installation.files += unit.files
      installation.storedSecrets += unit.secrets
      installation.problems += unit.problems
    }
    if let status = try? files.status(root, followingLinks: true) {
      installation.owner = status.owner
      installation.ownerName = accounts[status.owner]?.name
      installation.mode = status.mode
      files = OwnersFiles(files, owner: status.owner)
      installation.files.append(Installation.FileFact(path: root, role: .stateDirectory, status: status))
    }
    guard !place.isUnreadable else {
      installation.problems.append(Installation.Problem(path: root, what: "permission denied"))
      return installation
    }
    // What is set already is not overridden by what comes later: process, unit, `<state>/.env`, configuration.
    var variables: [String: String] = [:]
    for environment in environments + units.map(\.variables) { variables.merge(environment) { first, _ in first } }
    readDotenv("\(root)/.env", named: true, into: &installation, &variables)
    if place.profile == nil {
      // Read by releases that moved it out of the state directory.
      let moved = "\(Paths.parent(of: root))/.config/openclaw/gateway.env"
      readDotenv(moved, named: false, into: &installation, &variables)
    }
    readConfiguration(place, into: &installation, variables)
    StateFiles(files: files).list(root, credentials: variables["OPENCLAW_OAUTH_DIR"], into: &installation)
    readAuthProfiles(into: &installation)
    let home = accounts[installation.owner]?.home ?? Paths.parent(of: root)
    addLogFile(home: home, into: &installation)
    installation.details = DetailsReader(files: files, tags: tags).read(installation, home: home)
    note(&installation)
    return installation
  }

  // MARK: .env

  private func readDotenv(
    _ path: String, named: Bool, into installation: inout Installation, _ variables: inout [String: String]
  ) {
    do {
      let status = try files.status(path, followingLinks: true)
      installation.files.append(Installation.FileFact(path: path, role: .dotenv, status: status))
      for entry in Dotenv(try files.read(path, limit: 1 << 20)).entries {
        if named {
          installation.dotenv.append(
            Installation.DotenvName(name: entry.name, line: entry.line, isEmpty: entry.value.isEmpty))
        }
        if variables[entry.name] == nil { variables[entry.name] = entry.value }
        guard Secret.looksLikeCredential(name: entry.name, value: entry.value) else { continue }
        installation.storedSecrets.append(
          CredentialCutter.literal(entry.value, key: entry.name, file: path, line: entry.line, tags: tags))
      }
    } catch {
      guard error.code != .notFound else { return }
      installation.problems.append(Installation.Problem(path: path, what: Paths.explain(error, limit: 1 << 20)))
    }
  }

  /// A log that the configuration puts elsewhere.
  private func addLogFile(home: String, into installation: inout Installation) {
    guard let text = installation.configuration?["logging.file"]?.string,
      let path = DetailsReader.absolute(text, home: home),
      let status = try? files.status(path, followingLinks: true)
    else { return }
    installation.files.append(Installation.FileFact(path: path, role: .log, status: status))
  }

  // MARK: configuration

  private func readConfiguration(
    _ place: Place, into installation: inout Installation, _ environment: [String: String]
  ) {
    let candidates =
      place.configurationPath.map { [(path: $0, era: place.era)] }
      ?? Era.configurationNames.map { (path: "\(place.real)/\($0.name)", era: $0.era) }
    var path: String?
    for candidate in candidates {
      do {
        let status = try files.status(candidate.path, followingLinks: true)
        // One counts; others left behind by a change of name still hold what they held.
        let role: Installation.FileFact.Role = path == nil ? .configuration : .backup
        installation.files.append(Installation.FileFact(path: candidate.path, role: role, status: status))
        if path == nil {
          path = candidate.path
          installation.era = candidate.era.rawValue
        }
      } catch {
        guard error.code != .notFound else { continue }
        installation.problems.append(Installation.Problem(path: candidate.path, what: Paths.explain(error)))
      }
    }
    guard let path else { return }
    let roots = ["OPENCLAW_INCLUDE_ROOTS", "CLAWDBOT_INCLUDE_ROOTS"].compactMap { environment[$0] }
      .flatMap { $0.split(separator: ":").map(String.init) }.filter { $0.hasPrefix("/") }
    var reader = ConfigurationReader(files: files, includeRoots: roots)
    let merged = reader.read(path)
    installation.problems += reader.problems
    installation.files += reader.includes
    guard let merged else { return }
    var variables = environment
    for (name, value) in Self.inlineVariables(merged) where variables[name]?.isEmpty ?? true { variables[name] = value }
    var cutter = CredentialCutter(tags: tags, variables: variables)
    installation.configuration = Configuration(path: path, root: cutter.cut(merged))
    installation.secrets = cutter.facts
    for key in ["meta.lastTouchedVersion", "wizard.lastRunVersion"] {
      guard let version = installation.configuration?[key]?.string, PackageReader.isVersion(version) else { continue }
      installation.version = version
      installation.versionSource = path
      break
    }
  }

  /// `env.vars.NAME`, and `env.NAME` of earlier files.
  private static func inlineVariables(_ root: Configuration.Setting) -> [(String, String)] {
    let own = (root["env"]?.members ?? []).filter { $0.name != "vars" && $0.name != "shellEnv" }
    return ((root["env"]?["vars"]?.members ?? []) + own).compactMap { member in
      member.setting.string.map { (member.name, $0) }
    }
  }

  // MARK: auth profiles

  /// Which profiles hold their key in clear: `{profiles: {ID: {type, key | token | access, refresh}}}`.
  private func readAuthProfiles(into installation: inout Installation) {
    for fact in installation.files where fact.role == .authProfiles {
      let node: Node
      do throws(FileError) {
        let bytes = try files.read(fact.path, limit: 2 << 20)
        do { node = try JSON5.parse(bytes) } catch {
          installation.problems.append(
            Installation.Problem(
              path: fact.path, line: error.line, column: error.column, what: "not JSON: \(error.message)"))
          continue
        }
      } catch {
        installation.problems.append(
          Installation.Problem(path: fact.path, what: Paths.explain(error, limit: 2 << 20)))
        continue
      }
      // `auth.json` has the profiles at its top.
      for profile in (node["profiles"] ?? node).members ?? [] {
        for member in profile.node.members ?? [] {
          guard ["key", "apiKey", "token", "access", "refresh", "secret"].contains(member.name),
            let text = member.node.string, !Secret.isPlaceholder(text)
          else { continue }
          installation.storedSecrets.append(
            CredentialCutter.literal(
              text, key: "profiles.\(profile.name).\(member.name)", file: fact.path, line: member.node.start.line,
              tags: tags))
          guard installation.storedSecrets.count < 2000 else { return }
        }
      }
    }
  }

  /// What was refused is blind spot as well, with the way to let it be seen.
  private mutating func note(_ installation: inout Installation) {
    for problem in installation.problems where problem.what.contains("permission denied") {
      blind.append(SourceStatus.Blind(problem.path, remedy: "run with sudo to include \(problem.path)"))
    }
  }
}
