/// The names that OpenClaw has had. Each left its own directories, files, packages and units behind.
enum Era: String, CaseIterable, Sendable {
  case openClaw = "OpenClaw"
  case moltbot = "Moltbot"
  case clawdbot = "Clawdbot"
  case clawdis = "Clawdis"

  /// `openclaw`: in directories, units, packages and arguments.
  var word: String { rawValue.lowercased() }

  var directoryName: String { "." + word }

  /// Names of the main configuration, in the order in which releases look for them whatever the directory is called.
  static let configurationNames: [(name: String, era: Era)] = [
    ("openclaw.json", .openClaw), ("clawdbot.json", .clawdbot), ("moltbot.json", .moltbot), ("moldbot.json", .moltbot),
    ("clawdis.json", .clawdis),
  ]

  /// npm packages that install it.
  var packages: [String] {
    switch self {
    case .openClaw: ["openclaw"]
    // The package of those three days installed the older command as well.
    case .moltbot: ["moltbot", "clawdbot"]
    case .clawdbot: ["clawdbot"]
    case .clawdis: ["clawdis"]
    }
  }

  /// What a directory's name says: `.openclaw-work` is OpenClaw with the profile `work`; nil for other names.
  static func of(directory name: String) -> (era: Era, profile: String?)? {
    if name == ".moldbot" { return (.moltbot, nil) }
    for era in allCases where name.hasPrefix(era.directoryName) {
      let rest = name.dropFirst(era.directoryName.count)
      return (era, rest.hasPrefix("-") && rest.count > 1 ? String(rest.dropFirst()) : nil)
    }
    return nil
  }

  /// Whose word stands in a text, such as the name of a unit.
  static func mentioned(in text: String) -> Era? { allCases.first { text.contains($0.word) } }
}
