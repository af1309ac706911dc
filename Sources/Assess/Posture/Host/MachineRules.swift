import Installations
import Matching
import Model
import Platform

/// What the machine around the agent leaves open. For every kind of agent.
enum MachineRules {
  static let all = [
    engineGroup, sudoGroup, sudoFree, engineSocket, engineTCP, ptrace, updates, reboot, sshRoot,
  ]

  typealias Line = MachineFacts.Line

  static func ask(_ subject: Subject, _ question: (MachineFacts, Installation) -> [Answer]) -> [Answer] {
    guard let installation = subject.installation else { return [.notMeasured(subject.installationMissing)] }
    guard let machine = installation.machine else {
      return [.notMeasured("the machine's own files were not looked at")]
    }
    return question(machine, installation)
  }

  /// The user that the agent runs as: of its process, else the owner of its state.
  static func user(_ subject: Subject, _ installation: Installation) -> String? {
    subject.account.found?.name ?? installation.ownerName
  }

  static func place(_ line: Line) -> Finding.Location {
    Finding.Location(file: line.file, line: line.line > 0 ? line.line : nil)
  }

  private static func membership(_ subject: Subject, _ wanted: Set<String>) -> [Answer] {
    ask(subject) { machine, installation in
      guard let user = user(subject, installation) else { return [.notMeasured("the name of its user is not known")] }
      switch machine.groups {
      case .absent: return [.notMeasured("there is no /etc/group here")]
      case .unread(let reason): return [.notMeasured(reason)]
      case .read(let groups):
        let found = groups.filter {
          wanted.contains($0.name) && ($0.members.contains(user) || machine.primaryGroups[user] == $0.id)
        }.map(\.name)
        let place = Finding.Location(file: "/etc/group")
        guard !found.isEmpty else {
          // The group that an account has first stands beside the account alone.
          if let reason = machine.accountsUnread { return [.notMeasured(reason)] }
          return [.pass("\(user) is in none of these groups", at: place)]
        }
        return found.map { group in
          let fix = ShellWord.quote(user).map {
            Finding.Fix("Take \(user) out of the group, then log in anew.", command: "sudo gpasswd -d \($0) \(group)")
          }
          return .fail("\(user) is in group \(group)", at: place, fix: fix)
        }
      }
    }
  }

  static let engineGroup = Rule(
    "host.user-in-engine-group", "The agent's user is root by another name", .high,
    because: "members of these groups get the whole disk with one command, and nobody is asked",
    reads: ["/etc/group: docker, lxd, incus, incus-admin, disk"], for: .everyone, tier: 1, requirement: "H11",
    why: "One command of the agent starts a container with the host's disk in it, and is root.",
    remedy: "Take the user out of the group; use a rootless engine.", references: ["CWE-250"]
  ) { membership($0, ["docker", "lxd", "incus", "incus-admin", "disk"]) }

  static let sudoGroup = Rule(
    "host.user-may-sudo", "The agent runs as a user who may become root", .medium,
    because: "a password still stands between, until it is typed while the agent watches",
    reads: ["/etc/group: sudo, wheel, admin"], for: .everyone, tier: 2, requirement: "H11",
    why: "An alias or a changed start file waits for the next sudo and has the password.",
    remedy: "Run the agent as a user of its own, without that group.", references: ["CWE-250"]
  ) { membership($0, ["sudo", "wheel", "admin"]) }

