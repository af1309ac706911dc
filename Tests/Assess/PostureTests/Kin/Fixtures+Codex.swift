import Installations
import Model
import Platform

@testable import Posture

extension Fixture {
  private static let kind = "codex-cli"
  private static func codex(_ files: LayerFile..., change: (inout Subject) -> Void = { _ in }) -> Subject {
    layered(kind, files, change)
  }
  private static func project(_ text: String, trusted: Bool? = true) -> LayerFile { .project(text, trusted: trusted) }
  private static func requirements(_ text: String) -> LayerFile {
    LayerFile(
      scope: .managed, text: text, role: "requirements", path: "/etc/codex/requirements.toml", mode: 0o644, owner: 0)
  }
  private static func started(_ words: String...) -> (inout Subject) -> Void {
    { $0.arguments = .seen(["codex"] + words) }
  }

  private static func user(
    _ rule: String, _ severity: Severity, _ says: String, line: Int? = 1, fails: String, passes: [String]
  ) -> [Fixture] {
    let rule = "codex-cli.\(rule)"
    return [
      .fail(rule, severity, says, line: line, codex(.user(fails))),
      .blind(rule, "no state directory was found", nowhere(kind)),
      .blind(rule, "no configuration was read", kin(kind, nil)),
      .blind(rule, "permission denied", unreadLayer(kind, [.user(fails)], unread: 0)),
    ] + passes.map { .pass(rule, "", codex(.user($0))) }
  }

  /// The files are TOML on a disk; here stands the same tree.
  static let codex: [Fixture] = codexConfinement + codexFolders + codexCredentials + codexOrganisation

  private static let codexConfinement: [Fixture] =
    user(
      "sandbox-full", .critical, "sandbox_mode is danger-full-access", fails: "{sandbox_mode:'danger-full-access'}",
      passes: ["{sandbox_mode:'workspace-write'}", "{}"])
    + [
      .fail(
        "codex-cli.sandbox-full", .critical, "in the arguments of the process",
        codex(.user("{}"), change: started("exec", "-s", "danger-full-access"))),
      .fail(
        "codex-cli.sandbox-full", .critical, "--dangerously-bypass",
        codex(.user("{}"), change: started("--dangerously-bypass-approvals-and-sandbox"))),
      .fail(
        "codex-cli.sandbox-full", .critical, "in the arguments",
        codex(.user("{}"), change: started("-c", "sandbox_mode=\"danger-full-access\""))),
      .fail(
        "codex-cli.sandbox-full", .critical, "danger", line: 1,
        codex(LayerFile(scope: .profile, text: "{sandbox_mode:'danger-full-access'}"), .user("{}"))),
      .fail(
        "codex-cli.sandbox-full", .critical, "danger", line: 1,
        codex(project("{sandbox_mode:'danger-full-access'}"), .user("{sandbox_mode:'read-only'}"))),
      .pass(
        "codex-cli.sandbox-full", "is read-only",
        codex(project("{sandbox_mode:'danger-full-access'}", trusted: false), .user("{sandbox_mode:'read-only'}"))),
      .pass(
        "codex-cli.sandbox-full", "requirements",
        codex(requirements("{allowed_sandbox_modes:['read-only']}"), .user("{sandbox_mode:'danger-full-access'}"))),
      .pass(
        "codex-cli.sandbox-full", "unset", codex(.user("{}"), change: started("exec", "--", "-s", "danger-full-access"))
      ),
    ]
    + user(
      "approval-never", .high, "approval_policy is never, and sandbox_mode is workspace-write",
      fails: "{approval_policy:'never',sandbox_mode:'workspace-write'}",
      passes: [
        "{approval_policy:'on-request',sandbox_mode:'workspace-write'}",
        "{approval_policy:'never',sandbox_mode:'read-only'}", "{}", "{approval_policy:{granular:{}}}",
      ])
    + [
      .fail(
        "codex-cli.approval-never", .high, "approval never in",
        codex(.user("{}"), change: started("-a", "never", "-s", "workspace-write"))),
      .pass("codex-cli.approval-never", "", codex(.user("{}"), change: started("-a", "never", "-s", "read-only"))),
      .pass(
        "codex-cli.approval-never", "requirements",
        codex(requirements("{allowed_approval_policies:['on-request']}"), .user("{approval_policy:'never'}"))),
      .pass(
        "codex-cli.approval-never", "container box",
        codex(.user("{approval_policy:'never'}")) { $0.container = .seen(ContainerFacts(name: "box")) }),
    ]
    + user(
      "net-on", .high, "network_access is true", fails: "{sandbox_workspace_write:{network_access:true}}",
      passes: ["{sandbox_workspace_write:{network_access:false}}", "{}"])
    + [
      .fail(
        "codex-cli.net-on", .high, "permissions.p.network.enabled is true", line: 1,
        codex(.user("{default_permissions:'p',permissions:{p:{network:{enabled:true}}}}")))
    ]
    + user(
      "writable-roots", .medium, "has /home/u", fails: "{sandbox_workspace_write:{writable_roots:['/home/u']}}",
      passes: ["{sandbox_workspace_write:{writable_roots:[],exclude_slash_tmp:true,exclude_tmpdir_env_var:true}}"])
    + [
      .fail("codex-cli.writable-roots", .low, "exclude_slash_tmp is unset", codex(.user("{}"))),
      .fail(
        "codex-cli.writable-roots", .medium, "programs are started from there", line: 1,
        codex(.user("{sandbox_workspace_write:{writable_roots:['/opt/tool/bin']}}"))),
      .fail("codex-cli.writable-roots", .medium, "--add-dir /", codex(.user("{}"), change: started("--add-dir", "/"))),
    ]
    + user(
      "read-all", .medium, "unset, which means that everything may be read", line: nil,
      fails: "{sandbox_mode:'read-only'}",
      passes: [
        "{default_permissions:'p',permissions:{p:{description:'narrow',filesystem:{':root':'read','/home/u/.ssh':'deny'}}}}"
      ])
    + [
      .fail(
        "codex-cli.read-all", .medium, "denies no folder", line: 1,
        codex(.user("{default_permissions:'p',permissions:{p:{filesystem:{':root':'read'}}}}")))
    ]
    + user(
      "auto-review", .medium, "approvals_reviewer is auto_review", fails: "{approvals_reviewer:'auto_review'}",
      passes: ["{approvals_reviewer:'user'}", "{}"])

