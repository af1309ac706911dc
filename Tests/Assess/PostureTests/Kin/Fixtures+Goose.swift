import Installations
import Model
import Platform

@testable import Posture

extension Fixture {
  private static func goose(_ files: LayerFile..., change: (inout Subject) -> Void = { _ in }) -> Subject {
    layered("goose", files, change)
  }
  private static func plugin(_ text: String, user: Bool = false) -> LayerFile {
    user
      ? LayerFile(scope: .user, text: text, role: "hooks", path: "/home/ada/.agents/plugins/p/hooks/hooks.json")
      : LayerFile(
        scope: .project, text: text, role: "hooks", path: "/home/ada/src/app/.agents/plugins/p/hooks/hooks.json",
        project: "/home/ada/src/app")
  }
  private static func secretsYAML(_ mode: UInt16) -> (inout Subject) -> Void {
    {
      $0.installation?.files = [
        .init(
          path: "/home/ada/.config/goose/secrets.yaml", role: .credentials,
          status: FileStatus(kind: .regular, mode: mode))
      ]
    }
  }
  private static func permissions(_ text: String) -> LayerFile {
    LayerFile(scope: .user, text: text, role: "policy", path: "/home/ada/.config/goose/permission.yaml")
  }
  static let gooseRules: [Fixture] = gooseAsking + gooseCode + gooseSurroundings

  private static let gooseAsking: [Fixture] =
    asked(
      "goose.mode-auto", .critical, "GOOSE_MODE is auto", fails: "{GOOSE_MODE: 'auto'}",
      passes: ["{GOOSE_MODE: 'approve'}", "{GOOSE_MODE: 'smart_approve'}", "{GOOSE_MODE: 'chat'}"])
    + [
      .fail("goose.mode-auto", .critical, "do not agree", goose(.user("{}"))),
      .fail(
        "goose.mode-auto", .critical, "GOOSE_MODE is auto in", line: 5,
        goose(.user("{GOOSE_MODE: 'approve'}"), change: variable("GOOSE_MODE", "auto"))),
      .pass(
        "goose.mode-auto", "approve in", goose(.user("{GOOSE_MODE: 'auto'}"), change: variable("GOOSE_MODE", "approve"))
      ),
      .blind("goose.mode-auto", "is not known", goose(.user("{}")) { $0.environment = .seen(["GOOSE_MODE"]) }),
      .blind("goose.mode-auto", "none of its modes", goose(.user("{GOOSE_MODE: 'turbo'}"))),
      .fail(
        "goose.tool-always-allow", .high, "user.always_allow has developer__shell", line: 1,
        goose(.user("{}"), permissions("{user: {always_allow: ['developer__shell']}}"))),
      .pass("goose.tool-always-allow", "no shell", goose(permissions("{user: {always_allow: []}}"))),
      .pass(
        "goose.tool-always-allow", "no shell",
        goose(
          permissions("{user: {always_allow: ['git__status', 'developer__shell'], never_allow: ['developer__shell']}}"))
      ),
      .pass("goose.tool-always-allow", "there is no permission.yaml", goose(.user("{}"))),
      .blind("goose.tool-always-allow", "no state directory", nowhere("goose")),
      .blind("goose.tool-always-allow", "permission denied", unreadLayer("goose", [permissions("{}")], unread: 0)),
    ]

