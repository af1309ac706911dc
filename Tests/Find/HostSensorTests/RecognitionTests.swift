import Model
import Platform
import Testing

@testable import HostSensor

/// One process, as it looks in /proc, and what it is.
struct Look: Sendable, CustomTestStringConvertible {
  var command: String
  var exe: String
  var arguments: [String]
  var variables: [String: String] = [:]
  /// Nil for no agent.
  var kind: String?
  var least: Confidence = .high
  var testDescription: String { "\(command): \(arguments.joined(separator: " ")) → \(kind ?? "nothing")" }
}

@Suite struct RecognitionTests {
  static let node = "/usr/bin/node"
  static let python = "/usr/bin/python3.11"

  /// The cases of the fingerprint reference, one a row.
  static let table: [Look] = [
    Look(command: "openclaw-gatewa", exe: node, arguments: ["openclaw-gateway"], kind: "openclaw", least: .certain),
    Look(
      command: "node", exe: node,
      arguments: ["node", "/usr/lib/node_modules/openclaw/dist/index.js", "gateway", "--port", "18789"],
      kind: "openclaw"),
    Look(
      command: "node", exe: node, arguments: ["node", "/home/u/.nvm/versions/node/v22/bin/openclaw", "gateway"],
      kind: "openclaw"),
    Look(
      command: "node", exe: node, arguments: ["node", "openclaw.mjs", "gateway", "--allow-unconfigured"],
      kind: "openclaw"),
    Look(
      command: "npm exec opencl", exe: node, arguments: ["npm exec openclaw gateway --port 18789"], kind: "openclaw"),
    Look(command: "opencl", exe: node, arguments: ["opencl"]),
    Look(
      command: "claude", exe: "/srv/v/lib/python3.11/site-packages/claude_agent_sdk/_bundled/claude",
      arguments: ["claude", "-p", "x"], kind: "claude-code"),
    Look(
      command: "2.1.332", exe: "/home/ada/.local/share/claude/versions/2.1.332", arguments: ["claude"],
      kind: "claude-code"),
    Look(
      command: "bash", exe: "/usr/bin/bash", arguments: ["bash", "-c", "ls"],
      variables: ["CLAUDECODE": "1", "CLAUDE_CODE_CHILD_SESSION": "1", "AI_AGENT": "claude-code_2.1.332_agent"]),
    Look(
      command: "codex", exe: "/usr/lib/node_modules/@openai/codex/vendor/x86_64-unknown-linux-musl/codex/codex",
      arguments: ["codex"], kind: "codex-cli"),
    Look(
      command: "3", exe: "/srv/codex_cli_bin/codex-resources/bwrap", arguments: ["bwrap", "--ro-bind", "/", "/"],
      kind: "codex-cli"),
    Look(command: "nanobot-gateway", exe: python, arguments: ["nanobot-gateway"], kind: "nanobot"),
    Look(
      command: "hermes", exe: python, arguments: ["python3", "/home/ada/v/bin/hermes", "gateway", "run"], kind: "hermes"
    ),
    Look(command: "python", exe: python, arguments: ["python", "-m", "hermes_cli.main", "serve"], kind: "hermes"),
    Look(command: "qwenpaw", exe: python, arguments: ["python3", "/home/ada/v/bin/qwenpaw", "app"], kind: "qwenpaw"),
    Look(
      command: "node", exe: "/home/ada/.local/share/cursor-agent/versions/1/node",
      arguments: ["agent", "--use-system-ca", "/home/ada/.local/share/cursor-agent/versions/1/index.js"],
      kind: "cursor-agent"),
    Look(
      command: "node", exe: node, arguments: ["node", "--max-old-space-size=4096", "/usr/bin/gemini", "-y"],
      kind: "gemini-cli"),
    Look(
      command: "node", exe: node,
      arguments: ["node", "/home/ada/.npm/_npx/H/node_modules/.bin/mcp-server-filesystem", "/"]),
    Look(command: "ssh", exe: "/usr/bin/ssh", arguments: ["ssh", "-R", "80:localhost:18789", "nokey@localhost.run"]),
    Look(command: "vim", exe: "/usr/bin/vim.basic", arguments: ["vim", "/home/ada/.openclaw/openclaw.json"]),
    Look(command: "grep", exe: "/usr/bin/grep", arguments: ["grep", "openclaw"]),
    Look(command: "tail", exe: "/usr/bin/tail", arguments: ["tail", "-f", "/tmp/openclaw/openclaw.log"]),
    Look(command: "git", exe: "/usr/bin/git", arguments: ["git", "-C", "src/openclaw", "pull"]),
    Look(command: "sh", exe: "/usr/bin/dash", arguments: ["sh", "-c", "openclaw gateway --port 18789"]),
    Look(command: "node", exe: node, arguments: ["node", "/srv/openclaw/server.js"]),
    Look(command: "kubectl", exe: "/usr/bin/kubectl", arguments: ["kubectl", "exec", "openclaw", "--", "sh"]),
    Look(command: "python3", exe: python, arguments: ["python3", "-m", "http.server"]),
    Look(command: "code", exe: "/usr/share/code/code", arguments: ["/usr/share/code/code", "/home/ada/.openclaw"]),
    Look(command: "cursor", exe: "/opt/cursor/cursor", arguments: ["/opt/cursor/cursor", "--type=renderer"]),
  ]

