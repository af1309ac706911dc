import Model
import Platform
import Testing

@testable import Exposure

struct SearchTests {
  @Test("a value is reported with its place and without itself")
  func place() throws {
    var draw = Draw()
    let value = "dop_v1_" + draw.text(64, Draw.hex)
    var files = MemoryFiles()
    files.add(
      "/home/me/.config/doctl/config.yaml", "context: default\naccess-token: \(value)\n",
      modified: Timestamp(seconds: 1_700_000_000))
    let look = look(files)
    let jewel = try #require(look.jewels.first)
    #expect(look.jewels.count == 1)
    #expect(jewel.kind == "digitalocean_token")
    #expect(jewel.place.path == "~/.config/doctl/config.yaml")
    #expect(jewel.place.line == 2)
    #expect(jewel.place.key == "access-token")
    #expect(jewel.confidence == .high)
    #expect(jewel.modified == Timestamp(seconds: 1_700_000_000))
    #expect(!"\(look)".contains(value.dropFirst(7).prefix(12)))
  }

  @Test("the same value has one fingerprint in every place and under every name, and another under another key")
  func fingerprint() throws {
    var draw = Draw(5)
    let value = draw.text(40)
    var files = MemoryFiles()
    files.add("/home/me/a/.env", "SESSION_SECRET=\(value)\n")
    files.add("/home/me/b/.env", "export OTHER_TOKEN=\"\(value)\"\nAGAIN_TOKEN=\(value)\n")
    let look = look(files)
    #expect(look.jewels.map(\.count).sorted() == [1, 2])
    #expect(Set(look.jewels.map(\.fingerprint)).count == 1)
    let print = try #require(look.jewels.first?.fingerprint)
    #expect(print.split(separator: ":").map(\.count) == [3, 4, 16])
    let other = Exposure.search(
      home: .init(path: "/home/me"), files: files, key: FingerprintKey([UInt8](repeating: 8, count: 32))!, now: testNow)
    #expect(other.jewels.first?.fingerprint != print)
    #expect(FingerprintKey([1, 2, 3]) == nil)
  }

  @Test("folders are not followed through links, and a known file is")
  func links() {
    var draw = Draw(6)
    var files = MemoryFiles()
    files.add(
      "/home/me/dotfiles/npmrc.private",
      "//r.example/:_authToken=\(draw.text(8, Draw.hex))-\(draw.text(4, Draw.hex))-\(draw.text(4, Draw.hex))-\(draw.text(4, Draw.hex))-\(draw.text(12, Draw.hex))\n"
    )
    files.add(link: "/home/me/.npmrc", to: "dotfiles/npmrc.private")
    files.add(link: "/home/me/loop", to: "/home/me")
    files.add("/srv/other/.env", "API_SECRET=\(draw.text(32))\n")
    files.add(link: "/home/me/elsewhere", to: "/srv/other")
    let look = look(files)
    #expect(look.jewels.map(\.place.path) == ["~/.npmrc"])
    #expect(look.jewels.first?.place.target != nil)
    #expect(look.skipped[.symbolicLink] == 2)
  }

  @Test("what is no file is not read, what is denied is said")
  func special() {
    var files = MemoryFiles()
    files.add(node: "/home/me/.env", .file([], FileStatus(kind: .other, mode: 0o600)))
    files.deny("/home/me/.aws")
    files.add(node: "/home/me/.ssh/agent/s.x.agent.y", .file([], FileStatus(kind: .socket, mode: 0o600)))
    let look = look(files)
    #expect(look.jewels.map(\.kind) == ["ssh_agent_socket"])
    #expect(look.blind.contains { $0.reason == .denied })
    #expect((look.skipped[.notRegular] ?? 0) >= 1)
  }

  @Test("packages are left out and counted, and looked through with all")
  func pruning() {
    var draw = Draw(8)
    var files = MemoryFiles()
    files.add("/home/me/p/node_modules/x/.env", "API_SECRET=\(draw.text(32))\n")
    #expect(look(files).jewels.isEmpty)
    #expect(look(files).skipped[.pruned] == 1)
    var limits = Exposure.Limits()
    limits.all = true
    #expect(look(files, limits: limits).jewels.count == 1)
  }

