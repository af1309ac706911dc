import Installations
import Matching
import Platform
import Testing

/// What is read beside the configuration.
@Suite struct DetailsTests {
  private let state = "/home/ada/.openclaw"

  private func details(_ change: (inout MemoryFiles) -> Void) throws -> OpenClawDetails {
    var files = Eras.machine
    files.add("\(state)/openclaw.json", "{}")
    change(&files)
    let installation = try #require(Eras.find(files).installations.first { $0.stateDirectory == state })
    return try #require(installation.details)
  }

  @Test func `documents are read with their credentials cut out`() throws {
    let details = try details { files in
      files.add(
        "\(state)/exec-approvals.json",
        #"{"version": 1, "socket": {"token": "so-secret-a-token-0123456789"}, "defaults": {"ask": "off"}}"#)
      files.add("\(state)/cron/jobs.json", "{")
    }
    let approvals = try #require(details.documents(.approvals).first)
    #expect(approvals.configuration?["defaults.ask"]?.string == "off")
    #expect(!"\(details)".contains("so-secret"))
    #expect(details.documents(.jobs).first?.problem?.hasPrefix("not JSON: ") == true)
    #expect(details.documents(.devices).isEmpty)
  }

  @Test func `a document that is too large or refused says so and is not read`() throws {
    let details = try details { files in
      files.add("\(state)/cron/jobs.json", bytes: Array(repeating: 0x20, count: (1 << 20) + 1))
      files.deny("\(state)/exec-approvals.json")
      files.add(directory: "\(state)/devices/paired.json")
    }
    #expect(details.documents(.jobs).first?.problem == "larger than 1 MB; not read")
    #expect(details.documents(.approvals).first?.problem == "permission denied")
    #expect(details.documents(.devices).first?.problem == "it is no regular file")
  }

  @Test func `pairing stores are counted, and who is in them is not kept`() throws {
    let details = try details { files in
      files.add(
        "\(state)/credentials/telegram-allowFrom.json", #"{"version": 1, "allowFrom": ["5550100", "@somebody", "*"]}"#)
      files.add("\(state)/credentials/slack-work-allowFrom.json", #"["U1"]"#)
      files.add("\(state)/credentials/broken-allowFrom.json", "{")
    }
    #expect(
      details.allowStores == [
        .init(
          channel: "slack", account: "work", path: "\(state)/credentials/slack-work-allowFrom.json", count: 1, named: 1),
        .init(
          channel: "telegram", path: "\(state)/credentials/telegram-allowFrom.json", count: 3, hasWildcard: true,
          named: 1),
      ])
    #expect(!"\(details)".contains("somebody"))
  }

  @Test func `plugins come with their version, entries, mode and owner`() throws {
    let details = try details { files in
      files.add(directory: "\(state)/extensions/a", mode: 0o775, owner: 1001)
      files.add("\(state)/extensions/a/openclaw.plugin.json", #"{"id": "alpha"}"#)
      files.add("\(state)/extensions/a/package.json", #"{"version": "1.2.3", "openclaw": {"extensions": ["./i.js"]}}"#)
      files.add("\(state)/extensions/.installing/x", "")
      files.add(directory: "/srv/b")
      files.add("\(state)/openclaw.json", "{plugins: {load: {paths: ['/srv/b', '~/none', 'relative']}}}")
    }
    #expect(
      details.plugins == [
        .init(
          id: "alpha", folder: "\(state)/extensions/a", version: "1.2.3", entries: ["./i.js"], mode: 0o775, owner: 1001),
        .init(id: "b", folder: "/srv/b"),
      ])
  }

  @Test func `skills of every workspace are found, and links that lead out`() throws {
    let details = try details { files in
      files.add("\(state)/openclaw.json", "{agents: {list: [{id: 'a', workspace: '~/work'}]}}")
      files.add("/home/ada/work/SOUL.md", "x", mode: 0o666)
      files.add("/home/ada/work/skills/deep/er/one/SKILL.md", "x")
      files.add("/home/ada/work/skills/deep/er/one/config/mcporter.json", "{}")
      files.add("/srv/SKILL.md", "x", mode: 0o644)
      files.add(link: "/home/ada/work/skills/two/SKILL.md", to: "/srv/SKILL.md")
      files.add("\(state)/skills/three/SKILL.md", "x")
    }
    #expect(details.workspaces == ["/home/ada/work"])
    #expect(details.workspaceFiles.map(\.path) == ["/home/ada/work", "/home/ada/work/SOUL.md"])
    #expect(details.skills.map(\.name) == ["one", "two", "three"])
    #expect(details.skills.map(\.escapesTo) == [nil, "/srv/SKILL.md", nil])
    #expect(details.documents(.registry).count == 1)
    #expect(details.truncatedSkills == [])
  }

  @Test func `a folder of thousands is not walked to its end, and that is told`() throws {
    let details = try details { files in
      for index in 0..<4100 { files.add(directory: "\(state)/skills/d\(index)") }
    }
    #expect(details.truncatedSkills == ["\(state)/skills"])
  }

  @Test func `version control, lingering, links and browsers are seen`() throws {
    let details = try details { files in
      files.add(directory: "/home/ada/.git")
      files.add("/var/lib/systemd/linger/ada", "", mode: 0o644, owner: 0)
      files.add("/srv/oc.json", "{}", mode: 0o644)
      files.add(link: "\(state)/openclaw.json", to: "/srv/oc.json")
      files.add(directory: "\(state)/browser/openclaw/user-data", mode: 0o755)
    }
    #expect(details.workTree == "/home/ada/.git")
    #expect(details.linger == true)
    #expect(details.configurationLink == "/srv/oc.json")
    #expect(details.browserProfiles.map(\.status.mode) == [0o755])
    let none = try self.details { _ in }
    #expect(none.workTree == nil && none.linger == false && none.configurationLink == nil)
  }

  @Test func `logins are known by kind and end`() throws {
    let details = try details { files in
      files.add(
        "\(state)/agents/main/agent/auth-profiles.json",
        #"{"profiles": {"a": {"type": "token", "token": "x"}, "b": {"type": "oauth", "access": "y", "expires": 5}}}"#)
    }
    #expect(details.profiles.map(\.type) == ["token", "oauth"])
    #expect(details.profiles.map(\.expires) == [nil, 5])
  }

  @Test func `no file beside the configuration is too odd to be read`() throws {
    let seeds = [
      ("exec-approvals.json", #"{"defaults": {"ask": "off"}, "agents": {"a": {"allowlist": [{"pattern": "x"}]}}}"#),
      ("cron/jobs.json", #"[{"name": "a", "payload": {}}]"#),
      ("credentials/telegram-allowFrom.json", #"{"allowFrom": ["1", 2, null]}"#),
      ("extensions/a/package.json", #"{"openclaw": {"extensions": "i.js"}, "version": 3}"#),
      ("extensions/a/openclaw.plugin.json", #"{"id": ["a"]}"#),
      ("agents/main/agent/auth-profiles.json", #"{"profiles": {"a": {"type": 1, "expires": "x"}}}"#),
      ("skills/s/config/mcporter.json", "{}"),
    ]
    var state: UInt64 = 0x2545_F491_4F6C_DD1D
    for round in 0..<600 {
      let details = try details { files in
        files.add("\(self.state)/skills/s/SKILL.md", "")
        for (name, text) in seeds {
          var bytes = Array(text.utf8)
          for _ in 0..<(round % 4) {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            bytes[Int(state >> 8) % bytes.count] = UInt8(truncatingIfNeeded: state >> 40)
          }
          files.add("\(self.state)/\(name)", bytes: round % 5 == 4 ? Array(bytes.dropLast(Int(state & 31))) : bytes)
        }
      }
      #expect(details.documents.allSatisfy { ($0.configuration == nil) != ($0.problem == nil) })
      #expect(details.plugins.count == 1 && details.skills.count == 1)
    }
  }

  @Test(arguments: [("CRYPT-LUKS2-0f-home", true), ("LVM-abc", false)] as [(String, Bool)])
  func `encryption is seen through the layers of the block device`(uuid: String, isEncrypted: Bool) throws {
    func find(major: UInt64) throws -> OpenClawDetails {
      try details { files in
        files.add(
          node: state, .directory(FileStatus(kind: .directory, mode: 0o700, owner: 1000, device: major << 8 | 1)),
          owner: 1000)
        files.add(link: "/sys/dev/block/253:1", to: "/sys/devices/virtual/block/dm-1")
        files.add("/sys/devices/virtual/block/dm-1/dm/uuid", "LVM-root", mode: 0o444, owner: 0)
        files.add(directory: "/sys/devices/virtual/block/dm-1/slaves/dm-0", mode: 0o755, owner: 0)
        files.add(link: "/sys/class/block/dm-0", to: "/sys/devices/virtual/block/dm-0")
        files.add("/sys/devices/virtual/block/dm-0/dm/uuid", uuid, mode: 0o444, owner: 0)
        // A layer that names itself must not be walked for ever.
        files.add(directory: "/sys/devices/virtual/block/dm-0/slaves/dm-0", mode: 0o755, owner: 0)
      }
    }
    #expect(try find(major: 253).isEncrypted == isEncrypted)
    #expect(try find(major: 0).isEncrypted == nil)
    #expect(try find(major: 8).isEncrypted == nil)
  }
}
