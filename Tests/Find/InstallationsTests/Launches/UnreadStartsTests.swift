import Installations
import Model
import Platform
import Testing

/// Made-up homes: what may start an agent and could not be read is told of with each installation that it may start.
@Suite struct UnreadStartsTests {
  private func found(_ change: (inout MemoryFiles) -> Void) throws -> (Finder.Found, Installation) {
    var files = Eras.machine
    files.add("/home/ada/.openclaw/openclaw.json", "{}")
    change(&files)
    let found = Eras.find(files)
    return (found, try #require(found.installations.first { $0.stateDirectory == "/home/ada/.openclaw" }))
  }

  static let places: [(String, Installation.Launch.Origin)] = [
    ("/etc/crontab", .cron), ("/etc/cron.d", .cron), ("/etc/cron.d/agent", .cron), ("/etc/cron.daily/agent", .cron),
    ("/etc/anacrontab", .cron), ("/var/spool/cron/crontabs", .cron), ("/var/spool/cron/crontabs/ada", .cron),
    ("/var/spool/cron/crontabs/root", .cron), ("/home/ada/.bashrc", .shell), ("/home/ada/.zshenv", .shell),
    ("/home/ada/.bashrc.d", .shell), ("/home/ada/.config/fish/conf.d/a.fish", .shell),
    ("/home/ada/.config/autostart", .login), ("/home/ada/.config/autostart/a.desktop", .login),
    ("/home/ada/Library/LaunchAgents", .login), ("/home/ada/Library/LaunchAgents/a.plist", .login),
    ("/etc/systemd/system", .unit), ("/etc/systemd/system/agent.service", .unit),
    ("/home/ada/.config/systemd/user", .unit), ("/home/ada/.config/systemd/user/openclaw-gateway.service", .unit),
    ("/etc/containers/systemd", .quadlet), ("/home/ada/.config/containers/systemd/a.container", .quadlet),
    ("/home/ada/claw", .compose), ("/srv/claw/compose.yaml", .compose),
  ]

  @Test(arguments: places)
  func `a place that nobody may read is no place without a start`(
    path: String, origin: Installation.Launch.Origin
  ) throws {
    let (found, it) = try found { $0.deny(path) }
    #expect(it.unreadStarts.contains { $0.path == path && $0.origin == origin && $0.what == "permission denied" })
    // Folders that may hold a Compose file are many: they are told of with the installation alone.
    if origin != .compose || path.hasSuffix(".yaml") { #expect(found.blind.contains { $0.what == path }) }
  }

  @Test func `what was read in full hides nothing`() throws {
    let (found, it) = try found {
      $0.add("/etc/crontab", "@daily root true\n", mode: 0o644, owner: 0)
      $0.add("/home/ada/.bashrc", "alias ll='ls -l'\n")
      // A mask, and a start file that was switched off.
      $0.add(node: "/dev/null", .file([], FileStatus(kind: .other, mode: 0o666)))
      $0.add(link: "/etc/systemd/system/openclaw-gateway.service", to: "/dev/null")
      $0.add(link: "/home/ada/.zshrc", to: "/dev/null")
    }
    #expect(it.unreadStarts == [] && found.blind == [])
  }

  @Test func `the drop-in of a unit that nobody may read may change how it starts`() throws {
    let (_, it) = try found {
      $0.add(
        "/etc/systemd/system/openclaw-gateway.service",
        "[Service]\nUser=ada\nExecStart=/usr/bin/openclaw gateway\n", mode: 0o644, owner: 0)
      $0.deny("/etc/systemd/system/openclaw-gateway.service.d/token.conf")
    }
    #expect(it.unreadStarts.map(\.path) == ["/etc/systemd/system/openclaw-gateway.service.d/token.conf"])
  }

  @Test func `another user's crontab and files start what is that user's`() throws {
    let (_, it) = try found {
      $0.add(directory: "/home/bob", owner: 1001)
      $0.deny("/var/spool/cron/crontabs/bob")
      $0.deny("/home/bob/.bashrc")
    }
    #expect(it.unreadStarts == [])
  }

  @Test func `a home that is closed as a whole is one blind spot`() throws {
    let (found, _) = try found { $0.deny("/home/bob") }
    #expect(found.blind.map(\.what) == ["the home of bob (/home/bob)"])
  }

  @Test func `a file too large, of another kind or in a form that is not read hides what stands in it`() throws {
    let (_, it) = try found {
      $0.add("/home/ada/.bashrc", bytes: [UInt8](repeating: 0x20, count: (512 << 10) + 1))
      $0.add(node: "/home/ada/.profile", .file([], FileStatus(kind: .other, mode: 0o600, owner: 1000)))
      $0.add("/home/ada/Library/LaunchAgents/a.plist", "bplist00\u{1}")
    }
    #expect(
      it.unreadStarts.map(\.path).sorted() == [
        "/home/ada/.bashrc", "/home/ada/.profile", "/home/ada/Library/LaunchAgents/a.plist",
      ])
    #expect(it.problems.count == 3)
  }
}
