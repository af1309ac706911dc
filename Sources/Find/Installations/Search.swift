import Model
import Platform

/// A state directory that was found, once, whatever leads to it.
struct Place {
  var real: String
  var linkedFrom: String?
  var era: Era
  var profile: String?
  var configurationPath: String?
  /// Its content could not be listed.
  var isUnreadable = false
  /// Units and process environments that name it, by index.
  var units: Set<Int> = []
  var environments: [Int] = []
}

/// Finds the state directories of OpenClaw under all its names.
struct Search {
  let files: any FileSystem
  private(set) var places: [Place] = []
  private(set) var blind: [SourceStatus.Blind] = []
  private(set) var directories = 0
  /// Homes that are named as blind spots already, with everything in them.
  private(set) var closedHomes: [String] = []

  init(files: any FileSystem) { self.files = files }

  /// How much a directory must show before it counts.
  private enum Proof {
    /// The name says it already: any part of a state directory is enough.
    case usual
    /// The place is anybody's (`/data`): a configuration or the state database.
    case strict
    /// A unit or process names it: it exists, that is enough.
    case named
  }

  mutating func look(
    homes: [Finder.Home], directories: [String], units: [FoundUnit], environments: [Finder.Environment]
  ) {
    for home in homes { look(home) }
    for path in directories {
      let named = Era.of(directory: Paths.name(of: path))
      add(path, era: named?.era ?? .openClaw, profile: named?.profile, proof: .usual)
    }
    for path in ["/home/node/.openclaw", "/data/.openclaw", "/var/lib/openclaw", "/var/lib/clawdbot"] {
      add(path, era: Era.mentioned(in: path) ?? .openClaw, profile: nil, proof: .usual)
    }
    add("/data", era: .openClaw, profile: nil, proof: .strict)
    // Several names of one directory are followed to one place, so a unit's default directory is found again here.
    for (index, unit) in units.enumerated() {
      guard let placement = Placement(variables: unit.variables, home: unit.home, era: unit.era) else { continue }
      if let place = follow(placement, era: unit.era) { places[place].units.insert(index) }
    }
    for (index, environment) in environments.enumerated() {
      guard let placement = Placement(variables: environment.variables, home: nil) else { continue }
      // Every process has a HOME; only one that speaks of the product tells what its installation's variables are.
      guard environment.variables.keys.contains(where: Self.isOurs) else { continue }
      if let place = follow(placement, era: .openClaw) { places[place].environments.append(index) }
    }
  }

  private static func isOurs(_ name: String) -> Bool {
    ["OPENCLAW_", "CLAWDBOT_", "MOLTBOT_"].contains { name.hasPrefix($0) }
  }

  private mutating func look(_ home: Finder.Home) {
    do {
      // Nobody has hundreds of profiles; somebody may make a million directories.
      for name in try files.list(home.path).lazy.filter({ Era.of(directory: $0) != nil }).prefix(200) {
        guard let (era, profile) = Era.of(directory: name) else { continue }
        add("\(home.path)/\(name)", era: era, profile: profile, proof: .usual)
      }
    } catch {
      guard error.code == .denied else { return }
      closedHomes.append(home.path)
      blind.append(
        SourceStatus.Blind(
          home.user.map { "the home of \($0) (\(home.path))" } ?? home.path,
          remedy: "run with sudo to include \(home.path)"))
      // A home without the right to list may still let its known names be looked up.
      for era in Era.allCases { add("\(home.path)/\(era.directoryName)", era: era, profile: nil, proof: .usual) }
    }
  }

  private mutating func follow(_ placement: Placement, era: Era) -> Int? {
    for directory in placement.stateDirectories {
      let named = Era.of(directory: Paths.name(of: directory))
      guard
        let place = add(
          directory, era: named?.era ?? era, profile: placement.profile ?? named?.profile,
          proof: placement.isExplicit ? .named : .usual)
      else { continue }
      if let path = placement.configurationPath { places[place].configurationPath = path }
      if let profile = placement.profile { places[place].profile = profile }
      return place
    }
    return nil
  }

  /// Index of the place, new or known; nil where there is no such directory or it is something else.
  @discardableResult
  private mutating func add(_ path: String, era: Era, profile: String?, proof: Proof) -> Int? {
    let real: String
    do {
      real = try files.realPath(path)
      guard try files.status(real, followingLinks: true).kind == .directory else { return nil }
    } catch {
      if error.code == .denied, !closedHomes.contains(where: { Paths.isInside(path, $0) }) {
        blind.append(SourceStatus.Blind(path, remedy: "run with sudo to include \(path)"))
      }
      return nil
    }
    let isLink = (try? files.status(path, followingLinks: false).kind) == .symlink
    if let known = places.firstIndex(where: { $0.real == real }) {
      // Found under its own name as well: then the link is only another way to it.
      if !isLink { places[known].linkedFrom = nil }
      return known
    }
    var place = Place(real: real, linkedFrom: isLink ? path : nil, era: era, profile: profile)
    do {
      let names = Set(try files.list(real))
      directories += 1
      guard proof == .named || isState(real, names, strict: proof == .strict) else { return nil }
    } catch {
      guard error.code == .denied, proof != .strict else { return nil }
      directories += 1
      blind.append(SourceStatus.Blind(real, remedy: "run with sudo to include \(real)"))
      // The exact name with all rights taken away is what a careful owner's installation looks like.
      guard proof == .named || Paths.name(of: path) == era.directoryName else { return nil }
      place.isUnreadable = true
    }
    places.append(place)
    return places.count - 1
  }

  /// Whether a directory holds what only a state directory holds; a backup folder or an empty one does not.
  private func isState(_ path: String, _ names: Set<String>, strict: Bool) -> Bool {
    if Era.configurationNames.contains(where: { names.contains($0.name) }) { return true }
    if names.contains("state"), files.exists("\(path)/state/openclaw.sqlite") { return true }
    if strict { return false }
    if ["exec-approvals.json", "openclaw.json.bak"].contains(where: names.contains) { return true }
    for directory in ["agents", "credentials"] where names.contains(directory) {
      if (try? files.status("\(path)/\(directory)", followingLinks: true).kind) == .directory { return true }
    }
    return [
      "workspace/SOUL.md", "workspace/AGENTS.md", "identity/device.json", "lib/node_modules/openclaw/package.json",
    ]
    .contains { names.contains(String($0.prefix { $0 != "/" })) && files.exists("\(path)/\($0)") }
  }
}
