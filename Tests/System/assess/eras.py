"""eras.py HOMES: four installations of OpenClaw, made up, as the layouts of January, March, April and August 2026 lie on a
disk: jan, mar, apr and aug below HOMES. The configurations are written by hand as people write them: comments in odd
places, keys in no order, single quotes, trailing commas, tabs, one file with CR LF, one with a byte order mark.
Owner of everything below HOMES/NAME: 2001 to 2004."""
import json
import os
import sys

TOKEN = "4f9a1c7be02d83561a0b9e4477c2d01f4f9a1c7be02d8356"
made = []


def write(path, text, mode=0o600):
    os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
    with open(path, "wb") as file:
        file.write(text if isinstance(text, bytes) else text.encode())
    os.chmod(path, mode)


def folder(path, mode):
    os.makedirs(path, exist_ok=True)
    os.chmod(path, mode)


def program(home, name, version):
    write(f"{home}/.npm-global/lib/node_modules/{name}/package.json", json.dumps({"name": name, "version": version}), 0o644)


def january(home):
    state = f"{home}/.clawdbot"
    folder(state, 0o755)
    program(home, "clawdbot", "2026.1.16")
    text = """// clawdbot.json, grown by hand since November
{
  "logging": { "redactSensitive": "off" }, // noisy otherwise
  "identity": { "name": "Clawd", "emoji": "🦞" },
  /* the agent,
     all of it */
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
    "token": "changeme",   // later
    "controlUi": { /* over plain HTTP */ "allowInsecureAuth": true /* for the tablet */ },
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
  "env": { "NODE_TLS_REJECT_UNAUTHORIZED": "0" }
}
// the end
"""
    write(f"{state}/clawdbot.json", text.replace("\n", "\r\n"), 0o644)
    folder(f"{state}/credentials", 0o755)
    write(f"{state}/credentials/whatsapp/default/creds.json", "{}", 0o644)
    write(f"{state}/agents/main/sessions/sessions.json", "{}", 0o644)
    write(f"{state}/agents/main/sessions/a.jsonl", '{"type":"session"}\n', 0o644)
    write(f"{home}/clawd/AGENTS.md", "Be kind.\n", 0o644)


def march(home):
    state = f"{home}/.openclaw"
    folder(state, 0o700)
    program(home, "openclaw", "2026.3.3")
    write(f"{state}/openclaw.json", """// of March
{
\tcron: { webhook: 'https://hook.example.org', }, // first, because it was added first
\t$include: "./agents.json5",
\tgateway: {
\t\tcontrolUi: { dangerouslyDisableDeviceAuth: true }, tailscale: { mode: 'serve' },
\t\tauth: { token: "%s", mode: "token" }, bind: "loopback",
\t},
\t/* channels ------------------------------------------------ */
\tchannels: {
\t\tslack: { dm: { policy: "open" }, botToken: "xoxb-made-up-by-us-1", slashCommand: { enabled: true } },
\t\ttelegram: { botToken: "${TELEGRAM_BOT_TOKEN}", groupPolicy: "open" },
\t},
\ttools: { exec: { security: "full", ask: "on-miss", safeBins: ["python3", "jq"] } },
\thooks: {
\t\tenabled: true,
\t\ttoken: "%s", // the same; one less to remember
\t\tinternal: { installs: { note: { source: "npm", spec: "note-hook", version: "1.0.0" } } },
\t},
\tplugins: { installs: { lobster: { source: "npm", spec: "@made/up@latest", version: "1.0.0" } } },
\tmcp: { servers: { files: { command: "npx", args: ["-y", "@made/files"], env: { FILES_TOKEN: "ntn_made_up_value_123" } } } },
\tlogging: { 'redactSensitive': 'off', /* one day */ },
}
""" % (TOKEN, TOKEN))
    write(f"{state}/agents.json5", """{agents: {defaults: {sandbox: {docker: {securityOpt: ['seccomp=unconfined']}}},
  list: [{id: 'main', default: true}, {id: 'ops', tools: {profile: 'full'}}]}}
""", 0o640)
    write(f"{state}/.env", "TELEGRAM_BOT_TOKEN=123456789:AAabcdefghijklmnopqrstuvwxyz-_12345\n", 0o644)
    write(f"{state}/exec-approvals.json",
          '{"version": 1, "defaults": {"askFallback": "full"}, "agents": {"main": {"allowlist": [{"pattern": "/usr/bin/node"}]}}}')
    write(f"{state}/extensions/lobster/openclaw.plugin.json", '{"id": "lobster", "configSchema": {}}')
    write(f"{state}/extensions/lobster/package.json",
          '{"name": "@made/up", "version": "1.2.0", "openclaw": {"extensions": ["./node_modules/x/index.js"]}}')
    write(f"{state}/credentials/slack-allowFrom.json", '{"version": 1, "allowFrom": ["U1", "U2"]}')
    write(f"{state}/cron/jobs.json", '{"jobs": [{"name": "mail", "payload": {"allowUnsafeExternalContent": true}}]}')
    folder(f"{state}/.git", 0o755)


