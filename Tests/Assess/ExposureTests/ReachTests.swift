import Knowledge
import Model
import Platform
import Testing

@testable import Exposure

/// A jewel as a search would make it, of a kind that the table has.
func jewel(
  _ kind: String = "pypi_token", _ path: String = "~/.pypirc", owner: UInt32 = 1000, group: UInt32 = 1000,
  mode: UInt16 = 0o600, severity: Int = 5, fingerprint: String? = "fp1:aaaa:bbbbbbbbbbbbbbbb", isSocket: Bool = false
) -> Jewel {
  let row = Rules.embedded.kinds.kinds.first { $0.name == kind }
  return Jewel(
    kind: kind, family: row?.family ?? .generic, title: row?.title ?? kind,
    place: .init(path: path, line: nil, key: nil, target: nil, owner: owner, group: group, mode: mode),
    facts: isSocket ? [.init("form", "socket")] : [], state: .live, protection: .none, confidence: .certain,
    severity: severity, reasons: [], consequence: row?.consequence ?? "", expires: nil, modified: nil, accessed: nil,
    fingerprint: fingerprint, count: 1)
}

func reach(
  _ jewels: [Jewel], user: UInt32? = 2000, groups: Set<UInt32>? = [2000], container: Reach.Container? = nil,
  folders: UInt16? = 0o755
) -> Reach {
  Reach(jewels, for: .init(home: "/home/me", user: user, groups: groups, container: container)) { _ in
    folders.map { Reach.Rights(owner: 1000, group: 1000, mode: $0) }
  }
}

struct ReachTests {
  @Test("rights decide: owner, then group, then everybody, and the first that fits alone")
  func rights() {
    #expect(reach([jewel()], user: 1000).answers == [.reached([.owner])])
    #expect(reach([jewel(mode: 0o640)], groups: [1000]).answers == [.reached([.group])])
    #expect(reach([jewel(mode: 0o644)]).answers == [.reached([.everybody])])
    #expect(reach([jewel(mode: 0o604)], groups: [1000]).answers[0].isOut)
    #expect(reach([jewel()]).answers[0].isOut)
    #expect(reach([jewel()], user: 0).answers == [.reached([.root])])
  }

  @Test("a folder that is closed keeps out, and one that was not seen is not measured")
  func folders() {
    #expect(reach([jewel(mode: 0o644)], folders: 0o700).answers[0].isOut)
    #expect(
      reach([jewel(mode: 0o644)], folders: nil).answers == [
        .notMeasured("the folders above it could not be looked at")
      ])
  }

  @Test("what is not known is not measured")
  func unknown() {
    #expect(reach([jewel()], user: nil).answers == [.notMeasured("its account is not known")])
    #expect(
      reach([jewel(mode: 0o640)], groups: nil).answers == [.notMeasured("the groups of its account are not known")])
  }

  @Test("in a container only what is mounted is reached")
  func mounts() {
    let mounted = Reach.Container(mounts: [.init(source: "/home/me", target: "/work", isReadOnly: true)])
    #expect(
      reach([jewel()], user: 1000, container: mounted).answers == [
        .reached([.owner, .mounted("/work/.pypirc", isReadOnly: true)])
      ])
    let other = Reach.Container(mounts: [.init(source: "/home/men", target: "/work")])
    #expect(reach([jewel()], user: 1000, container: other).answers[0].isOut)
    #expect(reach([jewel()], container: .init(isPrivileged: true)).answers == [.reached([.privileged])])
  }

  @Test("an engine's socket opens everything, and that of a user's own engine does not")
  func engine() {
    let socket = jewel(
      "docker_socket", "/run/docker.sock", owner: 0, group: 990, mode: 0o660, fingerprint: nil, isSocket: true)
    let found = reach([socket, jewel()], groups: [2000, 990])
    #expect(found.hasEngine)
    #expect(found.answers[1] == .reached([.engineSocket]))
    #expect(!reach([socket, jewel()]).hasEngine)
    let own = jewel(
      "docker_socket", "/run/user/2000/docker.sock", owner: 2000, mode: 0o600, fingerprint: nil, isSocket: true)
    #expect(!reach([own, jewel()]).hasEngine)
  }
}
