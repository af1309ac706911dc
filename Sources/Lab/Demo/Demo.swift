// Demo: a made-up machine, home and segment, for trying the product where no agent runs.
//
// Goes in: files and processes as values, read by the real sensors. Stays out: results; whatever is shown was found.

public import Model
public import Platform

/// A made-up machine: two people, five agents, a tunnel, and what lies in their homes.
///
/// It is a file system of values with a `/proc` of its own, so that every sensor and check runs on it exactly as on a real
/// one. Its names, keys and addresses are invented.
public enum Demo {
  public static let host = Host(
    id: "host-demo", name: "demo-laptop",
    addresses: [Address("192.0.2.17"), Address("2001:db8::17")].compactMap { $0 },
    mac: "02:00:5e:00:53:17")

  /// - Parameter now: the moment that the machine is at; it booted two days before.
  public static func files(now: Timestamp) -> MemoryFiles {
    var machine = MadeUpMachine(boot: now.seconds - 2 * 86_400)
    accounts(&machine)
    gateway(&machine, now)
    codingAgents(&machine, now)
    nanobot(&machine)
    unknown(&machine)
    bystanders(&machine)
    return machine.finished()
  }

  private static func accounts(_ machine: inout MadeUpMachine) {
    machine.files.add(
      "/etc/passwd",
      """
      root:x:0:0:root:/root:/bin/bash
      daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin
      ada:x:1000:1000:Ada:/home/ada:/bin/bash
      bob:x:1001:1001:Bob:/home/bob:/bin/zsh
      """, mode: 0o644, owner: 0)
    machine.files.add(directory: "/home/ada", mode: 0o755, owner: 1000)
    machine.files.add(directory: "/home/bob", mode: 0o755, owner: 1001)
    machine.files.add(directory: "/root", mode: 0o700, owner: 0)
  }

  /// An OpenClaw gateway as a hurried evening leaves it: on the whole network, with a short token, a shell that never
  /// asks, a tunnel to the internet and a version of February.
  private static func gateway(_ machine: inout MadeUpMachine, _ now: Timestamp) {
    let state = "/home/ada/.openclaw"
    machine.files.add(directory: state, mode: 0o755, owner: 1000)
    machine.files.add(
      "\(state)/openclaw.json",
      """
      {
        // made by hand after the wizard
        meta: { lastTouchedVersion: "2026.2.3" },
        gateway: {
          mode: "local",
          bind: "lan",
          port: 18789,
          auth: { mode: "token", token: "claw-demo-1234" },
          controlUi: { allowedOrigins: ["*"] },
        },
        discovery: { mdns: { mode: "full" } },
        channels: {
          telegram: { enabled: true, botToken: "700000000:AAdemoDemoDemoDemoDemoDemoDemoDemoDe", dmPolicy: "open", allowFrom: ["*"] },
        },
        tools: { profile: "full", elevated: { allowFrom: { telegram: ["*"] } } },
        models: { providers: { anthropic: { apiKey: "sk-ant-demo-not-a-real-key-0000000000000000" } } },
      }
      """, mode: 0o644, owner: 1000, modified: now.advanced(bySeconds: -86_400 * 9))
    machine.files.add(directory: "\(state)/credentials", mode: 0o755, owner: 1000)
    machine.files.add("\(state)/credentials/telegram-allowFrom.json", "[\"*\"]", mode: 0o644, owner: 1000)
    machine.files.add(
      "\(state)/agents/main/agent/auth-profiles.json", "{\"profiles\":{}}", mode: 0o644, owner: 1000)
    machine.files.add("\(state)/agents/main/sessions/sessions.json", "{}", mode: 0o644, owner: 1000)
    machine.files.add("\(state)/workspace/SOUL.md", "You are a helpful lobster.\n", mode: 0o644, owner: 1000)
    machine.files.add(
      "/home/ada/.config/systemd/user/openclaw-gateway.service",
      """
      [Unit]
      Description=OpenClaw Gateway (v2026.2.3)
      [Service]
      ExecStart=/usr/bin/node /usr/lib/node_modules/openclaw/dist/index.js gateway --port 18789
      Restart=always
      Environment=HOME=/home/ada
      Environment=OPENCLAW_GATEWAY_TOKEN=claw-demo-1234
      Environment=OPENCLAW_SERVICE_VERSION=2026.2.3
      [Install]
      WantedBy=default.target
      """, mode: 0o644, owner: 1000)
    machine.files.add(
      link: "/home/ada/.config/systemd/user/default.target.wants/openclaw-gateway.service",
      to: "/home/ada/.config/systemd/user/openclaw-gateway.service")
    machine.files.add(
      "/usr/lib/node_modules/openclaw/package.json", #"{"name": "openclaw", "version": "2026.2.3"}"#, mode: 0o644,
      owner: 0)
    machine.files.add("/usr/lib/node_modules/openclaw/dist/index.js", "", mode: 0o644, owner: 0)
    machine.process(
      812, parent: 700, "openclaw-gatewa", "/usr/bin/node", ["openclaw-gateway"], user: 1000,
      variables: [
        "HOME=/home/ada", "OPENCLAW_SERVICE_MARKER=openclaw", "OPENCLAW_SERVICE_KIND=gateway",
        "OPENCLAW_SERVICE_VERSION=2026.2.3", "OPENCLAW_GATEWAY_TOKEN=claw-demo-1234",
      ],
      directory: "/home/ada", files: ["\(state)/agents/main/sessions/sessions.json"],
      listens: [("0.0.0.0", 18789), ("127.0.0.1", 18791)])
    machine.process(
      1033, parent: 812, "bash", "/usr/bin/bash", ["bash", "-c", "ls -la"], user: 1000,
      variables: ["HOME=/home/ada", "OPENCLAW_SHELL=exec"], directory: "\(state)/workspace", files: [])
    machine.process(
      990, parent: 700, "ngrok", "/usr/local/bin/ngrok", ["ngrok", "http", "18789"], user: 1000,
      variables: ["HOME=/home/ada"], directory: "/home/ada", files: [], listens: [("127.0.0.1", 4040)])
  }

