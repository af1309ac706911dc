import Formats
import Installations
import Matching
import Model
import Platform

/// Who may write to the agent, and what its program and its containers are made of.
extension NanoClawRules {
  static let inner = product.check(
    "inner-bypass", "Inside its container the agent asks nothing, and the container is weak", .medium,
    because: "the program starts the agent so that every question is skipped: the container is the only fence",
    reads: ["container/agent-runner/src/providers/claude.ts: permissionMode", "container-flags"], tier: 2,
    requirement: "H11", why: "Whatever gets past the container has nothing more before it.",
    remedy: "Harden the container, as container-flags says.", references: ["CWE-693"]
  ) { subject in
    let line = subject.files("runner").lazy.compactMap { layer in
      layer.configuration.root.array?.first { $0.string?.contains("bypassPermissions") == true }
    }.first
    let runner = subject.files("runner").first
    if let runner, line == nil {
      return [.pass("its program does not skip the questions", at: .init(file: runner.path))]
    }
    let place = Finding.Location(file: line?.file, line: line?.position.line)
    return inContainer(subject) { container in
      walls(container).map { answer in
        switch answer.outcome {
        case .pass: .pass("permissionMode is bypassPermissions, and \(answer.evidence)", at: place)
        case .fail: .fail("permissionMode is bypassPermissions, and \(answer.evidence)", at: place)
        case .notMeasured: answer
        }
      }
    }
  }

  // MARK: people

  static let sender = product.check(
    "sender-policy", "Strangers may command the agent", .critical,
    because: "a stranger's message is work for an agent that asks nothing",
    reads: ["data/v2.db: messaging_groups.unknown_sender_policy", "sender-allowlist.json"], tier: 1,
    requirement: "H18", why: "Anybody who finds the bot or joins the chat has commands run in its container.",
    remedy: "Set unknown_sender_policy to strict, or to request_approval.", references: ["CWE-284"]
  ) { subject in
    guard let installation = subject.installation else { return [.notMeasured(subject.installationMissing)] }
    if let state = installation.nanoClaw {
      let place = Finding.Location(file: state.path, key: "messaging_groups.unknown_sender_policy")
      let open = state.policies.filter { $0.policy == "public" }
      if open.isEmpty {
        return [.pass("\(state.policies.reduce(0) { $0 + $1.count }) groups of messages, none public", at: place)]
      }
      return FileRules.capped(
        open.map {
          .fail("\($0.count) of \(Configuration.Setting.shown($0.channel)): unknown_sender_policy is public", at: place)
        })
    }
    // The first version knows this file alone, and takes everybody without one.
    let failures = subject.files("policy").flatMap { layer -> [Answer] in
      let chats = (layer.configuration["chats"]?.members ?? []).prefix(500).map { ("chats", $0.setting) }
      let entries = [layer.configuration["default"].map { ("default", $0) }].compactMap(\.self) + chats
      return entries.compactMap { name, entry in
        guard let allow = entry["allow"], allow.string == "*" else { return nil }
        return .fail(
          "allow of \(name) is *", at: .init(file: layer.path, line: allow.position.line, key: "\(name).allow"))
      }
    }
    if !failures.isEmpty { return FileRules.capped(failures) }
    if let problem = installation.problems.first(where: { $0.path.hasSuffix("/data/v2.db") }) {
      return [.notMeasured("the database was not read: \(problem.what)", at: .init(file: problem.path))]
    }
    return [.notMeasured(checkout(subject) == nil ? noCheckout : "its database was not there, or not looked at")]
  }

  static let webhook = product.check(
    "webhook-bind", "Webhooks are taken from the whole network", .high,
    because: "its server always listens on every address; the signature of each adapter is all that is asked",
    reads: ["WEBHOOK_PORT", "listening sockets"], tier: 2, requirement: "H8",
    why: "Whoever reaches the port meets the parser of each adapter, and every flaw of it.",
    remedy: "Close the port in the firewall, and put a reverse proxy with a login before it.",
    references: ["CWE-1327"]
  ) { subject in
    let variable = subject.variable("WEBHOOK_PORT")
    let port = variable?.value.flatMap { UInt16($0) } ?? 3000
    let text = variable == nil ? "3000, where no WEBHOOK_PORT is set" : "\(port)"
    guard let sockets = subject.sockets.found else {
      if case .blind(let reason) = subject.sockets { return [.notMeasured(reason)] }
      return [.notMeasured("listening sockets were not looked at")]
    }
    if let variable, variable.value == nil { return [.notMeasured("the value of WEBHOOK_PORT is not known")] }
    let open = sockets.filter { $0.listener.scope > .loopback && $0.listener.port == port }
    guard !open.isEmpty else { return [.pass("nothing of it listens beyond loopback on port \(text)")] }
    return open.map {
      .fail("\($0.listener.endpoint) listens: \($0.owner)", at: .init(address: $0.listener.endpoint))
    }
  }

  // MARK: program

  static let program = [group, image]

