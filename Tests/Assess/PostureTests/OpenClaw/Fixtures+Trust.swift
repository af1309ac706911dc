import Installations
import Model

@testable import Posture

extension Fixture {
  static let trust: [Fixture] =
    [
      .fail(
        "gateway.proxies-unlisted", .low, "ngrok leads to port 18789",
        openclaw { $0.tunnels = .seen([.init(name: "ngrok", isPublic: true, port: 18789, detail: "pid 990 ngrok")]) }),
      .pass("gateway.proxies-unlisted", "no tunnel or proxy", openclaw()),
      .pass("gateway.proxies-unlisted", "has 1 entries", openclaw("{gateway:{trustedProxies:['10.0.0.5']}}")),
      .pass("gateway.proxies-unlisted", "controlUi.enabled is off", openclaw("{gateway:{controlUi:{enabled:false}}}")),
      .blind("gateway.proxies-unlisted", "was not looked at", openclaw { $0.tunnels = .blind("no") }),
    ]
    + setting(
      "gateway.proxy-does-the-login", .low, "nothing else leads to the gateway", line: 1,
      fails: "{gateway:{auth:{mode:'trusted-proxy'}}}", passes: ["{}", "{gateway:{auth:{mode:'token'}}}"])
    + [
      .fail(
        "gateway.proxy-does-the-login", .medium, "listens on 0.0.0.0", line: 1,
        exposed("{gateway:{auth:{mode:'trusted-proxy'}}}"))
    ]
    + setting(
      "gateway.http-session-key", .info, "responses.enabled is true", line: 1,
      fails: "{gateway:{http:{endpoints:{responses:{enabled:true}}}}}",
      passes: ["{}", "{gateway:{http:{endpoints:{chatCompletions:{enabled:false}}}}}"])
    + setting(
      "gateway.node-deny-ineffective", .medium, "patterns are not read", line: 1,
      fails: "{gateway:{nodes:{commands:{deny:['camera.*']}}}}",
      passes: ["{}", "{gateway:{nodes:{denyCommands:['camera.snap','system.run']}}}"])
    + [
      .fail(
        "gateway.node-deny-ineffective", .medium, "groups are for tools", line: 1,
        openclaw("{gateway:{nodes:{denyCommands:['group:nodes']}}}")),
      .fail(
        "gateway.node-deny-ineffective", .low, "no command that is known", line: 1,
        openclaw("{gateway:{nodes:{denyCommands:['camera.snaps']}}}")),
      .fail(
        "gateway.token-shadowed", .low, "OPENCLAW_GATEWAY_TOKEN has another value", line: 2,
        openclaw {
          $0.installation?.secrets = [token]
          $0.installation?.storedSecrets = [stored("OPENCLAW_GATEWAY_TOKEN", tag: 9)]
        }),
      .pass(
        "gateway.token-shadowed", "no other value",
        openclaw {
          $0.installation?.secrets = [token]
          $0.installation?.storedSecrets = [stored("OPENCLAW_GATEWAY_TOKEN", tag: 1)]
        }),
      .pass("gateway.token-shadowed", "is not set", openclaw()),
      .pass(
        "gateway.token-shadowed", "this is a client",
        openclaw("{gateway:{mode:'remote'}}") { $0.installation?.secrets = [token] }),
      .blind(
        "gateway.token-shadowed", "its value is not looked at",
        openclaw {
          $0.installation?.secrets = [token]
          $0.environment = .seen(["OPENCLAW_GATEWAY_TOKEN"])
        }),
      .pass("gateway.not-listening", "it listens on 127.0.0.1:18789", openclaw()),
      .fail(
        "gateway.not-listening", .low, "no listening socket",
        openclaw {
          $0.sockets = .seen([])
          $0.arguments = .seen(["openclaw", "gateway"])
        }),
      .blind("gateway.not-listening", "not known", openclaw { $0.sockets = .seen([]) }),
      .blind("gateway.not-listening", "not running", openclaw { $0.agent.status = .enabled }),
      .fail(
        "gateway.credential-unresolved", .medium, "set nowhere",
        openclaw { $0.installation?.secrets = [variable("gateway.auth.token", "GW", resolved: false)] }),
      .pass("gateway.credential-unresolved", "no reference", openclaw()),
      .pass("gateway.credential-unresolved", "written out", openclaw { $0.installation?.secrets = [token] }),
      .pass(
        "gateway.credential-unresolved", "comes from GW",
        openclaw {
          $0.installation?.secrets = [variable("gateway.auth.token", "GW", resolved: false)]
          $0.environment = .seen(["GW"])
        }),
      .blind(
        "gateway.credential-unresolved", "only the product resolves",
        openclaw {
          $0.installation?.secrets = [
            .init(key: "gateway.auth.token", file: path, line: 1, form: .reference("exec"))
          ]
        }),
      .fail(
        "web.proxy-ignored", .low, "HTTPS_PROXY is set in .env",
        openclaw { $0.installation?.dotenv = [.init(name: "HTTPS_PROXY", line: 3, isEmpty: false)] }),
      .fail(
        "web.proxy-ignored", .low, "http_proxy is set in the environment",
        openclaw { $0.environment = .seen(["http_proxy"]) }),
      .pass("web.proxy-ignored", "no proxy is set", openclaw()),
      .pass(
        "web.proxy-ignored", "is true",
        openclaw("{tools:{web:{fetch:{useTrustedEnvProxy:true}}}}") { $0.environment = .seen(["HTTP_PROXY"]) }),
      .pass("web.proxy-ignored", "proxy.proxyUrl is set", openclaw("{proxy:{proxyUrl:'http://192.0.2.1:3128'}}")),
      .blind("web.proxy-ignored", "was not read", openclaw { $0.environment = .blind("another user's") }),
    ]
    + setting(
      "mcp.apps-enabled", .low, "is true", line: 1, fails: "{mcp:{apps:{enabled:true}}}",
      passes: ["{}", "{mcp:{apps:{enabled:false}}}"])
    + setting(
      "hooks.session-unset", .low, "is unset", line: nil, fails: "{hooks:{enabled:true}}",
      passes: ["{}", "{hooks:{enabled:true,defaultSessionKey:'hook:in'}}"])
    + setting(
      "hooks.agents-unrestricted", .medium, "means any", line: nil, fails: "{hooks:{enabled:true}}",
      passes: ["{}", "{hooks:{enabled:true,allowedAgentIds:[]}}", "{hooks:{enabled:true,allowedAgentIds:['a']}}"])
    + [
      .fail(
        "hooks.agents-unrestricted", .high, "has *", line: 1, exposed("{hooks:{enabled:true,allowedAgentIds:['*']}}"))
    ]
    + setting(
      "hooks.caller-picks-session", .medium, "allowedSessionKeyPrefixes is empty", line: 1,
      fails: "{hooks:{enabled:true,allowRequestSessionKey:true}}",
      passes: ["{}", "{hooks:{enabled:true}}", "{hooks:{enabled:true,allowRequestSessionKey:false}}"])
    + [
      .fail(
        "hooks.caller-picks-session", .low, "limited to 1 prefixes", line: 1,
        openclaw("{hooks:{enabled:true,allowRequestSessionKey:true,allowedSessionKeyPrefixes:['hook:']}}")),
      .fail(
        "hooks.caller-picks-session", .high, "is empty", line: 1,
        exposed("{hooks:{enabled:true,allowRequestSessionKey:true}}")),
    ]

