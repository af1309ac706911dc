import Formats
import Model
import Platform

/// Asks container engines over their sockets, and reads their folders where nobody answers. It only ever sends GET.
struct ContainerEngines {
  /// What all of them said.
  struct Found {
    var looks: [ContainerLook] = []
    /// Names of images that are there, whether a container uses them or not.
    var images: Set<String> = []
    /// `podman at /run/podman/podman.sock: 3`.
    var looked: [String] = []
    var blind: [SourceStatus.Blind] = []
    var skipped: [String: Int] = [:]
  }

  /// Where to look.
  struct Places {
    /// With the user who must own the socket; nil where the folder is the system's.
    var sockets: [(path: String, owner: UInt32?)] = []
    var dockerFolders: [String] = []
    var podmanFolders: [String] = []
  }

  let files: any FileSystem
  let sockets: any LocalSocket
  /// Containers that have a process now; nil where processes cannot be looked at, as in an image.
  let table: ProcessTable?

  private(set) var found = Found()
  private var known: Set<String> = []

  init(files: any FileSystem, sockets: any LocalSocket, table: ProcessTable?) {
    self.files = files
    self.sockets = sockets
    self.table = table
  }

  /// Containers that are asked for one by one, and all that are listed.
  static let maximumInspections = 256
  static let maximumContainers = 4096
  /// For each question; an engine that is stuck must not stop the round.
  static let milliseconds = 2000
  /// Questions that may fail before a socket is left alone.
  static let maximumFailures = 2

  mutating func look(_ places: Places) {
    var seen: Set<String> = []
    for place in places.sockets {
      guard let real = try? files.realPath(place.path), seen.insert(real).inserted,
        let status = try? files.status(real, followingLinks: false), status.kind == .socket
      else { continue }
      // A link in a user's own folder must not send the questions of root to another's socket.
      if let owner = place.owner, status.owner != owner { continue }
      ask(real)
    }
    for folder in places.dockerFolders where seen.insert(folder).inserted {
      readDocker(folder)
    }
    for folder in places.podmanFolders where seen.insert(folder).inserted {
      readPodman(folder)
    }
    found.looks.sort { ($0.name, $0.id) < ($1.name, $1.id) }
  }

  private mutating func keep(_ look: ContainerLook) {
    if found.looks.count >= Self.maximumContainers {
      found.skipped["containers beyond \(Self.maximumContainers)", default: 0] += 1
    } else if known.insert(look.id).inserted {
      found.looks.append(look)
    }
  }

  // MARK: sockets

  private enum Refusal: Error {
    case file(FileError)
    case answer(Int)
    case garbled(String)
  }

  /// One question; the engine's own name comes with the answer.
  private func get(_ socket: String, _ path: String, limit: Int = 16 << 20) throws(Refusal) -> (
    node: Node, server: String
  ) {
    let request = "GET \(path) HTTP/1.1\r\nHost: localhost\r\nUser-Agent: trammel\r\nConnection: close\r\n\r\n"
    let raw: [UInt8]
    do {
      raw = try sockets.exchange(socket, Array(request.utf8), limit: limit, milliseconds: Self.milliseconds)
    } catch { throw .file(error) }
    do {
      let answer = try HTTPAnswer(raw)
      guard answer.status == 200 else { throw Refusal.answer(answer.status) }
      let node = try JSON5.parse(answer.body, limits: JSON5.Limits(bytes: limit, depth: 64, nodes: 400_000))
      return (node, answer.fields["server"] ?? "")
    } catch let refusal as Refusal {
      throw refusal
    } catch { throw .garbled("\(error)") }
  }

  private mutating func ask(_ socket: String) {
    let list: Node
    let engine: ContainerLook.Engine
    do {
      // Without a version in the path every engine answers as it is: newer ones refuse old numbers.
      let answer = try get(socket, "/containers/json?all=1")
      list = answer.node
      engine = answer.server.hasPrefix("Libpod") || socket.contains("podman") ? .podman : .docker
    } catch {
      found.blind.append(blind(socket, error))
      return
    }
    let entries = (list.array ?? []).prefix(Self.maximumContainers)
    // Only networks that somebody made can be without a way out, and few have any: asked where one is met.
    var networks: [String: Bool]?
    func isInternal(_ look: ContainerLook) -> Bool? {
      guard let name = look.network, !["host", "bridge", "default", "none", ""].contains(name), !name.contains(":")
      else { return nil }
      let known =
        networks ?? (try? get(socket, "/networks", limit: 4 << 20)).map { DockerText.networks($0.node) } ?? [:]
      networks = known
      return known[name]
    }
    var failures = 0
    for (index, entry) in entries.enumerated() {
      guard let listed = DockerText.listed(entry, engine: engine, source: socket) else {
        found.skipped["unreadable containers", default: 0] += 1
        continue
      }
      if index < Self.maximumInspections, failures < Self.maximumFailures {
        if let answer = try? get(socket, "/containers/\(listed.id)/json", limit: 2 << 20),
          var look = DockerText.inspected(answer.node, hostConfig: nil, engine: engine, source: socket),
          look.id == listed.id
        {
          look.image = look.image ?? listed.image
          look.isNetworkInternal = isInternal(look)
          keep(look)
          continue
        }
        failures += 1
      }
      keep(listed)
    }
    if let images = try? get(socket, "/images/json") { found.images.formUnion(DockerText.images(images.node)) }
    found.looked.append("\(engine.rawValue) at \(socket): \(entries.count)")
  }

