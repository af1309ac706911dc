import Installations
import Model
import Platform

@testable import Posture

/// Made-up machines and starts: no real host, user or address.
extension Fixture {
  private static func machine(_ change: (inout MachineFacts) -> Void = { _ in }) -> Subject {
    openclaw {
      var facts = MachineFacts()
      change(&facts)
      $0.installation?.machine = facts
      $0.installation?.ownerName = "ada"
    }
  }

  private static func line(_ file: String, _ line: Int, _ text: String = "x") -> MachineFacts.Line {
    MachineFacts.Line(file: file, line: line, text: text)
  }

  private static func group(_ name: String, _ members: [String]) -> Subject {
    machine { $0.groups = .read([.init(name: name, id: 999, members: members)]) }
  }

  private static func grant(_ who: String, all: Bool) -> Subject {
    machine {
      $0.sudo = .read([
        .init(place: line("/etc/sudoers", 7), who: who, asksNoPassword: true, allowsEverything: all)
      ])
    }
  }

  private static func launch(
    _ origin: Installation.Launch.Origin, _ words: [String] = [], _ values: [String: String] = [:],
    options: [Installation.Launch.Option] = [], secret: String? = nil, mode: UInt16 = 0o644
  ) -> Subject {
    machine().with {
      var launch = Installation.Launch(
        origin, file: "/home/ada/file", line: 3, words: words,
        environment: values.keys.sorted() + (secret.map { [$0] } ?? []),
        values: values)
      launch.options = options
      launch.status = FileStatus(kind: .regular, mode: mode)
      $0.installation?.launches = [launch]
    }
  }

  private static func site(_ change: (inout MachineFacts.ProxySite) -> Void) -> Subject {
    machine {
      var site = MachineFacts.ProxySite(
        program: "nginx", place: line("/etc/nginx/conf.d/a.conf", 9), port: 18789, hasLogin: true, hasTLS: true)
      change(&site)
      $0.proxies = [site]
    }
  }

  private static func unread(_ id: String) -> Fixture { .blind(id, "no state directory", nothing) }

  static let surroundings: [Fixture] = hostFixtures + launchFixtures + networkFixtures + leavingFixtures

  private static func started(_ options: [Installation.Launch.Option]) -> Subject {
    launch(.unit, options: options).with { $0.installation?.machine?.outgoing = .read([]) }
  }

  private static let leavingFixtures: [Fixture] = [
    .fail("network.egress-open", .medium, "no file of a firewall limits", machine { $0.outgoing = .read([]) }),
    .fail(
      "network.egress-open", .medium, "nor /home/ada/file limit it", started([.init("PrivateTmp", "yes", line: 4)])),
    .fail("network.egress-open", .medium, "limit it", started([.init("IPAddressDeny", "169.254.169.254", line: 4)])),
    .fail(
      "network.egress-open", .medium, "limit it",
      started([.init("RestrictAddressFamilies", "AF_UNIX AF_INET", line: 4)])),
    .pass("network.egress-open", "IPAddressDeny is any", started([.init("IPAddressDeny", "any", line: 4)])),
    .pass("network.egress-open", "PrivateNetwork is set", started([.init("PrivateNetwork", "yes", line: 4)])),
    .pass("network.egress-open", "leaves no network", started([.init("RestrictAddressFamilies", "AF_UNIX", line: 4)])),
    .pass(
      "network.egress-open", "network_mode is none", launch(.compose, options: [.init("network_mode", "none", line: 4)])
    ),
    .pass(
      "network.egress-open", "not let out",
      machine { $0.outgoing = .read([line("/etc/nftables.conf", 9, "policy drop")]) }),
    .pass(
      "network.egress-open", "no network",
      machine().with { $0.container = .seen(ContainerFacts(name: "c", network: "none")) }
    ),
    .blind(
      "network.egress-open", "whether the container network agents",
      machine { $0.outgoing = .read([]) }.with { $0.container = .seen(ContainerFacts(name: "c", network: "agents")) }),
    .blind(
      "network.egress-open", "permission denied",
      machine { $0.outgoing = .unread("/etc/nftables.conf: permission denied") }),
    .blind("network.egress-open", "not looked at", machine()),
    .fail("host.logs-stay-here", .low, "names another machine", machine { $0.logForwards = .read([]) }),
    .pass(
      "host.logs-stay-here", "sent to another", machine { $0.logForwards = .read([line("/etc/rsyslog.d/9.conf", 2)]) }),
    .blind("host.logs-stay-here", "not looked at", machine()),
    .blind(
      "host.logs-stay-here", "permission denied",
      machine { $0.logForwards = .unread("/etc/rsyslog.conf: permission denied") }),
  ]