  private static let gooseCode: [Fixture] =
    [
      .fail(
        "goose.project-plugin-hooks", .critical, "SessionStart of a folder of work runs sh x.sh", line: 1,
        goose(plugin(#"{"hooks":{"SessionStart":[{"hooks":[{"type":"command","command":"sh x.sh"}]}]}}"#))),
      .pass("goose.project-plugin-hooks", "no hook in 1 folder", goose(plugin(#"{"hooks":{}}"#))),
      .pass(
        "goose.project-plugin-hooks", "no hook in 2 folders",
        goose(
          LayerFile(
            scope: .user, text: "{projects: {'/home/ada/a': {path: '/home/ada/a'}, '/home/ada/b': {}}}", role: "state",
            path: "/home/ada/.local/share/goose/projects.json"))),
      .blind(
        "goose.project-plugin-hooks", "not known",
        goose(plugin(#"{"hooks":{"SessionStart":[{"hooks":[{"command":"sh mine.sh"}]}]}}"#, user: true))),
      .blind("goose.project-plugin-hooks", "no state directory", nowhere("goose")),
      .blind(
        "goose.project-plugin-hooks", "permission denied",
        unreadLayer("goose", [.project("{}", role: "hooks")], unread: 0)),
      .fail(
        "goose.policy-hook-fail-open", .high, "its matcher is *", line: 1,
        goose(
          plugin(#"{"hooks":{"PreToolUse":[{"matcher":"*","hooks":[{"command":"guard.sh"}]}]}}"#, user: true))),
      .fail(
        "goose.policy-hook-fail-open", .high, "unset, which means allow", line: 1,
        goose(plugin(#"{"hooks":{"PreToolUse":[{"matcher":".*","hooks":[{"command":"guard.sh"}]}]}}"#, user: true))),
      .pass(
        "goose.policy-hook-fail-open", "each blocks",
        goose(
          plugin(
            #"{"hooks":{"PreToolUse":[{"matcher":".*","hooks":[{"command":"guard.sh","on_failure":"block"}]}]}}"#,
            user: true))),
      .pass("goose.policy-hook-fail-open", "no guard", goose(plugin(#"{"hooks":{}}"#, user: true))),
      .blind("goose.policy-hook-fail-open", "no file of hooks", goose(.user("{}"))),
      .blind("goose.policy-hook-fail-open", "no state directory", nowhere("goose")),
    ]
    + asked(
      "goose.extension-cmd", .high, "extension x starts mcp-x without",
      fails: "{extensions: {x: {type: 'stdio', enabled: true, cmd: 'uvx', args: ['mcp-x'], envs: {TOKEN: 'abc'}}}}",
      passes: [
        "{extensions: {x: {type: 'stdio', enabled: true, cmd: 'uvx', args: ['mcp-x==1.2.3'], env_keys: ['TOKEN']}}}",
        "{extensions: {developer: {type: 'builtin', enabled: true}}}", "{}",
      ])
    + [
      .fail(
        "goose.extension-cmd", .high, "extension x has a literal credential", line: 1,
        goose(
          .user("{extensions: {x: {type: 'stdio', cmd: 'uvx', args: ['mcp-x==1.2.3'], envs: {TOKEN: '<redacted>'}}}}"))),
      .fail(
        "goose.extension-cmd", .high, "/tmp/bin: everybody", line: 1, goose(.user("{GOOSE_SEARCH_PATHS: ['/tmp/bin']}"))
      ),
      .fail(
        "goose.extension-cmd", .high, "relative", line: 5,
        goose(.user("{}"), change: variable("GOOSE_SEARCH_PATHS", "/usr/local/bin:bin"))),
    ]

  private static let gooseSurroundings: [Fixture] =
    [
      .fail("goose.secrets-file", .high, "in clear, mode 0600", goose(.user("{}"), change: secretsYAML(0o600))),
      .fail("goose.secrets-file", .high, "everybody may read", goose(.user("{}"), change: secretsYAML(0o644))),
      .fail(
        "goose.secrets-file", .high, "GOOSE_DISABLE_KEYRING is 1", line: 5,
        goose(.user("{}"), change: variable("GOOSE_DISABLE_KEYRING", "1"))),
      .pass("goose.secrets-file", "there is no", goose(.user("{}"))),
      .blind("goose.secrets-file", "no state directory", nowhere("goose")),
    ]
    + asked(
      "goose.allowlist", .medium, "GOOSE_ALLOWLIST is http://intra/list.yaml",
      fails: "{GOOSE_ALLOWLIST: 'http://intra/list.yaml'}",
      passes: ["{GOOSE_ALLOWLIST: 'https://intra.example/list.yaml'}"])
    + [
      .fail("goose.allowlist", .medium, "which means any extension", goose(.user("{}"))),
      .fail(
        "goose.allowlist", .medium, "GOOSE_ALLOWLIST_BYPASS is true", line: 5,
        goose(
          .user("{GOOSE_ALLOWLIST: 'https://intra.example/list.yaml'}"),
          change: variable("GOOSE_ALLOWLIST_BYPASS", "true"))),
    ]
    + asked(
      "goose.injection-scan", .low, "is false", fails: "{SECURITY_PROMPT_ENABLED: false}",
      passes: ["{SECURITY_PROMPT_ENABLED: true}"])
    + [
      .fail("goose.injection-scan", .low, "unset, which means false", goose(.user("{}"))),
      .fail(
        "goose.injection-scan", .low, "in clear", line: 1,
        goose(.user("{SECURITY_PROMPT_ENABLED: true, SECURITY_PROMPT_CLASSIFIER_ENDPOINT: 'http://c.example/v1'}"))),
      .fail(
        "goose.server", .high, "GOOSE_SERVER__SECRET_KEY is a word", line: 5,
        goose(change: variable("GOOSE_SERVER__SECRET_KEY", "test"))),
      .fail("goose.server", .high, "0.0.0.0:3000 listens", goose { $0.sockets = .seen([socket("0.0.0.0", 3000)]) }),
      .pass("goose.server", "no key of its own", goose()),
      .pass("goose.server", "is set in", goose(change: variable("GOOSE_SERVER__SECRET_KEY", nil))),
      .blind("goose.server", "no running process", goose(change: blindStart)),
      .blind("goose.server", "sockets were not", goose { $0.sockets = .blind("listening sockets were not looked at") }),
    ]
    + asked(
      "goose.telemetry", .low, "is true", fails: "{GOOSE_TELEMETRY_ENABLED: true}",
      passes: ["{GOOSE_TELEMETRY_ENABLED: false}", "{}"])
    + [
      .fail(
        "goose.telemetry", .low, "in clear", line: 1,
        goose(.user("{otel_exporter_otlp_endpoint: 'http://otel.example:4318'}")))
    ]
}
