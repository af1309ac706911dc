import Installations
import Model
import Platform

@testable import Posture

extension Fixture {
  private static func approved(_ text: String) -> Subject {
    detailed { $0.documents = [document(.approvals, "exec-approvals.json", text)] }
  }
  private static func sandbox(_ section: String) -> String { "{agents:{defaults:{sandbox:{\(section)}}}}" }
  private static func jobs(_ text: String) -> Subject {
    detailed { $0.documents = [document(.jobs, "cron/jobs.json", text)] }
  }

  static let ownTools: [Fixture] =
    unseen("exec.unanswered-means-yes")
    + [
      .fail(
        "exec.unanswered-means-yes", .high, "defaults.askFallback is full", line: 1,
        approved("{defaults:{askFallback:'full'}}")),
      .pass("exec.unanswered-means-yes", "are refused", approved("{defaults:{askFallback:'deny'}}")),
      .pass("exec.unanswered-means-yes", "no exec-approvals.json", detailed()),
      .blind("exec.unanswered-means-yes", "state/openclaw.sqlite", later()),
    ]
    + unseen("exec.approved-for-everything")
    + [
      .fail(
        "exec.approved-for-everything", .high, "agents.main.allowlist has **", line: 1,
        approved("{agents:{main:{allowlist:[{pattern:'**'}]}}}")),
      .fail(
        "exec.approved-for-everything", .high, "everybody may write", line: 1,
        approved("{agents:{main:{allowlist:[{pattern:'/tmp/x'}]}}}")),
      .pass(
        "exec.approved-for-everything", "no approval is for every",
        approved("{agents:{main:{allowlist:[{pattern:'/bin/ls'}]}}}")),
      .blind("exec.approved-for-everything", "state/openclaw.sqlite", later()),
    ]
    + setting(
      "exec.search-path-writable", .medium, "has /tmp/bin", line: 1,
      fails: "{tools:{exec:{pathPrepend:['/opt/x','/tmp/bin']}}}",
      passes: ["{}", "{tools:{exec:{pathPrepend:['/opt/homebrew/bin']}}}"])
    + setting(
      "sandbox.softened", .medium, "readOnlyRoot is false", line: 1, fails: sandbox("docker:{readOnlyRoot:false}"),
      passes: ["{}", sandbox("docker:{readOnlyRoot:true,capDrop:['ALL'],user:'1000:1000'}")])
    + ["docker:{capDrop:[]}", "docker:{user:'0:0'}"].map {
      .fail("sandbox.softened", .medium, "agents.defaults.sandbox.docker", line: 1, openclaw(sandbox($0)))
    }
    + setting(
      "sandbox.reaches-network", .low, "is bridge", line: 1, fails: sandbox("docker:{network:'bridge'}"),
      passes: ["{}", sandbox("docker:{network:'none'}"), sandbox("docker:{network:'host'}")])
    + setting(
      "sandbox.writes-workspace", .medium, "is rw", line: 1, fails: sandbox("workspaceAccess:'rw'"),
      passes: ["{}", sandbox("workspaceAccess:'ro'")])
    + setting(
      "sandbox.shared", .medium, "is shared", line: 1, fails: sandbox("scope:'shared'"),
      passes: ["{}", sandbox("scope:'agent'")])
    + setting(
      "sandbox.host-browser", .high, "is true", line: 1, fails: sandbox("browser:{allowHostControl:true}"),
      passes: ["{}"])
    + setting(
      "sandbox.ssh-unchecked", .high, "is false", line: 1, fails: sandbox("ssh:{strictHostKeyChecking:false}"),
      passes: ["{}"])
    + [
      .fail(
        "sandbox.holds-secrets", .medium, "is a credential", line: 4,
        openclaw { $0.installation?.secrets = [secret("agents.defaults.sandbox.docker.env.GH_TOKEN", 40, 200)] }),
      .pass("sandbox.holds-secrets", "no key", openclaw()),
      .blind("sandbox.holds-secrets", "no state directory", nothing),
    ]
    + setting("browser.no-sandbox", .high, "is true", line: 1, fails: "{browser:{noSandbox:true}}", passes: ["{}"])
    + setting(
      "browser.dangerous-flags", .high, "--disable-web-security", line: 1,
      fails: "{browser:{extraArgs:['--disable-web-security']}}",
      passes: ["{}", "{browser:{extraArgs:['--lang=de','--remote-debugging-address=127.0.0.1']}}"])
    + [
      .fail(
        "browser.dangerous-flags", .high, "--remote-debugging-address=0.0.0.0", line: 1,
        openclaw("{browser:{profiles:{a:{extraArgs:['--remote-debugging-address=0.0.0.0']}}}}"))
    ]
    + setting(
      "browser.persons-own", .medium, "driver is existing-session", line: 1,
      fails: "{browser:{profiles:{me:{driver:'existing-session'}}}}",
      passes: ["{}", "{browser:{profiles:{a:{driver:'openclaw'}}}}", "{browser:{enabled:false}}"])
    + setting(
      "sessions.one-for-all", .medium, "is global", line: 1, fails: "{session:{scope:'global'}}",
      passes: ["{}", "{session:{scope:'per-sender'}}"])
    + unseen("cron.unsafe-content")
    + [
      .fail(
        "cron.unsafe-content", .medium, "job mail has", line: 1,
        jobs("{jobs:[{name:'mail',payload:{allowUnsafeExternalContent:true}}]}")),
      .pass(
        "cron.unsafe-content", "1 jobs", jobs("{jobs:[{enabled:false,payload:{allowUnsafeExternalContent:true}}]}")),
      .pass("cron.unsafe-content", "no cron/jobs.json", detailed()),
      .blind("cron.unsafe-content", "state/openclaw.sqlite", later()),
    ]
    + setting(
      "channels.answers-bots", .low, "channels.discord.allowBots is true", line: 1,
      fails: "{channels:{discord:{allowBots:true}}}",
      passes: ["{}", "{channels:{discord:{allowBots:'mentions'}}}"])

