import Installations
import Model
import Platform

@testable import Posture

/// Made-up machines: a firewall with a way around it, services, proxies, homes.
extension Fixture {
  private static func machine(
    _ change: (inout MachineFacts) -> Void = { _ in }, _ also: (inout Subject) -> Void = { _ in }
  ) -> Subject {
    openclaw {
      var facts = MachineFacts()
      change(&facts)
      $0.installation?.machine = facts
      also(&$0)
    }
  }

  private static func line(_ file: String, _ line: Int, _ text: String = "x") -> MachineFacts.Line {
    MachineFacts.Line(file: file, line: line, text: text)
  }

  private static func firewall(
    _ change: (inout MachineFacts.Firewall) -> Void = { _ in }, docker: Bool = true,
    _ also: (inout Subject) -> Void = { _ in }
  ) -> Subject {
    machine(
      {
        var firewall = MachineFacts.Firewall(isEnabled: line("/etc/ufw/ufw.conf", 2), enabled: true)
        change(&firewall)
        $0.firewall = .read(firewall)
        $0.isDockerInstalled = docker
      }, also)
  }

  private static func unit(
    _ options: [(String, String)], file: String = "/etc/systemd/system/openclaw-gateway.service"
  ) -> Subject {
    machine {
      _ in
    } _: {
      var launch = Installation.Launch(.unit, file: file, line: 4, words: ["openclaw", "gateway"])
      launch.options = options.map { .init($0.0, $0.1, line: 5) }
      $0.installation?.launches = [launch]
    }
  }

  private static func site(_ change: (inout MachineFacts.ProxySite) -> Void) -> Subject {
    machine {
      var site = MachineFacts.ProxySite(
        program: "Caddy", place: line("/etc/caddy/Caddyfile", 9), port: 18789, hasLogin: true, hasTLS: true)
      change(&site)
      $0.proxies = [site]
    }
  }

  private static func hidden(_ id: String) -> Fixture { .blind(id, "no state directory", nothing) }

  private static let walls = [("NoNewPrivileges", "yes"), ("ProtectSystem", "strict"), ("ProtectHome", "tmpfs")]

  static let guards: [Fixture] = firewallGuards + serviceGuards + wayGuards

  private static let firewallGuards: [Fixture] = [
    .fail("network.docker-bypasses-firewall", .medium, "no rule stands in the chain DOCKER-USER", firewall()),
    .fail(
      "network.docker-bypasses-firewall", .high, "container claw publishes 0.0.0.0:18789→18789, past ufw",
      firewall({ _ in }) {
        $0.container = .seen(
          ContainerFacts(name: "claw", ports: [.init(host: nil, hostPort: 18789, containerPort: 18789)]))
      }),
    .fail(
      "network.docker-bypasses-firewall", .high, "18789:18789 is published past ufw", line: 6,
      firewall({ _ in }) {
        var launch = Installation.Launch(.compose, file: "/srv/claw/compose.yaml", words: [])
        launch.options = [.init("ports", "18789:18789", line: 6)]
        $0.installation?.launches = [launch]
      }),
    .pass(
      "network.docker-bypasses-firewall", "rules of its own", firewall({ $0.guardsDocker = true })),
    .pass("network.docker-bypasses-firewall", "not installed", firewall(docker: false)),
    .pass("network.docker-bypasses-firewall", "ufw is off", firewall({ $0.enabled = false })),
    .pass(
      "network.docker-bypasses-firewall", "iptables is false",
      firewall({ _ in }) { $0.installation?.machine?.dockerDaemon = .read(["iptables": "false"]) }),
    .blind("network.docker-bypasses-firewall", "ufw is not set up", machine()),
    .blind(
      "network.docker-bypasses-firewall", "after.rules: permission denied",
      firewall({ $0.unread = "/etc/ufw/after.rules: permission denied" })),
    .fail(
      "network.firewall-opens-agent", .medium, "to port 18789", line: 12,
      firewall({
        $0.openPorts = [line("/etc/ufw/user.rules", 12, "-A ufw-user-input -p tcp --dport 18000:19000 -j ACCEPT")]
      })),
    .fail(
      "network.firewall-opens-agent", .high, "to port 18789", line: 3,
      firewall({
        $0.openPorts = [
          line("/etc/ufw/user.rules", 3, "-A ufw-user-input -p tcp -m multiport --dports 80,18789 -j ACCEPT")
        ]
      }) { $0.sockets = .seen([socket("0.0.0.0")]) }),
    .pass(
      "network.firewall-opens-agent", "no rule",
      firewall({ $0.openPorts = [line("/etc/ufw/user.rules", 3, "-A ufw-user-input -p tcp --dport 22 -j ACCEPT")] })),
    .blind(
      "network.firewall-opens-agent", "permission", firewall({ $0.unread = "/etc/ufw/user.rules: permission denied" })),
  ]

  private static let serviceGuards: [Fixture] = [
    .fail(
      "host.unit-unconfined", .medium,
      "NoNewPrivileges, ProtectSystem, ProtectHome, PrivateTmp, CapabilityBoundingSet are not set", line: 4,
      unit([("User", "root")])),
    .fail("host.unit-unconfined", .low, "PrivateTmp is not set", line: 4, unit(walls + [("User", "ada")])),
    .fail(
      "host.unit-unconfined", .medium, "NoNewPrivileges is not set",
      unit([], file: "/home/ada/.config/systemd/user/openclaw-gateway.service")),
    .pass("host.unit-unconfined", "are confined", unit(walls + [("User", "ada"), ("PrivateTmp", "true")])),
    .pass("host.unit-unconfined", "are confined", unit([("DynamicUser", "yes")])),
    .pass(
      "host.unit-unconfined", "are confined",
      unit([("NoNewPrivileges", "yes")], file: "/home/ada/.config/systemd/user/x.service")),
    .pass("host.unit-unconfined", "no unit starts it", machine()),
    .blind("host.unit-unconfined", "units were not looked at", openclaw()),
    .blind(
      "host.unit-unconfined", "permission denied",
      machine { _ in
      } _: {
        $0.installation?.unreadStarts = [.init(.unit, "/etc/systemd/system", what: "permission denied")]
      }),
    .fail("host.home-open", .low, "mode 0755: everybody may list it", machine { $0.homes["/home/ada"] = 0o755 }),
    .fail("host.home-open", .high, "mode 0770: others may put files", machine { $0.homes["/home/ada"] = 0o770 }),
    .fail("host.home-open", .critical, "mode 0777", machine { $0.homes["/home/ada"] = 0o777 }),
    .pass("host.home-open", "mode 0750", machine { $0.homes = ["/home/ada": 0o750, "/home": 0o777] }),
    .blind("host.home-open", "in no home", machine()),
  ]

  private static let wayGuards: [Fixture] = [
    .fail(
      "network.proxy-in-clear", .medium, "Caddy leads to port 18789 without TLS", line: 9, site { $0.hasTLS = false }),
    .pass("network.proxy-in-clear", "have certificates", site { _ in }),
    .pass("network.proxy-in-clear", "no file of nginx", site { ($0.hasTLS, $0.isLocal) = (false, true) }),
    .blind(
      "network.proxy-in-clear", "permission denied",
      machine { $0.proxyProblems = ["/etc/nginx/conf.d: permission denied"] }),
  ]
}
