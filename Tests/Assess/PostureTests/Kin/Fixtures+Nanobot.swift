import Installations
import Model
import Platform

@testable import Posture

extension Fixture {
  private static func nano(_ text: String, _ change: (inout Subject) -> Void = { _ in }) -> Subject {
    kin("nanobot", text, change)
  }
  static let nanobot: [Fixture] = nanobotShell + nanobotKeys + nanobotListeners + nanobotPeople + nanobotReach

  private static let nanobotShell: [Fixture] =
    [
      .pass(
        "nanobot.exec-unconfined", "bwrap",
        nano(#"{"tools":{"exec":{"enable":true,"sandbox":"bwrap"},"restrictToWorkspace":true}}"#)),
      .fail(
        "nanobot.exec-unconfined", .critical, "is empty", line: 1,
        layered(
          "nanobot", [.user(#"{"tools":{"exec":{"enable":true,"sandbox":""},"restrictToWorkspace":false}}"#)])),
    ]
    + asked(
      "nanobot.deny-inert", .critical, "tools.exec.denyPatterns is a list of 1, and tools.restrictToWorkspace is not",
      fails: #"{"tools":{"exec":{"denyPatterns":["^id"]},"restrictToWorkspace":false}}"#,
      passes: [
        #"{"tools":{"exec":{"denyPatterns":["^id"]},"restrictToWorkspace":true}}"#, "{}",
        "{tools:{exec:{denyPatterns:['^id'],sandbox:'bwrap'}}}", "{tools:{exec:{allowPatterns:['a'],enable:false}}}",
      ])
    + [
      .fail(
        "nanobot.deny-inert", .critical, "tools.exec.allowPatterns", line: 1,
        nano("{tools:{exec:{allowPatterns:['^git']}}}"))
    ]
    + asked(
      "nanobot.workspace-guard-textual", .high, "is true and tools.exec.sandbox is empty",
      fails: #"{"tools":{"restrictToWorkspace":true,"exec":{"sandbox":""}}}"#,
      passes: [#"{"tools":{"restrictToWorkspace":true,"exec":{"sandbox":"bwrap"}}}"#, "{}"])
    + asked(
      "nanobot.sandbox-network", .medium, "tools.exec.sandbox is bwrap, which leaves the network open",
      fails: #"{"tools":{"exec":{"sandbox":"bwrap"}}}"#, passes: [#"{"tools":{"exec":{"enable":false}}}"#])
    + [
      .fail("nanobot.sandbox-network", .medium, "there is no sandbox", nano("{}")),
      .pass("nanobot.sandbox-network", "has no network", nano("{}", container(network: "none"))),
    ]
    + asked(
      "nanobot.sandbox-binds", .high, "sandboxRwBinds has /home/u: it is a home directory",
      fails: #"{"tools":{"exec":{"sandbox":"bwrap","sandboxRwBinds":["/home/u"]}}}"#,
      passes: [#"{"tools":{"exec":{"sandbox":"bwrap","sandboxRwBinds":[]}}}"#, "{}"])
    + [
      .fail(
        "nanobot.sandbox-binds", .high, "sandboxRoBinds has ~/.ssh", line: 1,
        nano("{tools:{exec:{sandboxRoBinds:['/srv/data','~/.ssh']}}}")),
      .fail(
        "nanobot.sandbox-binds", .high, "control socket", line: 1,
        nano("{tools:{exec:{sandboxRwBinds:['/var/run/docker.sock']}}}")),
    ]
    + asked(
      "nanobot.env-keys", .high, "allowedEnvKeys has AWS_SECRET_ACCESS_KEY",
      fails: #"{"tools":{"exec":{"allowedEnvKeys":["AWS_SECRET_ACCESS_KEY"]}}}"#,
      passes: [#"{"tools":{"exec":{"allowedEnvKeys":["LANG"]}}}"#, "{}"])

  private static let nanobotKeys: [Fixture] =
    [
      .fail("nanobot.config-mode", .high, "mode 0755", nano("{}", mode(0o755, ("config.json", 0o644)))),
      .fail("nanobot.config-mode", .high, "mode 0644", nano("{}", mode(0o711, ("config.json", 0o644)))),
      .fail("nanobot.config-mode", .critical, "may change it", nano("{}", mode(0o777))),
      .pass("nanobot.config-mode", "mode 0700", nano("{}", mode(0o700, ("config.json", 0o600)))),
      .blind("nanobot.config-mode", "no state directory", nowhere("nanobot")),
    ]
    + asked(
      "nanobot.plain-key", .medium, "providers.openai.apiKey is a literal",
      fails: #"{"providers":{"openai":{"apiKey":"sk-live-1234567890"}}}"#,
      passes: [#"{"providers":{"openai":{"apiKey":"${OPENAI_API_KEY}"}}}"#, "{}", "{providers:{openai:{apiKey:''}}}"])
    + [
      .fail(
        "nanobot.plain-key", .medium, "channels.telegram.token", line: 2,
        nano("{channels:{telegram:{\ntoken:'<redacted>'}}}")),
      .fail(
        "nanobot.plain-key", .medium, "tools.web.search.apiKey", line: 1,
        nano("{tools:{web:{search:{apiKey:'<redacted>'}}}}")),
      .pass(
        "nanobot.plain-key", "none of 1",
        nano("{channels:{slack:{botToken:'<redacted>'}}}") {
          $0.installation?.secrets = [
            .init(
              key: "channels.slack.botToken", file: "/home/ada/.nanobot/config.json", line: 1,
              form: .environment("SLACK", resolved: true))
          ]
        }),
    ]

  private static let nanobotListeners: [Fixture] =
    asked(
      "nanobot.bind-trick", .critical, "api.host is 0 and api.apiKey is empty",
      fails: #"{"api":{"host":"0","apiKey":""}}"#,
      passes: [
        #"{"api":{"host":"127.0.0.1"}}"#, "{}", "{api:{host:'::1'},gateway:{host:'localhost'}}",
        "{api:{host:'0.0.0.0',apiKey:'${K}'}}", "{channels:{websocket:{enabled:false,host:'0'}}}",
      ])
    + ["::0", "0:0:0:0:0:0:0:0", "192.0.2.7"].map {
      .fail(
        "nanobot.bind-trick", .critical, "channels.websocket.host is", line: 1,
        nano("{channels:{websocket:{host:'\($0)'}}}"))
    }
    + [.fail("nanobot.bind-trick", .critical, "gateway.host", line: 1, nano("{gateway:{host:'0.0.0.0'}}"))]
    + asked(
      "nanobot.webui-open", .high, "channels.websocket.enabled is true, and there is no secret",
      fails: #"{"channels":{"websocket":{"enabled":true}}}"#,
      passes: [
        #"{"channels":{"websocket":{"enabled":true,"tokenIssueSecret":"long-random"}}}"#,
        "{channels:{websocket:{enabled:false}}}", "{channels:{websocket:{unixSocketPath:'/run/user/1000/nb'}}}",
      ])
    + [
      .fail("nanobot.webui-open", .high, "unset, which means true", nano("{}")),
      .blind("nanobot.webui-open", "trustedProxyAuth", nano("{channels:{websocket:{trustedProxyAuth:true}}}")),
    ]
    + asked(
      "nanobot.ws-notoken", .critical, "websocketRequiresToken is false",
      fails: #"{"channels":{"websocket":{"websocketRequiresToken":false}}}"#,
      passes: [#"{"channels":{"websocket":{"websocketRequiresToken":true}}}"#, "{}"])
    + asked(
      "nanobot.api-noauth", .medium, #"api.apiKey is """#, fails: #"{"api":{"apiKey":""}}"#,
      passes: [#"{"api":{"apiKey":"${NANOBOT_API_KEY}"}}"#, "{}"])
    + [
      .fail("nanobot.api-noauth", .medium, "and the API runs", nano("{}", unit("/usr/bin/nanobot", "serve"))),
      .fail(
        "nanobot.api-noauth", .medium, "and the API runs",
        nano("{}") { $0.sockets = .seen([socket("127.0.0.1", 8900)]) }),
      .blind("nanobot.api-noauth", "whether it serves", nano("{}", blindStart)),
      .fail("nanobot.root", .high, "it runs as root", nano("{}") { $0.account = .seen(.init(uid: 0)) }),
      .pass("nanobot.root", "uid 1001", nano("{}") { $0.account = .seen(.init(uid: 1001)) }),
      .fail(
        "nanobot.root", .low, "enable is false",
        nano("{tools:{exec:{enable:false}}}") { $0.account = .seen(.init(uid: 0)) }),
      .blind("nanobot.root", "no running process", nowhere("nanobot")),
      .fail("nanobot.advisories", .critical, "allowFrom", nano("{}") { $0.agent.version = "0.1.4.post3" }),
      .pass("nanobot.advisories", "no advisory", nano("{}") { $0.agent.version = "0.3.5" }),
      .blind("nanobot.advisories", "not known", nano("{}")),
    ]

  private static let nanobotPeople: [Fixture] =
    [
      .fail(
        "nanobot.allow-all", .critical, "channels.telegram.allowFrom has *", line: 1,
        layered("nanobot", [.user(#"{"channels":{"telegram":{"enabled":true,"allowFrom":["*"]}}}"#)])),
      .pass(
        "nanobot.allow-all", "no enabled channel",
        nano(#"{"channels":{"telegram":{"enabled":true,"allowFrom":["123456789"]}}}"#)),
    ]
    + asked(
      "nanobot.group-open", .high, "channels.slack.dm.policy is open",
      fails: #"{"channels":{"slack":{"enabled":true,"dm":{"policy":"open"}}}}"#,
      passes: [
        #"{"channels":{"slack":{"enabled":true,"dm":{"policy":"allowlist","allowFrom":["U1"]}}}}"#, "{}",
        "{channels:{matrix:{enabled:false}}}", "{channels:{whatsapp:{enabled:true,groupPolicy:'mention'}}}",
      ])
    + [
      .fail(
        "nanobot.group-open", .high, "groupPolicy is unset, which means open",
        nano("{channels:{matrix:{enabled:true}}}")),
      .fail(
        "nanobot.group-open", .high, "host is unset, which means 0.0.0.0", nano("{channels:{msteams:{enabled:true}}}")),
      .pass("nanobot.group-open", "no enabled", nano("{channels:{msteams:{enabled:true,host:'127.0.0.1'}}}")),
    ]
    + asked(
      "nanobot.email-auth", .high, "verifyDkim is false",
      fails: #"{"channels":{"email":{"enabled":true,"verifyDkim":false}}}"#,
      passes: [#"{"channels":{"email":{"enabled":true,"trustedAuthservIds":["mx.corp.example"]}}}"#, "{}"])
    + [
      .fail("nanobot.email-auth", .high, "unset, which means none", nano("{channels:{email:{enabled:true}}}")),
      .fail(
        "nanobot.email-auth", .high, "verifySpf is false", line: 1,
        nano("{channels:{email:{enabled:true,verifySpf:false,trustedAuthservIds:['a']}}}")),
    ]

  private static let nanobotReach: [Fixture] =
    asked(
      "nanobot.ssrf", .high, "tools.ssrfWhitelist has 169.254.0.0/16",
      fails: #"{"tools":{"ssrfWhitelist":["169.254.0.0/16"]}}"#,
      passes: [
        #"{"tools":{"ssrfWhitelist":[],"webuiAllowLocalServiceAccess":false}}"#,
        "{tools:{ssrfWhitelist:['8.8.8.0/24'],webuiAllowLocalServiceAccess:false}}",
      ])
    + [
      .fail("nanobot.ssrf", .high, "unset, which means true", nano("{}")),
      .fail(
        "nanobot.ssrf", .high, "has 0.0.0.0/0", line: 1,
        nano("{tools:{ssrfWhitelist:['0.0.0.0/0'],webuiAllowLocalServiceAccess:false}}")),
    ]
    + asked(
      "nanobot.remote-install", .high, "webuiAllowRemotePackageInstall is true",
      fails: #"{"tools":{"webuiAllowRemotePackageInstall":true}}"#,
      passes: [#"{"tools":{"webuiAllowRemotePackageInstall":false,"cliApps":{"enable":false}}}"#])
    + [
      .fail("nanobot.remote-install", .high, "cliApps.enable is unset", nano("{}")),
      .fail("nanobot.remote-install", .high, "my.allowSet is true", line: 1, nano("{tools:{my:{allowSet:true}}}")),
    ]
    + asked(
      "nanobot.jina", .medium, "useJinaReader is true", fails: #"{"tools":{"web":{"fetch":{"useJinaReader":true}}}}"#,
      passes: [#"{"tools":{"web":{"fetch":{"useJinaReader":false}}}}"#])
    + [.fail("nanobot.jina", .medium, "unset, which means true", nano("{}"))]
    + asked(
      "nanobot.unattended", .medium, "gateway.heartbeat.enabled is true",
      fails: #"{"gateway":{"heartbeat":{"enabled":true}}}"#,
      passes: [
        #"{"gateway":{"heartbeat":{"enabled":false}}}"#, "{tools:{exec:{sandbox:'bwrap'}}}",
        "{tools:{exec:{enable:false}}}",
      ])
    + [
      .fail("nanobot.unattended", .medium, "unset, which means true", nano("{}")),
      .fail(
        "nanobot.unattended", .medium, "dream.enabled is true", line: 1,
        nano("{gateway:{heartbeat:{enabled:false}},agents:{defaults:{dream:{enabled:true}}}}")),
    ]
}
