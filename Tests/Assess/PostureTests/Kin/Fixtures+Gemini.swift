import Installations
import Model
import Platform

@testable import Posture

extension Fixture {
  private static let kind = "gemini-cli"
  private static func gemini(_ files: LayerFile..., change: (inout Subject) -> Void = { _ in }) -> Subject {
    layered(kind, files, change)
  }
  private static func started(_ words: String...) -> (inout Subject) -> Void {
    {
      $0.installation?.launches = [
        .init(.unit, file: "/etc/systemd/system/g.service", line: 7, words: ["gemini"] + words)
      ]
    }
  }
  private static func environment(
    _ name: String, _ value: String, file: String = "/home/ada/.config/systemd/user/g.service"
  ) -> (inout Subject) -> Void {
    {
      $0.installation?.launches = [
        .init(.unit, file: file, line: 5, words: ["gemini"], environment: [name], values: [name: value])
      ]
    }
  }
  private static let blindStarts: @Sendable (inout Subject) -> Void = {
    $0.arguments = .blind("no running process was seen")
  }

  private static func user(
    _ rule: String, _ severity: Severity, _ says: String, line: Int? = 1, fails: String, passes: [String]
  ) -> [Fixture] {
    let rule = "gemini-cli.\(rule)"
    return [
      .fail(rule, severity, says, line: line, gemini(.user(fails))),
      .blind(rule, "no state directory was found", nowhere(kind)),
      .blind(rule, "no configuration was read", kin(kind, nil)),
      .blind(rule, "permission denied", unreadLayer(kind, [.user(fails)], unread: 0)),
    ] + passes.map { .pass(rule, "", gemini(.user($0))) }
  }

  static let gemini: [Fixture] = geminiAsking + geminiConfinement + geminiFolders + geminiOrganisation

  private static func policy(
    _ text: String, scope: Installation.Layer.Scope = .user, mode: UInt16 = 0o600, owner: UInt32 = 1000
  ) -> LayerFile {
    LayerFile(
      scope: scope, text: text, role: "policy", path: scope == .managed ? "/etc/gemini-cli/policies/a.toml" : nil,
      mode: mode, owner: owner,
      project: scope == .project ? "/home/ada/src/app" : nil)
  }

