import Installations
import Matching
import Model

/// What leaves the machine: connections of the agent, and the record of what it did. For every kind of agent.
enum LeavingRules {
  static let all = [egress, records]

  static let egress = Rule(
    "network.egress-open", "Nothing here limits which hosts the agent may call", .medium,
    because: "it takes something that fools the agent first; then nothing stands in the way",
    reads: [
      "network of the container", "PrivateNetwork, IPAddressDeny and RestrictAddressFamilies of units",
      "outgoing policy of ufw, nftables and iptables files",
    ], for: .everyone, tier: 2, requirement: "H12",
    why: "What the agent is talked into giving away can be sent to any host on the internet.",
    remedy:
      "Let it out through a proxy with a list of hosts: IPAddressDeny=any and IPAddressAllow=localhost in its unit, or an internal container network.",
    references: ["CWE-923"]
  ) { subject in
    MachineRules.ask(subject) { machine, installation in
      if case .seen(let container?) = subject.container, let network = container.network {
        if network == "none" { return [.pass("its container has no network")] }
        if !["host", "bridge", "default", "slirp4netns", "pasta"].contains(network) {
          return [
            .notMeasured(
              "whether the container network \(VisibleText.terminal(VisibleText.cutMiddle(network, to: 60))) lets it out is not looked at"
            )
          ]
        }
      }
      let launches = installation.launches.filter { [.unit, .compose, .quadlet].contains($0.origin) }
      if let open = launches.first(where: { confinement($0) == nil }) ?? nil {
        if let answer = policy(machine) { return [answer] }
        return [
          .fail(
            "neither the files of a firewall nor \(VisibleText.terminal(open.file)) limit it (no packet was sent)",
            at: Finding.Location(file: open.file))
        ]
      }
      if let first = launches.first, let confinement = confinement(first) {
        return [.pass(confinement, at: Finding.Location(file: first.file, line: first.line))]
      }
      return [policy(machine) ?? .fail("no file of a firewall limits what leaves (no packet was sent)")]
    }
  }

  /// What keeps a launch from calling hosts at will; nil where nothing does.
  private static func confinement(_ launch: Installation.Launch) -> String? {
    func isYes(_ name: String) -> Bool { ["yes", "true", "on", "1"].contains(launch[name]?.value.lowercased() ?? "") }
    if isYes("PrivateNetwork") { return "PrivateNetwork is set" }
    if launch[all: "IPAddressDeny"].contains(where: { $0.value == "any" }) { return "IPAddressDeny is any" }
    let families = launch[all: "RestrictAddressFamilies"].map(\.value)
    if !families.isEmpty, families.allSatisfy({ $0 == "AF_UNIX" || $0 == "none" }) {
      return "RestrictAddressFamilies leaves no network"
    }
    return launch["network_mode"]?.value == "none" ? "network_mode is none" : nil
  }

  /// What the firewall's files say for everything on the machine; nil where they let all out.
  private static func policy(_ machine: MachineFacts) -> Answer? {
    switch machine.outgoing {
    case .absent: .notMeasured("files of firewalls were not looked at")
    case .unread(let reason): .notMeasured(reason)
    case .read(let lines):
      lines.first.map { .pass("what no rule names is not let out", at: MachineRules.place($0)) }
    }
  }

  static let records = Rule(
    "host.logs-stay-here", "What happens on this machine is written down here alone", .low,
    because: "it helps whoever is in already, and hurts whoever looks later",
    reads: ["rsyslog, syslog-ng, journal-upload and auditd files", "configurations of log shippers"], for: .everyone,
    tier: 2, requirement: "H20", why: "Whoever takes over the agent and its user can remove the traces.",
    remedy: "Send the log to another machine, for example with systemd-journal-upload or rsyslog.",
    references: ["CWE-778"]
  ) { subject in
    MachineRules.ask(subject) { machine, _ in
      switch machine.logForwards {
      case .absent: [.notMeasured("files of log services were not looked at")]
      case .unread(let reason): [.notMeasured(reason)]
      case .read(let lines):
        lines.first.map { [.pass("it is sent to another machine", at: MachineRules.place($0))] }
          ?? [.fail("no file of rsyslog, syslog-ng, journald, auditd or a known shipper names another machine")]
      }
    }
  }
}
