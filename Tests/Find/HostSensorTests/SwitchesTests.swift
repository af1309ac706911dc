import Testing

@testable import HostSensor

@Suite struct SwitchesTests {
  @Test(arguments: [
    // A value that is nobody's business keeps its place, so that the next switch is not taken for it.
    (
      ["claude", "-p", "delete it", "--model", "mock", "--permission-mode", "bypassPermissions"],
      ["-p …", "--model …", "--permission-mode bypassPermissions"]
    ),
    (["claude", "--allowedTools", "Bash(*),Edit"], ["--allowedTools Bash(*),Edit"]),
    (["claude", "--allowedTools", "Bash(cat /etc/shadow)"], ["--allowedTools …"]),
    (
      ["codex", "exec", "-c", "key=sk-secret", "-s", "danger-full-access", "do it"], ["-c …", "-s danger-full-access"]
    ),
    (["x", "--token=sk-secret", "--sandbox=read-only"], ["--token=…", "--sandbox=read-only"]),
    (["x", "--", "--yolo"], []),
    (["x", "- a list\n- of things", "-a text that begins with a dash"], []),
  ])
  func `switches are told, and of their values only words that say how the agent behaves`(
    _ arguments: [String], _ shown: [String]
  ) {
    #expect(Switches.shown(arguments) == shown)
  }
}
