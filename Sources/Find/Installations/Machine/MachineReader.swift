import Formats
import Platform

/// Reads what a machine's files say about its guards: accounts, sudo, firewall, container engine, SSH, kernel, updates.
struct MachineReader {
  typealias Line = MachineFacts.Line

  let files: any FileSystem
  let accounts: Accounts
  static let maximumBytes = 1 << 20

  init(files: any FileSystem, accounts: Accounts) {
    self.files = files
    self.accounts = accounts
  }

  func read(homes: [Finder.Home]) -> MachineFacts {
    var facts = MachineFacts()
    facts.groups = groups()
    facts.people = Set(accounts.all.filter { $0.canLogIn && !$0.shell.isEmpty && $0.user >= 1000 }.map(\.name))
    facts.primaryGroups = primaryGroups()
    facts.sudo = sudo()
    facts.firewall = firewall()
    docker(&facts)
    facts.ssh = ssh()
    facts.kernel = kernel()
    facts.updates = updates()
    if files.exists("/etc/debian_version") || files.exists("/etc/apt") {
      facts.isRebootPending = files.exists("/run/reboot-required") || files.exists("/var/run/reboot-required")
    }
    facts.cloud = cloud()
    facts.metadataBlocks = metadataBlocks()
    for home in homes {
      if let status = try? files.status(home.path, followingLinks: true) { facts.homes[home.path] = status.mode }
    }
    ProxyReader(files: files).read(into: &facts)
    TunnelSetupReader(files: files).read(homes: homes, into: &facts)
    OutgoingReader(files: files).read(into: &facts)
    return facts
  }

  func reading(_ path: String) -> MachineFacts.Reading<String> {
    do { return .read(try files.text(path, limit: Self.maximumBytes)) } catch {
      if error.code == .notFound || error.code == .notDirectory { return .absent }
      return .unread("\(path): \(Paths.explain(error, limit: Self.maximumBytes))")
    }
  }

  /// Lines without comments and blanks at their ends, with their numbers.
  static func lines(_ text: String, of file: String) -> [Line] {
    LaunchReader.lines(text).compactMap { number, line in
      var body = line.drop { $0 == " " || $0 == "\t" }
      while let last = body.last, last == " " || last == "\t" { body.removeLast() }
      guard let first = body.first, first != "#" else { return nil }
      return Line(file: file, line: number, text: String(body.prefix(400)))
    }
  }

  // MARK: accounts

  private func groups() -> MachineFacts.Reading<[MachineFacts.Group]> {
    switch reading("/etc/group") {
    case .absent: return .absent
    case .unread(let reason): return .unread(reason)
    case .read(let text):
      return .read(
        LaunchReader.lines(text).compactMap { _, line in
          let fields = line.split(separator: ":", omittingEmptySubsequences: false)
          guard fields.count >= 4, let id = UInt32(fields[2]) else { return nil }
          return MachineFacts.Group(
            name: String(fields[0]), id: id, members: fields[3].split(separator: ",").map(String.init))
        })
    }
  }

  /// The fourth field of passwd(5).
  private func primaryGroups() -> [String: UInt32] {
    guard let text = reading("/etc/passwd").content else { return [:] }
    var groups: [String: UInt32] = [:]
    for (_, line) in LaunchReader.lines(text) {
      let fields = line.split(separator: ":", omittingEmptySubsequences: false)
      if fields.count >= 7, let group = UInt32(fields[3]) { groups[String(fields[0])] = group }
    }
    return groups
  }

  private func sudo() -> MachineFacts.Reading<[MachineFacts.SudoGrant]> {
    let main = "/etc/sudoers"
    var grants: [MachineFacts.SudoGrant] = []
    switch reading(main) {
    case .absent: return .absent
    case .unread(let reason): return .unread(reason)
    case .read(let text): grants = Self.grants(text, of: main)
    }
    let names: [String]
    do { names = try files.list("/etc/sudoers.d") } catch {
      return error.code == .denied ? .unread("/etc/sudoers.d: \(Paths.explain(error))") : .read(grants)
    }
    // Names with a dot or a tilde at the end are passed over by sudo.
    for name in names.prefix(200) where !name.contains(".") && !name.hasSuffix("~") {
      switch reading("/etc/sudoers.d/\(name)") {
      case .read(let text): grants += Self.grants(text, of: "/etc/sudoers.d/\(name)")
      case .unread(let reason): return .unread(reason)
      case .absent: break
      }
    }
    return .read(grants)
  }

  /// `WHO HOST=(AS) NOPASSWD: COMMANDS`; aliases and defaults are passed over.
  static func grants(_ text: String, of file: String) -> [MachineFacts.SudoGrant] {
    lines(text, of: file).compactMap { line in
      guard let equals = line.text.firstIndex(of: "="), !line.text.hasPrefix("Defaults"),
        !["User_Alias", "Host_Alias", "Runas_Alias", "Cmnd_Alias", "@include"].contains(where: line.text.hasPrefix),
        let who = line.text.split(whereSeparator: { $0 == " " || $0 == "\t" }).first
      else { return nil }
      var rest = line.text[line.text.index(after: equals)...].drop { $0 == " " }
      if rest.hasPrefix("("), let close = rest.firstIndex(of: ")") { rest = rest[rest.index(after: close)...] }
      let asksNothing = rest.contains("NOPASSWD:")
      let commands = rest.split(separator: ":").last.map { $0.split(separator: ",") } ?? []
      let all = commands.contains { $0.filter { $0 != " " && $0 != "\t" } == "ALL" }
      return MachineFacts.SudoGrant(place: line, who: String(who), asksNoPassword: asksNothing, allowsEverything: all)
    }
  }