  private static let hooks = "{hooks:{SessionStart:[{hooks:[{type:'command',command:'sh x.sh'}]}]}}"

  private static let codexFolders: [Fixture] =
    [
      .fail(
        "codex-cli.project-config", .critical, "sandbox_mode is danger-full-access in a trusted folder", line: 1,
        codex(project("{sandbox_mode:'danger-full-access'}"), .user("{}"))),
      .fail(
        "codex-cli.project-config", .critical, "mcp_servers", line: 1,
        codex(
          .project("{mcp_servers:{x:{command:'/opt/x'}}}"),
          .user("{projects:{'/home/ada/src/app':{trust_level:'trusted'}}}"))),
      .pass(
        "codex-cli.project-config", "1 trusted folders", codex(project("{model_reasoning_effort:'low'}"), .user("{}"))),
      .pass(
        "codex-cli.project-config", "is trusted, so it is not heard",
        codex(project("{sandbox_mode:'danger-full-access'}", trusted: false), .user("{}"))),
      .pass("codex-cli.project-config", "no folder of work", codex(.user("{sandbox_mode:'danger-full-access'}"))),
      .blind("codex-cli.project-config", "no state directory", nowhere(kind)),
      .blind(
        "codex-cli.project-config", "permission denied", unreadLayer(kind, [.project("{}"), .user("{}")], unread: 0)),
    ]
    + user(
      "trust-wide", .medium, "/home/u is trusted: it is a home directory",
      fails: "{projects:{'/home/u':{trust_level:'trusted'}}}",
      passes: [
        "{projects:{'/home/u/src/app':{trust_level:'trusted'}}}", "{projects:{'/tmp':{trust_level:'untrusted'}}}",
      ])
    + [
      .fail(
        "codex-cli.trust-wide", .medium, "everybody may write there", line: 1,
        codex(.user("{projects:{'/tmp':{trust_level:'trusted'}}}")))
    ]
    + [
      .fail("codex-cli.hooks", .high, "a folder of work brings hooks", line: 1, codex(project(hooks), .user("{}"))),
      .fail(
        "codex-cli.hooks", .high, "a folder of work brings hooks", line: 1,
        codex(.project("{SessionStart:[]}", role: "hooks"), .user("{}"))),
      .fail(
        "codex-cli.hooks", .high, "--dangerously-bypass-hook-trust in the arguments",
        codex(.user("{}"), change: started("--dangerously-bypass-hook-trust"))),
      .pass("codex-cli.hooks", "features.hooks is false", codex(.user("{features:{hooks:false}}"))),
      .pass(
        "codex-cli.hooks", "only managed hooks",
        codex(requirements("{allow_managed_hooks_only:true}"), project(hooks), .user("{}"))),
      .pass("codex-cli.hooks", "no folder of work", codex(.user(hooks))),
      .blind("codex-cli.hooks", "no state directory", nowhere(kind)),
    ]
    + user(
      "unknown-key", .medium, "sandbox_mod is unknown; sandbox_mode was meant", fails: "{sandbox_mod:'read-only'}",
      passes: ["{sandbox_mode:'read-only'}", "{model:'x',notify:[],profile:'p'}"])
    + [
      .fail(
        "codex-cli.unknown-key", .medium, "sandbox_workspace_write.network_acces", line: 1,
        codex(.user("{sandbox_workspace_write:{network_acces:false}}")))
    ]

