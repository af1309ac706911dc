import Installations
import Platform
import Testing

/// Made-up homes: timers and launchd's folders start an agent too.
@Suite struct TimerTests {
  private func launches(_ change: (inout MemoryFiles) -> Void) throws -> [Installation.Launch] {
    var files = Eras.machine
    files.add("/home/ada/.openclaw/openclaw.json", "{}")
    change(&files)
    return try #require(Eras.find(files).installations.first { $0.stateDirectory == "/home/ada/.openclaw" }).launches
  }

  static let service = "[Service]\nUser=ada\nExecStart=/usr/bin/openclaw agent --message x --allow-unconfigured\n"

  @Test func `a timer starts what its service runs, with the line of its time`() throws {
    let found = try launches {
      $0.add("/etc/systemd/system/nightly.service", Self.service, mode: 0o644, owner: 0)
      $0.add("/etc/systemd/system/nightly.timer", "[Timer]\nOnCalendar=daily\n", mode: 0o644, owner: 0)
      $0.add(
        "/etc/systemd/system/other.timer", "[Timer]\nOnBootSec=5min\nUnit=nightly.service\n", mode: 0o644, owner: 0)
      $0.add("/etc/systemd/system/idle.timer", "[Timer]\nOnCalendar=daily\n", mode: 0o644, owner: 0)
    }
    #expect(found.map(\.origin) == [.unit, .timer, .timer])
    #expect(found.map(\.file).suffix(2) == ["/etc/systemd/system/nightly.timer", "/etc/systemd/system/other.timer"])
    #expect(found[1].words.contains("--allow-unconfigured") && found[1].line == 2)
    #expect(found[1]["OnCalendar"]?.value == "daily" && found[1]["User"]?.value == "ada")
  }

  @Test func `a user's timer counts, and so does one of a template`() throws {
    let found = try launches {
      let folder = "/home/ada/.config/systemd/user"
      $0.add("\(folder)/ask@.service", "[Service]\nExecStart=/usr/bin/openclaw agent -m %i\n")
      $0.add("\(folder)/ask@news.timer", "[Timer]\nOnUnitActiveSec=1h\n")
    }
    #expect(found.map(\.origin) == [.unit, .timer])
  }

  @Test func `a timer that may not be read hides a start`() throws {
    var files = Eras.machine
    files.add("/home/ada/.openclaw/openclaw.json", "{}")
    files.add("/etc/systemd/system/nightly.service", Self.service, mode: 0o644, owner: 0)
    files.deny("/etc/systemd/system/nightly.timer")
    let it = try #require(Eras.find(files).installations.first)
    #expect(it.unreadStarts == [.init(.timer, "/etc/systemd/system/nightly.timer", what: "permission denied")])
  }

  static func plist(_ rest: String) -> String {
    """
    <plist><dict>
    <key>ProgramArguments</key><array><string>/opt/bin/openclaw</string><string>gateway</string></array>
    \(rest)</dict></plist>
    """
  }

  @Test func `daemons and agents of launchd are starts, of the user that they name`() throws {
    let found = try launches {
      $0.add(
        "/Library/LaunchDaemons/a.plist", Self.plist("<key>UserName</key><string>ada</string>"), mode: 0o644, owner: 0)
      $0.add("/Library/LaunchDaemons/b.plist", Self.plist(""), mode: 0o644, owner: 0)
      $0.add("/Library/LaunchAgents/c.plist", Self.plist(""), mode: 0o644, owner: 0)
    }
    // Root's own starts what is root's.
    #expect(found.map(\.file) == ["/Library/LaunchDaemons/a.plist", "/Library/LaunchAgents/c.plist"])
    #expect(found.first?["user"]?.value == "ada" && found.first?.line == 2)
  }
}
