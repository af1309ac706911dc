import Formats
import Installations
import Matching
import Model
import Platform

/// NanoClaw: an agent that asks nothing inside a container, so that the container, its mounts and who may write to it are
/// all there is.
enum NanoClawRules {
  static let all = fence + [inner, sender, webhook] + program + [AdvisoryRules.rule("nanoclaw", "NanoClaw")]

  static let product = KinProduct(kind: "nanoclaw")

  static let noCheckout = "its checkout was not found: no unit names it, and it lies in none of the usual places"

  /// Where the program lies; nil where nobody knows.
  static func checkout(_ subject: Subject) -> String? {
    subject.files("package").first.map { String($0.path.dropLast("/package.json".count)) }
  }

  static func allowlist(_ subject: Subject) -> Installation.Layer? {
    subject.files("settings").first { $0.path.hasSuffix("/mount-allowlist.json") }
  }

  static func inContainer(_ subject: Subject, _ question: (ContainerFacts) -> [Answer]) -> [Answer] {
    switch subject.container {
    case .blind(let reason): [.notMeasured(reason)]
    case .seen(nil): [.notMeasured("no container of a group was seen: they run only while one works")]
    case .seen(let container?): question(container)
    }
  }

  // MARK: fence

  static let fence = [mounts, allowlistWritable, flags, egress, project]

  static let mounts = product.check(
    "mount-allowlist", "Containers may be given folders that undo them", .critical,
    because: "what the list allows can be mounted by whoever talks the agent into it",
    reads: ["~/.config/nanoclaw/mount-allowlist.json: allowedRoots[].path, allowReadWrite"], tier: 1,
    requirement: "H13",
    why: "A steered agent reads keys, or changes programs that run on the host, from inside its container.",
    remedy: "Narrow each root to one folder, with allowReadWrite false.", references: ["CWE-668"]
  ) { subject in
    guard let installation = subject.installation else { return [.notMeasured(subject.installationMissing)] }
    guard let layer = allowlist(subject) else {
      return [.pass("there is no mount-allowlist.json, so nothing further is mounted")]
    }
    if let problem = installation.problems.first(where: { $0.path == layer.path }) {
      return [.notMeasured("the file was not read: \(problem.what)", at: .init(file: layer.path))]
    }
    let key = "allowedRoots"
    guard let roots = layer.configuration[key]?.array, layer.configuration["blockedPatterns"]?.array != nil else {
      return [.pass("the program refuses this file, so nothing further is mounted", at: .init(file: layer.path))]
    }
    let home = subject.home
    let checkout = checkout(subject)
    let failures = roots.prefix(500).compactMap { root -> Answer? in
      guard let path = root["path"]?.string else { return nil }
      let writes = root["allowReadWrite"]?.bool == true
      guard let reason = Reach.danger(of: path, home: home) ?? (writes ? breeds(path, home, checkout) : nil) else {
        return nil
      }
      let setting = root["path"] ?? root
      return .fail(
        "\(key) has \(setting.shown)\(writes ? ", to be written" : ""): \(reason)",
        at: .init(file: setting.file, line: setting.position.line, key: key),
        fix: Finding.Fix(
          "In \(setting.file), line \(setting.position.line): name one folder instead, with \"allowReadWrite\": false, then restart it."
        ))
    }
    return failures.isEmpty
      ? [.pass("\(roots.count == 1 ? "1 root" : "\(roots.count) roots"), none too wide", at: .init(file: layer.path))]
      : FileRules.capped(failures)
  }

  /// Why whoever may write there owns more than one folder; nil where nothing speaks against it.
  private static func breeds(_ path: String, _ home: String?, _ checkout: String?) -> String? {
    var path = path.hasPrefix("~/") || path == "~" ? (home ?? "") + path.dropFirst() : path
    while path.count > 1, path.hasSuffix("/") { path.removeLast() }
    if let checkout, checkout == path || checkout.hasPrefix(path + "/") {
      return "the program that watches over it lies there"
    }
    return Reach.breeds(path, home: home, above: [])
  }