  private static let codexCredentials: [Fixture] =
    user(
      "env-inherit", .high, "shell_environment_policy.inherit is all",
      fails: "{shell_environment_policy:{inherit:'all'}}",
      passes: [
        "{shell_environment_policy:{inherit:'core',ignore_default_excludes:false}}",
        "{shell_environment_policy:{ignore_default_excludes:false}}",
        "{shell_environment_policy:{include_only:['PATH','HOME']}}",
        "{shell_environment_policy:{exclude:['*KEY*','*SECRET*','*TOKEN*']}}",
      ])
    + [.fail("codex-cli.env-inherit", .high, "unset, which means true", codex(.user("{}")))]
    + user(
      "mcp-approve", .medium, "server x has default_tools_approval_mode approve",
      fails: "{mcp_servers:{x:{command:'/opt/x',default_tools_approval_mode:'approve'}}}",
      passes: ["{mcp_servers:{x:{command:'/opt/x',default_tools_approval_mode:'prompt'}}}", "{}"])
    + [
      .fail(
        "codex-cli.mcp-approve", .low, "for delete", line: 1,
        codex(.user("{mcp_servers:{x:{command:'/opt/x',tools:{delete:{approval_mode:'approve'}}}}}")))
    ]
    + user(
      "mcp-secret", .high, "mcp_servers.y.http_headers.Authorization is a literal",
      fails: "{mcp_servers:{y:{url:'https://m.example/mcp',http_headers:{Authorization:'Bearer sk-live-123456'}}}}",
      passes: [
        "{mcp_servers:{y:{url:'https://m.example/mcp',bearer_token_env_var:'Y_TOKEN'}}}",
        "{model_providers:{p:{env_key:'P_KEY'}}}",
      ])
    + [
      .fail(
        "codex-cli.mcp-secret", .high, "model_providers.p.experimental_bearer_token", line: 1,
        codex(.user("{model_providers:{p:{experimental_bearer_token:'<redacted>'}}}"))),
      .fail(
        "codex-cli.mcp-secret", .high, "http_headers.Authorization", line: 1,
        codex(.user("{model_providers:{p:{http_headers:{Authorization:'Bearer abc'}}}}"))),
    ]
    + user(
      "auth-store", .medium, "cli_auth_credentials_store is file", fails: "{cli_auth_credentials_store:'file'}",
      passes: ["{cli_auth_credentials_store:'keyring'}"])
    + [
      .fail("codex-cli.auth-store", .medium, "unset, which means file", codex(.user("{}"))),
      .fail(
        "codex-cli.auth-store", .high, "mode 0644 of the login",
        codex(.user("{cli_auth_credentials_store:'keyring'}")) {
          $0.installation?.files = [
            .init(
              path: "/home/ada/.codex/auth.json", role: .credentials, status: FileStatus(kind: .regular, mode: 0o644))
          ]
        }),
    ]

