import Formats
import Installations
import Model
import Platform
import Testing

/// Products with few files, as they lie on a disk.
@Suite struct SmallKinTests {
  static let rows: [Finder.Fingerprint] = [
    .init(kind: "openhands", role: .stateDirectory, path: ".openhands", confidence: .medium)
  ]

  static func read(_ kind: String, _ texts: KeyValuePairs<String, String>, owner: UInt32 = 1000) throws -> Installation
  {
    var files = Eras.machine
    for (path, text) in texts { files.add(path, text, owner: owner) }
    return try #require(Eras.find(files, fingerprints: rows).installations.first { $0.kind == kind })
  }

  @Test func `OpenHands' folders of work are those that its conversations name, and nothing else of these is kept`()
    throws
  {
    let it = try Self.read(
      "openhands",
      [
        "/home/ada/.openhands/agent_settings.json": #"{"llm":{"model":"m","api_key":"sk-live-1234567890abcdef"}}"#,
        "/home/ada/.openhands/mcp.json": #"{"mcpServers":{}}"#, "/home/ada/.openhands/hooks.json": #"{"hooks":{}}"#,
        "/home/ada/.openhands/conversations/a/base_state.json":
          #"{"id":"a","agent":{"llm":{"api_key":"x"}},"workspace":{"working_dir":"/home/ada/app","kind":"LocalWorkspace"}}"#,
        "/home/ada/.openhands/conversations/b/base_state.json":
          #"{"id":"b","workspace":{"working_dir":"/home/ada/app"}}"#,
        "/home/ada/.openhands/conversations/c/base_state.json": #"{"id":"c","workspace":{"working_dir":"/home/ada"}}"#,
        "/home/ada/.openhands/conversations/a/events/event-00000-a.json": "{}",
        "/home/ada/app/.openhands/hooks.json": #"{"hooks":{"Stop":[]}}"#,
        "/home/ada/app/.openhands/skills/one.md": "Do it.", "/home/ada/app/AGENTS.md": "Do it.",
      ])
    #expect(it.layers.filter { $0.role == "record" }.count == 2)
    #expect(it.layers.allSatisfy { $0.role != "record" || $0.configuration["agent"] == nil })
    #expect(
      it.layers.filter { $0.role == "hooks" }.map(\.path) == [
        "/home/ada/app/.openhands/hooks.json", "/home/ada/.openhands/hooks.json",
      ])
    #expect(it.layers.first { $0.role == "hooks" }?.project == "/home/ada/app")
    #expect(it.layers.first { $0.path.hasSuffix("hooks.json") && $0.scope == .user } != nil)
    #expect(
      it.files.filter { $0.role == .instructions }.map(\.path) == [
        "/home/ada/app/.openhands/skills", "/home/ada/app/AGENTS.md",
      ])
    #expect(it.files.contains { $0.role == .transcript && $0.path.hasSuffix("event-00000-a.json") })
    let settings = try #require(it.layers.first { $0.path.hasSuffix("agent_settings.json") })
    #expect(settings.configuration["llm.api_key"]?.string == Configuration.redacted)
    #expect(it.problems.isEmpty)
  }

  @Test func `a conversation whose record is broken is told of, and the settings are read all the same`() throws {
    let it = try Self.read(
      "openhands",
      [
        "/home/ada/.openhands/agent_settings.json": "{}",
        "/home/ada/.openhands/conversations/a/base_state.json": "{",
        "/home/ada/.openhands/conversations/b/base_state.json": #"{"workspace":{"working_dir":7}}"#,
      ])
    #expect(it.problems.map(\.path) == ["/home/ada/.openhands/conversations/a/base_state.json"])
    #expect(it.layers.contains { $0.role == "settings" })
  }
}