  private static let hostFixtures: [Fixture] = [
    .fail("host.user-in-engine-group", .high, "ada is in group docker", group("docker", ["ada"])),
    .pass("host.user-in-engine-group", "in none", group("docker", ["bob"])),
    .blind("host.user-in-engine-group", "no /etc/group", machine()),
    .fail("host.user-may-sudo", .medium, "in group sudo", group("sudo", ["ada"])),
    .pass("host.user-may-sudo", "in none", group("sudo", [])), unread("host.user-may-sudo"),
    .fail("host.sudo-without-password", .critical, "for anything", line: 7, grant("ada", all: true)),
    .fail("host.sudo-without-password", .medium, "some commands", line: 7, grant("ada", all: false)),
    .pass("host.sudo-without-password", "no such right", grant("bob", all: true)),
    .blind(
      "host.sudo-without-password", "permission", machine { $0.sudo = .unread("/etc/sudoers: permission denied") }),
    .fail(
      "host.engine-socket-open", .critical, "mode 0666",
      machine { $0.dockerSocket = FileStatus(kind: .socket, mode: 0o666) }),
    .pass(
      "host.engine-socket-open", "mode 0660", machine { $0.dockerSocket = FileStatus(kind: .socket, mode: 0o660) }),
    .blind("host.engine-socket-open", "not found", machine { $0.isDockerInstalled = true }),
    .fail(
      "host.engine-on-network", .critical, "tcp://0.0.0.0:2375",
      machine { $0.dockerDaemon = .read(["hosts": "unix:///run/docker.sock tcp://0.0.0.0:2375"]) }),
    .pass("host.engine-on-network", "not installed", machine()),
    .blind("host.engine-on-network", "not JSON", machine { $0.dockerDaemon = .unread("it is not JSON") }),
    .fail("host.ptrace-open", .low, "is 0", machine { $0.kernel = ["kernel.yama.ptrace_scope": "0"] }),
    .pass("host.ptrace-open", "is 1", machine { $0.kernel = ["kernel.yama.ptrace_scope": "1"] }),
    .blind("host.ptrace-open", "could not be read", machine()),
    .fail("host.updates-by-hand", .low, "no such service", machine { $0.updates = .read(line("/etc/apt", 0, "off")) }),
    .pass("host.updates-by-hand", "themselves", machine { $0.updates = .read(line("/etc/apt", 2, "on")) }),
    .blind("host.updates-by-hand", "not known", machine()),
    .fail("host.reboot-pending", .low, "asked for", machine { $0.isRebootPending = true }),
    .pass("host.reboot-pending", "no restart", machine { $0.isRebootPending = false }),
    .blind("host.reboot-pending", "does not say", machine()),
    .fail(
      "host.ssh-root-password", .medium, "PermitRootLogin is yes", line: 5,
      machine { $0.ssh = .read(["permitrootlogin": line("/etc/ssh/sshd_config", 5, "yes")]) }),
    .pass("host.ssh-root-password", "unset", machine { $0.ssh = .read([:]) }),
    .blind("host.ssh-root-password", "permission", machine { $0.ssh = .unread("permission denied") }),
  ]

