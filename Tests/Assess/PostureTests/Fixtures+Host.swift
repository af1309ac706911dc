import Installations
import Model
import Platform

@testable import Posture

extension Fixture {
  /// A rule about the modes of files of some roles.
  private static func modes(
    _ rule: String, _ name: String, _ role: Installation.FileFact.Role, readable: Severity, writable: Severity
  ) -> [Fixture] {
    func scene(_ mode: UInt16, directory: UInt16 = 0o755) -> Subject {
      openclaw {
        $0.installation?.mode = directory
        $0.installation?.files = [file(name, role, mode)]
      }
    }
    return [
      .fail(rule, readable, "mode 0644: everybody may read it", scene(0o644)),
      .fail(rule, .medium, "mode 0640: its group may read it", scene(0o640)),
      .fail(rule, writable, "mode 0666: everybody may change it", scene(0o666)),
      .fail(rule, writable, "mode 0660: its group may change it", scene(0o660)),
      .fail(rule, writable, "mode 0620: its group may change it", scene(0o620)),
      .fail(rule, .low, "keeps others out today", scene(0o644, directory: 0o700)),
      .pass(rule, "nobody else may read", scene(0o600)), .pass(rule, "", openclaw()),
      .blind(rule, "permission denied", denied), .blind(rule, "one by one", kin("goose", nil)),
      .blind(rule, "no state directory", nothing),
    ]
  }

  private static let denied = openclaw {
    $0.installation?.problems = [.init(path: "\(state)/credentials", what: "permission denied")]
  }

  private static func state(_ mode: UInt16) -> Subject { openclaw { $0.installation?.mode = mode } }