  static func stored(_ name: String, tag: UInt64) -> Installation.SecretFact {
    .init(key: name, file: "\(state)/.env", line: 2, form: .literal, length: 64, entropyBits: 250, tag: tag)
  }

  static let browsers: [Fixture] =
    setting(
      "browser.configuration-invalid", .low, "no address of a browser", line: 1,
      fails: "{browser:{profiles:{a:{cdpUrl:'localhost:9222'}}}}",
      passes: [
        "{}", "{browser:{enabled:false,profiles:{a:{cdpUrl:'x'}}}}",
        "{browser:{defaultProfile:'a',profiles:{a:{cdpUrl:'http://[::1]:9222',cdpPort:18800,driver:'openclaw'}}}}",
      ])
    + [
      .fail(
        "browser.configuration-invalid", .low, "cdpPort is no port", line: 1,
        openclaw("{browser:{profiles:{a:{cdpPort:70000}}}}")),
      .fail(
        "browser.configuration-invalid", .low, "driver is none", line: 1,
        openclaw("{browser:{profiles:{a:{driver:3}}}}")),
      .fail(
        "browser.configuration-invalid", .low, "a profile that is not there", line: 1,
        openclaw("{browser:{defaultProfile:'b',profiles:{a:{}}}}")),
      .fail(
        "browser.control-without-login", .high, "no token or password", openclaw("{browser:{enabled:true}}")),
      .fail("browser.control-without-login", .medium, "no token or password", openclaw()),
      .fail(
        "browser.control-without-login", .high, "is none", line: 1, openclaw("{gateway:{auth:{mode:'none'}}}")),
      .fail(
        "browser.control-without-login", .medium, "proxy's login", openclaw("{gateway:{auth:{mode:'trusted-proxy'}}}")),
      .pass("browser.control-without-login", "is set", openclaw { $0.installation?.secrets = [token] }),
      .pass("browser.control-without-login", "is off", openclaw("{browser:{enabled:false}}")),
      .blind(
        "browser.control-without-login", "was not read",
        openclaw { $0.environment = .blind("another user's") }),
    ]
    + setting(
      "browser.remote-in-clear", .high, "is http: to 192.0.2.7", line: 1,
      fails: "{browser:{profiles:{a:{cdpUrl:'http://user:pw@192.0.2.7:9222/x'}}}}",
      passes: [
        "{}", "{browser:{cdpUrl:'http://127.0.0.1:9222'}}", "{browser:{profiles:{a:{cdpUrl:'wss://b.example.org'}}}}",
      ])
    + [
      .fail(
        "browser.remote-in-clear", .low, "to box.tail1.ts.net", line: 1,
        openclaw("{browser:{profiles:{a:{cdpUrl:'ws://box.tail1.ts.net:9222'}}}}"))
    ]
    + setting(
      "browser.private-hosts-allowed", .medium, "is true", line: 1,
      fails: "{browser:{ssrfPolicy:{dangerouslyAllowPrivateNetwork:true}}}",
      passes: ["{}", "{browser:{ssrfPolicy:{allowPrivateNetwork:false}}}"])
    + [
      .fail(
        "browser.private-hosts-allowed", .medium, "leads to a private host", line: 1,
        openclaw("{browser:{ssrfPolicy:{allowPrivateNetwork:true},profiles:{a:{cdpUrl:'http://10.0.0.4:9222'}}}}"))
    ]
    + setting(
      "browser.relay-old-login", .low, "a profile uses the extension", line: nil,
      fails: "{browser:{profiles:{chrome:{driver:'extension'}}}}",
      passes: ["{}", "{browser:{extensionRelay:{allowLegacyAuth:false},profiles:{chrome:{driver:'extension'}}}}"])
}
