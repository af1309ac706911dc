import Installations
import Model

@testable import Posture

extension Fixture {
  /// A rule about one configuration key: a text that fails, one that passes, and an installation that nobody found.
  static func setting(_ rule: String, _ severity: Severity, _ says: String, line: Int?, fails: String, passes: [String])
    -> [Fixture]
  {
    [.fail(rule, severity, says, line: line, openclaw(fails)), .blind(rule, "no state directory was found", nothing)]
      + [.blind(rule, "expected a value", unreadable)] + passes.map { .pass(rule, "", openclaw($0)) }
  }

  static let token = secret("gateway.auth.token", 64, 250)
  static func exposed(_ text: String = "{}") -> Subject {
    openclaw(text) { $0.sockets = .seen([socket("0.0.0.0")]) }
  }

  static let gateway: [Fixture] =
    setting(
      "gateway.bind-exposed", .high, "gateway.bind is lan", line: 3,
      fails: """
        {
          gateway: {
            bind: 'lan',
          },
        }
        """, passes: ["{}", "{gateway:{bind:'loopback'}}", "{gateway:{bind:'localhost'}}", "{gateway:{bind:'auto'}}"]
    ).map { fixture in
      // The socket of the common scene is on loopback, which softens the rule: here nobody looked.
      var fixture = fixture
      if fixture.outcome == "fail" { fixture.subject.sockets = .blind("not looked at") }
      return fixture
    } + [
      .fail("gateway.bind-exposed", .info, "the next start opens it", line: 1, openclaw("{gateway:{bind:'lan'}}")),
      .fail("gateway.bind-exposed", .high, "gateway.bind is 0.0.0.0", line: 1, exposed("{gateway:{bind:'0.0.0.0'}}")),
      .fail("gateway.bind-exposed", .medium, "gateway.bind is tailnet", line: 1, exposed("{gateway:{bind:'tailnet'}}")),
      .pass("gateway.bind-exposed", "", openclaw("{gateway:{bind:'custom',customBindHost:'127.0.0.1'}}")),
      .fail(
        "gateway.bind-exposed", .high, "--bind in the arguments of the process is lan",
        exposed("{gateway:{bind:'loopback'}}").with { $0.arguments = .seen(["openclaw", "gateway", "--bind", "lan"]) }),
      .fail(
        "gateway.bind-exposed", .high, "in a container gateway.bind is unset, which means lan",
        openclaw {
          $0.sockets = .seen([])
          $0.container = .seen(ContainerFacts(name: "gw"))
        }),
      .pass(
        "gateway.bind-exposed", "what leads out are its published ports",
        openclaw("{gateway:{bind:'lan'}}") { $0.container = .seen(ContainerFacts(name: "gw", network: "bridge")) }),
      .pass(
        "gateway.socket-exposed", "what leads out are its published ports",
        exposed().with { $0.container = .seen(ContainerFacts(name: "gw", network: "bridge")) }),
      .fail(
        "gateway.socket-exposed", .high, "0.0.0.0",
        exposed().with { $0.container = .seen(ContainerFacts(name: "gw", network: "host")) }),
      .fail("gateway.socket-exposed", .high, "although gateway.bind is unset, which means loopback", exposed()),
      .fail(
        "gateway.socket-exposed", .high, "although gateway.bind is loopback", exposed("{gateway:{bind:'loopback'}}")),
      .fail(
        "gateway.socket-exposed", .high, "listens on [::]:4000",
        openclaw("{gateway:{port:4000}}") { $0.sockets = .seen([socket("::", 4000)]) }),
      .fail("gateway.socket-exposed", .medium, "100.100.1.2", openclaw { $0.sockets = .seen([socket("100.100.1.2")]) }),
      .pass("gateway.socket-exposed", "listens on 127.0.0.1:18789", openclaw()),
      .blind(
        "gateway.socket-exposed", "no right to see sockets", openclaw { $0.sockets = .blind("no right to see sockets") }
      ),
      .blind("gateway.socket-exposed", "not running", openclaw { $0.agent.status = .installed }),
      .blind("gateway.socket-exposed", "port 18789", openclaw { $0.sockets = .seen([socket("0.0.0.0", 22)]) }),
    ]
    + setting(
      "gateway.tailscale-serve", .info, "gateway.tailscale.mode is serve", line: 1,
      fails: "{gateway:{tailscale:{mode:'serve'}}}",
      passes: ["{}", "{gateway:{tailscale:{mode:'off'}}}"])
    + setting(
      "gateway.tailscale-funnel", .critical, "is funnel", line: 1, fails: "{gateway:{tailscale:{mode:'funnel'}}}",
      passes: ["{}", "{gateway:{tailscale:{mode:'serve'}}}"])
    + [
      .fail(
        "gateway.tailscale-funnel", .critical, "--tailscale",
        openclaw { $0.arguments = .seen(["node", "openclaw.mjs", "gateway", "--tailscale=funnel"]) })
    ]
    + setting(
      "gateway.real-ip-fallback", .medium, "is true", line: 1, fails: "{gateway:{allowRealIpFallback:true}}",
      passes: ["{}", "{gateway:{allowRealIpFallback:false}}"])
    + [
      .fail("gateway.real-ip-fallback", .high, "is true", line: 1, exposed("{gateway:{allowRealIpFallback:true}}")),
      .fail("gateway.rate-limit-missing", .medium, "it listens on 0.0.0.0:18789", exposed()),
      .pass("gateway.rate-limit-missing", "nothing leads to the gateway", openclaw()),
      .pass("gateway.rate-limit-missing", "is set", exposed("{gateway:{auth:{rateLimit:{maxAttempts:5}}}}")),
      .blind("gateway.rate-limit-missing", "no state directory", nothing),
    ]
    + setting(
      "gateway.http-dangerous-tools", .high, "exec, cron", line: 1,
      fails: "{gateway:{tools:{allow:['exec','cron','web_fetch']}}}",
      passes: ["{}", "{gateway:{tools:{allow:['web_fetch']}}}"])
    + setting(
      "gateway.node-dangerous-commands", .medium, "gateway.nodes.commands.allow has camera.snap", line: 1,
      fails: "{gateway:{nodes:{commands:{allow:['camera.snap']}}}}",
      passes: ["{}", "{gateway:{nodes:{commands:{allow:['camera.snap'],deny:['camera.snap']}}}}"])
    + [
      .fail(
        "gateway.node-dangerous-commands", .medium, "gateway.nodes.allowCommands has sms.send", line: 1,
        openclaw("{gateway:{nodes:{allowCommands:['sms.send']}}}"))
    ]

