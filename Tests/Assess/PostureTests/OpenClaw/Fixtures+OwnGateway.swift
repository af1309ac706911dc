import Installations
import Model

@testable import Posture

extension Fixture {
  private static func tunnelled(_ text: String = "{}") -> Subject {
    openclaw(text) { $0.tunnels = .seen([.init(name: "ngrok", isPublic: true, port: 18789, detail: "pid 990 ngrok")]) }
  }

  static let ownGateway: [Fixture] =
    [
      .fail("gateway.no-encryption", .medium, "it listens on 0.0.0.0:18789", exposed()),
      .fail(
        "gateway.no-encryption", .medium, "gateway.bind is lan",
        openclaw("{gateway:{bind:'lan'}}") { $0.sockets = .blind("no") }),
      .pass("gateway.no-encryption", "not open to a network", openclaw()),
      .pass("gateway.no-encryption", "is true", exposed("{gateway:{tls:{enabled:true}}}")),
      .blind(
        "gateway.no-encryption", "inside a container",
        openclaw { $0.container = .seen(ContainerFacts(name: "oc", network: "bridge")) }),
      .fail(
        "gateway.bind-falls-back", .medium, "2026.4.10 falls back to 0.0.0.0", line: 1,
        openclaw("{gateway:{bind:'tailnet'}}") { $0.agent.version = "2026.4.10" }),
      .fail(
        "gateway.bind-falls-back", .high, "customBindHost is no address", line: 1,
        openclaw("{gateway:{bind:'custom',customBindHost:'box.example.org'}}")),
      .pass("gateway.bind-falls-back", "refuses to start", openclaw("{gateway:{bind:'tailnet'}}")),
      .pass("gateway.bind-falls-back", "means loopback", openclaw()),
      .blind(
        "gateway.bind-falls-back", "whether 2026.6.1 falls back",
        openclaw("{gateway:{bind:'tailnet'}}") { $0.agent.version = "2026.6.1" }),
      .fail("gateway.rate-limit-exempts-tunnel", .medium, "ngrok leads to it", tunnelled()),
      .fail(
        "gateway.rate-limit-exempts-tunnel", .medium, "tailscale serve",
        openclaw("{gateway:{tailscale:{mode:'serve'}}}")),
      .pass(
        "gateway.rate-limit-exempts-tunnel", "is off",
        tunnelled("{gateway:{auth:{rateLimit:{exemptLoopback:false}}}}")),
      .pass("gateway.rate-limit-exempts-tunnel", "no tunnel", openclaw()),
      .blind("gateway.rate-limit-exempts-tunnel", "closed", openclaw { $0.tunnels = .blind("closed") }),
    ]
    + setting(
      "gateway.pairing-unattended", .medium, "has 192.0.2.0/24", line: 1,
      fails: "{gateway:{nodes:{pairing:{autoApproveCidrs:['192.0.2.0/24']}}}}",
      passes: ["{}", "{gateway:{nodes:{pairing:{autoApproveLocal:false}}}}"])
    + [
      .fail(
        "gateway.pairing-unattended", .high, "10.0.0.0/8", line: 1,
        openclaw("{gateway:{nodes:{pairing:{autoApproveCidrs:['10.0.0.0/8']}}}}")),
      .fail("gateway.pairing-unattended", .medium, "counts as local", tunnelled()),
      .fail(
        "gateway.pairing-unattended", .medium, "deviceAutoApprove is true", line: 1,
        openclaw("{gateway:{auth:{trustedProxy:{deviceAutoApprove:true}}}}")),
    ]
    + setting(
      "gateway.remote-in-clear", .high, "is ws: to gw.example.org", line: 1,
      fails: "{gateway:{remote:{url:'ws://gw.example.org:18789'}}}",
      passes: [
        "{}", "{gateway:{remote:{url:'wss://gw.example.org'}}}", "{gateway:{remote:{url:'ws://127.0.0.1:1'}}}",
        "{gateway:{remote:{url:'ws://gw.example.org',transport:'ssh'}}}",
      ])
    + [
      .fail("gateway.terminal-open", .low, "is true", line: 1, openclaw("{gateway:{terminal:{enabled:true}}}")),
      .fail("gateway.terminal-open", .medium, "is true", line: 1, exposed("{gateway:{terminal:{enabled:true}}}")),
      .pass("gateway.terminal-open", "is off", openclaw("{gateway:{terminal:{enabled:false}}}")),
      .blind("gateway.terminal-open", "releases differ", openclaw()),
    ]
    + setting(
      "control-ui.embeds-trusted", .medium, "embedSandbox is trusted", line: 1,
      fails: "{gateway:{controlUi:{embedSandbox:'trusted'}}}",
      passes: ["{}", "{gateway:{controlUi:{embedSandbox:'strict'}}}"])
    + setting(
      "gateway.http-fetches-addresses", .low, "unset, which means on", line: nil,
      fails: "{gateway:{http:{endpoints:{responses:{enabled:true}}}}}",
      passes: [
        "{}", "{gateway:{http:{endpoints:{responses:{enabled:true,files:{allowUrl:false}}}}}}",
        "{gateway:{http:{endpoints:{responses:{enabled:true,files:{urlAllowlist:['a.example.org']}}}}}}",
      ])
    + setting(
      "plugins.admin-rpc", .medium, "is true", line: 1, fails: "{plugins:{entries:{'admin-http-rpc':{enabled:true}}}}",
      passes: ["{}", "{plugins:{entries:{'admin-http-rpc':{enabled:false}}}}"])
    + [
      .fail(
        "plugins.admin-rpc", .high, "is true", line: 1, exposed("{plugins:{entries:{'admin-http-rpc':{enabled:true}}}}")
      )
    ]
    + setting(
      "desktop.shared", .medium, "is true", line: 1, fails: "{desktop:{host:{enabled:true}}}",
      passes: ["{}", "{desktop:{host:{enabled:false}}}"])
    + setting(
      "discovery.wide-area", .low, "discovery.wideArea.domain is set", line: 1,
      fails: "{discovery:{wideArea:{domain:'claw.example.org'}}}",
      passes: ["{}", "{discovery:{wideArea:{enabled:false,domain:'claw.example.org'}}}"])
    + [
      .fail(
        "discovery.wide-area", .low, "wideArea.enabled is true", line: 1,
        openclaw("{discovery:{wideArea:{enabled:true}}}")),
      .fail(
        "gateway.several-units", .medium, "b-gateway.service as well as a-gateway.service",
        openclaw {
          $0.installation?.units = ["a", "b"].map {
            .init(
              path: "/etc/systemd/system/\($0)-gateway.service", name: "\($0)-gateway.service", system: true,
              enabled: true)
          }
        }),
      .fail(
        "gateway.several-units", .medium, "is set in .env",
        openclaw { $0.installation?.dotenv = [.init(name: "OPENCLAW_ALLOW_MULTI_GATEWAY", line: 1, isEmpty: false)] }),
      .pass("gateway.several-units", "0 units", openclaw()),
      .blind("gateway.several-units", "no state directory", nothing),
    ]
    + setting(
      "channels.open-with-configuration", .high, "configWrites is unset, which means on", line: 1,
      fails: "{channels:{telegram:{dmPolicy:'open'}}}",
      passes: ["{}", "{channels:{telegram:{dmPolicy:'open',configWrites:false}}}"])
    + setting(
      "commands.owner-anybody", .critical, "ownerAllowFrom has *", line: 1, fails: "{commands:{ownerAllowFrom:['*']}}",
      passes: ["{}", "{commands:{ownerAllowFrom:['1']}}"])
    + [
      .fail(
        "commands.owner-anybody", .high, "commands.allowFrom.slack has *", line: 1,
        openclaw("{commands:{allowFrom:{slack:['*']}}}"))
    ]