  private static func workspace(_ name: String, _ mode: UInt16, size: Int64 = 10, outside: Bool = false)
    -> Installation.FileFact
  {
    .init(
      path: "\(outside ? "/home/ada/clawd" : state + "/workspace")/\(name)", role: .configuration,
      status: FileStatus(kind: .regular, mode: mode, size: size))
  }

  /// A variable that must not be set, in each of the places where it may be.
  private static func variable(_ rule: String, _ severity: Severity, _ name: String) -> [Fixture] {
    [
      .fail(
        rule, severity, "\(name) is set in .env", line: 2,
        openclaw { $0.installation?.dotenv = [.init(name: name, line: 2, isEmpty: false)] }),
      .fail(rule, severity, "\(name) is set in the environment", openclaw { $0.environment = .seen([name]) }),
      .fail(rule, severity, "env.vars.\(name)", line: 1, openclaw("{env:{vars:{\(name):'1'}}}")),
      .fail(rule, severity, "env.\(name)", line: 1, openclaw("{env:{\(name):'1'}}")),
      .pass(rule, "none of these", openclaw { $0.installation?.dotenv = [.init(name: name, line: 2, isEmpty: true)] }),
      .blind(rule, "another user's", openclaw { $0.environment = .blind("another user's") }),
    ]
  }

  private static func nodeOptions(_ value: String) -> Subject {
    openclaw {
      $0.installation?.units = [
        .init(
          path: "/u/x.service", name: "x.service", system: false, enabled: true,
          environment: [.init(name: "NODE_OPTIONS", line: 4, isSecret: false, value: value)])
      ]
    }
  }

