import Installations
import Matching
import Platform

/// Made-up homes, one an era, as the product of that time left them.
enum Eras {
  static let passwd = """
    root:x:0:0:root:/root:/bin/bash
    daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin
    nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin
    ada:x:1000:1000:Ada:/home/ada:/bin/bash
    bob:x:1001:1001:Bob:/home/bob:/bin/zsh
    claw:x:990:990::/var/lib/claw:/usr/sbin/nologin
    broken line
    """

  static var machine: MemoryFiles {
    var files = MemoryFiles()
    files.add("/etc/passwd", passwd, mode: 0o644, owner: 0)
    files.add(directory: "/home/ada", mode: 0o750)
    files.add(directory: "/root", mode: 0o700, owner: 0)
    return files
  }

  /// January 2026, before the first change of name: strict JSON, channels at the top, a token in the unit.
  static var clawdbot: MemoryFiles {
    var files = machine
    files.add(directory: "/home/ada/.clawdbot", mode: 0o755)
    files.add(
      "/home/ada/.clawdbot/clawdbot.json",
      """
      {
        "agent": { "workspace": "~/clawd", "model": "anthropic/claude-opus-4-5" },
        "gateway": { "bind": "0.0.0.0", "port": 18789, "auth": { "mode": "password", "password": 123456 } },
        "telegram": { "botToken": "123456789:AAabcdefghijklmnopqrstuvwxyz-_12345", "dm": { "policy": "open" } },
        "routing": { "agents": { "main": { "workspace": "~/clawd" }, "work": {} }, "defaultAgentId": "work" },
        "env": { "OPENAI_API_KEY": "sk-proj-abcdefghijklmnop", "shellEnv": { "enabled": true }, "TZ": "Europe/Zurich" },
        "wizard": { "lastRunVersion": "2026.1.14" }
      }
      """, mode: 0o644)
    files.add(
      "/home/ada/.clawdbot/agents/main/agent/auth.json", #"{"anthropic": {"type": "api_key", "key": "sk-ant-x"}}"#)
    files.add("/home/ada/.clawdbot/agents/main/sessions/sessions.json", "{}", mode: 0o644)
    files.add("/home/ada/.clawdbot/agents/main/sessions/a.jsonl", "{}", mode: 0o644)
    files.add("/home/ada/.clawdbot/credentials/whatsapp/default/creds.json", "{}", mode: 0o644)
    files.add(
      "/home/ada/.config/systemd/user/clawdbot-gateway.service",
      """
      [Unit]
      Description=Clawdbot Gateway (v2026.1.14)
      [Service]
      ExecStart=/usr/bin/node /usr/lib/node_modules/clawdbot/dist/entry.js gateway --port 18789
      Environment=HOME=/home/ada "PATH=/usr/bin:/bin"
      Environment=CLAWDBOT_GATEWAY_TOKEN=changeme
      Environment=CLAWDBOT_SYSTEMD_UNIT=clawdbot-gateway.service
      """, mode: 0o644)
    files.add(
      link: "/home/ada/.config/systemd/user/default.target.wants/clawdbot-gateway.service",
      to: "/home/ada/.config/systemd/user/clawdbot-gateway.service")
    files.add(
      "/usr/lib/node_modules/clawdbot/package.json", #"{"name": "clawdbot", "version": "2026.1.16-2"}"#, owner: 0)
    files.add("/usr/lib/node_modules/clawdbot/dist/entry.js", "", owner: 0)
    return files
  }

  /// The three days of Moltbot: own directory, variables and unit still of both names.
  static var moltbot: MemoryFiles {
    var files = machine
    files.add(directory: "/home/ada/.moltbot")
    files.add(
      "/home/ada/.moltbot/moltbot.json",
      "{gateway: {mode: 'local', auth: {token: '${CLAWDBOT_GATEWAY_TOKEN}'}}, meta: {lastTouchedVersion: '2026.1.27-beta.1'}}"
    )
    files.add("/home/ada/.moltbot/.env", "CLAWDBOT_GATEWAY_TOKEN=token\nTZ=UTC\nEMPTY=\n", mode: 0o644)
    return files
  }

  /// March 2026: JSON5 in several files, `agents.list`, a store of files.
  static var march: MemoryFiles {
    var files = machine
    files.add(directory: "/home/ada/.openclaw", mode: 0o700)
    files.add(
      "/home/ada/.openclaw/openclaw.json",
      """
      // my lobster
      {
        $include: ["./channels.json5", "agents/list.json5"],
        gateway: {
          bind: "lan",
          auth: { token: "4f9a1c7be02d83561a0b9e4477c2d01f" }, // keep
          remote: { url: "wss://ada:hunter2@far.example/x?token=abc123&v=1" },
        },
        channels: { telegram: { dmPolicy: "allowlist" } },
        hooks: { token: "4f9a1c7be02d83561a0b9e4477c2d01f" },
        models: { providers: { openai: { apiKey: "${OPENAI_API_KEY}", headers: { Accept: "a", "X-Org": "secretive" } } } },
        mcp: { servers: { fs: { command: "npx", args: ["-y", "mcp", "--token", "tok-en-value", "--api-key=zzz9zzz"],
          env: { ROOT: "/srv", NOTION_TOKEN: "ntn_abc" } } } },
        skills: { entries: { maps: { apiKey: "AIzaSyA-1234567890abcdefghijklmnopqrst", env: { REGION: "eu" } } } },
        note: "port ${OPENCLAW_GATEWAY_PORT}, key ${OPENAI_API_KEY}, literal $${NOT_THIS}, missing ${NOWHERE}, ${lower}",
        meta: { lastTouchedVersion: "2026.3.3" },
      }
      """)
    files.add(
      "/home/ada/.openclaw/channels.json5",
      "{channels: {telegram: {\n  dmPolicy: 'open', botToken: 'telegram-token-text', allowFrom: ['1']}}}")
    files.add(
      "/home/ada/.openclaw/agents/list.json5",
      "{agents: {defaults: {sandbox: {mode: 'off'}}, list: [{id: 'a'}, {id: 'b', default: true}]}, channels: {telegram: {allowFrom: ['2']}}}"
    )
    files.add(
      "/home/ada/.openclaw/.env",
      "# keys\nexport OPENAI_API_KEY='sk-proj-abcdefghijklmnop'\nOPENCLAW_GATEWAY_PORT=19000\n")
    files.add("/home/ada/.openclaw/openclaw.json.bak", "{}", mode: 0o644)
    files.add("/home/ada/.openclaw/openclaw.json.clobbered.2026-03-01T10-00-00", "{}")
    files.add(
      "/home/ada/.openclaw/agents/main/agent/auth-profiles.json",
      """
      {"version": 1, "profiles": {
        "anthropic:default": {"type": "api_key", "provider": "anthropic", "key": "sk-ant-api03-abcdefghijkl"},
        "openai:env": {"type": "api_key", "key": "${OPENAI_API_KEY}"}}}
      """)
    for index in 0..<60 {
      files.add("/home/ada/.openclaw/agents/main/sessions/s\(index).jsonl", "{}", mode: index == 0 ? 0o644 : 0o600)
    }
    files.add("/home/ada/.openclaw/agents/main/sessions/sessions.json", "{}")
    files.add("/home/ada/.openclaw/credentials/telegram-allowFrom.json", "[]")
    files.add("/home/ada/.openclaw/identity/device.json", "{}")
    files.add("/home/ada/.openclaw/exec-approvals.json", "{}")
    files.add("/home/ada/.openclaw/gateway/tls/gateway-key.pem", "-----BEGIN PRIVATE KEY-----")
    files.add("/home/ada/.openclaw/logs/gateway.log", "")
    return files
  }

  /// April 2026: a second profile beside the first, a system unit for a service account with drop-in and environment file.
  static var april: MemoryFiles {
    var files = machine
    files.add("/home/ada/.openclaw/openclaw.json", "{meta: {lastTouchedVersion: '2026.4.12-beta.1'}}")
    files.add("/home/ada/.openclaw-work/openclaw.json", "{gateway: {port: 19789}}")
    files.add(directory: "/var/lib/claw", mode: 0o750, owner: 990)
    files.add("/srv/claw/openclaw.json", "{hooks: {token: '${HOOKS_TOKEN}'}}", owner: 990)
    files.add(
      "/etc/systemd/system/openclaw-gateway.service",
      """
      [Service]
      User=claw
      ExecStart=/usr/local/bin/openclaw gateway --token "very-long-token-in-argv"
      Environment=OPENCLAW_STATE_DIR=/srv/claw OPENCLAW_PROXY_URL=http://p:proxypass@proxy:3128
      """, mode: 0o644, owner: 0)
    files.add(
      "/etc/systemd/system/openclaw-gateway.service.d/10-env.conf",
      "[Service]\nEnvironmentFile=-/etc/claw.env\nEnvironment=OPENCLAW_GATEWAY_TOKEN=0123456789abcdefXYZ\n",
      mode: 0o644, owner: 0)
    files.add("/etc/claw.env", "HOOKS_TOKEN=h00k-s3cr3t-value\n", mode: 0o644, owner: 0)
    files.add(
      "/usr/local/lib/node_modules/openclaw/package.json", #"{"name": "openclaw", "version": "2026.4.12"}"#, owner: 0)
    files.add("/usr/local/lib/node_modules/openclaw/openclaw.mjs", "", owner: 0)
    files.add(link: "/usr/local/bin/openclaw", to: "../lib/node_modules/openclaw/openclaw.mjs")
    return files
  }

  /// August 2026: a map of agents, references instead of secrets, state in SQLite.
  static var august: MemoryFiles {
    var files = machine
    files.add(
      "/home/ada/.openclaw/openclaw.json",
      """
      {
        gateway: { bind: "loopback", auth: { mode: "token", token: { source: "env", provider: "default", id: "OPENCLAW_GATEWAY_TOKEN" } } },
        channels: { slack: { botToken: { source: "store", id: "slack/bot" }, appToken: { value: "xapp-inside-an-object" } } },
        agents: { entries: { main: { default: true }, ops: { sandbox: { mode: "all" } } } },
        tools: { exec: { mode: "ask" } },
        env: { vars: { SEARCH_KEY: "brave-key-0123" } },
        plugins: { entries: { x: { config: { url: "http://h/${SEARCH_KEY}" } } } },
      }
      """)
    files.add("/home/ada/.openclaw/state/openclaw.sqlite", "SQLite format 3")
    files.add("/home/ada/.openclaw/agents/main/agent/openclaw-agent.sqlite", "SQLite format 3", mode: 0o644)
    files.add(
      "/home/ada/.openclaw/lib/node_modules/openclaw/package.json", #"{"name": "openclaw", "version": "2026.8.1"}"#)
    files.add(
      "/usr/lib/node_modules/openclaw/package.json", #"{"name": "openclaw", "version": "2026.7.1-2"}"#, owner: 0)
    return files
  }

  static func find(
    _ files: some FileSystem, homes: [Finder.Home] = [], environments: [Finder.Environment] = [],
    fingerprints: [Finder.Fingerprint] = []
  ) -> Finder.Found {
    Finder(
      files: files, homes: homes, environments: environments, fingerprints: fingerprints, tags: KeyedTag(key: 1, 2)
    ).find()
  }
}
