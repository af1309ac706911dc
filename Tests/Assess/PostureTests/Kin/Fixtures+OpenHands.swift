import Installations
import Model
import Platform

@testable import Posture

extension Fixture {
  private static func hands(_ files: LayerFile..., change: (inout Subject) -> Void = { _ in }) -> Subject {
    layered("openhands", files, change)
  }
  private static func settings(_ mode: UInt16, _ text: String = "{}") -> LayerFile {
    LayerFile(scope: .user, text: text, path: "/home/ada/.openhands/agent_settings.json", mode: mode)
  }
  private static func servers(_ text: String) -> LayerFile {
    LayerFile(scope: .user, text: text, role: "mcp", path: "/home/ada/.openhands/mcp.json")
  }
  /// What a conversation says about the folder that it was held in.
  private static let record = LayerFile(
    scope: .user, text: #"{"workspace":{"working_dir":"/home/ada/src/app"}}"#, role: "record",
    path: "/home/ada/.openhands/conversations/1/base_state.json")
  private static func facts(
    _ directory: UInt16, _ files: (path: String, role: Installation.FileFact.Role, mode: UInt16)...
  ) -> (inout Subject) -> Void {
    {
      $0.installation?.mode = directory
      $0.installation?.files = files.map {
        .init(
          path: $0.path, role: $0.role,
          status: FileStatus(kind: $0.role == .sessions ? .directory : .regular, mode: $0.mode))
      }
    }
  }
  private static func compose(_ options: (String, String)...) -> (inout Subject) -> Void {
    {
      var launch = Installation.Launch(.compose, file: "/srv/oh/compose.yaml", line: 3, words: [])
      launch.options = options.map { .init($0.0, $0.1, line: 4) }
      $0.installation?.launches = [launch]
    }
  }
  private static func hook(_ command: String) -> String {
    #"{"hooks":{"SessionStart":[{"hooks":[{"type":"command","command":"\#(command)"}]}]}}"#
  }

  static let openHands: [Fixture] = openHandsDoors + openHandsFolders + openHandsSecrets

