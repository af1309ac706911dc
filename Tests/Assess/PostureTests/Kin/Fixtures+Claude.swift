import Installations
import Model
import Platform

@testable import Posture

extension Fixture {
  private static let kind = "claude-code"
  private static func claude(_ files: LayerFile..., change: (inout Subject) -> Void = { _ in }) -> Subject {
    layered(kind, files, change)
  }

  /// One key of the user's file: what fails, what passes, and that nothing is said where the file was not read.
  private static func user(
    _ rule: String, _ severity: Severity, _ says: String, line: Int? = 1, fails: String, passes: [String]
  ) -> [Fixture] {
    let rule = "claude-code.\(rule)"
    return [
      .fail(rule, severity, says, line: line, claude(.user(fails))),
      .blind(rule, "no state directory was found", nowhere(kind)),
      .blind(rule, "no configuration was read", kin(kind, nil)),
      .blind(rule, "permission denied", unreadLayer(kind, [.user(fails)], unread: 0)),
    ] + passes.map { .pass(rule, "", claude(.user($0))) }
  }

  private static func headless(_ words: String...) -> (inout Subject) -> Void {
    { $0.installation?.launches = [.init(.cron, file: "/etc/cron.d/review", line: 3, words: ["claude"] + words)] }
  }

  static let claudeCode = claudePermissions + claudeSandbox + claudeFolders + claudeOrganisation + claudeState