  static let files: [Fixture] =
    [
      .fail("files.state-directory-mode", .medium, "mode 0755: everybody may read it", state(0o755)),
      .fail("files.state-directory-mode", .low, "its group may read it", state(0o750)),
      .fail("files.state-directory-mode", .low, "pass through", state(0o711)),
      .fail("files.state-directory-mode", .critical, "everybody may change it", state(0o777)),
      .pass("files.state-directory-mode", "mode 0700", openclaw()),
      .blind("files.state-directory-mode", "no state directory", nothing),
    ] + modes("files.configuration-mode", "openclaw.json", .configuration, readable: .high, writable: .critical)
    + [
      .fail(
        "files.configuration-mode", .high, "mode 0644",
        kin("goose", "{}") {
          $0.installation?.mode = 0o755
          $0.installation?.files = [
            .init(
              path: "/home/ada/.goose/config.json", role: .configuration,
              status: FileStatus(kind: .regular, mode: 0o644))
          ]
        }),
      .fail(
        "files.configuration-mode", .high, "mode 0644: everybody may read it",
        layered("gemini-cli", [LayerFile(scope: .user, text: "{}", mode: 0o644)]) { $0.installation?.mode = 0o755 }),
      .pass("files.configuration-mode", "nobody else", layered("gemini-cli", [.user("{}"), .project("{}")])),
      .blind("files.configuration-mode", "not looked at one by one", kin("goose", nil)),
      .pass("files.credentials-mode", "no credential file was seen", layered("opencode", [.user("{}")])),
      .blind("files.dotenv-mode", "not looked at one by one", layered("opencode", [.user("{}")])),
      .fail(
        "files.dotenv-mode", .high, "mode 0644",
        layered("gemini-cli", [LayerFile(scope: .user, text: "{A:'b'}", role: "environment", mode: 0o644)]) {
          $0.installation?.mode = 0o755
        }),
      .fail(
        "claude-code.state-modes", .high, "mode 0666: others may change it",
        layered("claude-code", [LayerFile(scope: .project, text: "{}", mode: 0o666, project: "/home/ada/app")])),
    ]
    + modes("files.credentials-mode", "credentials/oauth.json", .credentials, readable: .high, writable: .critical)
    + modes("files.transcripts-mode", "agents/main/sessions/a.jsonl", .transcript, readable: .medium, writable: .high)
    + modes("files.dotenv-mode", ".env", .dotenv, readable: .high, writable: .critical)
    + [
      .fail(
        "files.state-directory-link", .low, "it leads to \(state)",
        openclaw { $0.installation?.linkedFrom = "/home/ada/oc" }),
      .pass("files.state-directory-link", "real directory", openclaw()),
      .blind("files.state-directory-link", "no state directory", nothing),
      .fail(
        "files.synced-folder", .medium, "Dropbox",
        openclaw { $0.installation?.stateDirectory = "/home/ada/Dropbox/openclaw" }),
      .fail(
        "files.synced-folder", .medium, "OneDrive",
        openclaw { $0.installation?.stateDirectory = "/Users/ada/OneDrive - Example/oc" }),
      .pass("files.synced-folder", "no folder", openclaw { $0.installation?.stateDirectory = "/home/ada/dropboxes" }),
      .blind("files.synced-folder", "no state directory", nothing),
      .fail("configuration.unreadable", .medium, "expected a value (column 3)", line: 7, unreadable),
      .blind(
        "configuration.unreadable", "run as the owner or as root",
        openclaw(nil) { $0.installation?.problems = [.init(path: state, what: "permission denied")] }),
      .pass("configuration.unreadable", "read to the end", openclaw()),
      .pass("configuration.unreadable", "2 files were read", layered("claude-code", [.managed("{}"), .user("{}")])),
      .fail(
        "configuration.unreadable", .medium, "expected a value (column 6): a: ▸}", line: 7,
        layered("codex-cli", [.user("{}")]) {
          var problem = Installation.Problem(path: "/x", line: 7, column: 6, what: "expected a value")
          problem.excerpt = "a: ▸}"
          $0.installation?.problems = [problem]
        }),
      .blind("configuration.unreadable", "no configuration file", openclaw(nil)),
      .fail(
        "secrets.literal-in-configuration", .medium, "channels.telegram.botToken is a literal", line: 4,
        openclaw { $0.installation?.secrets = [secret("channels.telegram.botToken", 46, 200), token] }),
      .pass("secrets.literal-in-configuration", "no secret", openclaw { $0.installation?.secrets = [token] }),
      .pass(
        "secrets.literal-in-configuration", "1 secrets, all by reference",
        openclaw { $0.installation?.secrets = [variable("models.providers.x.apiKey", "KEY")] }),
      .blind("secrets.literal-in-configuration", "no configuration", openclaw(nil)),
      .fail(
        "secrets.in-unit", .medium, "sets OPENCLAW_GATEWAY_TOKEN to a literal", line: 9,
        openclaw { $0.installation?.units = [unit(secret: true)] }),
      .fail(
        "secrets.in-unit", .high, "sets", line: 9,
        openclaw { $0.installation?.units = [unit(secret: true, system: true)] }),
      .fail(
        "secrets.in-unit", .high, "mode 0644", line: 9,
        openclaw {
          $0.installation?.units = [unit(secret: true)]
          $0.installation?.files = [.init(path: unitPath, role: .unit, status: FileStatus(kind: .regular, mode: 0o644))]
        }),
      .fail(
        "secrets.in-unit", .high, "--token is followed by a literal", line: 4,
        openclaw {
          $0.installation?.units = [unit(secret: false)]
          $0.installation?.storedSecrets = [secret("--token", 30, 90)]
        }),
      .pass("secrets.in-unit", "no secret in 1 units", openclaw { $0.installation?.units = [unit(secret: false)] }),
      .pass("secrets.in-unit", "no unit", openclaw()), .blind("secrets.in-unit", "permission denied", denied),
    ]

  static let unitPath = "/home/ada/.config/systemd/user/openclaw-gateway.service"
  static func unit(
    secret: Bool, system: Bool = false, user: String? = nil, name: String = "openclaw-gateway.service",
    start: [String] = []
  ) -> Installation.UnitFact {
    Installation.UnitFact(
      path: unitPath, name: name, system: system, enabled: true, user: user, execStart: start,
      environment: [.init(name: "OPENCLAW_GATEWAY_TOKEN", line: 9, isSecret: secret, value: secret ? nil : "${X}")])
  }

  static func container(_ change: (inout ContainerFacts) -> Void) -> Subject {
    var facts = ContainerFacts(name: "gw", image: "ghcr.io/openclaw/openclaw")
    change(&facts)
    return openclaw { $0.container = .seen(facts) }
  }
  private static func published(_ host: String?) -> Subject {
    container { $0.ports = [.init(host: host.flatMap(Address.init), hostPort: 8080, containerPort: 18789)] }
  }
  private static let hidden = openclaw { $0.container = .blind("the socket of Docker is closed to this user") }