  private static let openHandsDoors: [Fixture] = [
    .fail("openhands.web-bind", .critical, "without --host", line: 7, hands(change: unit("openhands", "web"))),
    .fail(
      "openhands.web-bind", .critical, "--host ::", line: 7,
      hands(change: unit("/home/ada/.local/bin/uvx", "openhands", "web", "--host", "::"))),
    .fail(
      "openhands.web-bind", .critical, "0.0.0.0:12000 listens",
      hands { $0.sockets = .seen([socket("0.0.0.0", 12000)]) }),
    .pass(
      "openhands.web-bind", "no start of openhands web",
      hands(change: unit("openhands", "web", "--host", "127.0.0.1"))),
    .pass("openhands.web-bind", "no start", hands(change: unit("openhands", "web", "--host=localhost"))),
    .blind("openhands.web-bind", "no running process", hands(change: blindStart)),

    .fail(
      "openhands.yolo", .high, "--headless, which approves", line: 7,
      hands(change: unit("openhands", "--headless", "-t", "x"))),
    .fail("openhands.yolo", .high, "--yolo", line: 7, hands(change: unit("openhands", "--yolo"))),
    .fail("openhands.yolo", .high, "--always-approve in", hands(change: unit("openhands", "--always-approve"))),
    .pass("openhands.yolo", "asks about each", hands(change: unit("openhands"))),
    .pass("openhands.yolo", "asks about each", hands(change: unit("openhands", "--llm-approve"))),
    .pass(
      "openhands.yolo", "in container box",
      hands {
        unit("openhands", "--headless")(&$0)
        container()(&$0)
      }),
    .blind("openhands.yolo", "no running process", hands(change: blindStart)),

    .fail(
      "openhands.serve-docker", .critical, "openhands serve mounts", line: 7, hands(change: unit("openhands", "serve"))),
    .fail(
      "openhands.serve-docker", .critical, "docker.sock is mounted", line: 7,
      hands(
        change: unit(
          "docker", "run", "-p", "3000:3000", "-v", "/var/run/docker.sock:/var/run/docker.sock", "openhands:1"))),
    .fail(
      "openhands.serve-docker", .critical, "3000:3000 is published", line: 7,
      hands(change: unit("docker", "run", "-p", "3000:3000", "openhands:1"))),
    .fail(
      "openhands.serve-docker", .critical, "docker.sock is mounted",
      hands(change: compose(("volumes", "/var/run/docker.sock:/var/run/docker.sock"), ("ports", "127.0.0.1:3000:3000")))
    ),
    .fail(
      "openhands.serve-docker", .critical, "0.0.0.0:3000",
      hands(
        change: container(ports: [.init(host: nil, hostPort: 3000, containerPort: 3000)], name: "openhands-app"))),
    .pass(
      "openhands.serve-docker", "no start and no container",
      hands(change: unit("docker", "run", "-p", "127.0.0.1:3000:3000", "openhands:1"))),
    .pass("openhands.serve-docker", "", hands(change: compose(("ports", "127.0.0.1:3000:3000")))),
    .blind(
      "openhands.serve-docker", "containers were not",
      hands {
        blindStart(&$0)
        $0.container = .blind("containers were not looked at")
      }),

    .fail(
      "openhands.agent-server", .high, "--host 0.0.0.0 without a key", line: 7,
      hands(change: unit("agent-server", "--host", "0.0.0.0"))),
    .fail(
      "openhands.agent-server", .high, "--host 0.0.0.0", line: 7,
      hands(change: unit("python", "-m", "openhands.agent_server", "--host", "0.0.0.0"))),
    .fail(
      "openhands.agent-server", .high, "0.0.0.0:8000 listens", hands { $0.sockets = .seen([socket("0.0.0.0", 8000)]) }),
    .pass(
      "openhands.agent-server", "a key is set",
      hands {
        $0.installation?.launches = [
          .init(
            .unit, file: "/etc/systemd/system/k.service", line: 7, words: ["agent-server", "--host", "127.0.0.1"],
            environment: ["SESSION_API_KEY"])
        ]
      }),
    .pass("openhands.agent-server", "no start", hands(change: unit("agent-server"))),
    .blind("openhands.agent-server", "no running process", hands(change: blindStart)),
  ]