  private static let codexOrganisation: [Fixture] =
    [
      .fail("codex-cli.state-modes", .high, "mode 0755", kin(kind, nil) { $0.installation?.mode = 0o755 }),
      .fail(
        "codex-cli.state-modes", .high, "mode 0644",
        kin(kind, nil) {
          $0.installation?.mode = 0o711
          $0.installation?.files = [
            .init(
              path: "/home/ada/.codex-cli/state_5.sqlite", role: .database,
              status: FileStatus(kind: .regular, mode: 0o644))
          ]
        }),
      .pass("codex-cli.state-modes", "mode 0700", codex(.user("{}"))),
      .blind("codex-cli.state-modes", "no state directory", nowhere(kind)),
      .fail("codex-cli.requirements", .medium, "no requirements file", codex(.user("{}"))),
      .fail(
        "codex-cli.requirements", .medium, "allowed_sandbox_modes has danger-full-access", line: 1,
        codex(requirements("{allowed_sandbox_modes:['danger-full-access']}"), .user("{}"))),
      .fail(
        "codex-cli.requirements", .medium, "allowed_approval_policies has never", line: 1,
        codex(requirements("{allowed_sandbox_modes:['read-only'],allowed_approval_policies:['never']}"), .user("{}"))),
      .fail("codex-cli.requirements", .medium, "unset, which means any", codex(requirements("{}"), .user("{}"))),
      .pass(
        "codex-cli.requirements", "neither",
        codex(
          requirements(
            "{allowed_sandbox_modes:['read-only','workspace-write'],allowed_approval_policies:['on-request']}"),
          .user("{}"))),
      .blind("codex-cli.requirements", "no state directory", nowhere(kind)),
      .fail(
        "codex-cli.server", .high, "--listen ws://127.0.0.1:4500 without --ws-auth",
        codex(.user("{}"), change: started("app-server", "--listen", "ws://127.0.0.1:4500"))),
      .pass(
        "codex-cli.server", "no start of it", codex(.user("{}"), change: started("app-server", "--listen", "unix://"))),
      .pass(
        "codex-cli.server", "",
        codex(
          .user("{}"), change: started("app-server", "--listen", "ws://127.0.0.1:4500", "--ws-auth", "capability-token")
        )),
      .blind("codex-cli.server", "no process", codex(.user("{}")) { $0.arguments = .blind("no process") }),
      .fail("codex-cli.advisories", .high, "0.22.0", codex(.user("{}")) { $0.agent.version = "0.22.0" }),
      .fail(
        "codex-cli.advisories", .high, "CVE-2025-61260",
        codex(.user("{}")) { $0.agent.version = "codex-cli 0.23.0-alpha.4" }),
      .pass("codex-cli.advisories", "no advisory", codex(.user("{}")) { $0.agent.version = "0.163.0" }),
      .blind("codex-cli.advisories", "not known", codex(.user("{}"))),
    ]
    + user(
      "history", .low, "history.persistence is save-all", fails: "{history:{persistence:'save-all'}}",
      passes: ["{history:{persistence:'none'}}", "{history:{max_bytes:1000}}"])
    + user(
      "web-search", .low, "web_search is live", fails: "{web_search:'live'}",
      passes: ["{web_search:'disabled'}", "{web_search:'cached'}"])
    + [
      .fail("codex-cli.web-search", .low, "unset, which means on", codex(.user("{}"))),
      .fail(
        "codex-cli.web-search", .low, "--search", codex(.user("{web_search:'disabled'}"), change: started("--search"))),
      .pass(
        "codex-cli.web-search", "requirements",
        codex(requirements("{allowed_web_search_modes:['cached']}"), .user("{web_search:'live'}"))),
    ]
    + user(
      "apps", .medium, "destructive_enabled is true",
      fails: "{apps:{_default:{enabled:true,destructive_enabled:true}}}",
      passes: [
        "{apps:{_default:{enabled:false}}}", "{apps:{_default:{destructive_enabled:false}}}", "{features:{apps:false}}",
      ])
    + user(
      "telemetry", .low, "otel.log_user_prompt is true", fails: "{otel:{log_user_prompt:true}}",
      passes: ["{analytics:{enabled:false},otel:{log_user_prompt:false}}"])
    + [.fail("codex-cli.telemetry", .low, "analytics.enabled is unset", codex(.user("{}")))]
}