  @Test("variables of the agent move its places")
  func moved() {
    var draw = Draw(11)
    var files = MemoryFiles()
    files.add(directory: "/home/me")
    files.add("/data/cfg/hcloud/cli.toml", "[[contexts]]\ntoken = \"\(draw.text(64))\"\n")
    let look = look(files, variables: ["XDG_CONFIG_HOME": "/data/cfg"])
    #expect(look.jewels.map(\.kind) == ["hetzner_token"])
  }

  @Test("folders deeper than the limit are counted, a long file is read in part")
  func limits() {
    var draw = Draw(12)
    var files = MemoryFiles()
    files.add("/home/me/" + String(repeating: "d/", count: 40) + ".env", "API_SECRET=\(draw.text(32))\n")
    files.add("/home/me/big.json", "{\"a\": \"" + String(repeating: "x", count: 5_000) + "\"}")
    var limits = Exposure.Limits()
    limits.file = 1_000
    let look = look(files, limits: limits)
    #expect(look.jewels.isEmpty)
    #expect(look.skipped[.tooDeep] == 1)
    #expect(look.skipped[.cut] == 1)
  }

  @Test("when time is over, what was not read is listed")
  func time() {
    var files = MemoryFiles()
    for number in 0..<20 { files.add("/home/me/p\(number)/settings.json", "{}") }
    var seconds = 0.0
    let look = Exposure.search(
      home: .init(path: "/home/me"), files: files, key: testKey, now: testNow,
      clock: {
        seconds += 4
        return seconds
      })
    #expect(look.blind.contains { $0.reason == .timeOut })
  }

  @Test("whoever watches is told, and can stop")
  func progress() {
    var files = MemoryFiles()
    for number in 0..<20 { files.add("/home/me/p\(number)/settings.json", "{}") }
    var stages: [Exposure.Progress.Stage] = []
    let look = Exposure.search(
      home: .init(path: "/home/me"), files: files, key: testKey, now: testNow,
      progress: {
        stages.append($0.stage)
        return false
      })
    #expect(stages.first == .knownPlaces)
    #expect(look.files == 0)
  }

  @Test("escape sequences in names and values are shown, not obeyed")
  func hostileNames() {
    var draw = Draw(13)
    var files = MemoryFiles()
    files.add("/home/me/\u{1B}[31mx/.env", "API_SECRET=\(draw.text(32))\n")
    files.add("/home/me/.pgpass", "\u{1B}[2Jhost:5432:db:user:\(draw.text(16))\n")
    for jewel in look(files).jewels {
      #expect(!jewel.place.path.contains("\u{1B}"))
      #expect(!jewel.facts.contains { $0.value.contains("\u{1B}") })
    }
  }

  @Test("reasons add up to the severity", arguments: [UInt16(0o600), 0o644])
  func severity(mode: UInt16) throws {
    var draw = Draw(14)
    var files = MemoryFiles()
    files.add("/home/me/.vault-token", "hvs.\(draw.text(24))", mode: mode)
    let jewel = try #require(look(files).jewels.first)
    #expect(jewel.severity == min(5, max(0, jewel.reasons.map(\.change).reduce(0, +))))
  }
}

extension SearchTests {
  @Test("an address beside a credential is shown without its login")
  func neighbours() throws {
    var draw = Draw(15)
    let other = draw.text(16)
    var files = MemoryFiles()
    files.add(
      "/home/me/.jfrog/jfrog-cli.conf.v6",
      "{\"servers\": [{\"url\": \"https://bot:\(other)@acme.example/x?sig=\(other)\", \"accessToken\": \"cmVmdGtuO\(draw.text(55))\"}]}"
    )
    let look = look(files)
    let jewel = try #require(look.jewels.first { $0.kind == "artifactory_token" })
    #expect(jewel.facts.contains(.init("url", "https://acme.example/x")))
    #expect(!"\(look)".contains(other))
  }
}
