import Formats
import Installations
import Model
import Platform
import Testing

@Suite struct ErasTests {
  @Test func `January: Clawdbot with its unit and its program`() throws {
    let found = Eras.find(Eras.clawdbot)
    #expect(found.installations.count == 1)
    let it = try #require(found.installations.first)
    #expect(it.kind == "openclaw" && it.era == "Clawdbot")
    #expect(it.stateDirectory == "/home/ada/.clawdbot")
    #expect(it.owner == 1000 && it.ownerName == "ada" && it.mode == 0o755)
    #expect(it.version == "2026.1.16-2")
    #expect(it.versionSource == "/usr/lib/node_modules/clawdbot/package.json")
    #expect(it.configuration?["gateway.bind"]?.string == "0.0.0.0")
    #expect(it.configuration?["gateway.bind"]?.position.line == 3)
    #expect(it.configuration?.agents.map(\.id) == ["main", "work"])
    #expect(it.configuration?.agents.map(\.isDefault) == [false, true])
    #expect(it.configuration?.agentDefaults?["workspace"]?.string == "~/clawd")
    #expect(it.configuration?["env.TZ"]?.string == "Europe/Zurich")

    let unit = try #require(it.units.first)
    #expect(unit.name == "clawdbot-gateway.service" && unit.enabled && !unit.system && unit.user == nil)
    #expect(unit.execStart.contains("gateway"))
    let token = try #require(unit.environment.first { $0.name == "CLAWDBOT_GATEWAY_TOKEN" })
    #expect(token.isSecret && token.value == nil && token.line == 6)
    #expect(unit.environment.first { $0.name == "HOME" }?.value == "/home/ada")
    #expect(it.storedSecrets.first { $0.key == "CLAWDBOT_GATEWAY_TOKEN" }?.isWellKnown == true)
    #expect(it.storedSecrets.contains { $0.key == "profiles.anthropic.key" })

    let secrets = Dictionary(uniqueKeysWithValues: it.secrets.map { ($0.key, $0) })
    #expect(Set(secrets.keys) == ["gateway.auth.password", "telegram.botToken", "env.OPENAI_API_KEY"])
    #expect(secrets["gateway.auth.password"]?.length == 6)
    #expect(secrets["gateway.auth.password"]?.isWellKnown == true)
    #expect(it.files.contains { $0.role == .credentials && $0.path.hasSuffix("whatsapp/default/creds.json") })
    #expect(it.files.first { $0.role == .configuration }?.status.mode == 0o644)
    #expect(it.problems.isEmpty)
  }

  @Test func `January: Moltbot, with the token in its env file`() throws {
    let it = try #require(Eras.find(Eras.moltbot).installations.first)
    #expect(it.era == "Moltbot" && it.version == "2026.1.27-beta.1")
    #expect(it.versionSource == "/home/ada/.moltbot/moltbot.json")
    #expect(it.dotenv.map(\.name) == ["CLAWDBOT_GATEWAY_TOKEN", "TZ", "EMPTY"])
    #expect(it.dotenv.map(\.line) == [1, 2, 3])
    #expect(it.dotenv.map(\.isEmpty) == [false, false, true])
    #expect(it.secrets.first?.form == .environment("CLAWDBOT_GATEWAY_TOKEN", resolved: true))
    #expect(it.configuration?["gateway.auth.token"]?.string == Configuration.redacted)
    #expect(it.configuration?["gateway.auth.token"]?.substituted == ["CLAWDBOT_GATEWAY_TOKEN"])
    #expect(it.storedSecrets.first?.isWellKnown == true)
  }

