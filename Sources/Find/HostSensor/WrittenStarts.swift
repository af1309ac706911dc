import Installations
import Matching
import Model

/// Starts of agents that are written down where no state of theirs was found: crontabs, logins, Compose and Quadlet files.
/// What starts an installation is told with it. An alias of a shell starts nothing by itself and is left out.
enum WrittenStarts {
  static func observations(
    _ launches: [(kind: String, launch: Installation.Launch)], host: Host, now: Timestamp
  ) -> [Observation] {
    launches.compactMap { kind, launch in
      guard let place = place(launch.origin) else { return nil }
      let line = launch.line.map { ":\($0)" } ?? ""
      var facts = Observation.Facts()
      facts.status = .enabled
      facts.user = launch["user"]?.value
      facts.reasons = ["\(place) starts \(kind)"]
      facts.data["written_in"] = .string(launch.file)
      if let line = launch.line { facts.data["line"] = .int(Int64(line)) }
      if let image = launch["image"]?.value { facts.data["image"] = .string(image) }
      let user = facts.user.map { " as \($0)" } ?? ""
      return Observation(
        source: .unit, time: now, confidence: .medium, kind: kind, host: host,
        keys: [.unit(host: host.id, path: launch.file + line)],
        detail: VisibleText.cutMiddle("\(place) \(launch.file)\(line)\(user)", to: 300),
        proof: ShellWord.quote(launch.file).map { "cat \($0)" }, facts: facts)
    }
  }

  private static func place(_ origin: Installation.Launch.Origin) -> String? {
    switch origin {
    case .cron: "crontab"
    case .login: "login file"
    case .compose: "Compose file"
    case .quadlet: "Quadlet file"
    case .timer: "timer"
    case .unit, .shell, .process: nil
    }
  }
}
