import Model
import Platform
import Testing

@testable import Installations

/// Made-up machines: what their files say, and what is said of files that nobody may read.
@Suite struct MachineTests {
  static func facts(_ texts: [String: String] = [:], denied: [String] = []) -> MachineFacts {
    var files = MemoryFiles()
    files.add("/etc/passwd", "root:x:0:0::/root:/bin/sh\nada:x:1000:27::/home/ada:/bin/bash\n", mode: 0o644, owner: 0)
    files.add("/etc/group", "root:x:0:\nsudo:x:27:\n", mode: 0o644, owner: 0)
    files.add(directory: "/home/ada", mode: 0o750)
    for (path, text) in texts { files.add(path, text, mode: 0o644, owner: 0) }
    for path in denied { files.deny(path) }
    return MachineReader(files: files, accounts: Accounts.read(files)).read(homes: [.init("/home/ada", user: "ada")])
  }

  // MARK: sshd

  private func ssh(_ texts: [String: String], denied: [String] = []) -> MachineFacts.Reading<[String: String]> {
    switch Self.facts(texts, denied: denied).ssh {
    case .absent: .absent
    case .unread(let reason): .unread(reason)
    case .read(let settings): .read(settings.mapValues(\.text))
    }
  }

  @Test func `the first value of a keyword counts, included files where they are named`() {
    let found = ssh([
      "/etc/ssh/sshd_config":
        "Include /etc/ssh/sshd_config.d/*.conf\nPermitRootLogin yes\nport=2222\nMatch User x\nPasswordAuthentication no\n",
      "/etc/ssh/sshd_config.d/10-a.conf": "permitrootlogin no\n",
      "/etc/ssh/sshd_config.d/20-b.conf": "X11Forwarding yes\n",
      "/etc/ssh/sshd_config.d/c.txt": "Banner none\n",
    ])
    #expect(found == .read(["permitrootlogin": "no", "port": "2222", "x11forwarding": "yes"]))
  }

