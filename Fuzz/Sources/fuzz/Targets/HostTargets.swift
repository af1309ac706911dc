import Formats
import Knowledge
import Model
import Platform

@testable import HostSensor

/// What a value may hold that nobody may see: it is put where credentials stand, and looked for in all that comes out.
let planted = "sk-ant-api03-Pl4nt3dByTheFuzzer0000000000"

/// Two processes whose files are parts of the input: `stat`, `cmdline`, `environ`, `cgroup`, `status`, `exe`, `fd`, `tcp`,
/// `tcp6`, `passwd`; the second's with `2/` in front. The table is read, agents are recognised, observations written.
@Sendable func fuzzProc(_ bytes: [UInt8]) throws {
  let parts = Parts(bytes)
  var files = MemoryFiles()
  files.add("/proc/stat", bytes: parts["boot"] ?? Array("btime 1795600000\n".utf8), mode: 0o444, owner: 0)
  files.add("/etc/passwd", bytes: parts["passwd"] ?? Array("ada:x:1000:1000::/home/ada:/bin/bash\n".utf8), owner: 0)
  files.add(link: "/proc/self/ns/net", to: "net:[4026531840]")
  for (pid, prefix) in [("812", ""), ("813", "2/")] {
    guard let stat = parts[prefix + "stat"] else { continue }
    files.add("/proc/\(pid)/stat", bytes: stat)
    for name in ["cmdline", "cgroup", "status"] {
      if let part = parts[prefix + name] { files.add("/proc/\(pid)/\(name)", bytes: part) }
    }
    files.add(
      "/proc/\(pid)/environ",
      bytes: (parts[prefix + "environ"] ?? []) + Array("\0ANTHROPIC_API_KEY=\(planted)\0TUNNEL_TOKEN=\(planted)\0".utf8)
    )
    for name in ["exe", "cwd"] {
      if let target = parts.text(prefix + name) { files.add(link: "/proc/\(pid)/\(name)", to: target) }
    }
    files.add(link: "/proc/\(pid)/ns/net", to: "net:[4026531840]")
    for (number, target) in (parts.text(prefix + "fd") ?? "").split(separator: "\n").prefix(16).enumerated() {
      files.add(link: "/proc/\(pid)/fd/\(number)", to: String(target))
    }
  }
  for name in ["tcp", "tcp6"] { files.add("/proc/net/\(name)", bytes: parts[name] ?? []) }

  guard let table = try? ProcessTable.read(files) else { throw Broken("a table that is there was not read") }
  let sockets = Sockets(files: files, proc: "/proc", table: table)
  let lines = bytes.count { $0 == 0x0A } + 2
  try hold(sockets.all.count + sockets.skipped <= lines, "more sockets than lines")
  for process in table.processes.values {
    try hold(process.arguments.count <= ProcessTable.keptArguments, "more arguments than are kept")
    try hold(!(process.variables ?? [:]).values.contains { $0.contains(planted) }, "a credential was kept")
    try hold(process.container.map(DockerText.isID) ?? true, "a container's id that is none")
    try hold(table.ancestors(process.pid).count <= 64 && table.tree(process.pid).count <= 4096, "an endless family")
    _ = table.startTime(process).rfc3339()
  }
  let host = Host(id: "h", name: "h", addresses: [.loopbackIPv4])
  let processes = Processes(files: files, host: host, ownPid: 1, isRoot: true)
  let recognition = processes.recognition(table, sockets)
  let instances = recognition.instances()
  let now = Timestamp(seconds: 1_795_700_000)
  var sweep = processes.sweep(table, sockets, recognition, instances: instances, units: nil, now: now)
  let tunnels = TunnelReader(
    table: table, fingerprints: .embedded, accounts: recognition.accounts, files: files, proc: "/proc"
  ).tunnels()
  sweep.observations +=
    Tunnels(host: host, files: files, isRoot: true, now: now)
    .sweep(tunnels, sockets: sockets, agents: sweep.observations, instances: instances).observations
  try hold(sweep.observations.allSatisfy { $0.host == host && !$0.keys.isEmpty }, "an observation of nobody")
  if !contains(bytes, planted) { try hold(!"\(sweep)".contains(planted), "a credential was reported") }
}

/// Whether the input itself has the planted credential, so that finding it again proves nothing.
func contains(_ bytes: [UInt8], _ text: String) -> Bool {
  String(decoding: bytes, as: UTF8.self).contains(text.prefix(12))
}

/// An answer of an HTTP server: nothing beyond what came, names in lower case.
@Sendable func fuzzHTTP(_ bytes: [UInt8]) throws {
  guard let answer = try? HTTPAnswer(bytes) else { return }
  try hold(100...999 ~= answer.status, "status \(answer.status)")
  try hold(answer.body.count < bytes.count, "a body larger than the answer")
  try hold(answer.fields.count <= 200, "more fields than are kept")
  try hold(answer.fields.keys.allSatisfy { $0 == $0.lowercased() }, "a name in upper case")
  _ = try? JSON5.parse(answer.body, limits: JSON5.Limits(bytes: 1 << 20, depth: 64, nodes: 10_000))
}

