import Installations
import Model

@testable import Posture

extension Fixture {
  static let tools: [Fixture] =
    setting(
      "exec.policy-full", .high, "tools.exec.mode is full", line: 1, fails: "{tools:{exec:{mode:'full'}}}",
      passes: [
        "{tools:{exec:{mode:'deny'}}}", "{tools:{exec:{mode:'allowlist'}}}", "{tools:{exec:{mode:'ask'}}}",
        "{tools:{exec:{security:'allowlist',ask:'on-miss'}}}", "{tools:{profile:'messaging'}}",
        "{tools:{deny:['group:runtime']}}",
        "{tools:{allow:['web_fetch']}}", "{agents:{defaults:{sandbox:{mode:'all'}}}}",
      ])
    + [
      .fail("exec.policy-full", .high, "unset, which means full", openclaw()),
      .fail(
        "exec.policy-full", .high, "tools.exec.security is full, ask is off", line: 1,
        openclaw("{tools:{exec:{security:'full'}}}")),
      .fail(
        "exec.policy-full", .medium, "ask is always", line: 1, openclaw("{tools:{exec:{security:'full',ask:'always'}}}")
      ),
      .fail("exec.policy-full", .high, "unset", openclaw("{agents:{defaults:{sandbox:{mode:'non-main'}}}}")),
      .fail(
        "exec.policy-full", .high, "unset",
        openclaw("{agents:{defaults:{sandbox:{mode:'all'}}},tools:{exec:{host:'gateway'}}}")),
      .fail("exec.policy-full", .high, "unset", openclaw("{tools:{profile:'messaging',alsoAllow:['exec']}}")),
      .fail(
        "exec.policy-full", .high, "agents.entries.work.tools.exec.mode is full (agent work)", line: 1,
        openclaw("{tools:{exec:{mode:'deny'}},agents:{entries:{work:{tools:{exec:{mode:'full'}}}}}}")),
      .fail(
        "exec.policy-full", .high, "agents.list[0].tools.exec.security is full", line: 1,
        openclaw("{tools:{exec:{security:'deny'}},agents:{list:[{id:'old',tools:{exec:{security:'full'}}}]}}")),
      .blind(
        "exec.policy-full", "part of the configuration was not read",
        openclaw { $0.installation?.problems = [.init(path: "\(state)/extra.json", what: "not found")] }),
      .pass(
        "exec.policy-full", "mode is deny",
        openclaw("{tools:{exec:{mode:'deny'}}}") {
          $0.installation?.problems = [.init(path: "\(state)/extra.json", what: "not found")]
        }),
    ]
    + setting(
      "exec.ask-off", .high, "without a question", line: 1, fails: "{tools:{exec:{security:'full',ask:'off'}}}",
      passes: [
        "{tools:{exec:{mode:'ask'}}}", "{tools:{exec:{security:'full',ask:'always'}}}",
        "{tools:{exec:{mode:'allowlist'}}}",
      ])
    + [
      .fail("exec.ask-off", .medium, "a model decides", line: 1, openclaw("{tools:{exec:{mode:'auto'}}}")),
      .fail(
        "exec.ask-off", .high, "ask is on-miss", line: 1, openclaw("{tools:{exec:{security:'full',ask:'on-miss'}}}")),
    ]
    + setting(
      "tools.elevated-wildcard", .critical, "tools.elevated.allowFrom.slack has *", line: 1,
      fails: "{tools:{elevated:{allowFrom:{slack:['*'],telegram:['1']}}}}",
      passes: [
        "{}", "{tools:{elevated:{enabled:false,allowFrom:{slack:['*']}}}}",
        "{tools:{elevated:{allowFrom:{slack:['U1']}}}}",
      ])
    + setting(
      "tools.profile-full", .medium, "tools.profile is full", line: 1, fails: "{tools:{profile:'full'}}",
      passes: ["{tools:{profile:'coding'}}", "{tools:{allow:['web_fetch']}}"])
    + [
      .fail("tools.profile-full", .medium, "unset, which means full", openclaw()),
      .fail(
        "tools.profile-full", .medium, "agents.entries.x.tools.profile is full", line: 1,
        openclaw("{tools:{profile:'minimal'},agents:{entries:{x:{tools:{profile:'full'}}}}}")),
    ]
    + setting(
      "tools.files-unconfined", .medium, "false", line: 1, fails: "{tools:{fs:{workspaceOnly:false}}}",
      passes: [
        "{tools:{fs:{workspaceOnly:true}}}", "{tools:{profile:'messaging'}}", "{tools:{deny:['group:fs']}}",
        "{agents:{defaults:{sandbox:{mode:'all'}}}}",
      ])
    + [.fail("tools.files-unconfined", .medium, "unset", openclaw())]
    + setting(
      "sandbox.off", .high, "agents.defaults.sandbox.mode is off", line: 1,
      fails: "{agents:{defaults:{sandbox:{mode:'off'}}}}",
      passes: ["{agents:{defaults:{sandbox:{mode:'all'}}}}"])
    + [
      .fail("sandbox.off", .high, "unset, which means off", openclaw()),
      .fail(
        "sandbox.off", .medium, "stays outside", line: 1, openclaw("{agents:{defaults:{sandbox:{mode:'non-main'}}}}")),
      .fail("sandbox.off", .low, "commands are off", openclaw("{tools:{exec:{mode:'deny'}}}")),
      .fail(
        "sandbox.off", .high, "agents.entries.x.sandbox.mode is off", line: 1,
        openclaw("{agents:{defaults:{sandbox:{mode:'all'}},entries:{x:{sandbox:{mode:'off'}}}}}")),
    ]
    + setting(
      "sandbox.dangerous-binds", .critical, "docker.sock", line: 1,
      fails: "{agents:{defaults:{sandbox:{docker:{binds:['/var/run/docker.sock:/var/run/docker.sock']}}}}}",
      passes: ["{}", "{agents:{defaults:{sandbox:{docker:{binds:['/srv/data:/data:ro','cache:/cache']}}}}}"])
    + [
      "/etc:/host-etc", "/:/host", "/home/ada/.ssh:/keys:ro", "~/.aws:/aws", "/home/ada/x/../.ssh:/k", "/home:/h",
      "../x:/y",
      "/home/bob/.gnupg:/g", "/run/user/1000/podman/podman.sock:/s", "/Users/ada/.docker:/d",
    ].map { bind in
      .fail(
        "sandbox.dangerous-binds", .critical, bind, line: 1,
        openclaw("{agents:{list:[{id:'a',sandbox:{docker:{binds:['\(bind)']}}}]}}"))
    }
    + setting(
      "sandbox.host-network", .high, "is host", line: 1,
      fails: "{agents:{defaults:{sandbox:{docker:{network:'host'}}}}}",
      passes: ["{}", "{agents:{defaults:{sandbox:{docker:{network:'bridge'}}}}}"])
    + [
      .fail(
        "sandbox.host-network", .high, "container:gw", line: 1,
        openclaw("{agents:{entries:{a:{sandbox:{docker:{network:'container:gw'}}}}}}"))
    ]
    + setting(
      "sandbox.unconfined-profile", .high, "seccompProfile is unconfined", line: 1,
      fails: "{agents:{defaults:{sandbox:{docker:{seccompProfile:'unconfined'}}}}}",
      passes: ["{}", "{agents:{defaults:{sandbox:{docker:{seccompProfile:'/etc/s.json'}}}}}"])
    + [
      .fail(
        "sandbox.unconfined-profile", .high, "securityOpt has seccomp=unconfined", line: 1,
        openclaw("{agents:{defaults:{sandbox:{docker:{securityOpt:['seccomp=unconfined']}}}}}"))
    ]

