public import Matching
public import Model
public import Platform

/// Looks for installations of agent products on a disk: in every home, in the usual places of containers, and wherever
/// units and running processes say. It reads and never writes.
public struct Finder: Sendable {
  /// A directory in which a user's agents keep their state.
  public struct Home: Sendable, Hashable {
    public var path: String
    public var user: String?
    public init(_ path: String, user: String? = nil) {
      self.path = path
      self.user = user
    }
  }

  /// The environment of a running process, as far as its owner lets it be read.
  public struct Environment: Sendable, Hashable {
    public var variables: [String: String]
    /// For messages: `pid 812`.
    public var origin: String
    public init(_ variables: [String: String], origin: String) {
      self.variables = variables
      self.origin = origin
    }
  }

  /// Where another product keeps its state: a row of the fingerprint table with the signal `state.dir` or `config.file`
  /// and an exact path.
  public struct Fingerprint: Sendable, Hashable {
    public enum Role: Sendable, Hashable { case stateDirectory, configuration }
    public var kind: String
    public var role: Role
    /// Relative to a home; from the root where it begins with a slash.
    public var path: String
    public var confidence: Confidence
    public init(kind: String, role: Role, path: String, confidence: Confidence) {
      self.kind = kind
      self.role = role
      self.path = path
      self.confidence = confidence
    }
  }

  /// What one look brought.
  public struct Found: Sendable, Hashable {
    public var installations: [Installation] = []
    /// Units of the product whose state directory is not there, or not readable.
    public var looseUnits: [Installation.UnitFact] = []
    /// Program trees of the product, with or without state.
    public var packages: [Package] = []
    /// Launches of agents of which no installation was found, with their kind.
    public var looseLaunches: [(kind: String, launch: Installation.Launch)] { loose.map { ($0.kind, $0.launch) } }
    var loose: [Loose] = []
    public var looked = Looked()
    public var blind: [SourceStatus.Blind] = []
  }

  struct Loose: Sendable, Hashable {
    var kind: String
    var launch: Installation.Launch
  }

  public struct Looked: Sendable, Hashable {
    public var homes = 0
    /// Directories whose name or mention made them worth a look.
    public var directories = 0
    public var units = 0
    public var files = 0
    /// `14 homes, 3 state directories, 212 files, 2 units`.
    public var description: String {
      "\(homes) homes, \(directories) state directories, \(files) files, \(units) units"
    }
  }

  /// An installed package: its folder, name and version.
  public struct Package: Sendable, Hashable {
    public var path: String
    public var name: String
    public var version: String
    public init(path: String, name: String, version: String) {
      self.path = path
      self.name = name
      self.version = version
    }
  }

  let files: any FileSystem
  let extraHomes: [Home]
  let directories: [String]
  let environments: [Environment]
  let fingerprints: [Fingerprint]
  let tags: KeyedTag
  let recogniser: Recogniser

  /// `homes` come on top of those in /etc/passwd and /home, `directories` on top of the usual places of a state
  /// directory. `tags` must have a key that nobody keeps: the default is random.
  public init(
    files: some FileSystem, homes: [Home] = [], directories: [String] = [], environments: [Environment] = [],
    fingerprints: [Fingerprint] = [],
    recogniser: Recogniser = .openClaw,
    tags: KeyedTag = KeyedTag(key: .random(in: .min ... .max), .random(in: .min ... .max))
  ) {
    self.files = files
    self.extraHomes = homes
    self.directories = directories
    self.environments = environments
    self.fingerprints = fingerprints
    self.tags = tags
    self.recogniser = recogniser
  }

  public func find() -> Found {
    var found = Found()
    let accounts = Accounts.read(files)
    let homes = self.homes(accounts)
    found.looked.homes = homes.count

    var unitReader = UnitReader(files: files, accounts: accounts, tags: tags)
    let units = unitReader.read(homes: homes)
    found.looked.units = units.count

    var search = Search(files: files)
    search.look(homes: homes, directories: directories, units: units, environments: environments)
    found.looked.directories = search.directories
    found.blind =
      search.blind
      + unitReader.blind.filter { blind in !search.closedHomes.contains { Paths.isInside(blind.what, $0) } }

    var packages = PackageReader(files: files)
    packages.look(homes: homes, units: units, states: search.places.map(\.real))
    found.packages = packages.packages

    var taken: Set<Int> = []
    for place in search.places {
      let own = units.indices.filter { place.units.contains($0) }
      taken.formUnion(own)
      var reader = StateReader(files: files, tags: tags, accounts: accounts)
      var installation = reader.read(
        place, units: own.map { units[$0] },
        environments: place.environments.map { environments[$0].variables })
      packages.setVersion(of: &installation, era: place.era, units: own.map { units[$0] })
      found.blind += reader.blind
      found.looked.files += installation.files.count
      found.installations.append(installation)
    }
    found.looseUnits = units.indices.filter { !taken.contains($0) }.map { units[$0].fact }

    let others = OtherProducts(files: files, fingerprints: fingerprints, accounts: accounts, tags: tags).look(
      homes: homes)
    found.installations += others
    found.looked.directories += others.count
    found.looked.files += others.reduce(0) { $0 + $1.files.count }
    surroundings(homes, units, unitReader.unread, closed: search.closedHomes, accounts, &found)
    found.installations.sort { ($0.stateDirectory, $0.kind) < ($1.stateDirectory, $1.kind) }
    found.blind = Self.unique(found.blind)
    return found
  }

  /// Homes of /etc/passwd, every directory below /home (users of a directory service are in no passwd) and /Users (the
  /// disk of a Mac), /root, what the caller adds and what processes call their home. Each once, by its real path.
  private func homes(_ accounts: Accounts) -> [Home] {
    var homes = [Home("/root", user: "root")] + accounts.homes + extraHomes
    for parent in ["/home", "/Users"] {
      guard let names = try? files.list(parent) else { continue }
      homes += names.prefix(10_000).filter { !$0.hasPrefix(".") && $0 != "lost+found" && $0 != "Shared" }
        .map { Home("\(parent)/\($0)") }
    }
    for environment in environments {
      for name in ["HOME", "OPENCLAW_HOME", "CLAWDBOT_HOME"] {
        if let path = environment.variables[name], path.hasPrefix("/"), path != "/" { homes.append(Home(path)) }
      }
    }
    var seen: [String: Int] = [:]
    var result: [Home] = []
    for home in homes {
      guard let real = try? files.realPath(home.path), real != "/",
        (try? files.status(real, followingLinks: true).kind) == .directory
      else {
        // A home that may not even be looked up is told of, not dropped.
        if isDenied(home.path), seen[home.path] == nil {
          seen[home.path] = result.count
          result.append(home)
        }
        continue
      }
      if let index = seen[real] {
        if result[index].user == nil { result[index].user = home.user }
        continue
      }
      seen[real] = result.count
      result.append(Home(home.path, user: home.user ?? accounts.all.first { $0.home == home.path }?.name))
    }
    return result
  }

  private func isDenied(_ path: String) -> Bool {
    do {
      _ = try files.realPath(path)
      return false
    } catch { return error.code == .denied }
  }

  private static func unique(_ blind: [SourceStatus.Blind]) -> [SourceStatus.Blind] {
    var seen: Set<SourceStatus.Blind> = []
    return blind.filter { seen.insert($0).inserted }
  }
}