def april(home):
    state = f"{home}/.openclaw"
    folder(state, 0o750)
    program(home, "openclaw", "2026.4.12")
    write(f"{state}/openclaw.json", b"\xef\xbb\xbf" + b"""{
  // April. Who reads this: the key below the comment is the one that counts.
  security: { audit: { suppressions: [{ checkId: "fs.synced_dir" }] } },
  logging: { redactSensitive: "off", redactPatterns: ["x"] },
  browser: { profiles: { far: { cdpUrl: "http://192.0.2.4:9222" } } },
  gateway: {
    nodes: { allowCommands: ["sms.send"], denyCommands: [] },
    auth: { token: "${OPENCLAW_GATEWAY_TOKEN}" },
    bind: "tailnet",
    mode: "local",
  },
  discovery: { mdns: { mode: "full" }, wideArea: { enabled: true, domain: "claw.example.org" } },
  channels: {
    whatsapp: { dmPolicy: "allowlist", allowFrom: ["+15550100", "+15550101"], configWrites: false },
    defaults: { groupPolicy: "allowlist" },
    discord: { token: { source: "env", provider: "default", id: "DISCORD_BOT_TOKEN" }, dmPolicy: "pairing", guilds: { "1234": { users: ["ada#1"] } } },
  },
  agents: {
    list: [{ id: "main", default: true }, { id: "home", default: true, model: "ollama/qwen2.5:7b" }],
    defaults: { sandbox: { mode: "all", workspaceAccess: "rw", docker: { seccompProfile: "unconfined" } } },
  },
  tools: { profile: "coding", exec: { host: "gateway", security: "allowlist", ask: "on-miss" }, fs: { workspaceOnly: true } },
}
""", 0o640)
    write(f"{state}/.env", "DISCORD_BOT_TOKEN=made-up-discord-token-of-april\n", 0o640)
    write(f"{home}/.config/systemd/user/openclaw-gateway.service", f"""[Unit]
# made by hand
[Service]
ExecStart=/usr/bin/openclaw gateway --port 18789
Environment=OPENCLAW_GATEWAY_TOKEN={TOKEN}
Environment=CLAWDBOT_GATEWAY_TOKEN=old-and-without-effect
[Install]
WantedBy=default.target
""", 0o644)
    folder(f"{home}/.config/systemd/user/default.target.wants", 0o755)
    os.symlink(f"{home}/.config/systemd/user/openclaw-gateway.service",
               f"{home}/.config/systemd/user/default.target.wants/openclaw-gateway.service")
    write(f"{state}/agents/main/agent/auth-profiles.json", json.dumps({"version": 1, "profiles": {"anthropic:default": {
        "type": "token", "provider": "anthropic", "token": "sk-ant-made-up-value-0123456789"}}}), 0o644)
    write(f"{state}/agents/main/sessions/b.jsonl", '{"type":"session"}\n', 0o640)


def august(home):
    import sqlite3
    state = f"{home}/.openclaw"
    folder(state, 0o700)
    program(home, "openclaw", "2026.8.1")
    write(f"{state}/openclaw.json", """{
  /* left over from spring */ commands: { useAccessGroups: false },
  logging: { audit: { enabled: false }, redactSensitive: "off" },
  gateway: {
    controlUi: { allowInsecureAuth: true, dangerouslyDisableDeviceAuth: true },
    bind: "loopback",
    auth: { mode: "token", token: { source: "store", provider: "default", id: "gateway/token" } },
    nodes: { commands: { allow: ["screen.record"], deny: ["screen.record"] }, pairing: { autoApproveCidrs: ["10.0.0.0/8"] } },
    terminal: { enabled: true },
  },
  discovery: { wideArea: { domain: "claw.example.org" } },
  agents: {
    entries: { main: {}, ops: { tools: { exec: { mode: "auto" } } } },
    defaults: { model: { primary: "claude-cli/claude-opus-4-6" }, sandbox: { mode: "non-main", browser: { enabled: true, network: "bridge" } } },
  },
  tools: { exec: { mode: "full" }, profile: "messaging", alsoAllow: ["exec"] }, // everything
  channels: { telegram: { botToken: { source: "store", provider: "default", id: "telegram/bot" }, dmPolicy: "open" } },
  session: { groupScope: "main" },
  env: { vars: { OPENCLAW_RAW_STREAM: "1" } },
  browser: { profiles: { me: { driver: "extension" } } },
  mcp: { apps: { enabled: true }, servers: { far: { url: "http://mcp.example.org/mcp", sslVerify: false } } },
  plugins: { allow: ["ghost"] },
  security: { installPolicy: { enabled: false } },
}
""", 0o644)
    for path in f"{state}/state/openclaw.sqlite", f"{state}/agents/main/agent/openclaw-agent.sqlite":
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        base = sqlite3.connect(path)
        base.execute("CREATE TABLE made_up (id TEXT PRIMARY KEY, value TEXT)")
        base.commit()
        base.close()
        os.chmod(path, 0o644)
    write(f"{state}/workspace/skills/notes/SKILL.md", "---\nname: notes\n---\n", 0o644)


def main():
    for number, (name, make) in enumerate([("jan", january), ("mar", march), ("apr", april), ("aug", august)]):
        home = f"{sys.argv[1]}/{name}"
        folder(home, 0o750)
        make(home)
        for at, folders, files in os.walk(home):
            for one in [at] + [f"{at}/{x}" for x in files + folders]:
                os.lchown(one, 2001 + number, 2001 + number)


main()
