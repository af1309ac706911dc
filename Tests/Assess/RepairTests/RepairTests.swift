import Model
import Platform
import Testing

@testable import Repair

#if canImport(Glibc)
  import Glibc
#endif

/// A folder of its own with a configuration in it, and a state directory.
private final class Bench {
  let root: StateDirectory
  let state: StateDirectory
  let home: String
  var configuration: String { "\(home)/openclaw.json" }

  init(_ text: String, mode: UInt16 = 0o644) throws {
    root = try StateDirectory.temporary("repair")
    state = try StateDirectory("\(root.path)/state")
    home = try SystemFiles().realPath(try StateDirectory("\(root.path)/home").path)
    try StateDirectory.replace("\(home)/openclaw.json", in: home, with: Array(text.utf8))
    try HeldFolder(home).setMode("openclaw.json", mode)
  }

  deinit {
    if let names = try? SystemFiles().list("\(state.path)/fixes") {
      for name in names { unsafe unlink("\(state.path)/fixes/\(name)") }
    }
    unsafe rmdir("\(state.path)/fixes")
    root.remove()
  }

  var text: String { (try? SystemFiles().text(configuration)) ?? "" }
  func write(_ text: String) throws { try StateDirectory.replace(configuration, in: home, with: Array(text.utf8)) }
  var mode: UInt16? { try? SystemFiles().status(configuration, followingLinks: false).mode }

  func finding(_ edit: Finding.Edit, agent: String = "a1", automatic: Bool = true) -> Finding {
    Finding(
      rule: "r", title: "t", severity: .high, outcome: .fail, agent: agent, evidence: "e", why: "w",
      fix: Finding.Fix("f", automatic: automatic, edit: edit))
  }
}

@Suite struct RepairTests {
  static let now = Timestamp(seconds: 1_795_700_000)
  static let text = "{\n  // mine\n  logging: { redactSensitive: 'off' },\n}\n"

  @Test func `a fix changes what it says, keeps the rest, and is taken back to the byte`() throws {
    let bench = try Bench(Self.text)
    let repair = Fixes(state: bench.state)
    let plan = repair.plan([
      bench.finding(.mode(path: bench.configuration, 0o600)),
      bench.finding(.set(file: bench.configuration, key: ["logging", "redactSensitive"], "tools")),
      bench.finding(.set(file: bench.configuration, key: ["gateway", "rateLimit"], 10), automatic: false),
    ])
    #expect(plan.refused.isEmpty)
    let operation = try #require(plan.operations.first)
    #expect(plan.operations.count == 1 && operation.findings.count == 2)
    #expect(bench.text == Self.text, "a plan changes nothing")
    let (record, refused) = try repair.apply(plan.operations, now: Self.now)
    #expect(refused.isEmpty && record.changes.count == 1)
    #expect(bench.text == "{\n  // mine\n  logging: { redactSensitive: \"tools\" },\n}\n")
    #expect(bench.mode == 0o600)
    let (restored, left) = try repair.undo()
    #expect(restored.count == 1 && left.isEmpty)
    #expect(bench.text == Self.text && bench.mode == 0o644)
    #expect(throws: Fixes.UndoProblem.nothing) { _ = try repair.undo() }
  }

  @Test func `a file that somebody changed in between is left alone, by the fix and by its undoing`() throws {
    let bench = try Bench(Self.text)
    let repair = Fixes(state: bench.state)
    let finding = bench.finding(.set(file: bench.configuration, key: ["a"], 1))
    let stale = repair.plan([finding]).operations
    try bench.write("{}")
    let (_, refused) = try repair.apply(stale, now: Self.now)
    #expect(refused.count == 1 && bench.text == "{}")
    let (_, none) = try repair.apply(repair.plan([finding]).operations, now: Self.now.advanced(bySeconds: 1))
    #expect(none.isEmpty)
    try bench.write("{\"mine\": true}")
    let (restored, left) = try repair.undo()
    #expect(restored.isEmpty && left.count == 1 && bench.text == "{\"mine\": true}")
    let (forced, rest) = try repair.undo(force: true)
    #expect(forced.count == 1 && rest.isEmpty && bench.text == "{}")
    #expect(try SystemFiles().text("\(bench.home)/openclaw.json.before-undo") == "{\"mine\": true}")
  }

