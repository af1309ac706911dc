import Formats
import Testing

@Suite struct UnitFileTests {
  static let text = """
    # made by the installer
    [Unit]
    Description=OpenClaw Gateway (profile: x, v2026.3.3)

    [Service]
    ExecStart=-/usr/bin/node "/opt/open claw/dist/index.js" \\
      gateway \\
    # a comment between continued lines
    ; and another
      --port 18789
    Environment=OPENCLAW_GATEWAY_PORT=18789 "OPENCLAW_GATEWAY_TOKEN=s3 cret" 'A=b\\x41\\s\\"c'
    Environment = HOME=%h
    EnvironmentFile=-/etc/default/openclaw
    Restart=no
    Restart=always
    this line is nothing
    [Install]
    WantedBy=default.target
    """

  @Test func `assignments keep section, name, value and line`() throws {
    let unit = UnitFile(Self.text, path: "/u/openclaw-gateway.service")
    #expect(unit.last("Unit", "Description")?.value == "OpenClaw Gateway (profile: x, v2026.3.3)")
    #expect(unit.last("Unit", "Description")?.line == 3)
    #expect(unit.last("Service", "Restart")?.value == "always")
    #expect(unit.last("Service", "Restart")?.line == 15)
    #expect(unit.last("Install", "WantedBy")?.value == "default.target")
    #expect(unit.last("Unit", "Restart") == nil)
    #expect(unit.skippedLines == [16])
  }

  @Test func `a command over several lines is one command, at its first line`() throws {
    let command = try #require(UnitFile(Self.text, path: "/u").commands().first)
    #expect(command.prefix == "-")
    #expect(command.arguments == ["/usr/bin/node", "/opt/open claw/dist/index.js", "gateway", "--port", "18789"])
    #expect(command.line == 6)
  }

  @Test func `the environment is split at blanks outside quotes`() {
    let variables = UnitFile(Self.text, path: "/u").environment
    #expect(variables.map(\.name) == ["OPENCLAW_GATEWAY_PORT", "OPENCLAW_GATEWAY_TOKEN", "A", "HOME"])
    #expect(variables.map(\.value) == ["18789", "s3 cret", "bA \"c", "%h"])
    #expect(variables.map(\.line) == [11, 11, 11, 12])
    #expect(UnitFile(Self.text, path: "/u").environmentFiles.map(\.file) == ["/etc/default/openclaw"])
    #expect(UnitFile(Self.text, path: "/u").environmentFiles.map(\.isOptional) == [true])
  }

  @Test func `a drop-in adds, and an empty assignment takes back`() {
    let unit = UnitFile(Self.text, path: "/u").merged(with: [
      UnitFile("[Service]\nEnvironment=\nEnvironment=B=2\n", path: "/u.d/10.conf"),
      UnitFile("[Service]\nExecStart=\nExecStart=/bin/true\nRestart=\n", path: "/u.d/20.conf"),
    ])
    #expect(unit.environment.map(\.name) == ["B"])
    #expect(unit.environment.map(\.path) == ["/u.d/10.conf"])
    #expect(unit.commands().map(\.arguments) == [["/bin/true"]])
    #expect(unit.last("Service", "Restart") == nil)
  }

  @Test(arguments: [
    ("a b\tc", ["a", "b", "c"]), ("", []), ("''", [""]), ("\"a b\"c", ["a bc"]), ("a\\ b", ["a\\ b"]),
    ("\"\\u00e9\\U0001F600\"", ["é😀"]), ("\\101\\x4", ["A\\x4"]), ("'open", ["open"]), ("a\\", ["a\\"]),
    ("\\uD800", ["\\uD800"]), ("'\\''", ["'"]),
  ])
  func `words are quoted as systemd quotes them`(text: String, words: [String]) {
    #expect(UnitFile.words(text) == words)
  }

  @Test func `a doubled backslash at the end continues nothing`() {
    let unit = UnitFile("[A]\nb=c\\\\\nd=e\nf=g\\", path: "/u")
    #expect(unit.entries.map(\.value) == ["c\\\\", "e", "g"])
  }

  @Test func `commands separated by a semicolon are two`() {
    let unit = UnitFile("[Service]\nExecStart=@/bin/a zero one ; !!/bin/b\nExecStart=-\n", path: "/u")
    #expect(unit.commands().map(\.arguments) == [["/bin/a", "zero", "one"], ["/bin/b"]])
    #expect(unit.commands().map(\.prefix) == ["@", "!!"])
  }

  @Test func `specifiers that are known are put in`() {
    #expect(UnitFile.expand("%h/.openclaw-%i 100%% %", ["h": "/home/ada", "i": "x"]) == "/home/ada/.openclaw-x 100% %")
    #expect(UnitFile.expand("%t/x", [:]) == "%t/x")
  }

  @Test func `no truncation or change of bytes traps`() {
    var random = SplitMix(state: 11)
    let bytes = Array((Self.text + "\nX='a\\x\\u00\\1\n").utf8)
    for length in 0...bytes.count {
      let unit = UnitFile(Array(bytes[..<length]), path: "/u")
      _ = (unit.commands(), unit.environment, unit.environmentFiles)
    }
    for _ in 0..<1000 {
      var changed = bytes
      changed[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
      let unit = UnitFile(changed, path: "/u")
      _ = (unit.commands(), unit.environment, unit.environmentFiles)
      #expect(unit.entries.count <= 40)
    }
  }

  /// Found by reading: each continued line copied all lines before it, so that a megabyte took minutes.
  @Test(.timeLimit(.minutes(10)))
  func `a file of nothing but continued lines costs what its length costs`() {
    let unit = UnitFile("[Service]\nExecStart=x " + String(repeating: "\\\n", count: 500_000), path: "/u/x.service")
    #expect(unit.entries.map(\.name) == ["ExecStart"])
    #expect(unit.commands().map(\.arguments) == [["x"]])
  }
}