  static let group = product.check(
    "group-config", "A container is built from whatever was published last", .medium,
    because: "packages and servers without a version are fetched anew, and run as root while the image is built",
    reads: ["groups/*/container.json", "container_configs", "packages", "mcpServers", "imageTag"], tier: 2,
    requirement: "H15",
    why: "The agent asks for a package by its name, and whoever takes that name over runs code inside the fence.",
    remedy: "Write the version behind each name: left-pad@1.3.0, curl=8.5.0-1.", references: ["CWE-1357", "CWE-494"]
  ) { subject in
    guard let installation = subject.installation else { return [.notMeasured(subject.installationMissing)] }
    let files = subject.files("group")
    let roots = files.map(\.configuration.root) + (installation.nanoClaw?.containers ?? [])
    let failures = roots.prefix(500).flatMap(unpinned)
    if !failures.isEmpty { return FileRules.capped(failures) }
    if let problem = installation.problems.first(where: { problem in files.contains { $0.path == problem.path } }) {
      return [.notMeasured("the file was not read: \(problem.what)", at: .init(file: problem.path))]
    }
    guard !roots.isEmpty else {
      return [.notMeasured(checkout(subject) == nil ? noCheckout : "no group has a configuration")]
    }
    return [.pass("\(roots.count == 1 ? "1 group" : "\(roots.count) groups"), everything with its version")]
  }

  private static func unpinned(_ root: Configuration.Setting) -> [Answer] {
    func fail(_ what: String, _ setting: Configuration.Setting, _ key: String) -> Answer {
      let isText = setting.file.hasSuffix(".json")
      return .fail(what, at: .init(file: setting.file, line: isText ? setting.position.line : nil, key: key))
    }
    var answers: [Answer] = []
    for entry in (root.at("packages.npm")?.array ?? []).prefix(200) {
      guard let text = entry.string, MCPPackage.of(program: "npx", arguments: [text])?.isPinned == false else {
        continue
      }
      answers.append(fail("packages.npm has \(entry.shown), without an exact version", entry, "packages.npm"))
    }
    for entry in (root.at("packages.apt")?.array ?? []).prefix(200) {
      guard let text = entry.string, !text.contains("=") else { continue }
      answers.append(fail("packages.apt has \(entry.shown), without a version", entry, "packages.apt"))
    }
    for member in (root.at("mcpServers")?.members ?? []).prefix(200) {
      let arguments = member.setting["args"]?.strings ?? []
      guard let command = member.setting["command"]?.string?.split(separator: "/").last.map(String.init),
        let package = MCPPackage.of(program: command, arguments: arguments), !package.isPinned
      else { continue }
      let name = Configuration.Setting.shown(member.name)
      answers.append(
        fail(
          "server \(name) starts \(Configuration.Setting.shown(package.name)) without an exact version",
          member.setting, "mcpServers.\(name)"))
    }
    if let tag = root.at("imageTag"), let text = tag.string, !text.isEmpty {
      let name = text.split(separator: "/").last ?? ""
      if !name.hasPrefix("nanoclaw-agent"), !text.contains("@sha256:") {
        answers.append(fail("imageTag is \(tag.shown), an image of somebody else without a digest", tag, "imageTag"))
      }
    }
    return answers
  }

  static let image = product.check(
    "image-pins", "The image of all containers is built from whatever is newest", .medium,
    because: "a moving target inside the fence; as it ships, one of its programs is",
    reads: ["container/Dockerfile: ARG *_VERSION"], tier: 3,
    requirement: "H22", why: "A bad release of a tool is in every container after the next build.",
    remedy: "Write the version that you have looked at into each ARG of container/Dockerfile.",
    references: ["CWE-494"]
  ) { subject in
    guard let installation = subject.installation else { return [.notMeasured(subject.installationMissing)] }
    let files = subject.files("image")
    guard let file = files.first else {
      return [.notMeasured(checkout(subject) == nil ? noCheckout : "container/Dockerfile was not there")]
    }
    if let problem = installation.problems.first(where: { problem in files.contains { $0.path == problem.path } }) {
      return [.notMeasured("the file was not read: \(problem.what)", at: .init(file: problem.path))]
    }
    var pins = 0
    var failures: [Answer] = []
    for line in files.flatMap({ $0.configuration.root.array ?? [] }) {
      guard let (name, value) = argument(line.string ?? "") else { continue }
      pins += 1
      guard ["", "latest", "next", "canary", "main", "master"].contains(value) else { continue }
      failures.append(
        .fail(
          "\(Configuration.Setting.shown(name)) is \(value.isEmpty ? "empty" : value)",
          at: .init(file: line.file, line: line.position.line, key: Configuration.Setting.shown(name))))
    }
    if !failures.isEmpty { return FileRules.capped(failures) }
    return [
      pins == 0
        ? .notMeasured("it names no version by an ARG", at: .init(file: file.path))
        : .pass("\(pins == 1 ? "1 version" : "\(pins) versions"), each an exact one", at: .init(file: file.path))
    ]
  }

  /// `ARG NAME_VERSION=value`, also as it is given to a build.
  private static func argument(_ line: String) -> (name: String, value: String)? {
    let text = line.trimming()
    let words = text.split(separator: " ").map(String.init)
    let pair = words.first?.uppercased() == "ARG" && words.count > 1 ? words[1] : words.first ?? ""
    guard let equals = pair.firstIndex(of: "="), pair[..<equals].hasSuffix("_VERSION") else { return nil }
    return (String(pair[..<equals]), pair[pair.index(after: equals)...].filter { $0 != "\"" && $0 != "'" })
  }
}