  static let host: [Fixture] = [
    .fail("host.runs-as-root", .high, "runs as root", openclaw { $0.account = .seen(.init(uid: 0, name: "root")) }),
    .fail(
      "host.runs-as-root", .medium, "in container gw",
      container { _ in }.with { $0.account = .seen(.init(uid: 0)) }),
    .fail(
      "host.runs-as-root", .high, "no User=",
      openclaw {
        $0.account = .blind("not running")
        $0.installation?.units = [unit(secret: false, system: true)]
      }),
    .fail(
      "host.runs-as-root", .medium, "runs as 0:0",
      container { $0.user = "0:0" }.with { $0.account = .blind("not running") }),
    .pass("host.runs-as-root", "ada (uid 1000)", openclaw()),
    .pass("host.runs-as-root", "as node", container { $0.user = "node" }.with { $0.account = .blind("not running") }),
    .blind("host.runs-as-root", "no running process", nothing),
    .fail(
      "listener.beyond-loopback", .high, "0.0.0.0:9222",
      openclaw { $0.sockets = .seen([socket("127.0.0.1"), socket("0.0.0.0", 9222)]) }),
    .fail(
      "listener.beyond-loopback", .critical, "0.0.0.0:8900",
      kin("nanobot", "{}") { $0.sockets = .seen([socket("0.0.0.0", 8900, authenticated: false)]) }),
    .pass("listener.beyond-loopback", "no other", exposed()),
    .pass(
      "listener.beyond-loopback", "1 listening sockets",
      kin("nanobot", "{}") { $0.sockets = .seen([socket("127.0.0.1", 18790)]) }),
    .blind("listener.beyond-loopback", "not looked at", nothing),
    .fail(
      "host.tunnel", .critical, "open to the internet",
      openclaw {
        $0.tunnels = .seen([.init(name: "ngrok", isPublic: true, port: 18789, detail: "pid 990 ngrok http 18789")])
      }),
    .fail(
      "host.tunnel", .high, "pid 7 tailscale serve",
      openclaw {
        $0.tunnels = .seen([
          .init(name: "tailscale serve", isPublic: false, port: 18789, detail: "pid 7 tailscale serve")
        ])
      }),
    .pass("host.tunnel", "no tunnel", openclaw()), .blind("host.tunnel", "not looked for", nothing),
    .fail(
      "unattended.switches", .high, "--dangerously-skip-permissions",
      kin("claude-code", nil) { $0.arguments = .seen(["claude", "-p", "--dangerously-skip-permissions", "fix it"]) }),
    .fail(
      "unattended.switches", .high, "-s danger-full-access",
      kin("codex-cli", nil) { $0.arguments = .seen(["codex", "exec", "-s", "danger-full-access", "x"]) }),
    .fail(
      "unattended.switches", .high, "--allow-unconfigured in openclaw-gateway.service",
      openclaw {
        $0.installation?.units = [
          unit(secret: false, start: ["node", "openclaw.mjs", "gateway", "--allow-unconfigured"])
        ]
      }),
    .fail(
      "unattended.switches", .high, "GOOSE_MODE=auto",
      kin("goose", nil) {
        var unit = unit(secret: false)
        unit.environment = [.init(name: "GOOSE_MODE", line: 4, isSecret: false, value: "auto")]
        $0.installation?.units = [unit]
      }),
    .pass(
      "unattended.switches", "no switch",
      kin("claude-code", nil) { $0.arguments = .seen(["claude", "-p", "say --dangerously-skip-permissions"]) }),
    .pass(
      "unattended.switches", "no switch",
      kin("gemini-cli", nil) { $0.arguments = .seen(["node", "gemini", "-p", "--yolo"]) }),
    .pass(
      "unattended.switches", "no switch",
      kin("codex-cli", nil) { $0.arguments = .seen(["codex", "exec", "--", "--yolo"]) }),
    .blind("unattended.switches", "no running process", nothing),
    .pass(
      "unattended.switches", "in its units",
      openclaw {
        $0.agent.status = .enabled
        $0.arguments = .blind("not running")
        $0.installation?.units = [unit(secret: false)]
      }),
    .blind(
      "unattended.switches", "another user's",
      openclaw {
        $0.arguments = .blind("another user's")
        $0.installation?.units = [unit(secret: false)]
      }),
    .blind("unattended.switches", "not known", kin("something", nil)),
    .fail("container.published-ports", .critical, "publishes 0.0.0.0:8080→18789, on every address", published(nil)),
    .fail(
      "container.published-ports", .high, "0.0.0.0:8080",
      published("0.0.0.0").with { $0.installation?.secrets = [token] }),
    .fail("container.published-ports", .high, "[::]:8080", published("::").with { $0.installation?.secrets = [token] }),
    .fail(
      "container.published-ports", .high, "192.168.1.4",
      published("192.168.1.4").with { $0.installation?.secrets = [token] }),
    .pass("container.published-ports", "loopback only", published("127.0.0.1")),
    .pass("container.published-ports", "no container", openclaw()),
    .blind("container.published-ports", "closed to this user", hidden),
    .fail("container.privileged", .critical, "is privileged", container { $0.isPrivileged = true }),
    .fail("container.privileged", .high, "adds SYS_ADMIN", container { $0.capabilities = ["CAP_SYS_ADMIN", "chown"] }),
    .fail("container.privileged", .high, "host's network", container { $0.network = "host" }),
    .pass("container.privileged", "no such rights", container { $0.capabilities = ["NET_BIND_SERVICE"] }),
    .blind("container.privileged", "closed", hidden),
    .fail(
      "container.engine-socket", .critical, "/var/run/docker.sock",
      container { $0.mounts = [.init(source: "/var/run/docker.sock", target: "/var/run/docker.sock")] }),
    .pass(
      "container.engine-socket", "no engine socket",
      container { $0.mounts = [.init(source: "/srv/oc", target: "/home/node/.openclaw")] }),
    .blind("container.engine-socket", "closed", hidden),
    .fail(
      "container.host-folders", .high, "mounts /etc", container { $0.mounts = [.init(source: "/etc", target: "/e")] }),
    .fail(
      "container.host-folders", .medium, "read-only",
      container { $0.mounts = [.init(source: "/home/ada/.ssh", target: "/s", isReadOnly: true)] }),
    .pass(
      "container.host-folders", "no such folder",
      container {
        $0.mounts = [
          .init(source: "/etc/localtime", target: "/etc/localtime", isReadOnly: true),
          .init(source: "/home/ada/.openclaw", target: "/s"),
        ]
      }),
    .blind("container.host-folders", "closed", hidden),
  ]