  static let ownState: [Fixture] =
    unseen("files.in-work-tree")
    + [
      .fail("files.in-work-tree", .medium, "/home/ada/.git is above it", detailed { $0.workTree = "/home/ada/.git" }),
      .fail("files.in-work-tree", .high, "is in it", detailed { $0.workTree = "\(state)/.git" }),
      .pass("files.in-work-tree", "no folder above", detailed()),
    ]
    + unseen("files.browser-profile-mode")
    + [
      .fail(
        "files.browser-profile-mode", .high, "everybody may read it",
        detailed { $0.browserProfiles = [file("browser/a/user-data", .credentials, 0o755, directory: true)] }.with {
          $0.installation?.mode = 0o755
        }),
      .fail(
        "files.browser-profile-mode", .low, "keeps others out",
        detailed { $0.browserProfiles = [file("browser/a/user-data", .credentials, 0o755, directory: true)] }),
      .pass(
        "files.browser-profile-mode", "1 profiles",
        detailed { $0.browserProfiles = [file("browser/a/user-data", .credentials, 0o700, directory: true)] }),
    ]
    + unseen("workspace.instructions-writable")
    + [
      .fail(
        "workspace.instructions-writable", .critical, "mode 0666",
        detailed { $0.workspaceFiles = [workspace("SOUL.md", 0o666, outside: true)] }),
      .pass(
        "workspace.instructions-writable", "none that others may write",
        detailed { $0.workspaceFiles = [workspace("AGENTS.md", 0o644, outside: true)] }),
    ]
    + unseen("workspace.boot-file")
    + [
      .fail("workspace.boot-file", .info, "10 bytes", detailed { $0.workspaceFiles = [workspace("BOOT.md", 0o600)] }),
      .pass(
        "workspace.boot-file", "no BOOT.md", detailed { $0.workspaceFiles = [workspace("BOOT.md", 0o600, size: 0)] }),
      .pass(
        "workspace.boot-file", "is off",
        detailed("{hooks:{internal:{enabled:false}}}") { $0.workspaceFiles = [workspace("BOOT.md", 0o600)] }),
    ]
    + unseen("workspace.environment-file")
    + [
      .fail(
        "workspace.environment-file", .high, "lets it set too much",
        detailed { $0.workspaceFiles = [workspace(".env", 0o600)] }),
      .fail(
        "workspace.environment-file", .low, "read at start", later { $0.workspaceFiles = [workspace(".env", 0o600)] }),
      .pass("workspace.environment-file", "no workspace", detailed()),
    ] + variable("environment.loads-code", .high, "LD_PRELOAD")
    + [
      .fail("environment.loads-code", .medium, "NODE_OPTIONS is set in x.service", nodeOptions("--require /srv/x.js")),
      .pass("environment.loads-code", "none of these", nodeOptions("--max-old-space-size=4096")),
    ]
    + variable("environment.writes-prompts", .medium, "OPENCLAW_RAW_STREAM")
    + variable("environment.break-glass", .high, "NODE_TLS_REJECT_UNAUTHORIZED")
    + variable("environment.other-sources", .medium, "OPENCLAW_CLAWHUB_URL")
    + [
      .fail(
        "environment.old-names", .medium, "CLAWDBOT_GATEWAY_TOKEN is set in .env", line: 3,
        openclaw { $0.installation?.dotenv = [.init(name: "CLAWDBOT_GATEWAY_TOKEN", line: 3, isEmpty: false)] }),
      .fail("environment.old-names", .low, "MOLTBOT_X", openclaw { $0.environment = .seen(["MOLTBOT_X"]) }),
      .pass("environment.old-names", "no variable", openclaw()),
      .pass(
        "environment.old-names", "which reads them",
        openclaw {
          $0.installation?.era = "Clawdbot"
          $0.environment = .seen(["CLAWDBOT_GATEWAY_TOKEN"])
        }),
      .blind("environment.old-names", "another user's", openclaw { $0.environment = .blind("another user's") }),
    ]
    + setting(
      "environment.shell-import", .low, "is true", line: 1, fails: "{env:{shellEnv:{enabled:true}}}",
      passes: ["{}", "{env:{shellEnv:{enabled:false}}}"])
    + [
      .fail(
        "environment.shell-import", .low, "OPENCLAW_LOAD_SHELL_ENV",
        openclaw { $0.environment = .seen(["OPENCLAW_LOAD_SHELL_ENV"]) })
    ]
    + unseen("credentials.no-expiry")
    + [
      .fail(
        "credentials.no-expiry", .low, "anthropic:default is a token", line: 4,
        detailed { $0.profiles = [.init(name: "anthropic:default", type: "token", file: "\(state)/a.json", line: 4)] }),
      .pass(
        "credentials.no-expiry", "1 logins",
        detailed {
          $0.profiles = [
            .init(name: "openai", type: "oauth", file: "\(state)/a.json", line: 4, expires: 1_795_700_000_000)
          ]
        }),
      .pass("credentials.no-expiry", "no login", detailed()),
      .blind(
        "credentials.no-expiry", "openclaw-agent.sqlite",
        detailed().with { $0.installation?.databases = ["\(state)/agents/main/agent/openclaw-agent.sqlite"] }),
    ]
    + unseen("host.linger")
    + [
      .fail(
        "host.linger", .info, "is enabled",
        detailed { $0.linger = true }.with {
          $0.installation?.ownerName = "ada"
          $0.installation?.units = [
            .init(path: "/u/openclaw-gateway.service", name: "openclaw-gateway.service", system: false, enabled: true)
          ]
        }),
      .pass("host.linger", "lingering is off", detailed { $0.linger = false }),
      .pass("host.linger", "no user unit", detailed { $0.linger = true }),
      .blind("host.linger", "could not be looked at", detailed()),
    ]
    + setting(
      "logging.no-audit-trail", .medium, "logging.audit.enabled is false", line: 1,
      fails: "{logging:{audit:{enabled:false}}}", passes: ["{}"])
    + [.fail("logging.no-audit-trail", .medium, "audit.enabled is false", line: 1, openclaw("{audit:{enabled:false}}"))]
    + setting(
      "logging.patterns-replaced", .low, "has 1 patterns", line: 1, fails: "{logging:{redactPatterns:['x']}}",
      passes: ["{}"])
    + [
      .fail("logging.patterns-replaced", .medium, "has 0 patterns", line: 1, openclaw("{logging:{redactPatterns:[]}}"))
    ]
    + setting(
      "diagnostics.content-exported", .medium, "captureContent is on", line: 1,
      fails: "{diagnostics:{otel:{enabled:true,captureContent:true}}}",
      passes: [
        "{}", "{diagnostics:{otel:{enabled:false,captureContent:true}}}",
        "{diagnostics:{otel:{enabled:true,captureContent:{prompts:false}}}}",
      ])
    + setting(
      "diagnostics.trace-on", .medium, "is true", line: 1, fails: "{diagnostics:{cacheTrace:{enabled:true}}}",
      passes: ["{}"])
    + setting(
      "release.no-update-check", .low, "is false", line: 1, fails: "{update:{checkOnStart:false}}", passes: ["{}"])
}
