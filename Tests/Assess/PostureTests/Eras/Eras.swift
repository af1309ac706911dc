import Installations
import Matching
import Model
import Platform

@testable import Posture

/// Whole homes of the four layouts that a configuration has had, made up, with the keys where that time kept them.
enum Era: String, CaseIterable {
  case january, march, april, august

  var version: String {
    switch self {
    case .january: "2026.1.16"
    case .march: "2026.3.3"
    case .april: "2026.4.12"
    case .august: "2026.8.1"
    }
  }

  var files: MemoryFiles {
    var files = MemoryFiles()
    files.add("/etc/passwd", "ada:x:1000:1000:Ada:/home/ada:/bin/bash\n", mode: 0o644, owner: 0)
    files.add(directory: "/home/ada", mode: 0o700)
    files.add(directory: "/var/lib/systemd/linger", mode: 0o755, owner: 0)
    switch self {
    case .january: january(&files)
    case .march: march(&files)
    case .april: april(&files)
    case .august: august(&files)
    }
    return files
  }

  /// What is listening, and what the process's environment holds.
  var sockets: [Subject.Socket] {
    switch self {
    case .january: [Fixture.socket("0.0.0.0")]
    case .march: [Fixture.socket("127.0.0.1")]
    case .april: [Fixture.socket("100.101.102.103"), Fixture.socket("127.0.0.1")]
    case .august: [Fixture.socket("127.0.0.1")]
    }
  }

  /// One agent section for all, channels at the top, routing, host literals, everything in files.
  private func january(_ files: inout MemoryFiles) {
    let state = "/home/ada/.clawdbot"
    files.add(directory: state, mode: 0o755)
    files.add(
      "\(state)/clawdbot.json",
      """
      {
        "identity": { "name": "Clawd" },
        "agent": {
          "workspace": "~/clawd",
          "model": "anthropic/claude-3-5-sonnet-20241022",
          "modelFallbacks": ["openai/gpt-3.5-turbo"],
          "elevated": { "enabled": true, "allowFrom": { "discord": ["*"] } },
          "bash": { "backgroundMs": 20000, "timeoutSec": 1800 },
          "tools": { "deny": ["browser"] },
          "sandbox": { "mode": "non-main", "docker": { "network": "host" } }
        },
        "gateway": {
          "bind": "0.0.0.0",
          "token": "changeme",
          "controlUi": { "allowInsecureAuth": true },
          "nodes": { "allowCommands": ["camera.snap"], "denyCommands": ["camera.*"] }
        },
        "discovery": { "wideArea": { "enabled": true } },
        "discord": {
          "token": "made-up-discord-token-of-january",
          "dm": { "policy": "open", "allowFrom": ["*"] },
          "guilds": { "1234": {} }
        },
        "telegram": { "botToken": "123456789:AAabcdefghijklmnopqrstuvwxyz-_12345", "groups": { "*": {} } },
        "whatsapp": {},
        "routing": {
          "allowFrom": ["+15550100"],
          "agents": { "main": {}, "work": { "sandbox": { "mode": "off" } } },
          "defaultAgentId": "main",
          "agentToAgent": { "enabled": true }
        },
        "commands": { "useAccessGroups": false },
        "logging": { "redactSensitive": "off" },
        "env": { "NODE_TLS_REJECT_UNAUTHORIZED": "0" }
      }
      """, mode: 0o644)
    files.add("\(state)/credentials/whatsapp/default/creds.json", "{}", mode: 0o644)
    files.add("\(state)/agents/main/sessions/sessions.json", "{}", mode: 0o644)
    files.add("/home/ada/clawd/AGENTS.md", "Be kind.\n", mode: 0o644)
  }

