import Model
import Platform
import Testing

@testable import HostSensor

@Suite struct UnitTests {
  static let hermes = """
    [Service]
    ExecStart=/home/ada/v/bin/python -m hermes_cli.main gateway run --token SECRETSECRET
    Environment=TELEGRAM_BOT_TOKEN=123456789:AAFakeFakeFakeFakeFakeFakeFakeFake1
    Environment="HERMES_HOME=%h/.hermes"
    """
  static let folder = "/home/ada/.config/systemd/user"

  @Test func `a user unit with a token in it is found and named, the token is not`() async throws {
    var host = FakeHost()
    host.files.add("\(Self.folder)/hermes-gateway.service", Self.hermes)
    host.files.add(
      link: "\(Self.folder)/default.target.wants/hermes-gateway.service", to: "\(Self.folder)/hermes-gateway.service")
    host.files.add("/home/ada/.hermes/config.yaml", "x: 1")
    let sweep = await host.look().sweep
    let unit = try #require(sweep.of(.unit).first)
    #expect(sweep.of(.unit).count == 1)
    #expect(unit.kind == "hermes")
    #expect(unit.facts.status == .enabled)
    #expect(unit.facts.user == "ada")
    #expect(
      unit.detail == "user unit hermes-gateway.service of ada, enabled, secret written in it: TELEGRAM_BOT_TOKEN")
    #expect(unit.keys.contains(.stateDirectory(host: "host-1", path: "/home/ada/.hermes")))
    #expect(unit.keys.contains(.unit(host: "host-1", path: "\(Self.folder)/hermes-gateway.service")))
    #expect(unit.facts.data["program"] == "/home/ada/v/bin/python")
    #expect(!"\(sweep)".contains("FakeFake") && !"\(sweep)".contains("SECRET"))
  }

  @Test func `units of OpenClaw are told once, with their state directory`() async throws {
    var host = FakeHost()
    host.files.add("/home/ada/.openclaw/openclaw.json", "{}")
    host.files.add(
      "\(Self.folder)/openclaw-gateway.service",
      "[Service]\nExecStart=/usr/bin/node /usr/lib/node_modules/openclaw/dist/index.js gateway\nEnvironment=OPENCLAW_GATEWAY_TOKEN=0123456789abcdef0123456789abcdef\n"
    )
    let sweep = await host.look().sweep
    let unit = try #require(sweep.of(.unit).first)
    #expect(sweep.of(.unit).count == 1)
    #expect(unit.facts.status == .installed)
    #expect(unit.keys.first == .stateDirectory(host: "host-1", path: "/home/ada/.openclaw"))
    #expect(unit.detail.hasSuffix("not enabled, secret written in it: OPENCLAW_GATEWAY_TOKEN"))
    #expect(!"\(sweep)".contains("0123456789abcdef"))
  }

  @Test func `a running process is tied to the unit that started it`() async throws {
    var host = FakeHost()
    host.files.add("\(Self.folder)/hermes-gateway.service", Self.hermes)
    host.add(
      pid: 500, "hermes", exe: "/usr/bin/python3.11", ["python3", "/home/ada/v/bin/hermes", "gateway"],
      cgroup: "0::/user.slice/user-1000.slice/user@1000.service/app.slice/hermes-gateway.service\n")
    let sweep = await host.look().sweep
    let key = Observation.Key.unit(host: "host-1", path: "\(Self.folder)/hermes-gateway.service")
    #expect(sweep.of(.process).first?.keys.contains(key) == true)
    #expect(sweep.of(.unit).first?.keys.contains(key) == true)
  }

  @Test(
    arguments: [
      ("mybot.service", "/usr/bin/node /usr/lib/node_modules/openclaw/openclaw.mjs gateway", "openclaw"),
      ("mybot.service", "/usr/bin/env FOO=1 python3 -m hermes_cli.main gateway", "hermes"),
      ("hermes.service", "/usr/bin/hermes-relayer start", nil),
      ("hermes.service", "/usr/bin/python3 /v/bin/hermes gateway", "hermes"),
      ("zeroclaw.service", "/usr/bin/anything", "zeroclaw"), ("ollama.service", "/usr/bin/ollama serve", nil),
      ("nanoclaw-v2-0123abcd.service", "/usr/bin/node dist/index.js", "nanoclaw"),
      ("watch.service", "/bin/sh -c 'pgrep openclaw'", nil),
      ("cloudflared.service", "/usr/bin/cloudflared tunnel run", nil),
    ] as [(String, String, String?)])
  func `a unit is known by its name, or by what it starts`(name: String, command: String, kind: String?) async {
    var host = FakeHost()
    host.files.add("/etc/systemd/system/\(name)", "[Service]\nExecStart=\(command)\n")
    #expect(await host.look().sweep.of(.unit).first?.kind == kind)
  }

  @Test func `a timer that is wanted enables its service, a masked unit is none`() async throws {
    var host = FakeHost()
    host.files.add("/etc/systemd/system/zeroclaw.service", "[Service]\nUser=ada\nExecStart=/usr/bin/zeroclaw daemon\n")
    host.files.add(link: "/etc/systemd/system/timers.target.wants/zeroclaw.timer", to: "../zeroclaw.timer")
    host.files.add(link: "/etc/systemd/system/ironclaw.service", to: "/dev/null")
    host.files.add(node: "/dev/null", .file([], FileStatus(kind: .other, mode: 0o666)))
    host.files.add("/usr/lib/systemd/system/ironclaw.service", "[Service]\nExecStart=/usr/bin/ironclaw\n")
    let units = await host.look(isImage: true).sweep.of(.unit)
    #expect(units.map(\.kind) == ["zeroclaw"])
    #expect(units.first?.facts.status == .enabled)
    #expect(units.first?.facts.user == "ada")
  }

  @Test func `a crontab that starts an agent shows it, with or without state of its own`() async throws {
    var host = FakeHost()
    host.files.add(
      "/etc/cron.d/nightly", "# backups\n@daily ada /usr/bin/claude -p 'tidy up'\n@daily ada /usr/bin/true\n")
    let found = await host.look(isImage: true)
    let start = try #require(found.sweep.of(.unit).first)
    #expect(found.sweep.of(.unit).count == 1)
    #expect(start.kind == "claude-code" && start.facts.status == .enabled && start.facts.user == "ada")
    #expect(start.detail == "crontab /etc/cron.d/nightly:2 as ada")
    #expect(found.sweep.status(.unit)?.looked.contains("1 more starts in crontabs") == true)
  }

  @Test func `an alias of a shell starts nothing`() async {
    var host = FakeHost()
    host.files.add("/etc/passwd", "ada:x:1000:1000:Ada:/home/ada:/bin/bash\n")
    host.files.add("/home/ada/.bashrc", "alias c='claude --dangerously-skip-permissions'\n")
    #expect(await host.look(isImage: true).sweep.of(.unit).isEmpty)
  }
}