  @Test(arguments: table) func `a process is what the reference says it is`(look: Look) async throws {
    var host = FakeHost()
    host.add(
      pid: 500, look.command, exe: look.exe, look.arguments, titleTail: 40, variables: look.variables)
    let found = await host.processes().of(.process)
    guard let kind = look.kind else {
      #expect(found.isEmpty)
      return
    }
    let only = try #require(found.first)
    #expect(found.count == 1)
    #expect(only.kind == kind)
    #expect(only.confidence >= look.least)
  }

  @Test func `a title that somebody gave with exec -a is no agent, or at most a likely one`() async {
    var host = FakeHost()
    host.add(pid: 500, "sleep", exe: "/usr/bin/sleep", ["openclaw-gateway", "1000"])
    host.add(pid: 501, "busybox", exe: "/bin/busybox", ["openclaw-gateway"])
    host.add(pid: 502, "bash", exe: "/usr/bin/bash", ["openclaw-gateway"])
    #expect(await host.processes().of(.process).isEmpty)
    host.add(pid: 503, "node", exe: Self.node, ["openclaw-gateway", "server.js"])
    let found = await host.processes().of(.process)
    #expect(found.map(\.confidence) == [.medium])
  }

  @Test func `starter, wrapper and relaunched child are one agent, and the one that listens leads`() async throws {
    var host = FakeHost()
    host.add(pid: 500, "npm exec opencl", exe: Self.node, ["npm exec openclaw gateway"], titleTail: 9, start: 10)
    host.add(pid: 501, parent: 500, "sh", exe: "/usr/bin/dash", ["sh", "-c", "openclaw gateway"], start: 11)
    host.add(
      pid: 502, parent: 501, "openclaw-gatewa", exe: Self.node, ["openclaw-gateway"], start: 12,
      open: [20: "socket:[777]"])
    host.listen("127.0.0.1", 18789, inode: 777)
    let sweep = await host.processes()
    let agent = try #require(sweep.of(.process).first)
    #expect(sweep.of(.process).count == 1)
    #expect(agent.facts.pid == 502)
    #expect(agent.confidence == .certain)
    #expect(agent.facts.listeners.map(\.endpoint) == ["127.0.0.1:18789"])
    #expect(sweep.of(.listener).count == 1)
  }

  @Test func `the sandbox helpers of codex belong to codex`() async {
    var host = FakeHost()
    let exe = "/srv/codex_cli_bin/bin/codex"
    host.add(pid: 500, "codex", exe: exe, ["codex", "exec", "x"], start: 10)
    host.add(pid: 501, parent: 500, "codex", exe: exe, ["codex-linux-sandbox", "x"], start: 11)
    host.add(
      pid: 502, parent: 501, "3", exe: "/srv/codex_cli_bin/codex-resources/bwrap", ["bwrap", "--x"], start: 12)
    let found = await host.processes().of(.process)
    #expect(found.map(\.kind) == ["codex-cli"])
    #expect(found.first?.facts.pid == 500)
  }

  @Test func `a cut title is found by the variables of its unit`() async {
    var host = FakeHost()
    host.add(
      pid: 500, "opencl", exe: Self.node, ["opencl"],
      variables: ["OPENCLAW_SERVICE_MARKER": "openclaw", "OPENCLAW_SERVICE_KIND": "gateway", "HOME": "/home/ada"])
    let found = await host.processes().of(.process)
    #expect(found.map(\.kind) == ["openclaw"])
  }

  @Test func `two gateways with their own state are two agents`() async {
    var host = FakeHost()
    for (pid, profile) in [(500, ""), (600, "work")] {
      host.add(
        pid: Int32(pid), "openclaw-gatewa", exe: Self.node, ["openclaw-gateway"],
        variables: ["HOME": "/home/ada", "OPENCLAW_PROFILE": profile])
    }
    host.files.add("/home/ada/.openclaw/openclaw.json", "{}")
    host.files.add("/home/ada/.openclaw-work/openclaw.json", "{}")
    let found = await host.processes().of(.process)
    #expect(found.map(\.facts.stateDirectory) == ["/home/ada/.openclaw", "/home/ada/.openclaw-work"])
  }

  @Test func `a clean developer machine has no agent`() async {
    let sweep = await CleanMachine.host().look().sweep
    #expect(sweep.observations.isEmpty)
    #expect(sweep.status(.process)?.looked == "31 processes")
    #expect(sweep.status(.tunnel)?.looked == "no tunnel program runs")
  }
}