  // MARK: firewall

  private func firewall() -> MachineFacts.Reading<MachineFacts.Firewall> {
    let path = "/etc/ufw/ufw.conf"
    let lines: [Line]
    switch reading(path) {
    case .absent: return .absent
    case .unread(let reason): return .unread(reason)
    case .read(let text): lines = Self.lines(text, of: path)
    }
    func value(_ line: Line) -> String {
      line.text.split(separator: "=").last.map { $0.filter { $0 != "\"" && $0 != " " }.lowercased() } ?? ""
    }
    let switched = lines.last { $0.text.hasPrefix("ENABLED=") }
    var firewall = MachineFacts.Firewall(isEnabled: switched, enabled: switched.map { value($0) == "yes" } ?? false)
    if let text = reading("/etc/default/ufw").content {
      firewall.inputPolicy = Self.lines(text, of: "/etc/default/ufw").last {
        $0.text.hasPrefix("DEFAULT_INPUT_POLICY=")
      }
    }
    for name in ["after.rules", "before.rules", "user.rules"] {
      let path = "/etc/ufw/\(name)"
      guard let text = reading(path).content else { continue }
      let rules = Self.lines(text, of: path)
      if rules.contains(where: {
        $0.text.hasPrefix("-A DOCKER-USER")
          && ($0.text.contains("-j DROP") || $0.text.contains("-j REJECT") || $0.text.contains("-j ufw"))
      }) {
        firewall.guardsDocker = true
      }
      if name == "user.rules" {
        firewall.openPorts = Array(
          rules.filter {
            $0.text.hasPrefix("-A ufw-user-input") && $0.text.hasSuffix("-j ACCEPT") && !$0.text.contains(" -s ")
              && !$0.text.contains("-i ")
          }
          .prefix(200))
      }
    }
    return .read(firewall)
  }

  // MARK: container engine

  private func docker(_ facts: inout MachineFacts) {
    for path in ["/run/docker.sock", "/var/run/docker.sock"] where facts.dockerSocket == nil {
      facts.dockerSocket = try? files.status(path, followingLinks: true)
    }
    facts.isDockerInstalled =
      facts.dockerSocket != nil
      || ["/usr/bin/dockerd", "/usr/sbin/dockerd", "/usr/local/bin/dockerd"].contains { files.exists($0) }
    switch reading(facts.dockerDaemonFile) {
    case .absent: break
    case .unread(let reason): facts.dockerDaemon = .unread(reason)
    case .read(let text):
      guard let node = try? JSON5.parse(text) else {
        facts.dockerDaemon = .unread("\(facts.dockerDaemonFile) is not JSON")
        return
      }
      var settings: [String: String] = [:]
      for member in (node.members ?? []).prefix(200) {
        settings[member.name] =
          member.node.string ?? member.node.bool.map { String($0) }
          ?? member.node.array?.compactMap(\.string).prefix(50).joined(separator: " ")
      }
      facts.dockerDaemon = .read(settings)
    }
    // The switches of the daemon's unit say the same as its file.
    for path in unitFiles("docker.service") {
      guard let text = reading(path).content else { continue }
      for command in UnitFile(text, path: path).commands() {
        let arguments = command.arguments
        for (index, argument) in arguments.enumerated() {
          let value =
            argument == "-H" || argument == "--host"
            ? (index + 1 < arguments.count ? arguments[index + 1] : "")
            : argument.hasPrefix("--host=")
              ? String(argument.dropFirst(7)) : argument.hasPrefix("-H=") ? String(argument.dropFirst(3)) : ""
          guard value.hasPrefix("tcp://") else { continue }
          var settings = facts.dockerDaemon.content ?? [:]
          settings["hosts"] = [settings["hosts"], value].compactMap { $0 }.joined(separator: " ")
          if arguments.contains("--tlsverify") { settings["tlsverify"] = "true" }
          facts.dockerDaemon = .read(settings)
          facts.dockerDaemonFile = path
        }
      }
    }
  }

  private func unitFiles(_ name: String) -> [String] {
    let dropIns = "/etc/systemd/system/\(name).d"
    return ["/etc/systemd/system/\(name)"]
      + ((try? files.list(dropIns)) ?? []).prefix(50).filter { $0.hasSuffix(".conf") }.map { "\(dropIns)/\($0)" }
  }

  // MARK: SSH, kernel, updates

