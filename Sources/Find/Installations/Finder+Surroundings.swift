import Platform

extension Finder {
  /// What starts each installation, what its state database holds, and what the machine says around it.
  func surroundings(_ homes: [Home], _ units: [FoundUnit], _ accounts: Accounts, _ found: inout Found) {
    guard !found.installations.isEmpty else { return }
    let isOfThisMachine = (files as? SystemFiles)?.root == nil && files is SystemFiles
    for index in found.installations.indices {
      StateDatabase.read(&found.installations[index], isOfThisMachine: isOfThisMachine)
      NanoClawState.read(&found.installations[index], tags: tags, isOfThisMachine: isOfThisMachine)
    }
    var reader = LaunchReader(files: files, accounts: accounts, recogniser: recogniser)
    let folders = found.installations.flatMap { [$0.stateDirectory, Paths.parent(of: $0.stateDirectory)] }
    reader.read(homes: homes, units: units, folders: folders)
    attach(reader.launches, units, &found)
    for problem in reader.problems {
      for index in found.installations.indices where concerns(problem.path, found.installations[index], homes) {
        found.installations[index].problems.append(problem)
      }
    }
    let facts = MachineReader(files: files, accounts: accounts).read(homes: homes)
    for index in found.installations.indices { found.installations[index].machine = facts }
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

  /// What lies in the same home, or beside the state.
  private func concerns(_ path: String, _ installation: Installation, _ homes: [Home]) -> Bool {
    let home = homes.first { Paths.isInside(installation.stateDirectory, $0.path) }?.path
    return Paths.isInside(path, home ?? Paths.parent(of: installation.stateDirectory))
  }
}