/// Shells, editors that hold an agent's files open, servers, browsers: people at work.
enum CleanMachine {
  static func host() -> FakeHost {
    var host = FakeHost()
    var pid: Int32 = 100
    @discardableResult func add(
      _ command: String, _ exe: String, _ arguments: [String], parent: Int32 = 1, user: UInt32 = 1000,
      terminal: Bool = true, open: [Int: String] = [:], cgroup: String = "0::/\n"
    ) -> Int32 {
      pid += 1
      host.add(
        pid: pid, parent: parent, command, exe: exe, arguments, user: user, terminal: terminal, open: open,
        cgroup: cgroup)
      return pid
    }
    let shell = add("bash", "/usr/bin/bash", ["-bash"])
    add("vim", "/usr/bin/vim.basic", ["vim", "/home/ada/.openclaw/openclaw.json"], parent: shell)
    add("nvim", "/usr/bin/nvim", ["nvim", "openclaw-gateway.service"], parent: shell)
    add("emacs", "/usr/bin/emacs", ["emacs", "CLAUDE.md"], parent: shell)
    add("less", "/usr/bin/less", ["less", "/tmp/openclaw/openclaw-2026-01-01.log"], parent: shell)
    add("journalctl", "/usr/bin/journalctl", ["journalctl", "-fu", "openclaw-gateway"], parent: shell)
    add("grep", "/usr/bin/grep", ["grep", "-r", "codex exec", "."], parent: shell)
    add("ssh", "/usr/bin/ssh", ["ssh", "host", "openclaw", "gateway", "status"], parent: shell)
    add("sh", "/usr/bin/dash", ["sh", "-c", "while sleep 1; do pgrep -f openclaw; done"], parent: shell)
    add("sudo", "/usr/bin/sudo", ["sudo", "openclaw", "doctor"], parent: shell)
    add("docker", "/usr/bin/docker", ["docker", "logs", "openclaw"], parent: shell)
    let code = add("code", "/usr/share/code/code", ["/usr/share/code/code", "/home/ada/src/openclaw"], terminal: false)
    add("code", "/usr/share/code/code", ["/usr/share/code/code", "--type=zygote"], parent: code, terminal: false)
    let hostProcess = add(
      "node", "/usr/share/code/code",
      ["/usr/share/code/code", "--type=utility", "--utility-sub-type=node.mojom.NodeService"], parent: code,
      terminal: false)
    add("bash", "/usr/bin/bash", ["/bin/bash", "--init-file", "x"], parent: hostProcess)
    add("cursor", "/opt/cursor/cursor", ["/opt/cursor/cursor", "--no-sandbox"], terminal: false)
    let server = add(
      "node", "/usr/bin/node", ["node", "/home/ada/src/shop/server.js"], terminal: false, open: [18: "socket:[31]"])
    host.listen("0.0.0.0", 3000, inode: 31)
    add("sh", "/usr/bin/dash", ["sh", "-c", "git rev-parse HEAD"], parent: server, terminal: false)
    add("node", "/usr/bin/node", ["node", "/home/ada/src/openclaw/scripts/build.js"])
    add("node", "/usr/bin/node", ["npm run dev"], terminal: true)
    add("python3", "/usr/bin/python3.11", ["python3", "-m", "http.server", "18789"], open: [3: "socket:[32]"])
    host.listen("0.0.0.0", 18789, inode: 32)
    let browser = add("chromium", "/usr/lib/chromium/chromium", ["/usr/lib/chromium/chromium"], terminal: false)
    add(
      "chromium", "/usr/lib/chromium/chromium", ["chromium", "--type=renderer"], parent: browser, terminal: false)
    add("firefox-esr", "/usr/lib/firefox-esr/firefox-esr", ["firefox-esr", "https://openclaw.ai"], terminal: false)
    add(
      "postgres", "/usr/lib/postgresql/15/bin/postgres", ["postgres", "-D", "/var/lib/pg"], user: 110, terminal: false)
    add("sshd", "/usr/sbin/sshd", ["sshd: ada@pts/0"], user: 0, terminal: false)
    add("dockerd", "/usr/bin/dockerd", ["dockerd"], user: 0, terminal: false)
    add(
      "docker-proxy", "/usr/bin/docker-proxy",
      [
        "/usr/bin/docker-proxy", "-proto", "tcp", "-host-ip", "0.0.0.0", "-host-port", "8080", "-container-ip",
        "172.17.0.2", "-container-port", "80",
      ], user: 0, terminal: false, open: [4: "socket:[33]"])
    host.listen("0.0.0.0", 8080, inode: 33, user: 0)
    add("tmux: server", "/usr/bin/tmux", ["tmux", "new", "-s", "claude"], terminal: false)
    add("claude-desktop", "/opt/claude-desktop/claude-desktop", ["/opt/claude-desktop/claude-desktop"], terminal: false)
    return host
  }
}