  static let login: [Fixture] =
    [
      .fail("gateway.auth-missing-exposed", .critical, "no token or password", exposed()),
      .fail(
        "gateway.auth-missing-exposed", .critical, "auth.mode is none", line: 1,
        exposed("{gateway:{auth:{mode:'none'}}}")),
      .fail(
        "gateway.auth-missing-exposed", .critical, "ngrok leads to it",
        openclaw { $0.tunnels = .seen([.init(name: "ngrok", isPublic: true, port: 18789, detail: "pid 9 ngrok")]) }),
      .pass("gateway.auth-missing-exposed", "nothing leads", openclaw()),
      .pass(
        "gateway.auth-missing-exposed", "gateway.auth.token is set",
        exposed().with { $0.installation?.secrets = [token] }),
      .blind(
        "gateway.auth-missing-exposed", "environment of the process was not read",
        exposed().with { $0.environment = .blind("another user's") }),
      .fail("gateway.auth-missing-loopback", .high, "it is set to listen on loopback", openclaw()),
      .pass(
        "gateway.auth-missing-loopback", "",
        openclaw { $0.installation?.dotenv = [.init(name: "OPENCLAW_GATEWAY_TOKEN", line: 1, isEmpty: false)] }),
      .pass("gateway.auth-missing-loopback", "", openclaw { $0.environment = .seen(["OPENCLAW_GATEWAY_TOKEN"]) }),
      .fail(
        "gateway.auth-missing-loopback", .high, "no token",
        openclaw { $0.installation?.dotenv = [.init(name: "OPENCLAW_GATEWAY_TOKEN", line: 1, isEmpty: true)] }),
      .fail(
        "gateway.auth-missing-loopback", .high, "no token",
        openclaw { $0.environment = .seen(["CLAWDBOT_GATEWAY_TOKEN"]) }),
      .pass(
        "gateway.auth-missing-loopback", "CLAWDBOT_GATEWAY_TOKEN",
        openclaw {
          $0.installation?.era = "Moltbot"
          $0.environment = .seen(["CLAWDBOT_GATEWAY_TOKEN"])
        }),
      .blind(
        "gateway.auth-missing-loopback", "whose value could not be looked at",
        openclaw {
          $0.installation?.secrets = [variable("gateway.auth.token", "TOKEN", resolved: false)]
          $0.environment = .blind("another user's")
        }),
      .fail(
        "gateway.auth-missing-loopback", .high, "names the variable TOKEN, which is set nowhere",
        openclaw { $0.installation?.secrets = [variable("gateway.auth.token", "TOKEN", resolved: false)] }),
      .pass(
        "gateway.auth-missing-loopback", "comes from TOKEN",
        openclaw {
          $0.installation?.secrets = [variable("gateway.auth.token", "TOKEN", resolved: false)]
          $0.environment = .seen(["TOKEN"])
        }),
      .fail(
        "gateway.auth-missing-loopback", .high, "let a connection in without a login",
        openclaw {
          $0.installation?.secrets = [token]
          $0.sockets = .seen([socket("127.0.0.1", authenticated: false)])
        }),
      .fail(
        "gateway.token-weak", .high, "gateway.auth.token is weak: it is a well-known word",
        openclaw {
          $0.installation?.secrets = [variable("gateway.auth.token", "TOKEN")]
          $0.installation?.storedSecrets = [secret("TOKEN", 8, 22, wellKnown: true)]
        }),
      .fail(
        "gateway.token-weak", .high, "OPENCLAW_GATEWAY_TOKEN is weak",
        openclaw { $0.installation?.storedSecrets = [secret("OPENCLAW_GATEWAY_TOKEN", 8, 22)] }),
      .blind(
        "gateway.token-weak", "OPENCLAW_GATEWAY_TOKEN and is not looked at",
        openclaw { $0.environment = .seen(["OPENCLAW_GATEWAY_TOKEN"]) }),
      .fail(
        "gateway.auth-none", .high, "gateway.auth.mode is none", line: 1, openclaw("{gateway:{auth:{mode:'none'}}}")),
      .fail(
        "gateway.auth-none", .critical, "gateway.auth.mode is none", line: 1, exposed("{gateway:{auth:{mode:'none'}}}")),
      .fail(
        "gateway.auth-none", .high, "--auth",
        openclaw { $0.arguments = .seen(["openclaw", "gateway", "--auth", "none"]) }),
      .pass("gateway.auth-none", "", openclaw("{gateway:{auth:{mode:'token'}}}")),
      .blind("gateway.auth-none", "no state directory", nothing),
      .fail(
        "gateway.token-weak", .high, "8 characters", line: 4,
        openclaw { $0.installation?.secrets = [secret("gateway.auth.token", 8, 20)] }),
      .fail(
        "gateway.token-weak", .high, "about 40 bits", line: 4,
        openclaw { $0.installation?.secrets = [secret("gateway.auth.token", 30, 40)] }),
      .fail(
        "gateway.token-weak", .critical, "well-known", line: 4,
        exposed().with { $0.installation?.secrets = [secret("gateway.auth.token", 40, 0, wellKnown: true)] }),
      .fail(
        "gateway.token-weak", .high, "gateway.auth.password is weak", line: 4,
        openclaw { $0.installation?.secrets = [secret("gateway.auth.password", 9, 20)] }),
      .pass("gateway.token-weak", "64 characters", openclaw { $0.installation?.secrets = [token] }),
      .blind(
        "gateway.token-weak", "variable TOKEN",
        openclaw { $0.installation?.secrets = [variable("gateway.auth.token", "TOKEN")] }),
      .fail("gateway.token-plaintext", .medium, "literal", line: 4, openclaw { $0.installation?.secrets = [token] }),
      .pass(
        "gateway.token-plaintext", "TOKEN",
        openclaw { $0.installation?.secrets = [variable("gateway.auth.token", "TOKEN")] }),
      .blind("gateway.token-plaintext", "expected a value", unreadable),
      .fail(
        "gateway.password-plaintext", .medium, "literal", line: 4,
        openclaw { $0.installation?.secrets = [secret("gateway.auth.password", 30, 100)] }),
      .pass("gateway.password-plaintext", "not set", openclaw()),
      .blind("gateway.password-plaintext", "expected a value", unreadable),
    ]
    + setting(
      "gateway.trusted-proxy-list", .critical, "empty", line: nil, fails: "{gateway:{auth:{mode:'trusted-proxy'}}}",
      passes: ["{}", "{gateway:{auth:{mode:'trusted-proxy'},trustedProxies:['10.0.0.5']}}"])
    + [
      .fail(
        "gateway.trusted-proxy-list", .critical, "0.0.0.0/0", line: 1,
        openclaw("{gateway:{auth:{mode:'trusted-proxy'},trustedProxies:['0.0.0.0/0']}}")),
      .fail(
        "gateway.trusted-proxy-list", .medium, "allowLoopback", line: 1,
        openclaw(
          "{gateway:{auth:{mode:'trusted-proxy',trustedProxy:{allowLoopback:true}},trustedProxies:['10.0.0.5']}}")),
    ]
    + setting(
      "gateway.trusted-proxy-user-header", .high, "unset", line: nil, fails: "{gateway:{auth:{mode:'trusted-proxy'}}}",
      passes: ["{}", "{gateway:{auth:{mode:'trusted-proxy',trustedProxy:{userHeader:'x-user'}}}}"])
    + setting(
      "gateway.trusted-proxy-users", .medium, "empty", line: nil, fails: "{gateway:{auth:{mode:'trusted-proxy'}}}",
      passes: ["{}", "{gateway:{auth:{mode:'trusted-proxy',trustedProxy:{allowUsers:['ada']}}}}"])