  private static let launchFixtures: [Fixture] = [
    .fail(
      "host.launch-unattended", .high, "--allow-unconfigured in cron", line: 3,
      launch(.cron, ["openclaw", "gateway", "--allow-unconfigured"])),
    .pass("host.launch-unattended", "no such switch", launch(.shell, ["openclaw", "gateway"])),
    unread("host.launch-unattended"),
    .fail(
      "host.launch-certificates-unchecked", .high, "NODE_TLS_REJECT_UNAUTHORIZED=0", line: 3,
      launch(.shell, [], ["NODE_TLS_REJECT_UNAUTHORIZED": "0"])),
    .pass(
      "host.launch-certificates-unchecked", "no such variable",
      launch(.shell, [], ["NODE_TLS_REJECT_UNAUTHORIZED": "1"])),
    .blind("host.launch-certificates-unchecked", "were not looked at", openclaw()),
    .fail(
      "host.launch-model-in-clear", .medium, "http://models.example.com", line: 3,
      launch(.shell, [], ["OPENAI_BASE_URL": "http://models.example.com/v1"])),
    .pass(
      "host.launch-model-in-clear", "no such address", launch(.shell, [], ["OPENAI_BASE_URL": "http://127.0.0.1:1234"])),
    unread("host.launch-model-in-clear"),
    .fail(
      "host.launch-secret", .medium, "OPENAI_API_KEY is a literal", line: 3, launch(.shell, secret: "OPENAI_API_KEY")),
    .pass("host.launch-secret", "no credential", launch(.shell, ["openclaw"])), unread("host.launch-secret"),
    .fail("host.launch-file-writable", .high, "mode 0666", launch(.cron, ["openclaw"], mode: 0o666)),
    .fail("host.launch-file-writable", .medium, "mode 0664", launch(.cron, ["openclaw"], mode: 0o664)),
    .pass("host.launch-file-writable", "only their owners", launch(.cron, ["openclaw"])),
    unread("host.launch-file-writable"),
    .fail(
      "container.written-privileged", .critical, "privileged is true", line: 8,
      launch(.compose, options: [.init("privileged", "true", line: 8)])),
    .fail(
      "container.written-privileged", .high, "network_mode is host", line: 9,
      launch(.quadlet, options: [.init("network_mode", "host", line: 9)])),
    .pass("container.written-privileged", "no such rights", launch(.compose)), unread("container.written-privileged"),
    .fail(
      "container.written-engine-socket", .critical, "docker.sock", line: 8,
      launch(.compose, options: [.init("volumes", "/var/run/docker.sock:/var/run/docker.sock", line: 8)])),
    .pass("container.written-engine-socket", "no engine socket", launch(.compose)),
    unread("container.written-engine-socket"),
    .fail(
      "container.written-ports", .high, "18789:18789", line: 8,
      launch(.compose, options: [.init("ports", "18789:18789", line: 8)])),
    .pass(
      "container.written-ports", "loopback only",
      launch(.compose, options: [.init("ports", "127.0.0.1:18789:18789", line: 8)])),
    unread("container.written-ports"),
  ]

  private static let networkFixtures: [Fixture] = [
    .fail(
      "network.firewall-off", .low, "ENABLED is no", line: 4,
      machine { $0.firewall = .read(.init(isEnabled: line("/etc/ufw/ufw.conf", 4), enabled: false)) }),
    .pass(
      "network.firewall-off", "ufw is on",
      machine { $0.firewall = .read(.init(isEnabled: line("/etc/ufw/ufw.conf", 4), enabled: true)) }),
    .blind("network.firewall-off", "not set up", machine()),
    .fail("network.metadata-reachable", .medium, "Amazon EC2", machine { $0.cloud = .read("Amazon EC2") }),
    .pass("network.metadata-reachable", "no machine of a known cloud", machine { $0.cloud = .read(nil) }),
    .pass(
      "network.metadata-reachable", "a rule of the firewall",
      machine {
        $0.cloud = .read("Hetzner")
        $0.metadataBlocks = [line("/etc/nftables.conf", 12)]
      }),
    .blind("network.metadata-reachable", "could not be read", machine()),
    .fail("network.proxy-no-login", .high, "nginx leads to port 18789", line: 9, site { $0.hasLogin = false }),
    .pass("network.proxy-no-login", "have a login", site { _ in }), unread("network.proxy-no-login"),
    .fail(
      "network.proxy-header-trust", .medium, "nginx", line: 11,
      site { $0.trusts = line("/etc/nginx/conf.d/a.conf", 11) }),
    .pass("network.proxy-header-trust", "set the headers", site { _ in }), unread("network.proxy-header-trust"),
    .fail("network.proxy-old-tls", .low, "nginx", line: 2, site { $0.oldTLS = line("/etc/nginx/nginx.conf", 2) }),
    .pass("network.proxy-old-tls", "no version", site { _ in }),
    .blind("network.proxy-old-tls", "permission", machine { $0.proxyProblems = ["/etc/nginx: permission denied"] }),
    .fail(
      "network.tunnel-prepared", .high, "ngrok leads to port 18789", line: 6,
      machine {
        $0.tunnels = [.init(name: "ngrok", place: line("/home/ada/ngrok.yml", 6), port: 18789, isPublic: true)]
      }),
    .pass("network.tunnel-prepared", "no file", machine()), unread("network.tunnel-prepared"),
    .fail(
      "network.loopback-routed", .high, "is 1", machine { $0.kernel = ["net.ipv4.conf.all.route_localnet": "1"] }),
    .pass("network.loopback-routed", "is 0", machine { $0.kernel = ["net.ipv4.conf.all.route_localnet": "0"] }),
    .blind("network.loopback-routed", "could not be read", machine()),
  ]
}