  static let sudoFree = Rule(
    "host.sudo-without-password", "The agent's user becomes root without a password", .critical,
    because: "every command of the agent is a command of root", reads: ["/etc/sudoers", "/etc/sudoers.d"],
    for: .everyone, tier: 1, requirement: "H11",
    why: "Whatever steers the agent reads every key and changes every file of this machine.",
    remedy: "Remove NOPASSWD for that user.", references: ["CWE-250"]
  ) { subject in
    ask(subject) { machine, installation in
      guard let user = user(subject, installation) else { return [.notMeasured("the name of its user is not known")] }
      switch machine.sudo {
      case .absent: return [.pass("sudo is not set up here")]
      case .unread(let reason): return [.notMeasured(reason)]
      case .read(let grants):
        let groups = (machine.groups.content ?? []).filter {
          $0.members.contains(user) || machine.primaryGroups[user] == $0.id
        }.map { "%" + $0.name }
        let own = grants.filter {
          $0.asksNoPassword && ($0.who == user || $0.who == "ALL" || groups.contains($0.who))
        }
        guard !own.isEmpty else {
          let others = grants.filter(\.asksNoPassword).map(\.who)
          if let netgroup = others.first(where: { $0.hasPrefix("+") }) {
            return [.notMeasured("who is in netgroup \(VisibleText.terminal(netgroup)) is not known")]
          }
          if others.contains(where: { $0.hasPrefix("%") }) {
            if case .unread(let reason) = machine.groups { return [.notMeasured(reason)] }
            if let reason = machine.accountsUnread { return [.notMeasured(reason)] }
          }
          return [.pass("no such right for \(user)")]
        }
        return own.prefix(20).map {
          .fail(
            "\($0.who) needs no password for \($0.allowsEverything ? "anything" : "some commands")",
            at: place($0.place), severity: $0.allowsEverything ? nil : .medium)
        }
      }
    }
  }

  static let engineSocket = Rule(
    "host.engine-socket-open", "Everybody on this machine can drive the container engine", .critical,
    because: "the socket is root's, and its mode lets everybody write", reads: ["mode of /run/docker.sock"],
    for: .everyone, tier: 1, requirement: "H11",
    why: "Any program of any user starts a container with the host's disk.",
    remedy: "Give the socket the mode 0660.", references: ["CWE-732"]
  ) { subject in
    ask(subject) { machine, _ in
      guard let socket = machine.dockerSocket else {
        if let reason = machine.dockerUnread { return [.notMeasured(reason)] }
        return [
          machine.isDockerInstalled
            ? .notMeasured("the engine's socket was not found") : .pass("Docker is not installed here")
        ]
      }
      let place = Finding.Location(file: "/run/docker.sock")
      let mode = "mode \(FileRules.octal(socket.mode))"
      guard socket.mode & 0o002 != 0 else { return [.pass(mode, at: place)] }
      return [
        .fail(
          mode, at: place,
          fix: Finding.Fix("Take the right of others away.", command: "sudo chmod 660 /run/docker.sock"))
      ]
    }
  }

  static let engineTCP = Rule(
    "host.engine-on-network", "The container engine listens on the network", .critical,
    because: "who reaches the port is root on this machine", reads: ["hosts of daemon.json", "-H of docker.service"],
    for: .everyone, tier: 1, requirement: "N2",
    why: "Machines on the internet look for that port all day and take what they find within minutes.",
    remedy: "Remove the tcp:// address.", references: ["CWE-306"]
  ) { subject in
    ask(subject) { machine, _ in
      switch machine.dockerDaemon {
      case .unread(let reason): return [.notMeasured(reason)]
      case .absent:
        if let reason = machine.dockerUnread { return [.notMeasured(reason)] }
        return [.pass(machine.isDockerInstalled ? "no address is set for the engine" : "Docker is not installed here")]
      case .read(let settings):
        let place = Finding.Location(file: machine.dockerDaemonFile, key: "hosts")
        let open = (settings["hosts"] ?? "").split(separator: " ").filter {
          $0.hasPrefix("tcp://") && !$0.hasPrefix("tcp://127.") && !$0.hasPrefix("tcp://localhost")
        }
        guard let first = open.first else {
          if let reason = machine.dockerUnread { return [.notMeasured(reason)] }
          return [.pass("no address on the network", at: place)]
        }
        let checked = settings["tlsverify"] == "true"
        return [
          .fail(
            "the engine listens on \(VisibleText.terminal(String(first.prefix(80))))\(checked ? ", with certificates" : "")",
            at: place, severity: checked ? .medium : nil)
        ]
      }
    }
  }