  static let channels: [Fixture] =
    setting(
      "channels.dm-open", .high, "channels.telegram.dmPolicy is open", line: 1,
      fails: "{channels:{telegram:{dmPolicy:'open'}}}",
      passes: [
        "{}", "{channels:{telegram:{}}}", "{channels:{telegram:{dmPolicy:'allowlist',allowFrom:['1']}}}",
        "{channels:{telegram:{enabled:false,dmPolicy:'open'}}}",
        "{channels:{discord:{dmPolicy:'pairing',dm:{policy:'open'}}}}",
      ])
    + [
      .fail(
        "channels.dm-open", .high, "channels.discord.dm.policy is open", line: 1,
        openclaw("{channels:{discord:{dm:{policy:'open'}}}}")),
      .fail(
        "channels.dm-open", .high, "channels.slack.accounts.work.dmPolicy is open (slack account work)", line: 1,
        openclaw("{channels:{slack:{accounts:{work:{dmPolicy:'open'}}}}}")),
      .fail(
        "channels.dm-open", .high, "channels.signal.allowFrom has *", line: 1,
        openclaw("{channels:{signal:{dmPolicy:'allowlist',allowFrom:['*']}}}")),
      .fail(
        "channels.dm-open", .high, "telegram.dm.policy is open", line: 1, openclaw("{telegram:{dm:{policy:'open'}}}")),
      .pass("channels.dm-open", "", openclaw("{channels:{slack:{dmPolicy:'disabled',allowFrom:['*']}}}")),
    ]
    + setting(
      "channels.group-open", .high, "channels.telegram.groupPolicy is open", line: 1,
      fails: "{channels:{telegram:{groupPolicy:'open'}}}",
      passes: ["{}", "{channels:{telegram:{groupPolicy:'allowlist'}}}", "{channels:{defaults:{groupPolicy:'open'}}}"])
    + [
      .fail(
        "channels.group-open", .high, "channels.defaults.groupPolicy is open", line: 1,
        openclaw("{channels:{defaults:{groupPolicy:'open'},slack:{}}}")),
      .pass(
        "channels.group-open", "",
        openclaw("{channels:{defaults:{groupPolicy:'open'},slack:{groupPolicy:'allowlist'}}}")),
    ]
    + setting(
      "channels.open-with-exec", .critical, "channels.slack.dmPolicy is open (slack), and tools.exec.mode is unset",
      line: 1,
      fails: "{channels:{slack:{dmPolicy:'open'}}}",
      passes: ["{}", "{channels:{slack:{dmPolicy:'open'}},tools:{exec:{mode:'ask'}}}", "{channels:{slack:{}}}"])
    + setting(
      "plugins.no-allow-list", .low, "plugins.allow is empty", line: nil, fails: "{}",
      passes: ["{plugins:{allow:['bonjour']}}", "{plugins:{enabled:false}}"])
    + [.fail("plugins.no-allow-list", .medium, "1 plugins", openclaw("{plugins:{entries:{foo:{}}}}"))]
    + [
      .fail("hooks.token-weak", .high, "hooks.token is unset", openclaw("{hooks:{enabled:true}}")),
      .fail(
        "hooks.token-weak", .high, "10 characters", line: 4,
        openclaw("{hooks:{enabled:true}}") { $0.installation?.secrets = [secret("hooks.token", 10, 30)] }),
      .pass("hooks.token-weak", "hooks are off", openclaw()),
      .pass(
        "hooks.token-weak", "64 characters",
        openclaw("{hooks:{enabled:true}}") { $0.installation?.secrets = [secret("hooks.token", 64, 250)] }),
      .blind(
        "hooks.token-weak", "variable H",
        openclaw("{hooks:{enabled:true}}") { $0.installation?.secrets = [variable("hooks.token", "H")] }),
      .fail(
        "hooks.token-reused", .critical, "equals gateway.auth.token", line: 4,
        openclaw("{hooks:{enabled:true}}") { $0.installation?.secrets = [secret("hooks.token", 64, 250), token] }),
      .fail(
        "hooks.token-reused", .critical, "same variable T", line: 4,
        openclaw("{hooks:{enabled:true}}") {
          $0.installation?.secrets = [variable("hooks.token", "T"), variable("gateway.auth.password", "T")]
        }),
      .fail(
        "hooks.token-reused", .critical, "equals gateway.auth.token", line: 4,
        openclaw("{hooks:{enabled:true}}") {
          $0.installation?.secrets = [variable("hooks.token", "T"), token]
          $0.installation?.storedSecrets = [secret("T", 64, 250)]
        }),
      .pass(
        "hooks.token-reused", "another",
        openclaw("{hooks:{enabled:true}}") {
          $0.installation?.secrets = [secret("hooks.token", 64, 250, tag: 9), token]
        }),
      .pass(
        "hooks.token-reused", "off", openclaw { $0.installation?.secrets = [secret("hooks.token", 64, 250), token] }),
      .blind(
        "hooks.token-reused", "cannot be compared",
        openclaw("{hooks:{enabled:true}}") { $0.installation?.secrets = [variable("hooks.token", "T"), token] }),
    ]
    + setting(
      "hooks.path-root", .high, "hooks.path is \"/\"", line: 1, fails: "{hooks:{enabled:true,path:'/'}}",
      passes: ["{}", "{hooks:{enabled:true}}", "{hooks:{path:'/'}}"])
    + [
      .fail(
        "logging.redaction-off", .medium, "is off", line: 1,
        openclaw("{logging:{redactSensitive:'off'}}") { $0.agent.version = "2026.3.3" }),
      .pass("logging.redaction-off", "ignores the key", openclaw("{logging:{redactSensitive:'off'}}")),
      .pass("logging.redaction-off", "tools", openclaw("{logging:{redactSensitive:'tools'}}")),
      .blind("logging.redaction-off", "no state directory", nothing),
    ]
}