  static let allowlistWritable = product.check(
    "allowlist-writable", "The list of allowed mounts can be changed by those that it binds", .high,
    because: "the agent, or another account, edits its own fence",
    reads: ["mode and owner of mount-allowlist.json", "mounts of the container"], tier: 1, requirement: "H13",
    why: "One line more in the file, and the next container sees the whole host.",
    remedy: "Set the file's mode to 600, and mount nothing that contains ~/.config.",
    references: ["CWE-732", "CWE-668"]
  ) { subject in
    guard let installation = subject.installation else { return [.notMeasured(subject.installationMissing)] }
    let layer = allowlist(subject)
    let file = layer?.path ?? "\(installation.stateDirectory)/mount-allowlist.json"
    var failures: [Answer] = []
    if let others = FileRules.others(installation.mode), others.writes {
      failures.append(
        .fail(
          "mode \(FileRules.octal(installation.mode)): \(others.text)", at: .init(file: installation.stateDirectory),
          fix: FileRules.chmod("700", installation.stateDirectory)))
    }
    if let layer {
      if let others = FileRules.others(layer.status.mode), others.writes {
        failures.append(
          .fail(
            "mode \(FileRules.octal(layer.status.mode)): \(others.text)", at: .init(file: file),
            fix: FileRules.chmod("600", file)))
      }
      if layer.status.owner != installation.owner, layer.status.owner != 0 {
        failures.append(.fail("it belongs to uid \(layer.status.owner)", at: .init(file: file)))
      }
    }
    for mount in subject.box?.mounts ?? [] where file == mount.source || file.hasPrefix(slashed(mount.source)) {
      failures.append(
        .fail(
          "\(Configuration.Setting.shown(mount.source)) is mounted into container \(subject.box?.name ?? ""), and the file lies in it",
          at: .init(file: file), severity: mount.isReadOnly ? .medium : nil))
    }
    if !failures.isEmpty { return failures }
    guard let layer else { return [.pass("there is no mount-allowlist.json, so nothing further is mounted")] }
    if layer.status.kind != .regular {
      return [.notMeasured("the mode of the file is not known", at: .init(file: file))]
    }
    return [
      .pass("mode \(FileRules.octal(layer.status.mode)), and no container that was seen has it", at: .init(file: file))
    ]
  }

  static func slashed(_ path: String) -> String { path.hasSuffix("/") ? path : path + "/" }

  static let flags = product.check(
    "container-flags", "The container has no more walls than the engine's defaults", .high,
    because: "its starter drops no capability and sets no limit, and the container is all that holds the agent",
    reads: ["CapDrop", "SecurityOpt", "PidsLimit", "Memory", "ExtraHosts", "User of the container"], tier: 2,
    requirement: "H11",
    why: "A program inside gains root's helpers, reaches services of this host, or takes all of its memory.",
    remedy:
      "Add to the arguments in src/container-runner.ts: --cap-drop ALL --security-opt no-new-privileges --pids-limit 256 --memory 2g.",
    references: ["CWE-250", "CWE-770"]
  ) { subject in inContainer(subject, walls) }

  static func walls(_ container: ContainerFacts) -> [Answer] {
    let facts = container.confinement
    var wrong: [String] = []
    var severity: Severity? = .medium
    if container.isPrivileged {
      wrong.append("it is privileged")
      severity = .critical
    }
    if facts?.dropped?.isEmpty == true {
      wrong.append("no capability is dropped")
      severity = severity == .critical ? severity : nil
    }
    if let options = facts?.securityOptions {
      if !options.contains(where: { $0.hasPrefix("no-new-privileges") && !$0.hasSuffix("false") }) {
        wrong.append("new privileges are allowed")
      }
      if let open = options.first(where: { $0.contains("unconfined") }) {
        wrong.append(Configuration.Setting.shown(open))
        severity = severity == .critical ? severity : nil
      }
    }
    if let memory = facts?.memory, memory <= 0 { wrong.append("no limit of memory") }
    if let processes = facts?.processes, processes <= 0 { wrong.append("no limit of processes") }
    if facts?.hosts?.contains(where: { $0.hasPrefix("host.docker.internal") }) == true {
      wrong.append("host.docker.internal leads to this host")
    }
    if let user = container.user, user == "root" || user.prefix(while: { $0 != ":" }) == "0" {
      wrong.append("it runs as root")
      severity = severity == .critical ? severity : nil
    }
    if wrong.isEmpty, facts == nil || facts == .init() {
      return [.notMeasured("the engine was not asked what confines container \(container.name)")]
    }
    guard !wrong.isEmpty else { return [.pass("container \(container.name) has walls of its own")] }
    return [.fail("container \(container.name): \(wrong.joined(separator: "; "))", severity: severity)]
  }

