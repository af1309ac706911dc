import Formats
import Platform

/// Reads what a machine's files say about its guards: accounts, sudo, firewall, container engine, SSH, kernel, updates.
///
/// What is there and cannot be read is kept as unread with the reason; only what is known to be absent counts as absent.
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
    primaryGroups(&facts)
    var sudoers = SudoersReader(files: files, accounts: accounts, groups: facts.groups.content ?? [])
    facts.sudo = sudoers.read()
    facts.firewall = firewall()
    docker(&facts)
    facts.ssh = SSHReader(files: files).read()
    facts.kernel = kernel()
    facts.updates = updates()
    if files.exists("/etc/debian_version") || files.exists("/etc/apt") {
      facts.isRebootPending = exists("/run/reboot-required")
      if facts.isRebootPending == false { facts.isRebootPending = exists("/var/run/reboot-required") }
    }
    facts.cloud = cloud()
    metadataBlocks(&facts)
    for home in homes {
      if let status = try? files.status(home.path, followingLinks: true) { facts.homes[home.path] = status.mode }
    }
    ProxyReader(files: files).read(into: &facts)
    TunnelSetupReader(files: files).read(homes: homes, into: &facts)
    OutgoingReader(files: files).read(into: &facts)
    return facts
  }

  func reading(_ path: String) -> MachineFacts.Reading<String> { Self.reading(path, in: files) }

  static func reading(_ path: String, in files: some FileSystem) -> MachineFacts.Reading<String> {
    do { return .read(try files.text(path, limit: maximumBytes)) } catch {
      if error.code == .notFound || error.code == .notDirectory { return .absent }
      return .unread("\(path): \(Paths.explain(error, limit: maximumBytes))")
    }
  }

  /// Names in a folder; none where it is absent.
  static func names(_ folder: String, in files: some FileSystem) -> MachineFacts.Reading<[String]> {
    do { return .read(try files.list(folder)) } catch {
      if error.code == .notFound || error.code == .notDirectory { return .absent }
      return .unread("\(folder): \(Paths.explain(error))")
    }
  }

  func exists(_ path: String) -> Bool? { Self.exists(path, in: files) }

  /// Nil where nobody may say.
  static func exists(_ path: String, in files: some FileSystem) -> Bool? {
    do {
      _ = try files.status(path, followingLinks: true)
      return true
    } catch { return error.code == .notFound || error.code == .notDirectory ? false : nil }
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
      // Members of a large group fill more than a line of other files may have.
      return .read(
        text.split(separator: "\n").prefix(100_000).compactMap { line in
          let fields = line.split(separator: ":", omittingEmptySubsequences: false)
          guard fields.count >= 4, let id = UInt32(fields[2]) else { return nil }
          return MachineFacts.Group(
            name: String(fields[0]), id: id, members: fields[3].split(separator: ",").map(String.init))
        })
    }
  }

  /// The fourth field of passwd(5).
  private func primaryGroups(_ facts: inout MachineFacts) {
    switch reading("/etc/passwd") {
    case .absent: break
    case .unread(let reason): facts.accountsUnread = reason
    case .read(let text):
      for line in text.split(separator: "\n").prefix(100_000) {
        let fields = line.split(separator: ":", omittingEmptySubsequences: false)
        if fields.count >= 7, let group = UInt32(fields[3]) { facts.primaryGroups[String(fields[0])] = group }
      }
    }
  }

  // MARK: kernel, updates

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
    let listed = Self.names(folder, in: files)
    if case .unread(let reason) = listed { return .unread(reason) }
    if case .read(let names) = listed {
      let program = ["/usr/bin/unattended-upgrade", "/usr/bin/unattended-upgrades"].contains { files.exists($0) }
      var last: Line?
      for name in names.prefix(200) {
        let text: String
        switch reading("\(folder)/\(name)") {
        case .absent: continue
        case .unread(let reason): return .unread(reason)
        case .read(let content): text = content
        }
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
    var unread: String?
    let fields = ["sys_vendor", "product_name", "bios_vendor", "chassis_asset_tag"].compactMap { name -> String? in
      let field = reading("\(folder)/\(name)")
      if case .unread(let reason) = field { unread = unread ?? reason }
      return field.content.map { String($0.prefix(4096)).lowercased() }
    }
    guard !fields.isEmpty || unread != nil else { return .absent }
    let text = fields.joined(separator: " ")
    for (word, name) in [
      ("amazon ec2", "Amazon EC2"), ("google", "Google Compute Engine"), ("7783-7084-3265-9085-8269-3286-77", "Azure"),
      ("digitalocean", "DigitalOcean"), ("hetzner", "Hetzner"), ("oraclecloud", "Oracle Cloud"), ("vultr", "Vultr"),
      ("alibaba cloud", "Alibaba Cloud"), ("openstack", "OpenStack"), ("scaleway", "Scaleway"),
      ("tencent cloud", "Tencent Cloud"),
    ] where text.contains(word) { return .read(name) }
    return unread.map { .unread($0) } ?? .read(nil)
  }
}