  @Test func `a link is not followed to change something`() throws {
    let bench = try Bench(Self.text)
    let link = "\(bench.home)/link.json"
    #expect(unsafe symlink(bench.configuration, link) == 0)
    #expect(unsafe symlink(bench.home, "\(bench.home)/there") == 0)
    let repair = Fixes(state: bench.state)
    for path in [link, "\(bench.home)/there/openclaw.json"] {
      let plan = repair.plan([
        bench.finding(.mode(path: path, 0o600)), bench.finding(.set(file: path, key: ["a"], 1)),
      ])
      #expect(plan.operations.isEmpty && plan.refused.count == 2)
      #expect(plan.refused.allSatisfy { $0.reason.contains("link") })
    }
  }

  @Test func `a broken file is refused with the place`() throws {
    let bench = try Bench("{\n  a: \n}")
    let plan = Fixes(state: bench.state).plan([bench.finding(.set(file: bench.configuration, key: ["b"], 1))])
    #expect(plan.operations.isEmpty && plan.refused.first?.reason.hasPrefix("line 3, column 1") == true)
  }

  @Test func `what was done for one agent is taken back for that one alone`() throws {
    let bench = try Bench(Self.text)
    try StateDirectory.replace("\(bench.home)/other.json", in: bench.home, with: Array("{}".utf8))
    let repair = Fixes(state: bench.state)
    let plan = repair.plan([
      bench.finding(.set(file: bench.configuration, key: ["a"], 1)),
      bench.finding(.set(file: "\(bench.home)/other.json", key: ["a"], 1), agent: "b2"),
    ])
    _ = try repair.apply(plan.operations, now: Self.now)
    let (restored, _) = try repair.undo(agent: "b2")
    #expect(restored.map(\.path) == ["\(bench.home)/other.json"])
    #expect(bench.text != Self.text)
    _ = try repair.undo(agent: "a1")
    #expect(bench.text == Self.text)
  }

  @Test func `a difference shows the changed lines with a few around`() {
    let before = Array("a\nb\nc\nd\ne\nf\n".utf8)
    let hunks = Difference.hunks(before, Array("a\nb\nc\nD\ne\nf\n".utf8), around: 1)
    #expect(hunks.map(\.first) == [3])
    #expect(hunks.first?.lines.map(\.text) == ["c", "d", "D", "e"])
    #expect(hunks.first?.lines.map(\.kind) == [.same, .removed, .added, .same])
    #expect(Difference.hunks(before, before).isEmpty)
  }

  @Test func `changes far from each other are shown apart, without what lies between`() {
    let numbers = (1...30).map(String.init)
    let before = Array(numbers.joined(separator: "\n").utf8)
    var changed = numbers
    changed[1] = "two"
    changed[27] = "twenty-eight"
    changed.insert("more", at: 28)
    let hunks = Difference.hunks(before, Array(changed.joined(separator: "\n").utf8), around: 2)
    #expect(hunks.map(\.first) == [1, 26])
    #expect(hunks.map { $0.lines.count { $0.kind == .same } } == [3, 4])
    #expect(hunks.last?.lines.filter { $0.kind == .added }.map(\.text) == ["twenty-eight", "more"])
  }

  @Test func `a difference shows no value that may be a secret`() throws {
    let text = """
      {
        // the token was abcd1234efgh5678 once
        token: 'changeme', pin: 4711, mode: 'off', name: 'Uma Thurston 12',
        channels: { slack: { headers: ['x-y: secretive'] } }, a: 'off',
      }
      """
    let bench = try Bench(text)
    let plan = Fixes(state: bench.state).plan([
      bench.finding(.set(file: bench.configuration, key: ["a"], "Set by us: 0123456789abcdef"))
    ])
    let shown = try #require(plan.operations.first).hunks.flatMap(\.lines).map(\.text).joined(separator: "\n")
    for secret in ["changeme", "4711", "abcd1234", "Uma", "secretive"] { #expect(!shown.contains(secret)) }
    for word in ["mode: 'off'", "the token was … once", "a: 'off'", "a: \"Set by us: "] {
      #expect(shown.contains(word), "\(word) in \(shown)")
    }
  }
}