  private func blind(_ socket: String, _ refusal: Refusal) -> SourceStatus.Blind {
    let what = "containers behind \(socket)"
    switch refusal {
    case .file(let error) where error.code == .denied:
      // The usual advice, to join the group, gives away root.
      return .init(what, remedy: "sudo trammel up; do not join the socket's group for this: it is as good as root")
    case .file(let error): return .init("\(what): \(Self.explain(error.code))", remedy: "is the engine running?")
    case .answer(let status):
      return .init("\(what): it answers \(status)", remedy: "is this a container engine's socket?")
    case .garbled(let text):
      return .init(
        "\(what): its answer is not readable (\(text.prefix(80)))", remedy: "is this a container engine's socket?")
    }
  }

  private static func explain(_ code: FileError.Code) -> String {
    switch code {
    case .notFound: "it is gone"
    case .denied: "not allowed"
    case .tooLarge: "its answer is too large"
    case .system(110): "no answer within \(milliseconds / 1000) seconds"
    case .system(111): "nobody listens"
    case .notDirectory, .notRegular, .symlinkLoop: "not a socket"
    case .system(let number): "error \(number)"
    }
  }

  // MARK: folders

  private mutating func readDocker(_ folder: String) {
    guard let names = list("\(folder)/containers", "Docker's containers in \(folder)") else { return }
    let volumes = "\(folder)/volumes"
    let ids = names.filter { DockerText.isID($0) }
    let before = found.looks.count
    for id in ids.prefix(Self.maximumContainers) where !known.contains(id) {
      let path = "\(folder)/containers/\(id)"
      guard let config = parse("\(path)/config.v2.json"),
        var look = DockerText.inspected(
          config, hostConfig: parse("\(path)/hostconfig.json"), engine: .docker, source: path, volumes: volumes),
        look.id == id
      else {
        found.skipped["unreadable containers", default: 0] += 1
        continue
      }
      // The file says what was true when it was written; processes say what is.
      look.isRunning = look.isRunning && look.pid.map { table?.processes[$0] != nil } ?? false
      if !look.isRunning { look.pid = nil }
      keep(look)
    }
    if let index = parse("\(folder)/image/overlay2/repositories.json")?["Repositories"]?.members {
      found.images.formUnion(
        index.prefix(1000).flatMap { ($0.node.members ?? []).prefix(32).compactMap { DockerText.short($0.name) } }
          .filter { !$0.contains("@") })
    }
    // What a socket told already is not counted twice.
    let added = found.looks.count - before
    if added > 0 || ids.isEmpty { found.looked.append("docker in \(folder): \(added)") }
  }

  private mutating func readPodman(_ folder: String) {
    let before = found.looks.count
    var count = 0
    var isStore = false
    // The driver's name is part of the folder's.
    for driver in ["overlay", "vfs", "btrfs", "zfs"] {
      let store = "\(folder)/\(driver)-containers"
      guard list(store, "Podman's containers in \(folder)") != nil else { continue }
      isStore = true
      guard let index = parse("\(store)/containers.json", limit: 16 << 20) else { continue }
      let running = Dictionary(
        (table?.processes.values).map { $0.compactMap { process in process.container.map { ($0, process) } } } ?? [],
        uniquingKeysWith: { $0.start < $1.start ? $0 : $1 })
      for var look in PodmanText.listed(index, source: folder) {
        count += 1
        guard !known.contains(look.id) else { continue }
        if let description = parse("\(store)/\(look.id)/userdata/config.json") {
          PodmanText.describe(&look, description)
        } else {
          look.untold += ["variables", "capabilities", "privileged", "mounts", "user"]
        }
        if let process = running[look.id] {
          look.isRunning = true
          look.pid = process.pid
        }
        keep(look)
      }
      if let images = parse("\(folder)/\(driver)-images/images.json", limit: 16 << 20) {
        found.images.formUnion(PodmanText.images(images))
      }
    }
    let added = found.looks.count - before
    if isStore, added > 0 || count == 0 { found.looked.append("podman in \(folder): \(added)") }
  }

  /// Names in a folder; nil where it is not there, or not readable, which is told.
  private mutating func list(_ path: String, _ what: String) -> [String]? {
    do { return try files.list(path) } catch {
      if error.code == .denied, !found.blind.contains(where: { $0.what == what }) {
        found.blind.append(.init(what, remedy: "sudo trammel up"))
      }
      return nil
    }
  }

  private func parse(_ path: String, limit: Int = 2 << 20) -> Node? {
    guard let bytes = try? files.read(path, limit: limit) else { return nil }
    return try? JSON5.parse(bytes, limits: JSON5.Limits(bytes: limit, depth: 64, nodes: 400_000))
  }
}