  /// `agents.list`, `agents.defaults`, the pair security and ask, install records in the configuration, includes.
  private func march(_ files: inout MemoryFiles) {
    let state = "/home/ada/.openclaw"
    files.add(directory: state, mode: 0o700)
    files.add(
      "\(state)/openclaw.json",
      """
      // of March
      {
        $include: "./agents.json5",
        gateway: {
          bind: "loopback",
          auth: { mode: "token", token: "4f9a1c7be02d83561a0b9e4477c2d01f4f9a1c7be02d8356" },
          controlUi: { dangerouslyDisableDeviceAuth: true },
          tailscale: { mode: "serve" },
        },
        channels: {
          slack: { dm: { policy: "open" }, botToken: "xoxb-made-up-by-us-1", slashCommand: { enabled: true } },
          telegram: { botToken: "${TELEGRAM_BOT_TOKEN}", groupPolicy: "open" },
        },
        tools: { exec: { security: "full", ask: "on-miss", safeBins: ["python3", "jq"] } },
        hooks: {
          enabled: true,
          token: "4f9a1c7be02d83561a0b9e4477c2d01f4f9a1c7be02d8356",
          internal: { installs: { note: { source: "npm", spec: "note-hook", version: "1.0.0" } } },
        },
        plugins: { installs: { lobster: { source: "npm", spec: "@made/up@latest", version: "1.0.0" } } },
        cron: { webhook: "https://hook.example.org" },
        mcp: { servers: { files: { command: "npx", args: ["-y", "@made/files"], env: { FILES_TOKEN: "ntn_made_up_value_123" } } } },
      }
      """)
    files.add(
      "\(state)/agents.json5",
      "{agents: {defaults: {sandbox: {docker: {securityOpt: ['seccomp=unconfined']}}},\\n  list: [{id: 'main', default: true}, {id: 'ops', tools: {profile: 'full'}}]}}"
        .replacing("\\n", with: "\n"), mode: 0o640)
    files.add("\(state)/.env", "TELEGRAM_BOT_TOKEN=123456789:AAabcdefghijklmnopqrstuvwxyz-_12345\n", mode: 0o644)
    files.add(
      "\(state)/exec-approvals.json",
      #"{"version": 1, "defaults": {"askFallback": "full"}, "agents": {"main": {"allowlist": [{"pattern": "/usr/bin/node"}]}}}"#
    )
    files.add("\(state)/extensions/lobster/openclaw.plugin.json", #"{"id": "lobster", "configSchema": {}}"#)
    files.add(
      "\(state)/extensions/lobster/package.json",
      #"{"name": "@made/up", "version": "1.2.0", "openclaw": {"extensions": ["./node_modules/x/index.js"]}}"#)
    files.add("\(state)/credentials/slack-allowFrom.json", #"{"version": 1, "allowFrom": ["U1", "U2"]}"#)
    files.add(
      "\(state)/cron/jobs.json", #"{"jobs": [{"name": "mail", "payload": {"allowUnsafeExternalContent": true}}]}"#)
    files.add(directory: "\(state)/.git", mode: 0o755)
  }

  /// `dmPolicy`, `bind: tailnet` that falls back, the file store of pairing, a unit with its token.
  private func april(_ files: inout MemoryFiles) {
    let state = "/home/ada/.openclaw"
    files.add(directory: state, mode: 0o700)
    files.add(
      "\(state)/openclaw.json",
      """
      {
        gateway: {
          mode: "local",
          bind: "tailnet",
          auth: { token: "${OPENCLAW_GATEWAY_TOKEN}" },
          nodes: { allowCommands: ["sms.send"], denyCommands: [] },
        },
        discovery: { mdns: { mode: "full" }, wideArea: { enabled: true, domain: "claw.example.org" } },
        channels: {
          defaults: { groupPolicy: "allowlist" },
          discord: { token: { source: "env", provider: "default", id: "DISCORD_BOT_TOKEN" }, dmPolicy: "pairing", guilds: { "1234": { users: ["ada#1"] } } },
          whatsapp: { dmPolicy: "allowlist", allowFrom: ["+15550100", "+15550101"], configWrites: false },
        },
        agents: {
          defaults: { sandbox: { mode: "all", workspaceAccess: "rw", docker: { seccompProfile: "unconfined" } } },
          list: [{ id: "main", default: true }, { id: "home", default: true, model: "ollama/qwen2.5:7b" }],
        },
        tools: { profile: "coding", exec: { host: "gateway", security: "allowlist", ask: "on-miss" }, fs: { workspaceOnly: true } },
        logging: { redactSensitive: "tools", redactPatterns: ["x"] },
        browser: { profiles: { far: { cdpUrl: "http://192.0.2.4:9222" } } },
        security: { audit: { suppressions: [{ checkId: "fs.synced_dir" }] } },
      }
      """)
    files.add("\(state)/.env", "DISCORD_BOT_TOKEN=made-up-discord-token-of-april\n")
    files.add(
      "/home/ada/.config/systemd/user/openclaw-gateway.service",
      "[Service]\nExecStart=/usr/bin/openclaw gateway --port 18789\nEnvironment=OPENCLAW_GATEWAY_TOKEN=4f9a1c7be02d83561a0b9e4477c2d01f4f9a1c7be02d8356\nEnvironment=CLAWDBOT_GATEWAY_TOKEN=old-and-without-effect\n[Install]\nWantedBy=default.target\n",
      mode: 0o644)
    files.add(
      link: "/home/ada/.config/systemd/user/default.target.wants/openclaw-gateway.service",
      to: "/home/ada/.config/systemd/user/openclaw-gateway.service")
    files.add("/var/lib/systemd/linger/ada", "", mode: 0o644, owner: 0)
    files.add(
      "\(state)/agents/main/agent/auth-profiles.json",
      #"{"version": 1, "profiles": {"anthropic:default": {"type": "token", "provider": "anthropic", "token": "sk-ant-made-up-value-0123456789"}}}"#
    )
  }

  /// A map of agents, one mode for commands, nested command lists, references, state in SQLite; retired keys left behind.
  private func august(_ files: inout MemoryFiles) {
    let state = "/home/ada/.openclaw"
    files.add(directory: state, mode: 0o700)
    files.add(
      "\(state)/openclaw.json",
      """
      {
        gateway: {
          bind: "loopback",
          auth: { mode: "token", token: { source: "store", provider: "default", id: "gateway/token" } },
          controlUi: { allowInsecureAuth: true, dangerouslyDisableDeviceAuth: true },
          nodes: { commands: { allow: ["screen.record"], deny: ["screen.record"] }, pairing: { autoApproveCidrs: ["10.0.0.0/8"] } },
          terminal: { enabled: true },
        },
        discovery: { wideArea: { domain: "claw.example.org" } },
        agents: {
          defaults: { model: { primary: "claude-cli/claude-opus-4-6" }, sandbox: { mode: "non-main", browser: { enabled: true, network: "bridge" } } },
          entries: { main: {}, ops: { tools: { exec: { mode: "auto" } } } },
        },
        tools: { exec: { mode: "full" }, profile: "messaging", alsoAllow: ["exec"] },
        channels: { telegram: { botToken: { source: "store", provider: "default", id: "telegram/bot" }, dmPolicy: "open" } },
        session: { groupScope: "main" },
        commands: { useAccessGroups: false },
        logging: { audit: { enabled: false }, redactSensitive: "off" },
        env: { vars: { OPENCLAW_RAW_STREAM: "1" } },
        browser: { profiles: { me: { driver: "extension" } } },
        mcp: { apps: { enabled: true }, servers: { far: { url: "http://mcp.example.org/mcp", sslVerify: false } } },
        plugins: { allow: ["ghost"] },
        security: { installPolicy: { enabled: false } },
      }
      """)
    files.add("\(state)/state/openclaw.sqlite", "SQLite format 3")
    files.add("\(state)/agents/main/agent/openclaw-agent.sqlite", "SQLite format 3")
    files.add("\(state)/workspace/skills/notes/SKILL.md", "---\nname: notes\n---\n")
    files.add("/srv/shared/SKILL.md", "---\nname: shared\n---\n", mode: 0o644)
    files.add(link: "\(state)/workspace/skills/shared/SKILL.md", to: "/srv/shared/SKILL.md")
  }
}