  @Test func `March: included files are merged, and every setting knows its file and line`() throws {
    let it = try #require(Eras.find(Eras.march).installations.first)
    let configuration = try #require(it.configuration)
    #expect(it.era == "OpenClaw" && it.version == "2026.3.3")
    #expect(configuration["channels.telegram.dmPolicy"]?.string == "allowlist")
    #expect(configuration["channels.telegram.dmPolicy"]?.file == "/home/ada/.openclaw/openclaw.json")
    #expect(configuration["channels.telegram.dmPolicy"]?.position.line == 9)
    #expect(configuration["channels.telegram.botToken"]?.file == "/home/ada/.openclaw/channels.json5")
    #expect(configuration["channels.telegram.botToken"]?.position.line == 2)
    // Arrays of both files, the earlier include first.
    #expect(configuration["channels.telegram.allowFrom"]?.array?.map(\.string) == ["1", "2"])
    #expect(configuration.agents.map(\.id) == ["a", "b"])
    #expect(configuration.agents.map(\.isDefault) == [false, true])
    #expect(configuration.agentDefaults?["sandbox"]?["mode"]?.string == "off")
    #expect(configuration["$include"] == nil)
    #expect(it.problems.isEmpty)
    #expect(it.files.filter { $0.role == .include }.count == 2)
  }

