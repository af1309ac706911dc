import Installations
import Knowledge
import Matching
import Model
import Platform
import Posture

@testable import HostSensor

/// A home whose files are parts of the input, by their paths below it; read, and judged by every rule. Whatever they say:
/// nothing traps, and a credential of the environment file beside them is in nothing that comes out.
@Sendable func fuzzOpenClaw(_ bytes: [UInt8]) throws {
  let parts = Parts(bytes)
  var files = MemoryFiles()
  files.add("/etc/passwd", "ada:x:1000:1000:Ada:/home/ada:/bin/bash\n", mode: 0o644, owner: 0)
  files.add(directory: "/home/ada/.openclaw")
  for (name, part) in parts.all {
    let steps = name.split(separator: "/").filter { $0 != "." && $0 != ".." }
    let path = "/home/ada/" + (steps.isEmpty ? ".openclaw/openclaw.json" : steps.joined(separator: "/"))
    guard path.utf8.count < 400, !steps.contains(where: { isFile(files, $0, in: steps) }) else { continue }
    files.add(path, bytes: part, mode: part.count % 3 == 0 ? 0o644 : 0o600)
  }
  // Every configuration can use them by name, and includes them where it says so.
  files.add("/home/ada/.openclaw/planted.json5", "{gateway: {auth: {token: '\(planted)', mode: 'token'}}}")
  files.add("/home/ada/.config/openclaw/gateway.env", "OPENCLAW_GATEWAY_TOKEN=\(planted)\nFUZZ_API_KEY=\(planted)\n")
  files.add(
    "/home/ada/.config/systemd/user/openclaw-gateway.service",
    "[Service]\nExecStart=/usr/bin/openclaw gateway --token \(planted)\nEnvironment=ANTHROPIC_API_KEY=\(planted)\n")

  let found = Finder(files: files, fingerprints: HostLook.places(.embedded), tags: KeyedTag(key: 1, 2)).find()
  let isOurs = contains(bytes, planted)
  for installation in found.installations {
    try hold(installation.problems.count <= 400, "problems without end")
    if !isOurs, installation.kind == "openclaw" {
      var rest = installation
      rest.configuration = nil
      rest.files = []
      try hold(!"\(rest)".contains(planted), "a credential was kept")
      if let root = installation.configuration?.root { try hold(!shows(root, planted), "a credential was not cut") }
    }
    _ = installation.configuration?.agents
    _ = installation.configuration?.agentDefaults
    var subject = Subject(
      agent: Agent(
        id: "a1", kind: installation.kind, name: installation.kind, version: installation.version,
        host: Host(id: "h1", name: "box"), status: .running, firstSeen: now, lastSeen: now),
      installation: installation, now: now)
    for isSeen in [false, true] {
      if isSeen {
        subject.sockets = .seen([.init(Listener(address: .anyIPv4, port: 18789), owner: "pid 812 openclaw-gateway")])
        subject.account = .seen(.init(uid: 0))
        subject.container = .seen(nil)
        subject.tunnels = .seen([.init(name: "ngrok", isPublic: true, port: 18789, detail: "pid 990 ngrok")])
        subject.arguments = .seen(installation.units.first?.execStart ?? ["openclaw-gateway"])
        subject.environment = .seen(["HOME", "OPENCLAW_GATEWAY_TOKEN"])
      }
      let findings = assess(subject)
      try hold(!findings.isEmpty, "no rule said anything")
      try hold(0...100 ~= risk(of: findings).score, "a score beyond the scale")
      if !isOurs { try hold(!findings.contains { says($0, planted) }, "a finding shows a credential") }
    }
  }
}

/// Whether what an input can change of a finding holds a text.
private func says(_ finding: Finding, _ text: String) -> Bool {
  var all = [finding.evidence, finding.fix.text, finding.fix.command, finding.location.file]
  all += [finding.location.key, finding.location.address]
  if case .notMeasured(let reason) = finding.outcome { all.append(reason) }
  return all.contains { $0?.contains(text) == true }
}

private func shows(_ setting: Configuration.Setting, _ text: String) -> Bool {
  switch setting.content {
  case .string(let value): value.contains(text)
  case .array(let elements): elements.contains { shows($0, text) }
  case .object(let members): members.contains { $0.name.contains(text) || shows($0.setting, text) }
  default: false
  }
}

private let now = Timestamp(seconds: 1_795_700_000)

/// Whether a path would have to lead through a file.
private func isFile(_ files: MemoryFiles, _ step: Substring, in steps: [Substring]) -> Bool {
  guard let index = steps.firstIndex(of: step), index < steps.count - 1 else { return false }
  let above = "/home/ada/" + steps[...index].joined(separator: "/")
  return (try? files.status(above, followingLinks: true).kind) == .regular
}
