import Formats
import Installations
import Model

/// The cage around tools, and the holes in it.
enum SandboxRules {
  static let all = [off, binds, network, profiles]

  static let off = Rule(
    "sandbox.off", "Tools run without a sandbox", .high,
    because: "every tool has the rights of the agent's user; this is the shipped default",
    reads: ["agents.defaults.sandbox.mode", "agents.*.sandbox.mode", "tools.exec.mode"], tier: 2, requirement: "H11",
    why:
      "Whatever the model is talked into happens on this host: files, keys, network and other programs are in reach.",
    remedy: "Set agents.defaults.sandbox.mode to all.", references: ["CWE-693"]
  ) { subject in
    Settings.judge(subject) { settings in
      let scopes = settings.scopes.filter { $0.prefix.isEmpty || $0.section.at("sandbox.mode") != nil }
      return scopes.map { scope in
        let sandbox = settings.sandbox(scope)
        let key = sandbox.location.key ?? "agents.defaults.sandbox.mode"
        let fix = Finding.Fix(
          "In \(sandbox.location.file ?? settings.configuration.path)\(sandbox.location.line.map { ", line \($0)" } ?? ""): set \(key) to \"all\", then restart the gateway. It needs Docker or Podman on this host."
        )
        switch sandbox.mode {
        case .all: return .pass(sandbox.evidence, at: sandbox.location)
        case .nonMain:
          return .fail(
            "\(sandbox.evidence): the owner's own session stays outside (\(scope.name))", at: sandbox.location,
            severity: .medium, fix: fix)
        case .off:
          let harmless = settings.unavailable(.runtime, in: scope) != nil || settings.exec(scope).policy == .deny
          return .fail(
            "\(sandbox.evidence) (\(scope.name))\(harmless ? "; commands are off" : "")", at: sandbox.location,
            severity: harmless ? .low : nil, fix: fix)
        }
      }
    }
  }

  private static let blockedRoots = [
    "/etc", "/private/etc", "/proc", "/sys", "/dev", "/root", "/boot", "/run", "/var/run",
  ]
  private static let blockedBelowHome = [
    ".aws", ".cargo", ".config", ".docker", ".gnupg", ".netrc", ".npm", ".ssh",
  ]

  private static let relative = "it is no absolute path"

  /// Why a path on the host must not be given to a container; nil where nothing speaks against it.
  static func danger(of source: String, home: String?) -> String? {
    var path = source
    if path == "~" || path.hasPrefix("~/") {
      guard let home else { return "it is a home directory" }
      path = home + path.dropFirst()
    }
    guard path.hasPrefix("/") else { return path.contains("/") || path.hasPrefix(".") ? relative : nil }
    // `/home/ada/../../etc` is /etc.
    var parts: [Substring] = []
    for part in path.split(separator: "/") {
      if part == ".." { _ = parts.popLast() } else if part != "." { parts.append(part) }
    }
    path = "/" + parts.joined(separator: "/")
    if parts.last == "docker.sock" || parts.last == "podman.sock" || parts.last == "containerd.sock" {
      return "it is the control socket of the container engine: root on this host"
    }
    let homes = home.map { home in blockedBelowHome.map { "\(home)/\($0)" } } ?? []
    for blocked in blockedRoots + homes {
      if path == blocked || path.hasPrefix(blocked + "/") { return "\(blocked) holds keys or controls of this host" }
      if path == "/" || blocked.hasPrefix(path + "/") { return "it contains \(blocked)" }
    }
    if parts.count >= 3, parts[0] == "home" || parts[0] == "Users", blockedBelowHome.contains(String(parts[2])) {
      return "it holds a person's keys or settings"
    }
    if parts.count <= 2, parts.first == "home" || parts.first == "Users" { return "it is a home directory" }
    return nil
  }

  /// Sections that describe a sandbox: the defaults, and each agent's own.
  static func sections(_ settings: Settings) -> [(key: String, setting: Configuration.Setting)] {
    var out: [(String, Configuration.Setting)] = []
    if let defaults = settings["agents.defaults.sandbox"] { out.append(("agents.defaults.sandbox", defaults)) }
    for agent in settings.agents {
      if let own = agent.setting.at("sandbox") { out.append(("\(agent.key).sandbox", own)) }
    }
    return out
  }

  private static func removal(_ what: String, _ key: String, _ setting: Configuration.Setting) -> Finding.Fix {
    Finding.Fix(
      "In \(setting.file), line \(setting.position.line): remove \(what) from \(key), then restart the gateway.")
  }