  static let releases: [Fixture] = [
    .fail("release.advisories", .critical, "2026.2.1: ", openclaw { $0.agent.version = "v2026.2.1" }),
    .fail("release.advisories", .medium, "older than 2026.9.3", openclaw { $0.agent.version = "2026.8.1" }),
    .pass("release.advisories", "no advisory known", openclaw { $0.agent.version = "2026.9.3" }),
    .blind("release.advisories", "cannot be compared", openclaw { $0.agent.version = "2026.3.3-fork.2" }),
    .blind("release.advisories", "version is not known", nothing),
    .fail(
      "release.legacy-remains", .medium, "Moltbot was here",
      openclaw {
        $0.installation?.era = "Moltbot"
        $0.agent.status = .remains
      }),
    .fail(
      "release.legacy-remains", .high, "Clawdbot is running",
      openclaw {
        $0.installation?.era = "Clawdbot"
        $0.agent.version = "2026.1.20"
      }),
    .fail(
      "release.legacy-remains", .low, "still uses the directory of Clawdbot",
      openclaw { $0.installation?.era = "Clawdbot" }),
    .fail(
      "release.legacy-remains", .high, "clawdbot-gateway.service is still there and enabled",
      openclaw { $0.installation?.units = [unit(secret: false, name: "clawdbot-gateway.service")] }),
    .pass("release.legacy-remains", "nothing of Clawdbot", openclaw()),
    .blind("release.legacy-remains", "no state directory", nothing),
  ]

  static let kinds: [Fixture] = [
    .fail("nanobot.exec-unconfined", .critical, "is unset", kin("nanobot", "{}")),
    .fail(
      "nanobot.exec-unconfined", .critical, "is empty", line: 1,
      kin("nanobot", "{tools:{exec:{enable:true,sandbox:''},restrictToWorkspace:false}}")),
    .fail("nanobot.exec-unconfined", .high, "no wall", kin("nanobot", "{tools:{restrictToWorkspace:true}}")),
    .pass("nanobot.exec-unconfined", "bwrap", kin("nanobot", "{tools:{exec:{sandbox:'bwrap'}}}")),
    .pass("nanobot.exec-unconfined", "false", kin("nanobot", "{tools:{exec:{enable:false}}}")),
    .blind("nanobot.exec-unconfined", "no configuration", kin("nanobot", nil)),
    .fail(
      "nanobot.allow-all", .critical, "channels.telegram.allowFrom has *", line: 1,
      kin("nanobot", "{channels:{telegram:{enabled:true,allowFrom:['*']}}}")),
    .pass(
      "nanobot.allow-all", "no enabled channel", kin("nanobot", "{channels:{telegram:{enabled:false,allowFrom:['*']}}}")
    ),
    .blind("nanobot.allow-all", "no configuration", kin("nanobot", nil)),
  ]

  static let all =
    gateway + login + page + tools + channels + files + host + releases + kinds + ofOpenClaw + kin + surroundings
    + guards
}
