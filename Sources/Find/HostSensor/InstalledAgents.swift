public import Installations
import Matching
public import Model

/// Installations as observations: what lies on the disk, whether it runs or not.
public enum InstalledAgents {
  /// - Parameter host: the machine that the files belong to.
  public static func observations(_ installations: [Installation], host: Host, now: Timestamp) -> [Observation] {
    installations.map { installation in
      var facts = Observation.Facts()
      facts.status = status(installation)
      facts.version = installation.version
      facts.user = installation.ownerName ?? String(installation.owner)
      facts.stateDirectory = installation.stateDirectory
      facts.data["era"] = .string(installation.era)
      facts.data["mode"] = .string(octal(installation.mode))
      if let source = installation.versionSource { facts.data["version_source"] = .string(source) }
      if let profile = installation.profile { facts.data["profile"] = .string(profile) }
      if let link = installation.linkedFrom { facts.data["linked_from"] = .string(link) }
      if !installation.databases.isEmpty { facts.data["databases"] = .strings(installation.databases) }
      if !installation.problems.isEmpty { facts.data["problems"] = .int(Int64(installation.problems.count)) }
      var detail = "\(installation.stateDirectory) (\(installation.era)), mode \(octal(installation.mode))"
      if let configuration = installation.configuration { detail += ", \(lastPart(configuration.path))" }
      var keys: [Observation.Key] = [.stateDirectory(host: host.id, path: installation.stateDirectory)]
      keys += installation.units.map { .unit(host: host.id, path: $0.path) }
      var out = facts
      out.reasons = ["state directory of \(installation.kind)"]
      return Observation(
        source: .installation, time: now, confidence: installation.configuration == nil ? .medium : .high,
        kind: installation.kind, host: host, keys: keys, detail: detail,
        proof: ShellWord.quote(installation.stateDirectory).map { "ls -la \($0)" }, facts: out)
    }
  }

  private static func status(_ installation: Installation) -> Agent.Status {
    if installation.units.contains(where: \.enabled) { return .enabled }
    return installation.version != nil ? .installed : .remains
  }

  static func octal(_ mode: UInt16) -> String {
    let text = String(mode, radix: 8)
    return String(repeating: "0", count: max(0, 4 - text.utf8.count)) + text
  }

  private static func lastPart(_ path: String) -> String { path.split(separator: "/").last.map(String.init) ?? path }
}