  static let ptrace = Rule(
    "host.ptrace-open", "Programs may read each other's memory", .low,
    because: "it takes a program of the same user, but then nothing in memory is safe",
    reads: ["kernel.yama.ptrace_scope"], for: .everyone, tier: 3, requirement: "H11",
    why: "A command of the agent reads keys out of the memory of the user's other programs.",
    remedy: "Set kernel.yama.ptrace_scope to 1."
  ) { subject in
    ask(subject) { machine, _ in
      let name = "kernel.yama.ptrace_scope"
      guard let value = machine.kernel[name] else { return [.notMeasured("\(name) could not be read")] }
      let place = Finding.Location(file: "/proc/sys/kernel/yama/ptrace_scope", key: name)
      guard value == "0" else { return [.pass("\(name) is \(value)", at: place)] }
      return [
        .fail(
          "\(name) is 0", at: place,
          fix: Finding.Fix(
            "Set it to 1 in a file of /etc/sysctl.d.", command: "sudo sysctl -w kernel.yama.ptrace_scope=1"))
      ]
    }
  }

  static let updates = Rule(
    "host.updates-by-hand", "Security updates of the system wait for a person", .low,
    because: "a flaw must be known and reachable as well", reads: ["apt.conf.d", "timer of dnf-automatic"],
    for: .everyone, tier: 3, requirement: "H4",
    why: "Flaws of the kernel and of libraries stay open after they are public.",
    remedy: "Switch automatic security updates on."
  ) { subject in
    ask(subject) { machine, _ in
      switch machine.updates {
      case .absent: [.notMeasured("this kind of system is not known")]
      case .unread(let reason): [.notMeasured(reason)]
      case .read(let line):
        line.text == "on"
          ? [.pass("they install themselves", at: place(line))] : [.fail("no such service is on", at: place(line))]
      }
    }
  }

  static let reboot = Rule(
    "host.reboot-pending", "An update of this machine waits for a restart", .low,
    because: "the repaired kernel or library is there, and the old one runs", reads: ["/run/reboot-required"],
    for: .everyone, tier: 3, requirement: "H4", why: "The flaw that was repaired can still be used until the restart.",
    remedy: "Restart the machine."
  ) { subject in
    ask(subject) { machine, _ in
      switch machine.isRebootPending {
      case nil: [.notMeasured("this kind of system does not say")]
      case true?: [.fail("a restart is asked for", at: Finding.Location(file: "/run/reboot-required"))]
      case false?: [.pass("no restart is asked for")]
      }
    }
  }

  static let sshRoot = Rule(
    "host.ssh-root-password", "Root can log in over SSH with a password", .medium,
    because: "the password must be guessed, which others try all day",
    reads: ["PermitRootLogin", "PasswordAuthentication"],
    for: .everyone, tier: 2, requirement: "H4", why: "A guessed password gives the machine, and with it the agent.",
    remedy: "Set PermitRootLogin to prohibit-password.", references: ["CWE-307"]
  ) { subject in
    ask(subject) { machine, _ in
      switch machine.ssh {
      case .absent: return [.pass("no SSH server is set up here")]
      case .unread(let reason): return [.notMeasured(reason)]
      case .read(let settings):
        guard let root = settings["permitrootlogin"], root.text.lowercased() == "yes" else {
          return [.pass("PermitRootLogin is \(settings["permitrootlogin"] == nil ? "unset" : "not yes")")]
        }
        guard settings["passwordauthentication"]?.text.lowercased() != "no" else {
          return [.pass("PasswordAuthentication is no", at: place(root))]
        }
        return [.fail("PermitRootLogin is yes, and passwords are taken", at: place(root))]
      }
    }
  }
}