  private static let openHandsFolders: [Fixture] = [
    .fail(
      "openhands.project-hooks", .critical, "SessionStart of a folder of work runs sh x.sh", line: 1,
      hands(.project(hook("sh x.sh"), role: "hooks"))),
    .pass("openhands.project-hooks", "no hook in 1 folder", hands(.project(#"{"hooks":{}}"#, role: "hooks"))),
    .pass(
      "openhands.project-hooks", "no hook in 1 folder",
      hands(record, LayerFile(scope: .user, text: hook("sh mine.sh"), role: "hooks"))),
    .blind("openhands.project-hooks", "no conversation names", hands(settings(0o600))),
    .blind("openhands.project-hooks", "no state directory", nowhere("openhands")),
    .blind(
      "openhands.project-hooks", "permission denied",
      unreadLayer("openhands", [.project("{}", role: "hooks")], unread: 0)),

    .fail(
      "openhands.skills-autoload", .medium, "brings instructions",
      hands(record, change: facts(0o700, ("/home/ada/src/app/.openhands/skills", .instructions, 0o755)))),
    .fail(
      "openhands.skills-autoload", .medium, "brings instructions",
      hands(record, change: facts(0o700, ("/home/ada/src/app/AGENTS.md", .instructions, 0o644)))),
    .pass("openhands.skills-autoload", "no instructions in 1 folder", hands(record)),
    .blind("openhands.skills-autoload", "no conversation names", hands()),
    .blind("openhands.skills-autoload", "no state directory", nowhere("openhands")),
  ]

  private static let openHandsSecrets: [Fixture] = [
    .fail(
      "openhands.settings-secret", .high, "mode 0644: everybody may read it, and llm.api_key",
      hands(settings(0o644, "{llm:{api_key:'<redacted>'}}"), change: facts(0o755))),
    .fail(
      "openhands.settings-secret", .medium, "mode 0644: everybody may read it",
      hands(settings(0o644), change: facts(0o755))),
    .fail("openhands.settings-secret", .critical, "may change it", hands(settings(0o666), change: facts(0o755))),
    .pass("openhands.settings-secret", "mode 0600", hands(settings(0o600), change: facts(0o755))),
    .pass("openhands.settings-secret", "its folder 0700", hands(settings(0o644), change: facts(0o700))),
    .pass("openhands.settings-secret", "there is no", hands(.user("{}"), change: facts(0o755))),
    .blind("openhands.settings-secret", "no state directory", nowhere("openhands")),
    .blind("openhands.settings-secret", "no configuration", hands()),

    .fail(
      "openhands.env-leak", .high, "LLM_API_KEY is set", line: 5,
      hands(settings(0o600), change: variable("LLM_API_KEY", nil))),
    .fail(
      "openhands.env-leak", .high, "AWS_SECRET_ACCESS_KEY is set in the environment of the process",
      hands { $0.environment = .seen(["AWS_SECRET_ACCESS_KEY", "HOME"]) }),
    .pass("openhands.env-leak", "no variable", hands(settings(0o600, "{llm:{api_key:'<redacted>'}}"))),
    .blind("openhands.env-leak", "no running process", hands(change: blindStart)),

    .fail(
      "openhands.conversation-modes", .medium, "mode 0755",
      hands(change: facts(0o755, ("/home/ada/.openhands/conversations", .sessions, 0o755)))),
    .fail(
      "openhands.conversation-modes", .medium, "mode 0644",
      hands(
        change: facts(
          0o755, ("/home/ada/.openhands/conversations", .sessions, 0o711),
          ("/home/ada/.openhands/conversations/1/events/event-00000-a.json", .transcript, 0o644)))),
    .pass(
      "openhands.conversation-modes", "the folder above is closed",
      hands(change: facts(0o700, ("/home/ada/.openhands/conversations", .sessions, 0o755)))),
    .pass(
      "openhands.conversation-modes", "nobody else",
      hands(change: facts(0o755, ("/home/ada/.openhands/conversations", .sessions, 0o700)))),
    .pass("openhands.conversation-modes", "no conversation", hands(change: facts(0o755))),
    .blind(
      "openhands.conversation-modes", "kept elsewhere",
      hands {
        facts(0o755)(&$0)
        variable("OPENHANDS_CONVERSATIONS_DIR", "/var/oh")(&$0)
      }),
    .blind("openhands.conversation-modes", "no state directory", nowhere("openhands")),

    .fail(
      "openhands.mcp-file", .high, "server t starts foo without an exact version", line: 1,
      hands(servers(#"{"mcpServers":{"t":{"command":"npx","args":["-y","foo"],"env":{"TOKEN":"abc"}}}}"#))),
    .fail(
      "openhands.mcp-file", .high, "server t has a literal credential", line: 1,
      hands(
        servers(#"{"mcpServers":{"t":{"command":"npx","args":["-y","foo@1.2.3"],"env":{"TOKEN":"<redacted>"}}}}"#))),
    .pass(
      "openhands.mcp-file", "1 server",
      hands(servers(#"{"mcpServers":{"t":{"command":"npx","args":["-y","foo@1.2.3"],"env":{}}}}"#))),
    .pass("openhands.mcp-file", "no server", hands(settings(0o600))),
    .blind("openhands.mcp-file", "no state directory", nowhere("openhands")),
    .blind("openhands.mcp-file", "no configuration", hands()),
  ]
}