  @Test func `a relative include, one in an included file and one in a circle are followed as far as they go`() {
    let found = ssh([
      "/etc/ssh/sshd_config": "Include extra.conf\n",
      "/etc/ssh/extra.conf": "Include extra.conf\nPermitRootLogin yes\n",
    ])
    // Deeper than sshd goes itself.
    #expect(found == .unread("/etc/ssh/extra.conf includes /etc/ssh/extra.conf, which was not followed"))
    #expect(
      ssh(["/usr/etc/ssh/sshd_config": "Include a\n", "/etc/ssh/a": "PermitRootLogin yes\n"])
        == .read(["permitrootlogin": "yes"]))
  }

  @Test(arguments: [
    "/etc/ssh/sshd_config", "/etc/ssh/sshd_config.d", "/etc/ssh/sshd_config.d/a.conf", "/etc/ssh/extra",
  ])
  func `settings of sshd that may not be read are unknown`(path: String) {
    var texts = [
      "/etc/ssh/sshd_config": "Include sshd_config.d/*.conf /etc/ssh/extra\n", "/etc/ssh/sshd_config.d/z.conf": "",
      "/etc/ssh/extra": "",
    ]
    texts[path] = nil
    if path.hasSuffix(".d") { texts["/etc/ssh/sshd_config.d/z.conf"] = nil }
    #expect(ssh(texts, denied: [path]) == .unread("\(path): permission denied"))
    #expect(ssh([:]) == .absent)
  }

  // MARK: ufw

  static let ufw = [
    "/etc/ufw/ufw.conf": "# on\nENABLED=yes\n", "/etc/default/ufw": "IPV6=yes\nDEFAULT_INPUT_POLICY=\"DROP\"\n",
    "/etc/ufw/user.rules": """
    *filter
    -A ufw-user-input -p tcp --dport 22 -j ACCEPT
    -A ufw-user-input -p tcp --dport 18789 -s 192.0.2.0/24 -j ACCEPT
    -A ufw-user-input -i lo -p tcp --dport 18789 -j ACCEPT
    -A ufw-user-input -p tcp --dport 9 -j DROP
    """,
  ]

  @Test func `the firewall's switch, policy and open ports are read with their lines`() throws {
    let found = try #require(Self.facts(Self.ufw).firewall.content)
    #expect(found.enabled && found.isEnabled?.line == 2 && found.inputPolicy?.line == 2 && !found.guardsDocker)
    #expect(found.openPorts.map(\.line) == [2] && found.unread == nil)
    var closed = Self.ufw
    closed["/etc/ufw/after.rules"] = ":DOCKER-USER - [0:0]\n-A DOCKER-USER -j DROP\n"
    #expect(Self.facts(closed).firewall.content?.guardsDocker == true)
    #expect(Self.facts(["/etc/ufw/ufw.conf": "ENABLED=no\n"]).firewall.content?.enabled == false)
    #expect(Self.facts().firewall == .absent)
  }

  @Test(arguments: ["/etc/default/ufw", "/etc/ufw/user.rules", "/etc/ufw/after.rules", "/etc/ufw/before.rules"])
  func `a rule file that may not be read leaves the rules unknown`(path: String) {
    var texts = Self.ufw
    texts[path] = nil
    #expect(Self.facts(texts, denied: [path]).firewall.content?.unread == "\(path): permission denied")
    #expect(
      Self.facts([:], denied: ["/etc/ufw/ufw.conf"]).firewall == .unread("/etc/ufw/ufw.conf: permission denied"))
  }

  // MARK: everything else

  @Test func `what may not be read is unread and not absent`() {
    let facts = Self.facts(
      ["/etc/debian_version": "12"],
      denied: [
        "/etc/group", "/run/docker.sock", "/etc/docker/daemon.json", "/etc/apt/apt.conf.d", "/run/reboot-required",
        "/sys/class/dmi/id/sys_vendor", "/etc/nftables.conf", "/home/ada/.ssh/config",
      ])
    #expect(facts.groups == .unread("/etc/group: permission denied"))
    #expect(facts.dockerUnread == "/run/docker.sock: permission denied")
    #expect(facts.dockerDaemon == .unread("/etc/docker/daemon.json: permission denied"))
    #expect(facts.updates == .unread("/etc/apt/apt.conf.d: permission denied"))
    #expect(facts.isRebootPending == nil)
    #expect(facts.cloud == .unread("/sys/class/dmi/id/sys_vendor: permission denied"))
    #expect(facts.metadataUnread == "/etc/nftables.conf: permission denied")
    #expect(facts.tunnelProblems == ["/home/ada/.ssh/config: permission denied"])
    #expect(Self.facts([:], denied: ["/etc/passwd"]).accountsUnread == "/etc/passwd: permission denied")
    #expect(Self.facts([:], denied: ["/home/ada"]).tunnelProblems == ["/home/ada: permission denied"])
  }

  @Test(arguments: ["/etc/systemd/system/docker.service", "/etc/systemd/system/docker.service.d"])
  func `how the engine is started is unknown where its unit may not be read`(path: String) {
    #expect(Self.facts([:], denied: [path]).dockerUnread == "\(path): permission denied")
  }

  @Test func `the engine's addresses stand in its file, its unit and the unit's drop-ins`() {
    let unit = "[Service]\nExecStart=/usr/bin/dockerd -H fd:// --host=tcp://0.0.0.0:2375\n"
    let facts = Self.facts([
      "/usr/lib/systemd/system/docker.service": unit,
      "/etc/docker/daemon.json": #"{"hosts":["unix:///run/docker.sock"]}"#,
    ])
    #expect(facts.dockerDaemon.content?["hosts"] == "unix:///run/docker.sock tcp://0.0.0.0:2375")
    #expect(facts.dockerDaemonFile == "/usr/lib/systemd/system/docker.service")
    let hidden = Self.facts([
      "/usr/lib/systemd/system/docker.service": unit,
      "/etc/systemd/system/docker.service": "[Service]\nExecStart=/usr/bin/dockerd\n",
    ])
    #expect(hidden.dockerDaemon == .absent)
    #expect(
      Self.facts(["/etc/docker/daemon.json": "{\n \"a\" }"]).dockerDaemon
        == .unread("/etc/docker/daemon.json, line 2, column 6: not JSON: expected `:` after the name, found `}`"))
  }

  @Test func `the group that an account has first, and members without end, are read`() {
    #expect(Self.facts().primaryGroups["ada"] == 27)
    let names = (0..<2000).map { "user\($0)" }.joined(separator: ",")
    let groups = Self.facts(["/etc/group": "docker:x:9:\(names),ada\n"]).groups.content
    #expect(groups?.first?.members.last == "ada" && groups?.first?.members.count == 2001)
  }

  @Test(arguments: [
    ("a*.conf", "a.conf", true), ("a*.conf", "abc.conf", true), ("*", "", true), ("?", "x", true), ("?", "", false),
    ("*.conf", "a.confx", false), ("a*b*c", "aXbYbZc", true), ("a*b*c", "aXbYbZ", false), ("", "", true),
    ("**", "xyz", true), ("x", "y", false),
  ])
  func `a pattern names what it names`(pattern: String, name: String, isMatch: Bool) {
    #expect(PathPattern.matches(Array(name.utf8), Array(pattern.utf8)) == isMatch)
  }
}