/// Container engines' JSON: `list` and `inspect` as Docker's socket answers, `config` and `host` as Docker keeps them,
/// `containers`, `oci` and `images` as Podman does.
@Sendable func fuzzContainers(_ bytes: [UInt8]) throws {
  let parts = Parts(bytes)
  let id = String(repeating: "5a", count: 32)
  func node(_ name: String) -> Node? {
    parts[name].flatMap { try? JSON5.parse($0, limits: JSON5.Limits(bytes: 1 << 20, depth: 64, nodes: 20_000)) }
  }
  var looks: [ContainerLook] = []
  if let list = node("list") {
    looks += (list.array ?? []).compactMap { DockerText.listed($0, engine: .docker, source: "/s") }
    _ = DockerText.images(list)
  }
  if let one = node("inspect") {
    looks += [DockerText.inspected(one, hostConfig: nil, engine: .podman, source: "/s")].compactMap(\.self)
  }
  var files = MemoryFiles()
  for (name, path) in [
    ("config", "/var/lib/docker/containers/\(id)/config.v2.json"),
    ("host", "/var/lib/docker/containers/\(id)/hostconfig.json"),
    ("repositories", "/var/lib/docker/image/overlay2/repositories.json"),
    ("containers", "/var/lib/containers/storage/overlay-containers/containers.json"),
    ("oci", "/var/lib/containers/storage/overlay-containers/\(id)/userdata/config.json"),
    ("images", "/var/lib/containers/storage/overlay-images/images.json"),
    ("daemon", "/etc/docker/daemon.json"), ("storage", "/etc/containers/storage.conf"),
  ] {
    if let part = parts[name] { files.add(path, bytes: part, owner: 0) }
  }
  let places = ContainerEngines.Places(
    files: files, homes: ["/home/ada"], runtimeDirectory: "/run/user/1000", isRoot: true, isImage: false)
  try hold(
    (places.dockerFolders + places.podmanFolders).allSatisfy { $0.hasPrefix("/") && !$0.contains("/../") },
    "a folder that is no path")
  var engines = ContainerEngines(files: files, sockets: NoSockets(), table: nil)
  engines.look(places)
  looks += engines.found.looks
  for look in looks {
    try hold(DockerText.isID(look.id), "an id that is none: \(look.id)")
    try hold(
      look.ports.count <= ContainerLook.maximumEntries && look.mounts.count <= 512 && look.labels.count <= 128
        && look.variables.count <= 512 && look.capabilities.count <= 64 && look.command.count <= 65,
      "a list without end")
    try hold(
      ([look.name, look.image, look.network, look.restart, look.user].compactMap(\.self) + look.variables
        + look.capabilities + look.mounts.flatMap { [$0.source, $0.target] }
        + look.labels.flatMap { [$0.key, $0.value] }).allSatisfy { $0.utf8.count <= 2200 }, "a text without end")
    try hold(look.ports.allSatisfy { $0.hostPort > 0 }, "port 0")
    guard let again = ContainerLook(data: look.data) else { throw Broken("what was observed is no container") }
    try hold(
      again.ports == look.ports && again.mounts == look.mounts && again.variables == look.variables
        && again.name == look.name && again.pid == look.pid && again.isPrivileged == look.isPrivileged,
      "what was observed is another container")
  }
  let host = Host(id: "h", name: "h")
  let sweep = Containers(
    host: host, fingerprints: .embedded, found: engines.found, isRoot: true, now: Timestamp(seconds: 1_795_700_000)
  ).sweep(instances: [], table: nil, sockets: nil, installations: [])
  try hold(sweep.observations.allSatisfy { $0.host == host && !$0.keys.isEmpty }, "an observation of nobody")
}

/// Files and arguments of tunnel programs: `ngrok`, `cloudflared`, `frpc`, `tailscale`, and `arguments` with NUL between
/// them. A target is written in a form that reads the same.
@Sendable func fuzzTunnels(_ bytes: [UInt8]) throws {
  let parts = Parts(bytes)
  var targets: [TunnelTarget] = []
  for (name, part) in parts.all {
    let text = String(decoding: part, as: UTF8.self)
    let entries = ConfigLines(text).entries
    try hold(entries.count <= ConfigLines.maximumLines, "more settings than lines")
    try hold(entries.allSatisfy { $0.path.count <= ConfigLines.maximumDepth + 1 }, "a setting without end")
    if name == "arguments" {
      let list = text.split(separator: "\0", omittingEmptySubsequences: false).map(String.init)
      let arguments = TunnelArguments(list)
      for verb in ["http", "serve", "funnel", "tunnel"] {
        targets += [arguments.target(after: verb, valued: ["--https"])].compactMap(\.self)
      }
      targets += (arguments.values("--url", "-p") + arguments.words).compactMap(TunnelTarget.init)
      for forward in SSHArguments(list).remoteForwards.compactMap(SSHForward.init) {
        try hold(forward.target != nil || forward.isWholeNetwork, "a forward to nowhere")
        // What ssh(1) takes for a host is not checked there: the name of a socket, for one.
        _ = forward.target?.text
      }
    }
    targets += TunnelFiles.ngrok(text).map(\.target) + TunnelFiles.cloudflared(text)
    let frpc = TunnelFiles.frpc(text)
    try hold(frpc.count <= 128, "\(frpc.count) targets")
    try hold(frpc.allSatisfy { $0.port > 0 }, "port 0")
    targets += (TailscaleState.read(text) ?? []).map(\.target)
  }
  let host = Host(id: "h", name: "box", addresses: [.loopbackIPv4])
  for target in targets {
    try hold(target.port > 0 && target.host.utf8.count <= 253, "a target that is none: \(target)")
    try hold(isSafe(target.text), "a target with controls")
    try hold(TunnelTarget(target.text) == target, "another target when read back: \(target) as \(target.text)")
    _ = (target.isLocal(host), target.reaches(.loopbackIPv4), target.reaches(.anyIPv4))
  }
}