  static let page: [Fixture] =
    setting(
      "control-ui.origins-wildcard", .high, "has *", line: 1, fails: "{gateway:{controlUi:{allowedOrigins:['*']}}}",
      passes: [
        "{}", "{gateway:{controlUi:{allowedOrigins:['https://a.example']}}}",
        "{gateway:{controlUi:{enabled:false,allowedOrigins:['*']}}}",
      ])
    + [
      .fail(
        "control-ui.origins-wildcard", .critical, "has *", line: 1,
        exposed("{gateway:{controlUi:{allowedOrigins:['*']}}}")),
      .fail("control-ui.origins-missing", .medium, "unset, and it listens on", exposed()),
      .pass(
        "control-ui.origins-missing", "1 entries",
        exposed("{gateway:{controlUi:{allowedOrigins:['https://a.example']}}}")),
      .pass("control-ui.origins-missing", "nothing leads", openclaw()),
      .blind("control-ui.origins-missing", "no state directory", nothing),
    ]
    + setting(
      "control-ui.host-header-fallback", .high, "is true", line: 1,
      fails: "{gateway:{controlUi:{dangerouslyAllowHostHeaderOriginFallback:true}}}",
      passes: ["{}", "{gateway:{controlUi:{dangerouslyAllowHostHeaderOriginFallback:false}}}"])
    + [
      "control-ui.insecure-auth": ("allowInsecureAuth", Severity.medium),
      "control-ui.device-auth-disabled": ("dangerouslyDisableDeviceAuth", .critical),
    ]
    .sorted { $0.key < $1.key }.flatMap { rule, key in
      [
        .fail(
          rule, key.1, "is true", line: 1,
          openclaw("{gateway:{controlUi:{\(key.0):true}}}") { $0.agent.version = "2026.4.12" }),
        .fail(
          rule, key.1, "is true", line: 1, openclaw("{gateway:{controlUi:{\(key.0):true}}}") { $0.agent.version = nil }),
        .pass(rule, "ignores the key", openclaw("{gateway:{controlUi:{\(key.0):true}}}")),
        .pass(rule, "unset", openclaw()),
        .blind(rule, "no state directory", nothing),
      ] as [Fixture]
    }
    + setting(
      "discovery.mdns-full", .medium, "is full", line: 1, fails: "{discovery:{mdns:{mode:'full'}}}",
      passes: ["{}", "{discovery:{mdns:{mode:'minimal'}}}", "{discovery:{mdns:{mode:'off'}}}"])
    + [
      .fail(
        "discovery.mdns-full", .info, "OPENCLAW_DISABLE_BONJOUR", line: 1,
        openclaw("{discovery:{mdns:{mode:'full'}}}") { $0.environment = .seen(["OPENCLAW_DISABLE_BONJOUR"]) })
    ]
}
