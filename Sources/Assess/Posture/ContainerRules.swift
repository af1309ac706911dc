import Installations
import Model

/// The container that the agent runs in. For every kind of agent.
enum ContainerRules {
  static let all = [published, privileged, engineSocket, mounts]

  private static func ask(_ subject: Subject, _ question: (ContainerFacts) -> [Answer]) -> [Answer] {
    switch subject.container {
    case .blind(let reason): [.notMeasured(reason)]
    case .seen(nil): [.pass("it runs in no container")]
    case .seen(let container?): question(container)
    }
  }

  static let published = Rule(
    "container.published-ports", "A container port is published past the firewall", .high,
    because: "the engine's own rules come before the host's firewall, which therefore does not stop it",
    reads: ["published ports of the container"], for: .everyone, tier: 1, requirement: "H8",
    why:
      "The port is reachable from other machines although the firewall of this host looks closed (Docker writes its own rules).",
    remedy: "Publish the port on 127.0.0.1 only.", references: ["CWE-1327"]
  ) { subject in
    ask(subject) { container in
      if container.network == "host" {
        return [.pass("container \(container.name) has the host's network: its sockets are judged as such")]
      }
      let open = container.ports.filter { $0.host?.isLoopback != true }
      guard open.isEmpty else {
        let login = Settings.configured(subject)?.login
        let noLogin = if case .missing = login { true } else if case .switchedOff = login { true } else { false }
        return open.map { port in
          let all = port.host?.isUnspecified != false
          return .fail(
            "container \(container.name) publishes \(port.text)\(all ? ", on every address" : "")",
            at: Finding.Location(address: "\(port.host.map(\.description) ?? "0.0.0.0"):\(port.hostPort)"),
            severity: noLogin ? .critical : port.host?.scope == .tailnet ? .medium : nil,
            fix: Finding.Fix(
              "Publish it as 127.0.0.1:\(port.hostPort):\(port.containerPort) (in the compose file: \"127.0.0.1:\(port.hostPort):\(port.containerPort)\") and make the container anew."
            ))
        }
      }
      return [
        .pass(
          container.ports.isEmpty
            ? "container \(container.name) publishes no port" : "container \(container.name) publishes on loopback only"
        )
      ]
    }
  }

  /// Capabilities that lead out of a container, or into the host's network and processes.
  private static let dangerous: Set<String> = [
    "ALL", "SYS_ADMIN", "SYS_PTRACE", "SYS_MODULE", "SYS_RAWIO", "SYS_BOOT", "DAC_READ_SEARCH", "NET_ADMIN", "BPF",
    "PERFMON",
    "SYSLOG", "MAC_ADMIN", "MAC_OVERRIDE",
  ]

  static let privileged = Rule(
    "container.privileged", "The container has rights over the host", .critical,
    because: "a privileged container is root on the host with one command more",
    reads: ["privileged", "added capabilities", "network mode"], for: .everyone, tier: 1, requirement: "H11",
    why: "Who controls the agent controls the host: devices, kernel and other processes are in reach.",
    remedy: "Start the container without --privileged, without added capabilities and with a network of its own.",
    references: ["CWE-250"]
  ) { subject in
    ask(subject) { container in
      var failures: [Answer] = []
      if container.isPrivileged { failures.append(.fail("container \(container.name) is privileged")) }
      let added = container.capabilities.map { $0.uppercased() }.map {
        $0.hasPrefix("CAP_") ? String($0.dropFirst(4)) : $0
      }
      .filter(dangerous.contains)
      if !added.isEmpty {
        failures.append(.fail("container \(container.name) adds \(added.joined(separator: ", "))", severity: .high))
      }
      if container.network == "host" {
        failures.append(.fail("container \(container.name) has the host's network", severity: .high))
      }
      return failures.isEmpty ? [.pass("container \(container.name) has no such rights")] : failures
    }
  }

  private static let sockets = ["docker.sock", "podman.sock", "containerd.sock", "crio.sock"]

  static let engineSocket = Rule(
    "container.engine-socket", "The container can drive the container engine", .critical,
    because: "whoever may talk to the engine starts a container with the host's disk in it",
    reads: ["mounts of the container"], for: .everyone, tier: 1, requirement: "H11",
    why:
      "One request to that socket makes a container that mounts / of the host: full control, whatever else is locked.",
    remedy: "Remove the mount; where sandboxes are needed, use a rootless engine of the agent's own user.",
    references: ["CWE-250"]
  ) { subject in
    ask(subject) { container in
      let found = container.mounts.filter { mount in
        sockets.contains { mount.source.hasSuffix("/" + $0) || mount.target.hasSuffix("/" + $0) }
      }
      guard !found.isEmpty else { return [.pass("container \(container.name) has no engine socket")] }
      return found.map {
        .fail("container \(container.name) mounts \($0.source)", at: Finding.Location(file: $0.source))
      }
    }
  }

  static let mounts = Rule(
    "container.host-folders", "The container is given folders that undo it", .high,
    because: "what it may write on the host it may use to leave; what it may read it may send away",
    reads: ["mounts of the container"], for: .everyone, tier: 1, requirement: "H13",
    why: "Keys, system files or whole homes are in reach of the agent though it runs in a container.",
    remedy: "Mount only the state directory and a workspace.", references: ["CWE-668"]
  ) { subject in
    ask(subject) { container in
      let failures: [Answer] = container.mounts.compactMap { mount in
        guard !sockets.contains(where: { mount.source.hasSuffix("/" + $0) }),
          let danger = SandboxRules.danger(of: mount.source, home: nil), !harmless.contains(mount.source)
        else { return nil }
        return .fail(
          "container \(container.name) mounts \(mount.source)\(mount.isReadOnly ? ", read-only" : ""): \(danger)",
          at: Finding.Location(file: mount.source), severity: mount.isReadOnly ? .medium : nil)
      }
      return failures.isEmpty ? [.pass("container \(container.name) mounts no such folder")] : failures
    }
  }

  /// Given to containers everywhere, for the time zone and names.
  private static let harmless: Set<String> = [
    "/etc/localtime", "/etc/timezone", "/etc/hosts", "/etc/resolv.conf", "/etc/hostname",
  ]
}