  static let egress = product.check(
    "egress", "The container reaches every network", .high,
    because: "nothing filters what goes out; the vault is a proxy by a variable, which a program need not heed",
    reads: ["network of the container"], tier: 2, requirement: "H12",
    why: "What the agent is talked into reading is sent to whoever asked for it.",
    remedy: "Put it into an internal network whose only way out is the proxy.", references: ["CWE-1327"]
  ) { subject in
    inContainer(subject) { container in
      guard let network = container.network, !network.isEmpty else {
        return [.notMeasured("the network of container \(container.name) is not known")]
      }
      let text = "container \(container.name) has the network \(Configuration.Setting.shown(network))"
      if network == "none" { return [.pass("\(text): nothing goes out")] }
      if ["bridge", "default", "host"].contains(network) || network.hasPrefix("slirp4netns") || network == "pasta" {
        return [.fail("\(text): everything goes out", severity: network == "host" ? .critical : nil)]
      }
      guard let isInternal = container.isNetworkInternal else {
        return [
          .notMeasured("whether anything goes out of network \(Configuration.Setting.shown(network)) is not known")
        ]
      }
      return [isInternal ? .pass("\(text), which is internal") : .fail("\(text): everything goes out")]
    }
  }

  static let project = product.check(
    "project-rw", "The agent can rewrite the program that watches over it", .high,
    because: "the program runs on the host, outside of the container",
    reads: ["mounts of the container", ".env of the checkout"], tier: 1, requirement: "H13",
    why: "A changed file of the checkout runs on the host at the next start, and .env holds its keys.",
    remedy: "Mount the checkout with :ro, and /dev/null over its .env.", references: ["CWE-668", "CWE-732"]
  ) { subject in
    inContainer(subject) { container in
      let checkout = checkout(subject)
      let hasEnvironment = subject.files("environment").contains { $0.path == (checkout ?? "") + "/.env" }
      let parts = ["src", "dist", "container", "node_modules", "setup", "package.json", ".env"]
      var failures: [Answer] = []
      var seen = 0
      for mount in container.mounts {
        let holds =
          mount.target == "/workspace/project"
          || checkout.map { $0 == mount.source || $0.hasPrefix(slashed(mount.source)) } ?? false
        let isPart =
          checkout.map { folder in
            parts.contains { mount.source == "\(folder)/\($0)" || mount.source.hasPrefix("\(folder)/\($0)/") }
          } ?? false
        guard holds || isPart else { continue }
        seen += 1
        let place = "\(Configuration.Setting.shown(mount.source)) in container \(container.name)"
        if !mount.isReadOnly { failures.append(.fail("\(place) may be written", at: .init(file: mount.source))) }
        let inner = checkout.map { $0.hasPrefix(slashed(mount.source)) ? $0.dropFirst(mount.source.count) : "" } ?? ""
        let target = "\(mount.target)\(inner)/.env"
        if holds, hasEnvironment, !container.mounts.contains(where: { $0.target == target && $0.source == "/dev/null" })
        {
          failures.append(.fail("\(place) shows .env", at: .init(file: (checkout ?? mount.source) + "/.env")))
        }
      }
      if !failures.isEmpty { return failures }
      if checkout == nil, seen == 0 { return [.notMeasured(noCheckout)] }
      return [
        .pass(
          seen == 0
            ? "container \(container.name) has nothing of the program"
            : "container \(container.name) has the program to read alone")
      ]
    }
  }
}
