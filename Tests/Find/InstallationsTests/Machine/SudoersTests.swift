import Platform
import Testing

@testable import Installations

/// Made-up sudoers files.
@Suite struct SudoersTests {
  private func read(_ texts: [String: String], denied: [String] = []) -> MachineFacts.Reading<[MachineFacts.SudoGrant]>
  {
    var files = MemoryFiles()
    for (path, text) in texts { files.add(path, text, mode: 0o440, owner: 0) }
    for path in denied { files.deny(path) }
    let accounts = Accounts(passwd: "root:x:0:0::/root:/bin/sh\nada:x:1000:1000::/home/ada:/bin/bash\n")
    let groups = [MachineFacts.Group(name: "ops", id: 27, members: ["ada"])]
    var reader = SudoersReader(files: files, accounts: accounts, groups: groups)
    return reader.read()
  }

  private func grants(_ text: String) throws -> [MachineFacts.SudoGrant] {
    try #require(read(["/etc/sudoers": text]).content)
  }

  @Test(arguments: [
    ("ada ALL=(ALL) NOPASSWD: ALL", "ada", true, true), ("ada ALL=(ALL:ALL) ALL", "ada", false, true),
    ("%ops ALL = NOPASSWD: /usr/bin/apt", "%ops", true, false), ("ada ALL=(root) NOPASSWD:ALL", "ada", true, true),
    ("ada\tALL=(ALL)\tNOPASSWD:\tALL # all of it", "ada", true, true), ("#1000 ALL=NOPASSWD: ALL", "ada", true, true),
    ("%#27 ALL=NOPASSWD: ALL", "%ops", true, true), ("#4242 ALL=NOPASSWD: ALL", "#4242", true, true),
    ("ALL ALL=(ALL) NOPASSWD: SETENV: ALL", "ALL", true, true),
    ("ada ALL=NOPASSWD: /bin/a, PASSWD: ALL", "ada", true, false),
    ("ada ALL=(ALL) /bin/a, NOPASSWD: /bin/b", "ada", true, false),
    ("ada h1, h2 = (root) NOEXEC: NOPASSWD: ALL", "ada", true, true), ("\"ada\" ALL=NOPASSWD: ALL", "ada", true, true),
    ("+netops ALL=NOPASSWD: ALL", "+netops", true, true),
  ])
  func `who may do what without a password`(text: String, who: String, isFree: Bool, isAll: Bool) throws {
    let grants = try grants(text)
    #expect(grants.map(\.who) == [who])
    #expect(grants.first?.asksNoPassword == isFree && grants.first?.allowsEverything == isAll)
    #expect(grants.first?.place.line == 1)
  }

  @Test(arguments: [
    "", "# ada ALL=(ALL) NOPASSWD: ALL", "Defaults env_reset", "ada", "ada ALL", "ada=ALL", "Host_Alias H = a, b",
    "ada ALL=(bob) NOPASSWD: ALL", "ada ALL=(bob, eve : www) NOPASSWD: ALL", "Runas_Alias R = bob",
    "ada ALL = ", "=(ALL) ALL",
  ])
  func `what gives no right over root is none`(text: String) throws { #expect(try grants(text) == []) }

  @Test func `several users, aliases and continued lines are one right each`() throws {
    let grants = try grants(
      """
      User_Alias ADMINS = bob, ada : WEB = www
      Cmnd_Alias ANY = ALL, /bin/true
      ADMINS, eve ALL = \\
        (root) \\
        NOPASSWD: ANY
      WEB ALL = NOPASSWD: /bin/true
      """)
    #expect(grants.map(\.who) == ["bob", "ada", "eve", "www"])
    #expect(grants.map(\.allowsEverything) == [true, true, true, false])
    #expect(grants.map(\.place.line) == [3, 3, 3, 6])
  }

  @Test func `aliases that name each other end`() throws {
    let grants = try grants(
      "User_Alias A = B\nUser_Alias B = A, ada\nCmnd_Alias C = D\nCmnd_Alias D = C\nA ALL = NOPASSWD: C\n")
    #expect(grants.contains { $0.who == "ada" } && grants.count <= 1000)
    #expect(grants.allSatisfy { !$0.allowsEverything })
  }

  @Test(arguments: [
    ("Defaults !authenticate", true), ("Defaults:ada !authenticate", true), ("Defaults: ada !authenticate", true),
    ("Defaults:bob !authenticate", false), ("Defaults env_reset, !authenticate", true),
    ("Defaults authenticate", false), ("Defaults:bob,ada ! authenticate", true),
  ])
  func `a default that asks nobody is as good as NOPASSWD`(text: String, isFree: Bool) throws {
    let grants = try grants("\(text)\nada ALL=(ALL) ALL\n")
    #expect(grants.map(\.asksNoPassword) == [isFree] && grants[0].allowsEverything)
  }

  @Test func `included files are read, by either spelling and relative to the file that names them`() throws {
    let found = read([
      "/etc/sudoers": "@include more\n#includedir /etc/sudoers.d\n@includedir /srv/rights\n",
      "/etc/more": "ada ALL=NOPASSWD: /bin/a\n", "/etc/sudoers.d/10-x": "#include /etc/other\n",
      "/etc/sudoers.d/no.dot": "ada ALL=NOPASSWD: ALL\n", "/etc/sudoers.d/old~": "ada ALL=NOPASSWD: ALL\n",
      "/etc/other": "ada ALL=NOPASSWD: /bin/b\n", "/srv/rights/y": "ada ALL=NOPASSWD: /bin/c\n",
    ])
    #expect(found.content?.map(\.place.file) == ["/etc/more", "/etc/other", "/srv/rights/y"])
  }

  @Test func `a file that includes itself is read once`() {
    let found = read(["/etc/sudoers": "@include /etc/a\n", "/etc/a": "@include /etc/a\nada ALL=ALL\n"])
    #expect(found.content?.count == 1)
  }

  @Test(arguments: ["/etc/sudoers", "/etc/sudoers.d", "/etc/sudoers.d/x", "/etc/more"])
  func `where a part may not be read, nothing is said of the rest`(path: String) {
    var texts = [
      "/etc/sudoers": "@include /etc/more\n@includedir /etc/sudoers.d\n", "/etc/sudoers.d/a": "", "/etc/more": "",
    ]
    texts[path] = nil
    if path == "/etc/sudoers.d" { texts["/etc/sudoers.d/a"] = nil }
    #expect(read(texts, denied: [path]) == .unread("\(path): permission denied"))
  }

  @Test func `an include that cannot be followed is told`() {
    let found = read(["/etc/sudoers": "@include /etc/sudoers.%h\n"])
    #expect(found == .unread("/etc/sudoers includes /etc/sudoers.%h, which was not followed"))
    #expect(read([:]) == .absent)
  }
}