  private static let geminiAsking: [Fixture] =
    user(
      "yolo", .high, "security.disableYoloMode is false", fails: #"{"security":{"disableYoloMode":false}}"#,
      passes: [#"{"security":{"disableYoloMode":true}}"#])
    + [
      .fail("gemini-cli.yolo", .high, "unset, which means that the switch works", gemini(.user("{}"))),
      .fail(
        "gemini-cli.yolo", .critical, "yolo in /etc/systemd/system/g.service", line: 7,
        gemini(.user("{}"), change: started("--approval-mode=yolo"))),
      .fail("gemini-cli.yolo", .critical, "yolo in", line: 7, gemini(.user("{}"), change: started("-y"))),
      .fail("gemini-cli.yolo", .high, "unset", gemini(.user("{}"), change: started("--prompt", "-y"))),
      .fail("gemini-cli.yolo", .high, "unset", gemini(.user("{}"), change: started("-p", "-y"))),
      .pass(
        "gemini-cli.yolo", "is true",
        gemini(
          .managed("{security:{disableYoloMode:true}}"), .user("{security:{disableYoloMode:false}}"),
          change: started("-y"))),
      .fail(
        "gemini-cli.yolo", .critical, "in the arguments of the process",
        unreadLayer(kind, [.managed("{}"), .user("{}")], unread: 0).with { $0.arguments = .seen(["gemini", "-y"]) }),
    ]
    + user(
      "approval-default", .medium, "general.defaultApprovalMode is auto_edit",
      fails: #"{"general":{"defaultApprovalMode":"auto_edit"}}"#,
      passes: [#"{"general":{"defaultApprovalMode":"default"}}"#, "{}", "{general:{defaultApprovalMode:'plan'}}"])
    + user(
      "allowed-tools", .high, "tools.allowed has run_shell_command",
      fails: #"{"tools":{"allowed":["run_shell_command"]}}"#,
      passes: [#"{"tools":{"allowed":["run_shell_command(git status)"]}}"#, "{}"])
    + [
      .fail(
        "gemini-cli.allowed-tools", .high, "ShellTool(python3)", line: 1,
        gemini(.user("{tools:{allowed:['ShellTool(python3)']}}"))),
      .fail(
        "gemini-cli.allowed-tools", .high, "a policy allows every tool", line: 1,
        gemini(.user("{}"), policy("{rule:[{toolName:'*',decision:'allow',priority:100}]}"))),
      .fail(
        "gemini-cli.allowed-tools", .high, "a policy allows any command", line: 1,
        gemini(.user("{}"), policy("{rule:[{toolName:'run_shell_command',decision:'allow'}]}"))),
      .fail(
        "gemini-cli.allowed-tools", .high, "begin with curl", line: 1,
        gemini(
          .user("{}"), policy("{rule:[{toolName:['run_shell_command'],commandPrefix:['git','curl'],decision:'allow'}]}")
        )),
      .pass(
        "gemini-cli.allowed-tools", "no shell",
        gemini(
          .user("{}"),
          policy(
            "{rule:[{toolName:'*',decision:'deny'},{toolName:'run_shell_command',commandPrefix:'git status',decision:'allow'},{toolName:'read_file',decision:'allow'}]}"
          ))),
      .pass(
        "gemini-cli.allowed-tools", "no shell",
        gemini(.user("{}"), policy("{rule:[{toolName:'*',decision:'allow'}]}", scope: .project))),
    ]
    + user(
      "mcp-trust", .high, "server x has trust true", fails: #"{"mcpServers":{"x":{"command":"/opt/x","trust":true}}}"#,
      passes: [#"{"mcpServers":{"x":{"command":"/opt/x","trust":false,"includeTools":["a"]}}}"#, "{}"])

  private static let geminiConfinement: [Fixture] =
    user(
      "sandbox", .medium, "tools.sandbox is false", fails: #"{"tools":{"sandbox":false}}"#,
      passes: [
        #"{"tools":{"sandbox":"docker"}}"#, "{security:{toolSandboxing:true}}", "{tools:{sandbox:{enabled:true}}}",
        "{tools:{sandbox:true}}",
      ])
    + [
      .fail("gemini-cli.sandbox", .medium, "unset, which means none", gemini(.user("{}"))),
      .pass("gemini-cli.sandbox", "started with a sandbox", gemini(.user("{}"), change: started("-s"))),
      .pass(
        "gemini-cli.sandbox", "GEMINI_SANDBOX is docker",
        gemini(.user("{}"), change: environment("GEMINI_SANDBOX", "docker"))),
    ]
    + user(
      "sandbox-wide", .high, "tools.sandboxNetworkAccess is true",
      fails: #"{"tools":{"sandboxNetworkAccess":true,"sandboxAllowedPaths":["/home/u"]}}"#,
      passes: [#"{"tools":{"sandboxNetworkAccess":false,"sandboxAllowedPaths":[]}}"#, "{}"])
    + [
      .fail(
        "gemini-cli.sandbox-wide", .high, "has /home/u", line: 1,
        gemini(.user("{tools:{sandboxAllowedPaths:['/home/u']}}"))),
      .fail(
        "gemini-cli.sandbox-wide", .medium, "without a digest", line: 1,
        gemini(.user("{tools:{sandbox:{image:'corp/box:1'}}}"))),
      .fail(
        "gemini-cli.sandbox-wide", .high, "BUILD_SANDBOX", line: 5,
        gemini(.user("{}"), change: environment("BUILD_SANDBOX", "1"))),
    ]
    + user(
      "env-redaction", .high, "enabled is false",
      fails: #"{"security":{"environmentVariableRedaction":{"enabled":false}}}"#,
      passes: [#"{"security":{"environmentVariableRedaction":{"enabled":true}}}"#])
    + [.fail("gemini-cli.env-redaction", .high, "unset, which means false", gemini(.user("{}")))]
    + user(
      "include-dirs", .medium, "context.includeDirectories has ~", fails: #"{"context":{"includeDirectories":["~"]}}"#,
      passes: [#"{"context":{"includeDirectories":["../docs"]}}"#, "{}"])
    + [
      .fail(
        "gemini-cli.include-dirs", .medium, "--include-directories /home/ada", line: 7,
        gemini(.user("{}"), change: started("--include-directories", "/srv/x,/home/ada"))),
      // Lists of all layers are joined.
      .fail(
        "gemini-cli.include-dirs", .medium, "has /", line: 1,
        gemini(.managed("{context:{includeDirectories:['/srv/x']}}"), .user("{context:{includeDirectories:['/']}}"))),
    ]

  private static let hooks = #"{"hooks":{"SessionStart":[{"hooks":[{"type":"command","command":"sh x.sh"}]}]}}"#

  private static let geminiFolders: [Fixture] =
    user(
      "folder-trust", .critical, "security.folderTrust.enabled is false",
      fails: #"{"security":{"folderTrust":{"enabled":false}}}"#,
      passes: [#"{"security":{"folderTrust":{"enabled":true}}}"#, "{}"])
    + [
      .pass(
        "gemini-cli.folder-trust", "is true",
        gemini(.managed("{security:{folderTrust:{enabled:true}}}"), .user("{security:{folderTrust:{enabled:false}}}"))),
      .fail(
        "gemini-cli.trust-bypass", .critical, "GEMINI_CLI_TRUST_WORKSPACE is true", line: 5,
        gemini(.user("{}"), change: environment("GEMINI_CLI_TRUST_WORKSPACE", "true"))),
      .fail(
        "gemini-cli.trust-bypass", .critical, "--skip-trust in", line: 7,
        gemini(.user("{}"), change: started("--skip-trust"))),
      .fail(
        "gemini-cli.trust-bypass", .high, "TRUSTED_FOLDERS_PATH", line: 5,
        gemini(.user("{}"), change: environment("GEMINI_CLI_TRUSTED_FOLDERS_PATH", "/tmp/t"))),
      .pass(
        "gemini-cli.trust-bypass", "no start of it",
        gemini(.user("{}"), change: environment("GEMINI_CLI_TRUST_WORKSPACE", "false"))),
      .blind("gemini-cli.trust-bypass", "no running process", gemini(.user("{}"), change: blindStarts)),
      .fail(
        "gemini-cli.trust-parent", .high, "/home/u/src/app is TRUST_PARENT", line: 1,
        gemini(.user("{}"), trust(#"{"/home/u/src/app":"TRUST_PARENT"}"#))),
      .fail(
        "gemini-cli.trust-parent", .high, "/home/ada is trusted", line: 1,
        gemini(.user("{}"), trust("{'/home/ada':'TRUST_FOLDER'}"))),
      .pass(
        "gemini-cli.trust-parent", "1 trusted folders",
        gemini(.user("{}"), trust(#"{"/home/u/src/app":"TRUST_FOLDER","/":"DO_NOT_TRUST"}"#))),
      .blind("gemini-cli.trust-parent", "was not read", gemini(.user("{}"))),
      .fail(
        "gemini-cli.tool-commands", .critical, "tools.discoveryCommand is sh tools.sh in a folder", line: 1,
        gemini(.project(#"{"tools":{"discoveryCommand":"sh tools.sh"}}"#), .user("{}"))),
      .fail(
        "gemini-cli.tool-commands", .critical, "mcp.serverCommand", line: 1,
        gemini(.project("{mcp:{serverCommand:'x'}}", trusted: true), .user("{}"))),
      .pass(
        "gemini-cli.tool-commands", "no folder", gemini(.project(#"{"tools":{"core":["ReadFileTool"]}}"#), .user("{}"))),
      .pass(
        "gemini-cli.tool-commands", "no folder",
        gemini(.project("{tools:{discoveryCommand:'x'}}", trusted: false), .user("{}"))),
      .blind("gemini-cli.tool-commands", "no state directory", nowhere(kind)),
      .fail("gemini-cli.hooks", .high, "a folder of work brings hooks", line: 1, gemini(.project(hooks), .user("{}"))),
      .fail(
        "gemini-cli.hooks", .high, "an extension brings hooks", line: 1,
        gemini(.user("{}"), LayerFile(scope: .user, text: hooks, role: "extension"))),
      .pass(
        "gemini-cli.hooks", "hooksConfig.enabled is false",
        gemini(.project(hooks), .user(#"{"hooksConfig":{"enabled":false}}"#))),
      .pass("gemini-cli.hooks", "no folder", gemini(.project(hooks, trusted: false), .user("{}"))),
      .blind("gemini-cli.hooks", "no state directory", nowhere(kind)),
      .fail(
        "gemini-cli.env-file", .medium, "advanced.ignoreLocalEnv is false", line: 1,
        gemini(.user(#"{"advanced":{"ignoreLocalEnv":false}}"#))),
      .fail(
        "gemini-cli.env-file", .high, "GOOGLE_GEMINI_BASE_URL is set by a folder", line: 1,
        gemini(.user("{}"), .project("{GOOGLE_GEMINI_BASE_URL:'http://x'}", role: "environment"))),
      .pass(
        "gemini-cli.env-file", "is true",
        gemini(.user(#"{"advanced":{"ignoreLocalEnv":true}}"#), .project("{HTTPS_PROXY:'x'}", role: "environment"))),
      .blind("gemini-cli.env-file", "no state directory", nowhere(kind)),
      .fail(
        "gemini-cli.workspace-policy", .medium, "lies in a folder of work",
        gemini(.user("{}"), policy("{rule:[]}", scope: .project))),
      .pass("gemini-cli.workspace-policy", "1 policy files, none", gemini(.user("{}"), policy("{rule:[]}"))),
      .blind("gemini-cli.workspace-policy", "no state directory", nowhere(kind)),
    ]

  private static func trust(_ text: String) -> LayerFile {
    LayerFile(scope: .user, text: text, role: "trust", path: "/home/ada/.gemini/trustedFolders.json")
  }

  private static func directory(_ mode: UInt16, owner: UInt32 = 0) -> (inout Subject) -> Void {
    {
      $0.installation?.files = [
        .init(
          path: "/etc/gemini-cli/policies", role: .include,
          status: FileStatus(kind: .directory, mode: mode, owner: owner))
      ]
    }
  }

  private static let geminiOrganisation: [Fixture] =
    user(
      "mcp-allow", .medium, "mcp.allowed is unset, which means any", line: nil, fails: #"{"mcp":{}}"#,
      passes: [#"{"mcp":{"allowed":["corp"]}}"#])
    + user(
      "extensions", .medium, "security.blockGitExtensions is false",
      fails: #"{"security":{"blockGitExtensions":false}}"#,
      passes: [
        #"{"security":{"blockGitExtensions":true}}"#,
        "{security:{allowedExtensions:['^https://github\\\\.com/corp/']}}",
      ])
    + user(
      "telemetry", .medium, "prompts go to http://10.0.0.9:4317",
      fails: #"{"telemetry":{"enabled":true,"logPrompts":true,"otlpEndpoint":"http://10.0.0.9:4317"}}"#,
      passes: [#"{"telemetry":{"enabled":false},"privacy":{"usageStatisticsEnabled":false}}"#])
    + [
      .fail("gemini-cli.telemetry", .low, "unset, which means true", gemini(.user("{}"))),
      .fail(
        "gemini-cli.telemetry", .low, "prompts go to https", line: 1,
        gemini(.user("{telemetry:{enabled:true,logPrompts:true,otlpEndpoint:'https://c.example'}}"))),
      .fail("gemini-cli.policy-dir", .high, "mode 0775", gemini(.user("{}"), change: directory(0o775))),
      .fail(
        "gemini-cli.policy-dir", .high, "belongs to uid 1000",
        gemini(.user("{}"), change: directory(0o755, owner: 1000))),
      .fail(
        "gemini-cli.policy-dir", .high, "mode 0664",
        gemini(.user("{}"), policy("{}", scope: .managed, mode: 0o664, owner: 0))),
      .pass("gemini-cli.policy-dir", "mode 0755, and it is root's", gemini(.user("{}"), change: directory(0o755))),
      .blind("gemini-cli.policy-dir", "no policy folder", gemini(.user("{}"))),
      .fail(
        "gemini-cli.system-path", .high, "GEMINI_CLI_SYSTEM_SETTINGS_PATH is /tmp/s.json", line: 5,
        gemini(.user("{}"), change: environment("GEMINI_CLI_SYSTEM_SETTINGS_PATH", "/tmp/s.json"))),
      .fail(
        "gemini-cli.system-path", .high, "in the environment of the process",
        gemini(.user("{}")) { $0.environment = .seen(["GEMINI_CLI_SYSTEM_DEFAULTS_PATH"]) }),
      .pass("gemini-cli.system-path", "neither", gemini(.user("{}"))),
      .pass(
        "gemini-cli.system-path", "neither",
        gemini(
          .user("{}"),
          change: environment(
            "GEMINI_CLI_SYSTEM_SETTINGS_PATH", "/etc/gemini-cli/corp.json", file: "/etc/systemd/system/g.service"))),
      .blind("gemini-cli.system-path", "no running process", gemini(.user("{}"), change: blindStarts)),
      .fail("gemini-cli.advisories", .critical, "0.39.0", gemini(.user("{}")) { $0.agent.version = "0.39.0" }),
      .fail(
        "gemini-cli.advisories", .critical, "without a terminal",
        gemini(.user("{}")) { $0.agent.version = "0.39.0-nightly.20260401.g5411f11" }),
      .pass("gemini-cli.advisories", "no advisory", gemini(.user("{}")) { $0.agent.version = "v0.39.1" }),
      .blind("gemini-cli.advisories", "not known", gemini(.user("{}"))),
    ]
}