  @Test func `March: variables are put in, and secret ones never come out`() throws {
    let it = try #require(Eras.find(Eras.march).installations.first)
    let note = try #require(it.configuration?["note"])
    #expect(
      note.string == "port 19000, key \(Configuration.redacted), literal ${NOT_THIS}, missing ${NOWHERE}, ${lower}")
    #expect(note.substituted == ["OPENCLAW_GATEWAY_PORT", "OPENAI_API_KEY"])
  }

  @Test func `March: every credential is a fact, and none is left in the text`() throws {
    let it = try #require(Eras.find(Eras.march).installations.first)
    let keys = Set(it.secrets.map(\.key))
    #expect(
      keys == [
        "gateway.auth.token", "gateway.remote.url", "hooks.token", "models.providers.openai.apiKey",
        "models.providers.openai.headers.X-Org", "mcp.servers.fs.args.3", "mcp.servers.fs.args.4",
        "mcp.servers.fs.env.NOTION_TOKEN", "skills.entries.maps.apiKey", "channels.telegram.botToken",
      ])
    let gateway = try #require(it.secrets.first { $0.key == "gateway.auth.token" })
    let hooks = try #require(it.secrets.first { $0.key == "hooks.token" })
    #expect(gateway.form == .literal && gateway.length == 32 && !gateway.isWellKnown && gateway.line == 6)
    #expect(gateway.entropyBits > 100)
    #expect(gateway.tag == hooks.tag)
    #expect(it.secrets.first { $0.key == "channels.telegram.botToken" }?.tag != gateway.tag)
    #expect(
      it.configuration?["gateway.remote.url"]?.string
        == "wss://ada:\(Configuration.redacted)@far.example/x?token=\(Configuration.redacted)&v=1")
    #expect(it.configuration?["mcp.servers.fs.env.ROOT"]?.string == "/srv")
    let everything = "\(it)"
    for secret in [
      "4f9a1c7be02d", "hunter2", "abc123", "secretive", "tok-en-value", "zzz9zzz", "ntn_abc", "AIzaSy",
      "telegram-token-text",
      "sk-proj-", "sk-ant-",
    ] {
      #expect(!everything.contains(secret), "\(secret) was kept")
    }
  }

  @Test func `March: files that matter come with their modes`() throws {
    let it = try #require(Eras.find(Eras.march).installations.first)
    func paths(_ role: Installation.FileFact.Role) -> [String] {
      it.files.filter { $0.role == role }.map { String($0.path.dropFirst("/home/ada/.openclaw/".count)) }
    }
    #expect(paths(.backup) == ["openclaw.json.bak", "openclaw.json.clobbered.2026-03-01T10-00-00"])
    #expect(paths(.transcript).count == 50 && it.moreTranscripts == 10)
    #expect(paths(.sessions) == ["agents/main/sessions/sessions.json"])
    #expect(paths(.authProfiles) == ["agents/main/agent/auth-profiles.json"])
    #expect(paths(.credentialsDirectory) == ["credentials"])
    #expect(paths(.credentials) == ["credentials/telegram-allowFrom.json"])
    #expect(paths(.deviceKey) == ["identity/device.json"])
    #expect(paths(.approvals) == ["exec-approvals.json"])
    #expect(paths(.tlsKey) == ["gateway/tls/gateway-key.pem"])
    #expect(paths(.log) == ["logs/gateway.log"])
    #expect(paths(.dotenv) == [".env"])
    #expect(it.files.first { $0.path.hasSuffix(".bak") }?.status.mode == 0o644)
    let stored = it.storedSecrets.filter { $0.key.hasPrefix("profiles.") }
    #expect(stored.map(\.key) == ["profiles.anthropic:default.key"])
    #expect(stored.first?.line == 2)
  }

  @Test func `April: profiles are installations of their own, units lead to others`() throws {
    let found = Eras.find(Eras.april)
    #expect(
      found.installations.map(\.stateDirectory) == ["/home/ada/.openclaw", "/home/ada/.openclaw-work", "/srv/claw"])
    #expect(found.installations.map(\.profile) == [nil, "work", nil])
    let service = try #require(found.installations.last)
    let unit = try #require(service.units.first)
    #expect(unit.system && unit.user == "claw" && !unit.enabled)
    #expect(unit.execStart == ["/usr/local/bin/openclaw", "gateway", "--token", Configuration.redacted])
    #expect(unit.environmentFiles == ["/etc/claw.env"])
    let token = try #require(unit.environment.first { $0.name == "OPENCLAW_GATEWAY_TOKEN" })
    #expect(token.isSecret && token.file?.hasSuffix("10-env.conf") == true && token.line == 3)
    #expect(service.secrets.first?.form == .environment("HOOKS_TOKEN", resolved: true))
    #expect(Set(service.storedSecrets.map(\.key)) == ["--token", "OPENCLAW_GATEWAY_TOKEN", "HOOKS_TOKEN"])
    #expect(service.files.contains { $0.path == "/etc/claw.env" && $0.role == .dotenv && $0.status.mode == 0o644 })
    #expect(service.files.filter { $0.role == .unit }.count == 2)
    #expect(service.version == "2026.4.12")
    #expect(found.looseUnits.isEmpty)
    #expect(unit.environment.contains { $0.value == "http://p:\(Configuration.redacted)@proxy:3128" })
    #expect(!"\(found)".contains("proxypass"))
    #expect(!"\(found)".contains("very-long-token") && !"\(found)".contains("h00k"))
  }

  @Test func `August: a map of agents, references and databases`() throws {
    let it = try #require(Eras.find(Eras.august).installations.first)
    #expect(it.configuration?.agents.map(\.id) == ["main", "ops"])
    #expect(it.configuration?.agents.first?.isDefault == true)
    let secrets = Dictionary(uniqueKeysWithValues: it.secrets.map { ($0.key, $0.form) })
    #expect(secrets["gateway.auth.token"] == .reference("env"))
    #expect(secrets["channels.slack.botToken"] == .reference("store"))
    #expect(secrets["channels.slack.appToken.value"] == .literal)
    #expect(secrets["env.vars.SEARCH_KEY"] == .literal)
    #expect(it.configuration?["gateway.auth.token.source"]?.string == "env")
    #expect(it.configuration?["plugins.entries.x.config.url"]?.string == "http://h/\(Configuration.redacted)")
    #expect(
      it.databases == [
        "/home/ada/.openclaw/agents/main/agent/openclaw-agent.sqlite", "/home/ada/.openclaw/state/openclaw.sqlite",
      ])
    #expect(it.version == "2026.8.1")
    #expect(it.versionSource == "/home/ada/.openclaw/lib/node_modules/openclaw/package.json")
  }
}