  static let binds = Rule(
    "sandbox.dangerous-binds", "The sandbox is given folders that undo it", .critical,
    because: "a sandbox that can write the host's files or drive its container engine is none",
    reads: ["agents.*.sandbox.docker.binds", "agents.*.sandbox.browser.binds"], tier: 1, requirement: "H13",
    openclaw: ["sandbox.dangerous_bind_mount", "sandbox.bind_mount_non_absolute"],
    why: "What runs inside reads keys or takes over the host, while everybody believes that it is locked in.",
    remedy: "Remove the mount; give a folder of its own instead.", references: ["CWE-668"]
  ) { subject in
    Settings.judge(subject) { settings in
      let state = settings.installation.stateDirectory
      let home = state.lastIndex(of: "/").map { String(state[..<$0]) }.flatMap { $0.isEmpty ? nil : $0 }
      var failures: [Answer] = []
      for section in sections(settings) {
        for part in ["docker.binds", "browser.binds"] {
          guard let list = section.setting.at(part) else { continue }
          let key = "\(section.key).\(part)"
          for entry in list.array ?? [] {
            guard let text = entry.string else { continue }
            let source = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)[0]
            guard let danger = danger(of: String(source), home: home) else { continue }
            failures.append(
              .fail(
                "\(key) has \(text): \(danger)", at: settings.place(entry, key: key), fix: removal(text, key, entry)
              ).naming(
                danger == relative ? "sandbox.bind_mount_non_absolute" : "sandbox.dangerous_bind_mount"))
          }
        }
      }
      return failures.isEmpty
        ? [
          .pass("no dangerous folder is given to a sandbox", at: settings.place("agents.defaults.sandbox.docker.binds"))
        ]
        : failures
    }
  }

  static let network = Rule(
    "sandbox.host-network", "The sandbox shares a network that it should not see", .high,
    because: "inside it can reach loopback, and with it the gateway and every local service",
    reads: ["agents.*.sandbox.docker.network"], tier: 1, requirement: "H12",
    openclaw: ["sandbox.dangerous_network_mode"],
    why: "Programs in the sandbox connect to the gateway and other local services as if they were outside.",
    remedy: "Set the network to none, or to a bridge of its own.", references: ["CWE-668"]
  ) { subject in
    Settings.judge(subject) { settings in
      var failures: [Answer] = []
      for section in sections(settings) {
        guard let setting = section.setting.at("docker.network"), let value = setting.string,
          value == "host" || value.hasPrefix("container:")
        else { continue }
        let key = "\(section.key).docker.network"
        failures.append(
          .fail(
            "\(key) is \(value)", at: settings.place(setting, key: key),
            fix: Finding.Fix(
              "In \(setting.file), line \(setting.position.line): set \(key) to \"none\", then restart the gateway.")))
      }
      let key = "agents.defaults.sandbox.docker.network"
      return failures.isEmpty
        ? [.pass("\(key) is \(settings[key]?.string ?? "unset, which means none")", at: settings.place(key))] : failures
    }
  }

  static let profiles = Rule(
    "sandbox.unconfined-profile", "The sandbox runs without the kernel's filters", .high,
    because: "each system call that is open is a way to the kernel of this host",
    reads: ["agents.*.sandbox.docker.seccompProfile", "agents.*.sandbox.docker.apparmorProfile"], tier: 1,
    requirement: "H11",
    openclaw: ["sandbox.dangerous_seccomp_profile", "sandbox.dangerous_apparmor_profile"],
    why: "A flaw in the kernel that the default filter would have kept out of reach lets a program leave the sandbox.",
    remedy: "Delete the key: the container engine's default profile is used then.", references: ["CWE-693"]
  ) { subject in
    Settings.judge(subject) { settings in
      var failures: [Answer] = []
      for section in sections(settings) {
        for part in ["docker.seccompProfile", "docker.apparmorProfile"] {
          guard let setting = section.setting.at(part), setting.string == "unconfined" else { continue }
          let key = "\(section.key).\(part)"
          failures.append(
            .fail(
              "\(key) is unconfined", at: settings.place(setting, key: key),
              fix: Finding.Fix(
                "In \(setting.file), line \(setting.position.line): delete \(key), then restart the gateway.")
            ).naming(
              part.hasSuffix("apparmorProfile")
                ? "sandbox.dangerous_apparmor_profile" : "sandbox.dangerous_seccomp_profile"))
        }
        if let old = section.setting.at("docker.securityOpt"),
          let text = old.strings.first(where: { $0.contains("unconfined") })
        {
          let key = "\(section.key).docker.securityOpt"
          failures.append(
            .fail("\(key) has \(text)", at: settings.place(old, key: key), fix: removal(text, key, old)).naming(
              text.hasPrefix("apparmor") ? "sandbox.dangerous_apparmor_profile" : "sandbox.dangerous_seccomp_profile"))
        }
      }
      return failures.isEmpty
        ? [.pass("no profile is unconfined", at: settings.place("agents.defaults.sandbox.docker"))] : failures
    }
  }
}
