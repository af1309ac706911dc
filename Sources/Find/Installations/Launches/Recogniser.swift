/// Tells which agent a command line or a variable belongs to. The fingerprint table answers in the product (`HostSensor`
/// hands it in); without it only OpenClaw's own names are known.
public struct Recogniser: Sendable {
  /// Kind of the agent that a command line starts, program first; nil where it starts none.
  public var program: @Sendable ([String]) -> String?
  /// Kind of the agent that a variable's name belongs to.
  public var variable: @Sendable (String) -> String?

  public init(
    program: @escaping @Sendable ([String]) -> String?, variable: @escaping @Sendable (String) -> String?
  ) {
    self.program = program
    self.variable = variable
  }

  /// OpenClaw under each of its names.
  public static let openClaw = Recogniser(
    program: { words in
      // The program, or the script behind an interpreter and its switches.
      words.prefix(4).contains { era(ofProgram: $0) != nil } ? "openclaw" : nil
    },
    variable: { name in
      ["OPENCLAW_", "CLAWDBOT_", "MOLTBOT_"].contains { name.hasPrefix($0) } ? "openclaw" : nil
    })

  /// `/usr/bin/openclaw`, `…/openclaw/dist/index.js`, `openclaw.mjs`.
  static func era(ofProgram argument: String) -> Era? {
    let parts = argument.split(separator: "/").map(String.init)
    guard let last = parts.last else { return nil }
    return Era.allCases.first { era in
      if last == era.word || last == "\(era.word).mjs" { return true }
      return (last.hasSuffix(".js") || last.hasSuffix(".mjs")) && parts.contains { era.packages.contains($0) }
    }
  }
}
