extension Fixture {
  /// Agents other than OpenClaw.
  static let kin: [Fixture] =
    claudeCode + codex + gemini + mcp + nanobot + hermes + openCode + openHands + gooseRules + nanoClaw
}