  private static func codingAgents(_ machine: inout MadeUpMachine, _ now: Timestamp) {
    machine.files.add(directory: "/home/ada/.claude", mode: 0o755, owner: 1000)
    machine.files.add(
      "/home/ada/.claude/settings.json", #"{"permissions": {"defaultMode": "bypassPermissions"}}"#, mode: 0o644,
      owner: 1000)
    machine.process(
      1204, parent: 700, "claude", "/home/ada/.local/share/claude/versions/2.1.330",
      ["claude", "--dangerously-skip-permissions"], user: 1000, variables: ["HOME=/home/ada"],
      directory: "/home/ada/src/shop", files: [], hasTerminal: true)
    machine.files.add(directory: "/home/bob/.codex", mode: 0o700, owner: 1001)
    machine.files.add("/home/bob/.codex/config.toml", "model = \"example\"\n", mode: 0o600, owner: 1001)
    // What an earlier name of OpenClaw left behind.
    machine.files.add(
      "/home/bob/.clawdbot/clawdbot.json", #"{ gateway: { bind: "loopback" }, agents: { list: [] } }"#, mode: 0o600,
      owner: 1001, modified: now.advanced(bySeconds: -86_400 * 280))
  }

  private static func nanobot(_ machine: inout MadeUpMachine) {
    machine.files.add(directory: "/home/bob/.nanobot", mode: 0o755, owner: 1001)
    machine.files.add(
      "/home/bob/.nanobot/config.json",
      #"{"providers": {"custom": {"apiKey": "demo-key-not-real-0000000000", "apiBase": "http://127.0.0.1:8000/v1"}}}"#,
      mode: 0o644, owner: 1001)
    machine.process(
      2210, parent: 701, "nanobot-gateway", "/usr/bin/python3.11", ["nanobot-gateway"], user: 1001,
      variables: ["HOME=/home/bob"], directory: "/home/bob", files: [],
      listens: [("127.0.0.1", 18790), ("127.0.0.1", 8765)])
  }

  /// Nothing names this one; it is noticed by what it does.
  private static func unknown(_ machine: inout MadeUpMachine) {
    machine.files.add(
      "/srv/helper/package.json", #"{"name": "helper", "dependencies": {"@modelcontextprotocol/sdk": "1"}}"#,
      mode: 0o644,
      owner: 1001)
    machine.process(
      3100, parent: 1, "node", "/usr/bin/node",
      ["node", "/srv/helper/main.js", "--mcp-config", "/srv/helper/mcp.json"],
      user: 1001, variables: ["HOME=/home/bob", "OPENAI_API_KEY=demo", "TELEGRAM_BOT_TOKEN=demo"],
      directory: "/srv/helper",
      files: [], listens: [("127.0.0.1", 3900)])
    machine.process(
      3101, parent: 3100, "sh", "/usr/bin/dash", ["sh", "-c", "uname -a"], user: 1001, variables: ["HOME=/home/bob"],
      directory: "/srv/helper", files: ["pipe:[9001]"])
  }

  /// People at work: none of this is an agent.
  private static func bystanders(_ machine: inout MadeUpMachine) {
    machine.process(
      1, parent: 0, "systemd", "/usr/lib/systemd/systemd", ["/sbin/init"], user: 0, variables: [], directory: "/",
      files: [])
    machine.process(
      700, parent: 1, "systemd", "/usr/lib/systemd/systemd", ["/lib/systemd/systemd", "--user"], user: 1000,
      variables: [],
      directory: "/", files: [])
    machine.process(
      701, parent: 1, "systemd", "/usr/lib/systemd/systemd", ["/lib/systemd/systemd", "--user"], user: 1001,
      variables: [],
      directory: "/", files: [])
    machine.process(
      1300, parent: 700, "vim", "/usr/bin/vim.basic", ["vim", "/home/ada/.openclaw/openclaw.json"], user: 1000,
      variables: ["HOME=/home/ada"], directory: "/home/ada", files: [], hasTerminal: true)
    machine.process(
      1400, parent: 701, "node", "/usr/bin/node", ["node", "server.js"], user: 1001, variables: ["HOME=/home/bob"],
      directory: "/home/bob/site", files: [], listens: [("127.0.0.1", 3000)])
    machine.process(
      1500, parent: 1, "sshd", "/usr/sbin/sshd", ["/usr/sbin/sshd", "-D"], user: 0, variables: [], directory: "/",
      files: [],
      listens: [("0.0.0.0", 22)])
  }
}
