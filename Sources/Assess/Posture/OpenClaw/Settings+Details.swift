import Installations
import Knowledge
import Model

extension Settings {
  /// Asks a question about what lies beside the configuration; says why not where nobody looked.
  static func details(
    _ subject: Subject, _ question: (OpenClawDetails, Installation) -> [Answer]
  ) -> [Answer] {
    guard let installation = subject.installation else { return [.notMeasured(subject.installationMissing)] }
    guard let details = installation.details else {
      return [.notMeasured("only the configuration was looked at, not what lies beside it")]
    }
    let state = installation.stateDirectory
    if let problem = installation.problems.first(where: { $0.path == state && $0.what.contains("permission denied") }) {
      return [.notMeasured("the state directory was not read: \(problem.what)", at: .init(file: state))]
    }
    return question(details, installation)
  }

  /// The same, for questions that need the configuration as well.
  static func judgeDetails(
    _ subject: Subject, _ question: (Settings, OpenClawDetails) -> [Answer]
  ) -> [Answer] {
    details(subject) { details, _ in judge(subject) { question($0, details) } }
  }

  /// One answer where nothing failed, else the failures, the first twenty by name.
  static func outcome(_ failures: [Answer], else pass: @autoclosure () -> Answer) -> [Answer] {
    failures.isEmpty ? [pass()] : FileRules.capped(failures)
  }

  /// Whether state moved into SQLite, from files of that time: since the summer of 2026 pairing, approvals, install records
  /// and scheduled jobs stand there, and not in files.
  var keepsStateInDatabase: Bool {
    installation.databases.contains { $0.hasSuffix("/state/openclaw.sqlite") }
      || (subject.openClawVersion.map { $0 >= .init(year: 2026, month: 7, number: 2) } ?? false)
  }

  static let databaseReason = "since mid 2026 it stands in state/openclaw.sqlite, which is not read"

  /// Names of variables that the gateway runs with, wherever they were seen: process, `.env`, units.
  func variables(_ names: Set<String>) -> [(name: String, location: Finding.Location, source: String)] {
    var out: [(String, Finding.Location, String)] = []
    for entry in installation.dotenv where names.contains(entry.name) && !entry.isEmpty {
      out.append(
        (entry.name, .init(file: installation.stateDirectory + "/.env", line: entry.line, key: entry.name), ".env"))
    }
    for unit in installation.units {
      for variable in unit.environment where names.contains(variable.name) {
        out.append(
          (variable.name, .init(file: variable.file ?? unit.path, line: variable.line, key: variable.name), unit.name))
      }
    }
    let units = Set(installation.units.map(\.path))
    for launch in installation.launches where !units.contains(launch.file) {
      for name in launch.environment where names.contains(name) {
        out.append((name, launch.location(name), launch.file))
      }
    }
    for name in subject.environment.found?.intersection(names).sorted() ?? []
    where !out.contains(where: { $0.0 == name }) {
      out.append((name, .init(key: name), "the environment of the process"))
    }
    return out
  }
}

/// One configured channel or account of it, for questions about its own keys.
struct ChannelAccount {
  var channel: String
  /// `telegram`, `telegram account work`.
  var name: String
  var key: String
  var own: Configuration.Setting
  var parent: (key: String, setting: Configuration.Setting)?

  /// The first of some spellings: in the account, then in its channel.
  func find(_ names: String...) -> (key: String, setting: Configuration.Setting)? {
    for (base, section) in [(key, own)] + (parent.map { [($0.key, $0.setting)] } ?? []) {
      for name in names {
        if let setting = section.at(name) { return ("\(base).\(name)", setting) }
      }
    }
    return nil
  }
}

extension Settings {
  /// Enabled channels, and each account of theirs that sets one of these keys itself.
  func accounts(of channel: String? = nil, setting keys: [String]) -> [ChannelAccount] {
    var out: [ChannelAccount] = []
    for (key, member) in channels where channel == nil || member.name == channel {
      out.append(ChannelAccount(channel: member.name, name: member.name, key: key, own: member.setting, parent: nil))
      for account in member.setting.at("accounts")?.members ?? []
      where account.setting.members != nil && account.setting.at("enabled")?.bool != false
        && keys.contains(where: { account.setting.at($0) != nil })
      {
        out.append(
          ChannelAccount(
            channel: member.name, name: "\(member.name) account \(account.name)",
            key: "\(key).accounts.\(account.name)",
            own: account.setting, parent: (key, member.setting)))
      }
    }
    return out
  }
}
