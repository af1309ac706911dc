import Installations
import Matching
import Model
import Platform

/// Service units that start agents, as observations, and which running process belongs to which.
struct Units {
  private(set) var all: [AgentUnit]
  private var paths: [ProcessTable.Process.Unit: String] = [:]
  /// User units that lie in a folder of the system and run for anybody.
  private var shared: [String: String] = [:]

  /// - Parameters:
  ///   - found: what `Installations` read: units of OpenClaw, with and without their state.
  ///   - read: units of all other products.
  init(found: Finder.Found, read: [AgentUnit], homes: [Home]) {
    all = read
    func unit(_ fact: Installation.UnitFact, _ installation: Installation?) -> AgentUnit {
      let owner = homes.first { fact.path.hasPrefix($0.path + "/") }?.user
      return AgentUnit(
        fact: fact, kind: "openclaw", era: installation?.era ?? "any", confidence: .high,
        reasons: ["unit \(fact.name) starts openclaw (high)"], user: fact.system ? fact.user ?? "root" : owner,
        stateDirectory: installation?.stateDirectory)
    }
    for installation in found.installations { all += installation.units.map { unit($0, installation) } }
    all += found.looseUnits.map { unit($0, nil) }
    var seen: Set<String> = []
    all = all.filter { seen.insert($0.fact.path + "\u{0}" + ($0.stateDirectory ?? "")).inserted }
      .sorted { $0.fact.path < $1.fact.path }
    for unit in all {
      if unit.fact.system {
        paths[.init(name: unit.fact.name, user: nil)] = unit.fact.path
      } else if let uid = homes.first(where: { unit.fact.path.hasPrefix($0.path + "/") })?.uid {
        paths[.init(name: unit.fact.name, user: uid)] = unit.fact.path
      } else {
        shared[unit.fact.name] = unit.fact.path
      }
    }
  }

  /// Path of the unit file behind a running service; an instance belongs to its template.
  func path(of unit: ProcessTable.Process.Unit) -> String? {
    var names = [unit.name]
    if let at = unit.name.firstIndex(of: "@") { names.append(unit.name[...at] + ".service") }
    for name in names {
      if let path = paths[.init(name: name, user: unit.user)] ?? (unit.user == nil ? nil : shared[name]) { return path }
    }
    return nil
  }

  func observations(host: Host, now: Timestamp) -> [Observation] {
    all.map { unit in
      let fact = unit.fact
      var keys: [Observation.Key] = [.unit(host: host.id, path: fact.path)]
      var facts = Observation.Facts()
      facts.status = fact.enabled ? .enabled : .installed
      facts.user = unit.user
      facts.reasons = unit.reasons
      if let directory = unit.stateDirectory {
        keys.insert(.stateDirectory(host: host.id, path: directory), at: 0)
        facts.stateDirectory = directory
      }
      let secrets = fact.environment.filter(\.isSecret)
      facts.data["unit"] = .string(fact.path)
      facts.data["unit_scope"] = .string(fact.system ? "system" : "user")
      facts.data["enabled"] = .bool(fact.enabled)
      if let program = fact.execStart.first { facts.data["program"] = .string(program) }
      if !secrets.isEmpty {
        facts.data["secrets"] = .array(
          secrets.map {
            ["name": .string($0.name), "file": .string($0.file ?? fact.path), "line": .int(Int64($0.line))]
          })
      }
      if !fact.environmentFiles.isEmpty { facts.data["environment_files"] = .strings(fact.environmentFiles) }
      var detail = "\(fact.system ? "system" : "user") unit \(fact.name)"
      if let user = unit.user { detail += fact.system ? " as \(user)" : " of \(user)" }
      detail += fact.enabled ? ", enabled" : ", not enabled"
      if !secrets.isEmpty {
        detail += ", secret written in it: " + secrets.prefix(4).map(\.name).joined(separator: ", ")
      }
      return Observation(
        source: .unit, time: now, confidence: unit.confidence, kind: unit.kind, host: host, keys: keys, detail: detail,
        proof: ShellWord.quote(fact.name).map { "systemctl \(fact.system ? "" : "--user ")cat \($0)" }, facts: facts)
    }
  }

  func status(_ reader: UnitReader, found: Finder.Found, starts: Int) -> SourceStatus {
    let enabled = all.count { $0.fact.enabled }
    var blind: [SourceStatus.Blind] = []
    if reader.deniedHomes > 0 {
      blind.append(
        .init(
          "user units of \(reader.deniedHomes) other user\(reader.deniedHomes == 1 ? "" : "s")",
          remedy: "sudo trammel up")
      )
    }
    return SourceStatus(
      .unit,
      looked:
        "\(reader.folders) unit folders, \(all.count) units of agents, \(enabled) enabled; \(starts) more starts in crontabs, logins and container files",
      blind: blind)
  }
}
