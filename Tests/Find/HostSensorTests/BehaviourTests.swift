import Model
import Platform
import Testing

@testable import HostSensor

/// What no fingerprint names is noticed by what it does; the threshold is five points.
@Suite struct BehaviourTests {
  /// A program of nobody's: it listens and runs a shell without a terminal (2 + 1), and has run for two hours (1).
  private static func four() -> FakeHost {
    var host = FakeHost()
    host.add(pid: 500, "helperd", exe: "/opt/helperd", ["helperd"], start: 100, open: [3: "socket:[7]"])
    host.add(pid: 501, parent: 500, "sh", exe: "/usr/bin/dash", ["sh", "-c", "ls"], start: 7000)
    host.listen("127.0.0.1", 9000, inode: 7)
    return host
  }

  @Test func `one point below the threshold is silence`() async {
    let sweep = await Self.four().processes()
    #expect(sweep.observations.isEmpty)
  }

  @Test func `at the threshold it is an unknown agent of low confidence, with its reasons`() async throws {
    var host = Self.four()
    // An MCP configuration in its arguments: two points more.
    host.add(
      pid: 500, "helperd", exe: "/opt/helperd", ["helperd", "--mcp-config", "/x"], start: 6000, open: [3: "socket:[7]"])
    let found = await host.processes().of(.process)
    let unknown = try #require(found.first)
    #expect(found.count == 1)
    #expect(unknown.kind == nil)
    #expect(unknown.confidence == .low)
    #expect(unknown.facts.data["points"] == 5)
    #expect(unknown.facts.reasons.count == 3)
    #expect(unknown.facts.listeners.map(\.port) == [9000])
  }

  @Test func `a process younger than ten seconds has three points less`() async {
    var host = Self.four()
    host.add(
      pid: 500, "helperd", exe: "/opt/helperd", ["helperd", "--mcp-config", "/x"], start: 7195,
      open: [3: "socket:[7]"])
    #expect(await host.processes().observations.isEmpty)
  }

  @Test func `a shell with a terminal is a person's`() async {
    var host = Self.four()
    host.add(pid: 501, parent: 500, "bash", exe: "/usr/bin/bash", ["bash"], start: 7000, terminal: true)
    host.add(
      pid: 500, "helperd", exe: "/opt/helperd", ["helperd", "--mcp-config", "/x"], start: 100, open: [3: "socket:[7]"])
    #expect(await host.processes().observations.isEmpty)
  }

  @Test func `what a known agent started is not a second, unknown one`() async {
    var host = FakeHost()
    host.add(pid: 400, "openclaw-gatewa", exe: "/usr/bin/node", ["openclaw-gateway"], start: 50)
    host.add(
      pid: 500, parent: 400, "helperd", exe: "/opt/helperd", ["helperd", "--mcp-config", "/x"],
      variables: ["OPENAI_API_KEY": "x", "TELEGRAM_BOT_TOKEN": "y"])
    host.add(pid: 501, parent: 500, "sh", exe: "/usr/bin/dash", ["sh", "-c", "ls"])
    #expect(await host.processes().of(.process).map(\.kind) == ["openclaw"])
  }

  @Test func `memory files in its folder and keys for model and chat are signs`() async throws {
    var host = FakeHost()
    host.files.add("/srv/bot/SOUL.md", "you are")
    host.add(
      pid: 500, "python3", exe: "/usr/bin/python3.11", ["python3", "bot.py"],
      variables: ["OPENAI_API_KEY": "x", "TELEGRAM_BOT_TOKEN": "y"], start: 100, cwd: "/srv/bot")
    let found = await host.processes().of(.process)
    #expect(found.first?.facts.data["points"] == 5)
    // Names of variables are signs; their values appear nowhere.
    #expect(!(found.first.map { "\($0)" } ?? "").contains("TELEGRAM_BOT_TOKEN"))
  }
}