  /// sshd takes the first value of a keyword; settings inside `Match` are passed over.
  private func ssh() -> MachineFacts.Reading<[String: Line]> {
    let main = "/etc/ssh/sshd_config"
    guard case .read(let text) = reading(main) else {
      return reading(main).content == nil && !files.exists(main) ? .absent : .unread("\(main): permission denied")
    }
    var settings: [String: Line] = [:]
    func take(_ text: String, _ path: String, isMain: Bool) -> String? {
      for line in Self.lines(text, of: path) {
        let words = line.text.split(whereSeparator: { $0 == " " || $0 == "\t" || $0 == "=" })
        guard let keyword = words.first?.lowercased(), words.count > 1 else { continue }
        if keyword == "match" { return nil }
        if keyword == "include", isMain {
          for name in ((try? files.list("/etc/ssh/sshd_config.d")) ?? []).prefix(100) where name.hasSuffix(".conf") {
            let inner = "/etc/ssh/sshd_config.d/\(name)"
            switch reading(inner) {
            case .read(let text): _ = take(text, inner, isMain: false)
            case .unread(let reason): return reason
            case .absent: break
            }
          }
        } else if settings[keyword] == nil {
          settings[keyword] = Line(file: path, line: line.line, text: words.dropFirst().joined(separator: " "))
        }
      }
      return nil
    }
    if let reason = take(text, main, isMain: true) { return .unread(reason) }
    return .read(settings)
  }

  private static let kernelNames = [
    "kernel.yama.ptrace_scope", "net.ipv4.conf.all.route_localnet", "kernel.dmesg_restrict", "fs.protected_symlinks",
    "fs.suid_dumpable", "kernel.unprivileged_bpf_disabled",
  ]

  private func kernel() -> [String: String] {
    var values: [String: String] = [:]
    for name in Self.kernelNames {
      let path = "/proc/sys/" + name.map { $0 == "." ? "/" : String($0) }.joined()
      if let text = try? files.text(path, limit: 4096) { values[name] = text.filter { $0.isNumber || $0 == "-" } }
    }
    return values
  }

  /// `APT::Periodic::Unattended-Upgrade "1"` on Debian's kin; the timer of dnf-automatic on Fedora's.
  private func updates() -> MachineFacts.Reading<Line> {
    let folder = "/etc/apt/apt.conf.d"
    if let names = try? files.list(folder) {
      let program = ["/usr/bin/unattended-upgrade", "/usr/bin/unattended-upgrades"].contains { files.exists($0) }
      var last: Line?
      for name in names.prefix(200) {
        guard let text = reading("\(folder)/\(name)").content else { continue }
        last =
          Self.lines(text, of: "\(folder)/\(name)").last { $0.text.contains("APT::Periodic::Unattended-Upgrade") }
          ?? last
      }
      guard program, let last else { return .read(Line(file: folder, line: 0, text: "off")) }
      let isOff = last.text.contains("\"0\"") || last.text.contains(" 0;")
      return .read(Line(file: last.file, line: last.line, text: isOff ? "off" : "on"))
    }
    if files.exists("/etc/dnf") {
      let wants = "/etc/systemd/system/timers.target.wants"
      let timers = ((try? files.list(wants)) ?? []).filter {
        $0.hasPrefix("dnf-automatic") || $0.hasPrefix("dnf5-automatic")
      }
      return .read(
        Line(file: timers.first.map { "\(wants)/\($0)" } ?? wants, line: 0, text: timers.isEmpty ? "off" : "on"))
    }
    return .absent
  }

  // MARK: cloud

  private func cloud() -> MachineFacts.Reading<String?> {
    let folder = "/sys/class/dmi/id"
    let fields = ["sys_vendor", "product_name", "bios_vendor", "chassis_asset_tag"].compactMap { name in
      (try? files.text("\(folder)/\(name)", limit: 4096))?.lowercased()
    }
    guard !fields.isEmpty else { return .absent }
    let text = fields.joined(separator: " ")
    for (word, name) in [
      ("amazon ec2", "Amazon EC2"), ("google", "Google Compute Engine"), ("7783-7084-3265-9085-8269-3286-77", "Azure"),
      ("digitalocean", "DigitalOcean"), ("hetzner", "Hetzner"), ("oraclecloud", "Oracle Cloud"), ("vultr", "Vultr"),
      ("alibaba cloud", "Alibaba Cloud"), ("openstack", "OpenStack"), ("scaleway", "Scaleway"),
      ("tencent cloud", "Tencent Cloud"),
    ] where text.contains(word) { return .read(name) }
    return .read(nil)
  }

  private func metadataBlocks() -> [Line] {
    var found: [Line] = []
    for path in [
      "/etc/nftables.conf", "/etc/iptables/rules.v4", "/etc/sysconfig/iptables", "/etc/ufw/before.rules",
      "/etc/ufw/user.rules", "/etc/ufw/after.rules",
    ] {
      guard let text = reading(path).content else { continue }
      found += Self.lines(text, of: path).filter { line in
        let text = line.text.lowercased()
        return (text.contains("169.254.169.254") || text.contains("169.254.0.0/16"))
          && (text.contains("drop") || text.contains("reject")) && !text.contains("forward")
      }.prefix(20)
    }
    return found
  }
}