  private static let claudePermissions: [Fixture] =
    user(
      "bypass-mode", .critical, "permissions.defaultMode is bypassPermissions",
      fails: #"{"permissions":{"defaultMode":"bypassPermissions"}}"#,
      passes: [#"{"permissions":{"defaultMode":"plan"}}"#, #"{"permissions":{"defaultMode":"auto"}}"#, "{}"])
    + [
      .fail(
        "claude-code.bypass-mode", .critical, "bypass", line: 1,
        kin(kind, "{permissions:{defaultMode:'bypassPermissions'}}")),
      .pass("claude-code.bypass-mode", "unset, which means default", kin(kind, "{}")),
      // The managed file beats the user's; a project's word on it is not heard.
      .pass(
        "claude-code.bypass-mode", "is default",
        claude(
          .managed("{permissions:{defaultMode:'default'}}"), .user("{permissions:{defaultMode:'bypassPermissions'}}"))),
      .pass(
        "claude-code.bypass-mode", "unset",
        claude(.project("{permissions:{defaultMode:'bypassPermissions'}}", trusted: true), .user("{}"))),
      .fail(
        "claude-code.bypass-mode", .critical, "bypass", line: 1,
        unreadLayer(kind, [.managed("{}"), .user("{permissions:{defaultMode:'bypassPermissions'}}")], unread: 0)),
      .blind(
        "claude-code.bypass-mode", "the key may be set there",
        unreadLayer(kind, [.managed("{}"), .user("{permissions:{defaultMode:'plan'}}")], unread: 0)),
    ]
    + user(
      "mode-wide", .medium, "permissions.defaultMode is auto", fails: #"{"permissions":{"defaultMode":"auto"}}"#,
      passes: [#"{"permissions":{"defaultMode":"default","disableAutoMode":"disable"}}"#, "{}"])
    + [
      .fail(
        "claude-code.mode-wide", .medium, "acceptEdits", line: 1,
        claude(.project("{permissions:{defaultMode:'acceptEdits'}}"), .user("{}"))),
      .fail(
        "claude-code.mode-wide", .medium, "--permission-mode auto in /etc/cron.d/review", line: 3,
        claude(.user("{}"), change: headless("--permission-mode", "auto"))),
      .pass(
        "claude-code.mode-wide", "in container box",
        claude(.user("{permissions:{defaultMode:'auto'}}")) { $0.container = .seen(ContainerFacts(name: "box")) }),
    ]
    + user(
      "bypass-lock", .high, "unset, which means the switch works", line: nil, fails: #"{"permissions":{}}"#,
      passes: [#"{"permissions":{"disableBypassPermissionsMode":"disable"}}"#])
    + [
      .pass(
        "claude-code.bypass-lock", "is disable",
        claude(.managed("{permissions:{disableBypassPermissionsMode:'disable'}}"), .user("{}")))
    ]
    + user(
      "allow-broad", .high, "permissions.allow has Bash(curl:*)", line: 2,
      fails: "{\"permissions\":{\n\"allow\":[\"Bash(curl:*)\"]}}",
      passes: [
        #"{"permissions":{"allow":["Bash(git status)"]}}"#, "{}",
        "{permissions:{allow:['Bash(npm run test:*)','Bash(git commit:*)','Read(*)','Bash(python3 build.py *)','Bash(docker compose ps *)']}}",
        "{permissions:{allow:['Bash'],deny:['Bash']}}",
      ])
    + [
      "Bash", "Bash(*)", "Bash(:*)", "Bash(python:*)", "Bash(npx:*)", "Bash(docker:*)", "Bash(sudo:*)",
      "Bash(python3 *)",
      "Bash(/usr/bin/env *)", "Bash(docker run *)", "Bash(bash -c *)", "Bash(npm exec:*)", "Bash(uv run *)",
      "PowerShell(*)",
    ].map {
      .fail("claude-code.allow-broad", .high, $0, line: 1, claude(.user("{permissions:{allow:['Read','\($0)']}}")))
    }
    + [
      .pass(
        "claude-code.allow-broad", "unset",
        claude(.project("{permissions:{allow:['Bash']}}", trusted: false), .user("{}"))),
      .fail(
        "claude-code.allow-broad", .high, "Bash", line: 1,
        claude(.project("{permissions:{allow:['Bash']}}", trusted: true), .user("{}"))),
    ]
    + user(
      "deny-secrets", .medium, "does not cover ~/.ssh, ~/.aws, .env", fails: #"{"permissions":{"deny":[]}}"#,
      passes: [
        #"{"permissions":{"deny":["Read(~/.ssh/**)","Read(~/.aws/**)","Read(./.env*)"]}}"#,
        "{permissions:{deny:['Read']}}", "{permissions:{deny:['Read(~/**)','Bash(x)']}}",
        "{permissions:{deny:['Read(.env)']},sandbox:{credentials:{files:[{path:'~/.ssh',mode:'deny'},{path:'~/.aws',mode:'deny'}]}}}",
      ])
    + [
      .fail("claude-code.deny-secrets", .medium, "unset and does not cover", claude(.user("{}"))),
      // Lists of several layers are joined.
      .pass(
        "claude-code.deny-secrets", "covers",
        claude(
          .managed("{permissions:{deny:['Read(~/.ssh/**)','Read(~/.aws/**)']}}"),
          .user("{permissions:{deny:['Read(**/.env)']}}"))),
    ]
    + user(
      "invalid-file", .high, "permissions.defaultMode is nonsense", line: 2,
      fails: "{\"permissions\":{\"deny\":[\"Bash\"],\n\"defaultMode\":\"nonsense\"}}",
      passes: [#"{"permissions":{"deny":["Bash"],"defaultMode":"default"}}"#])
    + [
      .fail("claude-code.invalid-file", .high, "the file is", line: 1, claude(.user("{}"), .project("[]"))),
      // One wrong value drops the whole file: what it denied and locked is gone.
      .fail(
        "claude-code.sandbox-off", .medium, "unset", claude(.user("{sandbox:{enabled:true},permissions:{deny:'Bash'}}"))
      ),
      .pass("claude-code.allow-broad", "unset", claude(.user("{permissions:{allow:['Bash'],deny:[1]}}"))),
    ]
    + user(
      "unknown-key", .medium, "permisions is unknown; permissions was meant",
      fails: #"{"permisions":{"deny":["Bash"]}}"#,
      passes: [
        #"{"permissions":{"deny":["Bash"]}}"#, "{model:'x',theme:'dark',permissions:{}}",
        "{sandbox:{enabled:true,network:{}}}",
      ])
    + [
      .fail(
        "claude-code.unknown-key", .medium, "permissions.Deny", line: 1,
        claude(.managed("{permissions:{Deny:[]}}"), .user("{}"))),
      .fail("claude-code.unknown-key", .medium, "sandbox.enabeld", line: 1, claude(.user("{sandbox:{enabeld:true}}"))),
      .fail("claude-code.unknown-key", .medium, "disableAllHook", line: 1, claude(.user("{disableAllHook:true}"))),
    ]
    + user(
      "add-dirs", .medium, "has ~: it is a home directory", fails: #"{"permissions":{"additionalDirectories":["~"]}}"#,
      passes: [
        #"{"permissions":{"additionalDirectories":["../docs"]}}"#,
        "{permissions:{additionalDirectories:['/home/ada/src/docs']}}",
      ]
    ).map { fixture in
      var fixture = fixture
      if fixture.outcome == "fail" { fixture.says = "permissions.additionalDirectories has ~" }
      return fixture
    }
    + ["/", "/home/ada", "~/.ssh", "/home", "$HOME", "/etc"].map {
      .fail(
        "claude-code.add-dirs", .medium, "has \($0)", line: 1,
        claude(.user("{permissions:{additionalDirectories:['\($0)']}}")))
    }
    + [
      .fail(
        "claude-code.add-dirs", .medium, "--add-dir /home/ada", line: 3,
        claude(.user("{}"), change: headless("--add-dir", "/home/ada"))),
      .pass(
        "claude-code.add-dirs", "",
        claude(.project("{permissions:{additionalDirectories:['~']}}", trusted: false), .user("{}"))),
    ]

  private static let claudeSandbox: [Fixture] =
    user(
      "sandbox-off", .medium, "sandbox.enabled is false", fails: #"{"sandbox":{"enabled":false}}"#,
      passes: [#"{"sandbox":{"enabled":true,"failIfUnavailable":true}}"#])
    + [
      .fail("claude-code.sandbox-off", .medium, "unset, which means false", claude(.user("{}"))),
      .fail(
        "claude-code.sandbox-off", .medium, "is false", line: 1,
        claude(.project("{sandbox:{enabled:false}}", trusted: false), .user("{sandbox:{enabled:true}}"))),
      .pass(
        "claude-code.sandbox-off", "is true",
        claude(
          .managed("{sandbox:{enabled:true,allowUnsandboxedCommands:false}}"), .project("{sandbox:{enabled:false}}"),
          .user("{}"))),
    ]
    + user(
      "sandbox-fail-open", .high, "unset, which means false", line: nil, fails: #"{"sandbox":{"enabled":true}}"#,
      passes: [#"{"sandbox":{"enabled":true,"failIfUnavailable":true}}"#, "{}"])
    + user(
      "sandbox-escape-hatch", .high, "sandbox.excludedCommands has docker *",
      fails: #"{"sandbox":{"enabled":true,"excludedCommands":["docker *"]}}"#,
      passes: [#"{"sandbox":{"enabled":true,"allowUnsandboxedCommands":false,"excludedCommands":[]}}"#, "{}"])
    + [
      .fail(
        "claude-code.sandbox-escape-hatch", .high, "unset, which means true", claude(.user("{sandbox:{enabled:true}}")))
    ]
    + [
      .fail(
        "claude-code.sandbox-project-weakened", .critical, "sandbox.enabled is false in a folder", line: 1,
        claude(.project(#"{"sandbox":{"enabled":false}}"#))),
      .fail(
        "claude-code.sandbox-project-weakened", .critical, "excludedCommands", line: 1,
        claude(
          .local("{sandbox:{excludedCommands:['id']}}", trusted: false),
          .user("{sandbox:{enabled:true,failIfUnavailable:true,allowUnsandboxedCommands:false}}"))),
      .fail(
        "claude-code.sandbox-project-weakened", .critical, "allowWrite", line: 1,
        claude(.project("{sandbox:{filesystem:{allowWrite:['/x']}}}"), .user("{}"))),
      .pass(
        "claude-code.sandbox-project-weakened", "none of 1", claude(.project(#"{"permissions":{"deny":["WebFetch"]}}"#))
      ),
      .pass(
        "claude-code.sandbox-project-weakened", "which holds",
        claude(
          .managed("{sandbox:{enabled:true,allowUnsandboxedCommands:false}}"), .project("{sandbox:{enabled:false}}"))),
      .pass("claude-code.sandbox-project-weakened", "no settings file came", claude(.user("{}"))),
      .blind(
        "claude-code.sandbox-project-weakened", "permission denied",
        unreadLayer(kind, [.project("{}"), .user("{}")], unread: 0)),
      .blind("claude-code.sandbox-project-weakened", "no state directory", nowhere(kind)),
    ]
    + user(
      "sandbox-weakened", .high, "sandbox.network.allowAllUnixSockets is true",
      fails: #"{"sandbox":{"enabled":true,"network":{"allowAllUnixSockets":true}}}"#,
      passes: [#"{"sandbox":{"enabled":true}}"#])
    + [
      .pass("claude-code.sandbox-weakened", "", claude(.project("{sandbox:{filesystem:{disabled:true}}}"), .user("{}")))
    ]
    + user(
      "sandbox-credentials", .high, "are empty", line: nil, fails: #"{"sandbox":{"enabled":true}}"#,
      passes: [
        #"{"sandbox":{"enabled":true,"credentials":{"envVars":[{"name":"AWS_SECRET_ACCESS_KEY","mode":"deny"}],"files":[{"path":"~/.ssh","mode":"deny"}]}}}"#,
        "{}",
      ])
    + user(
      "sandbox-autoallow", .medium, "is true, and credentials stay readable",
      fails: #"{"sandbox":{"enabled":true,"autoAllowBashIfSandboxed":true}}"#,
      passes: [
        #"{"sandbox":{"enabled":true,"autoAllowBashIfSandboxed":false}}"#,
        "{sandbox:{enabled:true,autoAllowBashIfSandboxed:true,credentials:{envVars:[{name:'A',mode:'deny'}]},network:{strictAllowlist:true}}}",
      ])
    + [
      .fail(
        "claude-code.sandbox-autoallow", .medium, "not held to a list", line: 1,
        claude(
          .user("{sandbox:{enabled:true,autoAllowBashIfSandboxed:true,credentials:{envVars:[{name:'A',mode:'deny'}]}}}")
        ))
    ]
    + user(
      "sandbox-domains", .medium, "allowedDomains has *",
      fails: #"{"sandbox":{"enabled":true,"network":{"allowedDomains":["*"]}}}"#,
      passes: [
        #"{"sandbox":{"enabled":true,"network":{"allowedDomains":["api.github.com"],"strictAllowlist":true}}}"#, "{}",
      ])
    + [
      .fail("claude-code.sandbox-domains", .medium, "asked for", claude(.user("{sandbox:{enabled:true}}"))),
      .fail(
        "claude-code.sandbox-domains", .medium, "*.ngrok.io", line: 1,
        claude(.user("{sandbox:{enabled:true,network:{allowedDomains:['*.ngrok.io'],strictAllowlist:true}}}"))),
      // A folder may not promise that for itself.
      .fail(
        "claude-code.sandbox-domains", .medium, "strictAllowlist",
        claude(.project("{sandbox:{enabled:true,network:{strictAllowlist:true}}}"), .user("{}"))),
    ]

  private static let hooks = #"{"hooks":{"SessionStart":[{"hooks":[{"type":"command","command":"sh .claude/x.sh"}]}]}}"#
  private static func blind(_ rule: String) -> [Fixture] {
    [
      .blind("claude-code.\(rule)", "no state directory", nowhere(kind)),
      .blind("claude-code.\(rule)", "permission denied", unreadLayer(kind, [.project("{}"), .user("{}")], unread: 0)),
    ]
  }
  private static func servers(_ text: String, trusted: Bool? = nil) -> LayerFile {
    .project(text, trusted: trusted, role: "mcp")
  }
  private static let server = "{mcpServers:{x:{command:'/opt/x'}}}"

  private static let claudeFolders: [Fixture] =
    blind("project-hooks") + blind("project-env-endpoint") + blind("mcp-project-headless")
    + [
      .fail(
        "claude-code.project-hooks", .critical, "hooks is set in a folder of work", line: 1, claude(.project(hooks))),
      .fail(
        "claude-code.project-hooks", .critical, "apiKeyHelper", line: 1,
        claude(.local("{apiKeyHelper:'sh k.sh'}"), .user("{disableAllHooks:true}"))),
      .fail("claude-code.project-hooks", .high, "hooks", line: 1, claude(.project(hooks, trusted: true), .user("{}"))),
      .fail(
        "claude-code.project-hooks", .critical, "hooks", line: 1,
        claude(.project(hooks, trusted: true), .user("{}"), change: headless("-p", "review"))),
      .fail(
        "claude-code.project-hooks", .high, "hooks", line: 1,
        claude(.project(hooks, trusted: true), .user("{}"), change: headless("-p", "--safe-mode", "review"))),
      .pass("claude-code.project-hooks", "none of 1", claude(.project(#"{"hooks":{}}"#))),
      .pass(
        "claude-code.project-hooks", "disableAllHooks is true", claude(.project(hooks), .user("{disableAllHooks:true}"))
      ),
      .pass(
        "claude-code.project-hooks", "allowManagedHooksOnly is true",
        claude(.managed("{allowManagedHooksOnly:true}"), .project(hooks))),
      .pass("claude-code.project-hooks", "no settings file came", claude(.user(hooks))),
      .fail(
        "claude-code.project-env-endpoint", .critical, "env.ANTHROPIC_BASE_URL", line: 1,
        claude(.project(#"{"env":{"ANTHROPIC_BASE_URL":"http://127.0.0.1:9"}}"#))),
      .fail(
        "claude-code.project-env-endpoint", .critical, "env.OTEL_EXPORTER_OTLP_ENDPOINT", line: 1,
        claude(.local("{env:{OTEL_EXPORTER_OTLP_ENDPOINT:'x'}}"))),
      .pass("claude-code.project-env-endpoint", "no folder of work", claude(.project(#"{"env":{"FOO":"1"}}"#))),
      .pass("claude-code.project-env-endpoint", "no settings file", claude(.user("{env:{ANTHROPIC_BASE_URL:'x'}}"))),
      .fail(
        "claude-code.mcp-project-headless", .critical, "enableAllProjectMcpServers is true", line: 1,
        claude(.user(#"{"enableAllProjectMcpServers":true}"#))),
      .fail(
        "claude-code.mcp-project-headless", .critical, "a server of folders would start unasked: x", line: 1,
        claude(servers(server), .user("{}"), change: headless("-p", "go"))),
      .fail(
        "claude-code.mcp-project-headless", .critical, "unasked", line: 1,
        claude(servers(server), .user("{enableAllProjectMcpServers:false}"), change: headless("--print", "go"))),
      .pass(
        "claude-code.mcp-project-headless", "no folder of work brings",
        claude(servers(server), .user(#"{"disabledMcpjsonServers":["x"]}"#), change: headless("-p"))),
      .pass(
        "claude-code.mcp-project-headless", "no folder of work", claude(.user(#"{"disabledMcpjsonServers":["x"]}"#))),
      .pass(
        "claude-code.mcp-project-headless", "without a terminal",
        claude(servers(server), .user("{}"), change: headless("-p", "--strict-mcp-config"))),
      .pass(
        "claude-code.mcp-project-headless", "managed file allows",
        claude(
          .managed("{allowManagedMcpServersOnly:true,allowedMcpServers:[]}"), servers(server), change: headless("-p"))),
      .blind(
        "claude-code.mcp-project-headless", "how Claude Code is started is not known",
        claude(servers(server), .user("{}")) { $0.arguments = .blind("no running process was seen") }),
      .fail("claude-code.mcp-env", .high, "server x see", claude(servers(server), .user(#"{"env":{}}"#))),
      .pass(
        "claude-code.mcp-env", "SCRUB is 1",
        claude(servers(server), .user(#"{"env":{"CLAUDE_CODE_SUBPROCESS_ENV_SCRUB":"1"}}"#))),
      .pass(
        "claude-code.mcp-env", "for the process",
        claude(servers(server), .user("{}")) { $0.environment = .seen(["CLAUDE_CODE_SUBPROCESS_ENV_SCRUB"]) }),
      .pass(
        "claude-code.mcp-env", "no MCP server",
        claude(servers("{mcpServers:{x:{url:'https://x.example/mcp'}}}"), .user("{}"))),
      .blind("claude-code.mcp-env", "no state directory", nowhere(kind)),
      .fail(
        "claude-code.trust-parent", .high, "/home/ada is trusted: it is a home directory", line: 1,
        claude(.user("{}"), trust("/home/ada"))),
      .fail(
        "claude-code.trust-parent", .high, "it is a folder to clone into", line: 1,
        claude(.user("{}"), trust("/home/ada/src"))),
      .fail(
        "claude-code.trust-parent", .high, "everybody may write there", line: 1, claude(.user("{}"), trust("/tmp"))),
      .fail("claude-code.trust-parent", .high, "root of everything", line: 1, claude(.user("{}"), trust("/"))),
      .fail(
        "claude-code.trust-parent", .high, "other folders of work lie below", line: 1,
        claude(.user("{}"), trust("/srv/all", "/srv/all/app"))),
      .pass("claude-code.trust-parent", "1 trusted folders", claude(.user("{}"), trust("/home/ada/src/app"))),
      .blind("claude-code.trust-parent", "was not read", claude(.user("{}"))),
      .blind("claude-code.trust-parent", "no state directory", nowhere(kind)),
    ]

  private static func trust(_ paths: String...) -> LayerFile {
    let records = paths.map { "\"\($0)\":{\"hasTrustDialogAccepted\":true}" }.joined(separator: ",")
    return LayerFile(
      scope: .user, text: "{\"projects\":{\(records),\"/home/ada/old\":{\"hasTrustDialogAccepted\":false}}}",
      role: "trust", path: "/home/ada/.claude.json")
  }

  private static let claudeOrganisation: [Fixture] =
    [
      .fail(
        "claude-code.managed-only", .medium, "are not true in the managed file", line: 1,
        claude(.managed(#"{"allowManagedHooksOnly":false}"#))),
      .fail(
        "claude-code.managed-only", .medium, "there is no managed file", claude(.user("{allowManagedHooksOnly:true}"))),
      .pass(
        "claude-code.managed-only", "all four",
        claude(
          .managed(
            #"{"allowManagedHooksOnly":true,"allowManagedPermissionRulesOnly":true,"allowManagedMcpServersOnly":true,"disableSideloadFlags":true}"#
          ))),
      .blind("claude-code.managed-only", "no state directory", nowhere(kind)),
      .fail(
        "claude-code.plugins", .high, "in a folder of work", line: 1,
        claude(.project(#"{"extraKnownMarketplaces":{"x":{"source":{"source":"github","repo":"a/b"}}}}"#), .user("{}"))),
      .fail("claude-code.plugins", .high, "unset, which means any source", claude(.user("{}"))),
      .pass("claude-code.plugins", "an empty list", claude(.managed(#"{"strictKnownMarketplaces":[]}"#))),
      .blind("claude-code.plugins", "no state directory", nowhere(kind)),
    ]
    + user(
      "skill-shell", .medium, "unset, which means false", line: nil, fails: "{}",
      passes: [#"{"disableSkillShellExecution":true}"#])
    + user(
      "remote", .medium, "autoUploadSessions is true", fails: #"{"autoUploadSessions":true}"#,
      passes: [#"{"autoUploadSessions":false,"disableRemoteControl":true}"#])
    + [.fail("claude-code.remote", .low, "disableRemoteControl is unset", claude(.user("{}")))]
    + user(
      "telemetry-prompts", .medium, "env.OTEL_LOG_USER_PROMPTS is 1", fails: #"{"env":{"OTEL_LOG_USER_PROMPTS":"1"}}"#,
      passes: [
        #"{"env":{"OTEL_LOG_USER_PROMPTS":"0"}}"#, "{env:{OTEL_EXPORTER_OTLP_ENDPOINT:'http://127.0.0.1:4317'}}",
      ])
    + [
      .fail(
        "claude-code.telemetry-prompts", .medium, "not encrypted", line: 1,
        claude(.user("{env:{OTEL_EXPORTER_OTLP_ENDPOINT:'http://10.0.0.9:4317'}}")))
    ]
    + user(
      "update", .high, "env.DISABLE_AUTOUPDATER is 1", fails: #"{"env":{"DISABLE_AUTOUPDATER":"1"}}"#,
      passes: [#"{"requiredMinimumVersion":"2.1.238"}"#])
    + [
      .fail(
        "claude-code.update", .high, "2.1.100 is older than 2.1.238",
        claude(.user("{}")) { $0.agent.version = "2.1.100 (Claude Code)" }),
      .fail("claude-code.update", .high, "2.1.0, older", line: 1, claude(.user("{requiredMinimumVersion:'2.1.0'}"))),
      .fail(
        "claude-code.update", .medium, "DISABLE_AUTOUPDATER", line: 1,
        claude(.user("{env:{DISABLE_AUTOUPDATER:'1'}}")) { $0.agent.version = "2.1.330" }),
      .pass("claude-code.update", "the updater is on", claude(.user("{}")) { $0.agent.version = "2.1.330" }),
      .blind("claude-code.update", "the version is not known", claude(.user("{}"))),
      .blind("claude-code.update", "compared", claude(.user("{}")) { $0.agent.version = "2.1.330-acme" }),
      .fail("claude-code.advisories", .high, "2.1.60", claude(.user("{}")) { $0.agent.version = "2.1.60" }),
      .pass("claude-code.advisories", "no advisory known", claude(.user("{}")) { $0.agent.version = "2.1.330" }),
      .blind("claude-code.advisories", "the version is not known", claude(.user("{}"))),
      .blind(
        "claude-code.advisories", "a fork's own count", claude(.user("{}")) { $0.agent.version = "2.1.60-acme.3" }),
    ]

  private static let claudeState: [Fixture] = [
    // Wherever it is started from, a switch that ends all questions is one.
    .fail(
      "unattended.switches", .high, "--dangerously-skip-permissions in /etc/cron.d/review", line: 3,
      claude(.user("{}"), change: headless("-p", "--dangerously-skip-permissions"))),
    .fail(
      "unattended.switches", .high, "IS_SANDBOX=1 in /home/ada/.bashrc", line: 9,
      claude(.user("{}")) {
        $0.installation?.launches = [
          .init(
            .shell, file: "/home/ada/.bashrc", line: 9, words: ["claude"], environment: ["IS_SANDBOX"],
            values: ["IS_SANDBOX": "1"])
        ]
      }),
    .fail("claude-code.state-modes", .medium, "mode 0755", kin(kind, "{}") { $0.installation?.mode = 0o755 }),
    .fail(
      "claude-code.state-modes", .critical, "everybody may change it", kin(kind, "{}") { $0.installation?.mode = 0o777 }
    ),
    .fail(
      "claude-code.state-modes", .medium, "mode 0644: everybody may read it",
      claude(
        .user("{}"), LayerFile(scope: .user, text: "{}", role: "trust", path: "/home/ada/.claude.json", mode: 0o644))),
    .pass("claude-code.state-modes", "mode 0700", claude(.user("{}"))),
    .blind("claude-code.state-modes", "no state directory", nowhere(kind)),
  ]
}