  private static func models(_ provider: String) -> String { "{models:{providers:{\(provider)}}}" }

  static let ownSupply: [Fixture] =
    unseen("plugins.in-process")
    + [
      .fail(
        "plugins.in-process", .low, "1 plugins: a",
        detailed { $0.plugins = [.init(id: "a", folder: "\(state)/extensions/a")] }),
      .pass(
        "plugins.in-process", "no plugin of others",
        detailed("{plugins:{entries:{a:{enabled:false}}}}") {
          $0.plugins = [.init(id: "a", folder: "\(state)/extensions/a")]
        }),
      .pass("plugins.in-process", "is off", detailed("{plugins:{enabled:false}}")),
    ]
    + unseen("plugins.folder-writable")
    + [
      .fail(
        "plugins.folder-writable", .critical, "mode 0777",
        detailed { $0.plugins = [.init(id: "a", folder: "/srv/a", mode: 0o777)] }),
      .fail(
        "plugins.folder-writable", .low, "keeps others out today",
        detailed { $0.plugins = [.init(id: "a", folder: "\(state)/extensions/a", mode: 0o775)] }),
      .fail(
        "plugins.folder-writable", .high, "belongs to uid 1001",
        detailed { $0.plugins = [.init(id: "a", folder: "\(state)/extensions/a", owner: 1001)] }),
      .pass(
        "plugins.folder-writable", "1 plugins",
        detailed { $0.plugins = [.init(id: "a", folder: "\(state)/extensions/a", owner: 0)] }),
    ]
    + setting(
      "plugins.loaded-from-elsewhere", .high, "/tmp/p", line: 1, fails: "{plugins:{load:{paths:['/tmp/p']}}}",
      passes: ["{}", "{plugins:{load:{paths:['/opt/plugins','~/plugins']}}}"])
    + [
      .fail(
        "plugins.loaded-from-elsewhere", .medium, "depends on where", line: 1,
        openclaw("{plugins:{load:{paths:['./p']}}}")),
      .fail(
        "plugins.loaded-from-elsewhere", .high, "the agent itself", line: 1,
        openclaw("{plugins:{load:{paths:['~/.openclaw/workspace/p']}}}")),
    ]
    + setting(
      "plugins.reads-conversations", .low, "allowConversationAccess is true", line: 1,
      fails: "{plugins:{entries:{a:{hooks:{allowConversationAccess:true}}}}}",
      passes: ["{}", "{plugins:{entries:{a:{enabled:false,hooks:{allowPromptInjection:true}}}}}"])
    + [
      .fail(
        "plugins.reads-conversations", .medium, "allowPromptInjection is true", line: 1,
        openclaw("{plugins:{entries:{a:{hooks:{allowPromptInjection:true}}}}}"))
    ]
    + unseen("extensions.no-install-gate")
    + [
      .fail(
        "extensions.no-install-gate", .low, "is unset, with 0 plugins and 1 skills",
        detailed { $0.skills = [.init(name: "x", folder: "\(state)/skills/x")] }),
      .pass("extensions.no-install-gate", "nothing of others", detailed()),
      .pass(
        "extensions.no-install-gate", "is true",
        detailed("{security:{installPolicy:{enabled:true}}}") {
          $0.skills = [.init(name: "x", folder: "\(state)/skills/x")]
        }),
    ]
    + setting(
      "skills.uploads-allowed", .medium, "is true", line: 1, fails: "{skills:{install:{allowUploadedArchives:true}}}",
      passes: ["{}"])
    + setting(
      "skills.folder-others-fill", .medium, "/tmp/s, where everybody may write", line: 1,
      fails: "{skills:{load:{extraDirs:['/tmp/s']}}}", passes: ["{}", "{skills:{load:{extraDirs:['/opt/skills']}}}"])
    + [
      .fail(
        "skills.folder-others-fill", .medium, "the whole home", line: 1,
        openclaw("{skills:{load:{allowSymlinkTargets:['~']}}}"))
    ]
    + setting(
      "hooks.code-elsewhere", .medium, "hooks.transformsDir is /srv/x", line: 1,
      fails: "{hooks:{enabled:true,transformsDir:'/srv/x'}}",
      passes: ["{}", "{hooks:{enabled:true,transformsDir:'\(state)/hooks/transforms'}}"])
    + [
      .fail(
        "hooks.code-elsewhere", .medium, "mappings[0].transform.module", line: 1,
        openclaw("{hooks:{enabled:true,mappings:[{transform:{module:'../x.js'}}]}}"))
    ]
    + setting(
      "models.in-clear", .high, "is http: to models.example.org", line: 1,
      fails: models("mine:{baseUrl:'http://models.example.org/v1'}"),
      passes: [
        "{}", models("mine:{baseUrl:'http://127.0.0.1:11434/v1'}"),
        models("mine:{baseUrl:'https://models.example.org'}"),
      ])
    + [
      .fail(
        "models.in-clear", .medium, "192.168.1.9", line: 1,
        openclaw(models("ollama:{baseUrl:'http://192.168.1.9:11434'}")))
    ]
    + setting(
      "models.address-not-its-own", .medium, "leads to proxy.example.org", line: 1,
      fails: models("openai:{baseUrl:'https://proxy.example.org/v1'}"),
      passes: [
        "{}", models("openai:{baseUrl:'https://api.openai.com/v1'}"),
        models("mine:{baseUrl:'https://proxy.example.org'}"),
        models("anthropic:{baseUrl:'http://127.0.0.1:8080'}"),
      ])
    + setting(
      "configuration.starts-programs", .low, "starts whisper-cli", line: 1,
      fails: "{tools:{media:{audio:{models:[{type:'cli',command:'whisper-cli'}]}}}}",
      passes: ["{}", "{tools:{media:{models:[{type:'provider'}]}}}"])
    + [
      .fail(
        "configuration.starts-programs", .low, "localService.command starts ollama", line: 1,
        openclaw(models("a:{localService:{command:'ollama'}}")))
    ]
    + setting(
      "telegram.server-in-clear", .high, "apiRoot is http: to tg.example.org", line: 1,
      fails: "{channels:{telegram:{apiRoot:'http://tg.example.org'}}}",
      passes: ["{}", "{channels:{telegram:{apiRoot:'https://tg.example.org'}}}"])
    + setting(
      "telegram.webhook-without-secret", .high, "webhookSecret is not", line: 1,
      fails: "{channels:{telegram:{webhookUrl:'https://bot.example.org/t'}}}",
      passes: ["{}", "{channels:{telegram:{webhookUrl:'https://bot.example.org/t',webhookSecret:'<redacted>'}}}"])
}
