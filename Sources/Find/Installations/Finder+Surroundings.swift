import Model
import Platform

extension Finder {
  /// What starts each installation, what its state database holds, and what the machine says around it.
  ///
  /// - Parameter closed: homes that are named as blind spots already.
  func surroundings(
    _ homes: [Home], _ units: [FoundUnit], _ unreadUnits: [Installation.UnreadStart], closed: [String],
    _ accounts: Accounts, _ found: inout Found
  ) {
    let isOfThisMachine = (files as? SystemFiles)?.root == nil && files is SystemFiles
    for index in found.installations.indices {
      StateDatabase.read(&found.installations[index], isOfThisMachine: isOfThisMachine)
      NanoClawState.read(&found.installations[index], tags: tags, isOfThisMachine: isOfThisMachine)
    }
    var reader = LaunchReader(files: files, accounts: accounts, recogniser: recogniser)
    let folders = found.installations.flatMap { [$0.stateDirectory, Paths.parent(of: $0.stateDirectory)] }
    reader.read(homes: homes, units: units, folders: folders)
    let others = OtherProducts(files: files, fingerprints: fingerprints, accounts: accounts, tags: tags)
    let kinds = Set(fingerprints.map(\.kind))
    var places = environments.flatMap { MovedState.places(in: $0.variables, home: $0.variables["HOME"]) }
    for launch in reader.launches { places += MovedState.places(in: launch.variables, home: launch.home) }
    for place in places where kinds.contains(place.kind) && found.installations.count < 10_000 {
      if let moved = others.moved(place, known: found.installations) { found.installations.append(moved) }
    }
    let known = closed + found.blind.map(\.what)
    found.blind += Self.joined(
      reader.blind.filter { blind in !known.contains { Paths.isInside(blind.what, $0) } }, homes)
    attach(reader.launches, units, &found)
    for index in found.installations.indices {
      let hidden = (unreadUnits + reader.unread).filter {
        mayStart(from: $0.path, found.installations[index], homes, accounts)
      }
      found.installations[index].unreadStarts = Array(hidden.prefix(100))
    }
    for problem in reader.problems {
      for index in found.installations.indices where concerns(problem.path, found.installations[index], homes) {
        found.installations[index].problems.append(problem)
      }
    }
    guard !found.installations.isEmpty else { return }
    let facts = MachineReader(files: files, accounts: accounts).read(homes: homes)
    for index in found.installations.indices { found.installations[index].machine = facts }
  }

  /// A closed folder hides many files that start programs: one line for each home, not one for each file.
  private static func joined(_ blind: [SourceStatus.Blind], _ homes: [Home]) -> [SourceStatus.Blind] {
    var places: [String: [SourceStatus.Blind]] = [:]
    var order: [String] = []
    for one in blind {
      let place = homes.first { Paths.isInside(one.what, $0.path) }?.path ?? one.what
      if places[place] == nil { order.append(place) }
      places[place, default: []].append(one)
    }
    return order.flatMap { place -> [SourceStatus.Blind] in
      let own = places[place] ?? []
      guard own.count > 1 else { return own }
      return [
        .init("\(own.count) files of \(place) that may start programs", remedy: "run with sudo to include \(place)")
      ]
    }
  }

  private func attach(_ launches: [FoundLaunch], _ units: [FoundUnit], _ found: inout Found) {
    let all = found.installations
    for index in all.indices {
      for fact in all[index].units {
        let line = units.first { $0.fact.path == fact.path }?.line
        var launch = Installation.Launch(
          .unit, file: fact.path, line: line, words: fact.execStart, environment: fact.environment.map(\.name))
        for variable in fact.environment { launch.values[variable.name] = variable.value }
        launch.options = units.first { $0.fact.path == fact.path }?.options ?? []
        launch.status = all[index].files.first { $0.path == fact.path }?.status
        found.installations[index].launches.append(launch)
      }
    }
    for launch in launches {
      var isTaken = false
      for index in all.indices where launch.starts(all[index], among: all) {
        guard found.installations[index].launches.count < 500 else { continue }
        found.installations[index].launches.append(launch.launch)
        isTaken = true
      }
      if !isTaken, launch.kind != LaunchReader.everyKind, found.loose.count < 500 {
        found.loose.append(Loose(kind: launch.kind, launch: launch.launch))
      }
    }
  }

  /// Whether a start that stands in that file could be one of this installation: what belongs to another user starts
  /// what is that user's.
  private func mayStart(
    from path: String, _ installation: Installation, _ homes: [Home], _ accounts: Accounts
  ) -> Bool {
    let own = homes.first { Paths.isInside(installation.stateDirectory, $0.path) }
    if let home = homes.first(where: { $0.path != "/" && Paths.isInside(path, $0.path) }) {
      return home.path == own?.path || own == nil
    }
    guard path.hasPrefix("/var/spool/cron/"), let own else { return true }
    let name = Paths.name(of: path)
    guard let account = accounts[named: name], account.user != 0 else { return true }
    return account.home == own.path || name == own.user
  }

  /// What lies in the same home, or beside the state.
  private func concerns(_ path: String, _ installation: Installation, _ homes: [Home]) -> Bool {
    let home = homes.first { Paths.isInside(installation.stateDirectory, $0.path) }?.path
    return Paths.isInside(path, home ?? Paths.parent(of: installation.stateDirectory))
  }
}
