import Formats
import Knowledge
import Model
import Platform
import Testing

@testable import HostSensor

@Suite struct ContainerTests {
  static let id = String(repeating: "0123456789abcdef", count: 4)
  static let other = String(repeating: "fedcba9876543210", count: 4)

  /// As Docker 27 answers, shortened.
  static let inspection = """
    {"Id":"\(id)","Name":"/openclaw-gateway-1","Path":"docker-entrypoint.sh","Args":["node","openclaw.mjs","gateway"],
    "State":{"Status":"running","Running":true,"Paused":false,"Pid":4711},"RestartCount":0,
    "HostConfig":{"NetworkMode":"claw_default","PortBindings":{"18789/tcp":[{"HostIp":"","HostPort":"18789"}]},
     "RestartPolicy":{"Name":"unless-stopped","MaximumRetryCount":0},"CapAdd":["CAP_NET_ADMIN","sys_ptrace"],
     "Privileged":true},
    "Mounts":[{"Type":"bind","Source":"/home/ada/.openclaw","Destination":"/home/node/.openclaw","RW":true},
     {"Type":"bind","Source":"/etc/localtime","Destination":"/etc/localtime","RW":false},
     {"Type":"tmpfs","Source":"","Destination":"/tmp","RW":true}],
    "Config":{"User":"node","Image":"ghcr.io/openclaw/openclaw:2026.3.1",
     "Env":["OPENCLAW_GATEWAY_TOKEN=hunter2hunter2","PATH=/bin","EMPTY"],
     "Labels":{"com.docker.compose.service":"gateway","api.token":"sk-abcdefghijklmnopqrstuvwx"}},
    "NetworkSettings":{"Ports":{"18789/tcp":[{"HostIp":"0.0.0.0","HostPort":"18789"},{"HostIp":"::","HostPort":"18789"}],
     "53/udp":[{"HostIp":"0.0.0.0","HostPort":"53"}],"9000/tcp":null}}}
    """

  static let list = """
    [{"Id":"\(id)","Names":["/openclaw-gateway-1"],"Image":"ghcr.io/openclaw/openclaw:2026.3.1",
      "Command":"docker-entrypoint.sh node openclaw.mjs gateway","State":"running",
      "Ports":[{"IP":"0.0.0.0","PrivatePort":18789,"PublicPort":18789,"Type":"tcp"},{"PrivatePort":1,"Type":"tcp"}],
      "Labels":{"a":"b"},"HostConfig":{"NetworkMode":"bridge"}},
     {"Id":"\(other)","Names":["/db"],"Image":"postgres:16","Command":"postgres","State":"running","Ports":[]}]
    """

  static func docker() -> FakeHost {
    var host = FakeHost()
    host.files.add(socket: "/run/docker.sock")
    host.files.add(link: "/var/run", to: "/run")
    host.sockets.add("/run/docker.sock", request: "GET /containers/json?all=1 ", answer: FakeHost.http(list))
    host.sockets.add("/run/docker.sock", request: "GET /containers/\(id)/json ", answer: FakeHost.http(inspection))
    host.sockets.add(
      "/run/docker.sock", request: "GET /images/json ",
      answer: FakeHost.http(
        #"[{"RepoTags":["ghcr.io/openclaw/openclaw:2026.3.1"]},{"RepoTags":["openclaw/openclaw:old"]}]"#))
    return host
  }

  @Test func `an agent's container is described by its engine, without a secret`() async throws {
    let sweep = await Self.docker().look().sweep
    let found = try #require(sweep.of(.container).first)
    #expect(sweep.of(.container).count == 1)
    #expect(found.kind == "openclaw")
    #expect(found.facts.status == .running)
    #expect(found.facts.version == "2026.3.1")
    let look = try #require(ContainerLook(data: found.facts.data))
    #expect(look.name == "openclaw-gateway-1")
    #expect(look.isPrivileged == true)
    #expect(look.capabilities == ["NET_ADMIN", "SYS_PTRACE"])
    #expect(look.user == "node")
    #expect(look.network == "claw_default")
    #expect(look.restart == "unless-stopped")
    #expect(look.pid == 4711)
    #expect(look.variables == ["OPENCLAW_GATEWAY_TOKEN", "PATH", "EMPTY"])
    #expect(look.mounts.map(\.source) == ["/etc/localtime", "/home/ada/.openclaw"])
    #expect(look.mounts.map(\.isReadOnly) == [true, false])
    #expect(look.ports.map(\.text) == ["0.0.0.0:18789→18789", "[::]:18789→18789"])
    #expect(look.labels["api.token"] == "")
    #expect(!Value.object(found.facts.data).json().contains("hunter2"))
    #expect(found.facts.listeners.map(\.scope) == [.lan, .lan])
    #expect(found.keys.contains(.endpoint(host: "host-1", address: try #require(Address("192.168.1.20")), port: 18789)))
    #expect(
      sweep.status(.container)?.looked
        == "docker at /run/docker.sock: 2; 1 with an agent; images present, not in use: openclaw/openclaw:old")
  }

  @Test func `what is written into an observation is read back whole`() throws {
    let node = try JSON5.parse(Self.inspection)
    var look = try #require(DockerText.inspected(node, hostConfig: nil, engine: .docker, source: "/run/docker.sock"))
    look.command = []
    look.untold = ["labels"]
    look.ports.append(.init(address: nil, hostPort: 1, containerPort: nil))
    #expect(ContainerLook(data: look.data) == look)
    #expect(ContainerLook(data: ["container": "x"]) == nil)
  }

  @Test func `a mounted state directory makes container and installation one agent`() async throws {
    var host = Self.docker()
    host.files.add("/home/ada/.openclaw/openclaw.json", "{}")
    let result = await host.look()
    let container = try #require(result.sweep.of(.container).first)
    let installation = try #require(result.sweep.of(.installation).first)
    #expect(!Set(container.keys).isDisjoint(with: installation.keys))
  }

  @Test func `the published socket of docker-proxy is shown, not the one inside`() async throws {
    var host = Self.docker()
    host.add(
      pid: 4711, "openclaw-gatewa", exe: "/usr/local/bin/node", ["openclaw-gateway"], open: [20: "socket:[70]"],
      cgroup: "0::/system.slice/docker-\(Self.id).scope\n", network: "net:[2]")
    host.listen("0.0.0.0", 9999, inode: 70, inNetworkOf: 4711)
    host.add(
      pid: 800, "docker-proxy", exe: "/usr/bin/docker-proxy", ["/usr/bin/docker-proxy"], user: 0,
      open: [4: "socket:[71]"])
    host.listen("0.0.0.0", 18789, inode: 71, user: 0)
    let sweep = await host.look().sweep
    let process = try #require(sweep.of(.process).first)
    #expect(process.facts.listeners.isEmpty)
    #expect(process.facts.data["container_listeners"] == .strings(["0.0.0.0:9999"]))
    let listeners = sweep.of(.listener)
    #expect(listeners.map(\.facts.listeners.first?.port) == [18789, 18789])
    #expect(listeners.allSatisfy { $0.detail.contains("docker-proxy, published by container openclaw-gateway-1") })
    let container = try #require(sweep.of(.container).first)
    #expect(container.confidence == .certain)
    #expect(!Set(container.keys).isDisjoint(with: process.keys))
  }

  @Test func `without an engine to ask, conmon's socket leads to its container`() async throws {
    var host = FakeHost()
    host.add(
      pid: 500, "nanobot-gateway", exe: "/usr/bin/python3.11", ["nanobot-gateway"],
      cgroup: "0::/libpod_parent/libpod-\(Self.id)\n", network: "net:[2]")
    host.add(
      pid: 400, "conmon", exe: "/usr/bin/conmon", ["conmon", "--api-version", "1", "-c", Self.id],
      open: [5: "socket:[9]"])
    host.listen("0.0.0.0", 18802, inode: 9)
    let sweep = await host.look().sweep
    let listener = try #require(sweep.of(.listener).first)
    #expect(listener.kind == "nanobot")
    #expect(listener.facts.listeners.map(\.endpoint) == ["0.0.0.0:18802"])
    #expect(!Set(listener.keys).isDisjoint(with: sweep.of(.process).first?.keys ?? []))
    #expect(sweep.status(.container)?.blind.first?.what == "settings of 1 container in which an agent runs")
  }

  @Test func `Podman's store is read where nobody answers, and says what it does not tell`() async throws {
    var host = FakeHost()
    let store = "/home/ada/.local/share/containers/storage"
    host.files.add(
      "\(store)/overlay-containers/containers.json",
      #"[{"id":"\#(Self.id)","names":["oc"],"image":"x","metadata":"{\"image-name\":\"localhost/openclaw:local\"}"},{"id":"../../etc"}]"#
    )
    host.files.add(
      "\(store)/overlay-containers/\(Self.id)/userdata/config.json",
      #"""
      {"process":{"user":{"uid":0},"args":["/bin/sh"],"env":["OPENCLAW_GATEWAY_TOKEN=abc"],
       "capabilities":{"bounding":["CAP_CHOWN","CAP_SYS_ADMIN"]}},
       "mounts":[{"type":"bind","source":"/srv/x","destination":"/x","options":["ro"]},
        {"type":"bind","source":"/run/overlay-containers/a","destination":"/etc/hosts"},{"type":"proc"}],
       "annotations":{"io.podman.annotations.privileged":"FALSE"},"linux":{"namespaces":[{"type":"pid"}]}}
      """#)
    host.files.add("\(store)/overlay-images/images.json", #"[{"names":["docker.io/sipeed/picoclaw:1"]}]"#)
    let sweep = await host.look(isImage: true).sweep
    let found = try #require(sweep.of(.container).first)
    let look = try #require(ContainerLook(data: found.facts.data))
    #expect(look.engine == .podman)
    #expect(look.capabilities == ["SYS_ADMIN"])
    #expect(look.isPrivileged == false)
    #expect(look.mounts == [.init(source: "/srv/x", target: "/x", isReadOnly: true)])
    #expect(look.network == "host")
    #expect(look.user == "0")
    #expect(look.untold == ["labels", "ports", "restart"])
    #expect(found.facts.status == .installed)
    #expect(
      sweep.status(.container)?.looked.hasSuffix("images present, not in use: docker.io/sipeed/picoclaw:1") == true)
    #expect(sweep.status(.process) == nil)
  }

  @Test(arguments: [
    ("unless-stopped", false, Agent.Status.enabled), ("unless-stopped", true, .installed), ("no", false, .installed),
    ("always", true, .enabled),
  ])
  func `Docker's files tell a stopped container that comes back from one that does not`(
    policy: String, byHand: Bool, status: Agent.Status
  ) async throws {
    var host = FakeHost()
    let folder = "/var/lib/docker/containers/\(Self.id)"
    host.files.add(
      "\(folder)/config.v2.json",
      #"{"ID":"\#(Self.id)","Name":"/oc","State":{"Running":true,"Pid":77},"Config":{"Image":"openclaw/openclaw:1.2.3","Env":null},"MountPoints":{"/d":{"Source":"","Name":"vol","Destination":"/d","RW":true,"Type":"volume"}},"HasBeenManuallyStopped":\#(byHand)}"#
    )
    host.files.add(
      "\(folder)/hostconfig.json",
      #"{"PortBindings":{"18789/tcp":[{"HostIp":"127.0.0.1","HostPort":"18789"}]},"RestartPolicy":{"Name":"\#(policy)"}}"#
    )
    let found = try #require(await host.look().sweep.of(.container).first)
    // The file says running, but no process 77 is there.
    #expect(found.facts.status == status)
    #expect(found.facts.listeners.isEmpty)
    let look = try #require(ContainerLook(data: found.facts.data))
    #expect(look.mounts.map(\.source) == ["/var/lib/docker/volumes/vol/_data"])
    #expect(look.ports.map(\.text) == ["127.0.0.1:18789→18789"])
  }

  @Test(
    arguments: [
      ("openclaw-sandbox:bookworm-slim", [:], nil), ("debian:12", ["openclaw.sandbox": "1"], nil),
      ("openclaw/openclaw", [:], "openclaw"), ("docker.io/openclaw/openclaw@sha256:00", [:], "openclaw"),
      ("reg.example:5000/openclaw/openclaw:1", [:], "openclaw"), ("localhost/openclaw:local", [:], "openclaw"),
      ("ghcr.io/nvidia/openshell-community/sandboxes/openclaw:1", [:], "nemoclaw"),
      ("ghcr.io/nvidia/openshell/gateway:1", [:], "openshell"), ("x", ["nanoclaw-install": "0"], "nanoclaw"),
      ("ollama/ollama", [:], nil), ("nanobot", [:], nil), ("someone/openclaw-exporter", [:], nil),
      ("postgres:16", [:], nil),
    ] as [(String, [String: String], String?)])
  func `an image or a label names an agent, a sandbox or nothing`(
    image: String, labels: [String: String], kind: String?
  ) {
    var look = ContainerLook(engine: .docker, id: Self.id, name: "x", source: "s")
    look.image = image
    look.labels = labels
    let verdict = ContainerRecognition(fingerprints: .embedded, inside: [:]).verdict(look)
    #expect(verdict.flatMap { $0.isToolSandbox ? nil : $0.kind } == kind)
  }

  @Test func `a socket that is not for this user is told, without the advice that gives away root`() async throws {
    var host = FakeHost()
    host.files.add(socket: "/run/docker.sock")
    host.sockets.refuse("/run/docker.sock", .denied)
    let blind = try #require(await host.look(isRoot: false).sweep.status(.container)?.blind.first)
    #expect(blind.what == "containers behind /run/docker.sock")
    #expect(blind.remedy.contains("do not join"))
  }

  @Test func `a user's link does not lead root's questions to another's socket`() async throws {
    var host = Self.docker()
    host.files.add(link: "/run/user/1000/docker.sock", to: "/run/docker.sock")
    host.files.add(socket: "/run/user/1000/podman/podman.sock", owner: 1000)
    host.sockets.add(
      "/run/user/1000/podman/podman.sock", request: "GET /containers/json",
      answer: FakeHost.http("[]", server: "Libpod/4.3.1 (linux)"))
    let looked = try #require(await host.look().sweep.status(.container)?.looked)
    #expect(looked.hasPrefix("docker at /run/docker.sock: 2, podman at /run/user/1000/podman/podman.sock: 0;"))
    host.files.add(socket: "/run/other.sock", owner: 0)
    host.files.add(link: "/run/user/1000/podman/podman.sock", to: "/run/other.sock")
    #expect(await host.look().sweep.status(.container)?.looked.contains("other") == false)
  }

  @Test func `hostile answers yield no agent and no trap`() async {
    let bodies = [
      "", "null", "[]", "{}", "[1,2]", #"[{"Id":5}]"#, #"[{"Id":"../../../etc/passwd"}]"#, #"{"message":"no"}"#,
      String(repeating: "[", count: 5000), #"[{"Id":"\#(Self.id)","Ports":[{"PublicPort":1e300},{"PublicPort":-1}]}]"#,
    ]
    for body in bodies {
      var host = FakeHost()
      host.files.add(socket: "/run/docker.sock")
      host.sockets.add("/run/docker.sock", request: "GET ", answer: FakeHost.http(body))
      #expect(await host.look().sweep.observations.isEmpty)
    }
  }

  @Test func `every truncation and many mutations of the engines' text are read without a trap`() throws {
    var random = UInt64(42)
    func next() -> UInt64 {
      random ^= random << 13
      random ^= random >> 7
      random ^= random << 17
      return random
    }
    let bytes = Array(Self.inspection.utf8)
    for round in 0..<3000 {
      var copy = round < bytes.count ? Array(bytes.prefix(round)) : bytes
      if round >= 600 {
        for _ in 0..<3 { if !copy.isEmpty { copy[Int(next() % UInt64(copy.count))] = UInt8(next() & 127) } }
      }
      guard let node = try? JSON5.parse(copy) else { continue }
      if let look = DockerText.inspected(node, hostConfig: nil, engine: .docker, source: "s") {
        #expect(look.ports.count <= ContainerLook.maximumEntries)
      }
      _ = DockerText.listed(node, engine: .docker, source: "s")
      _ = DockerText.images(node)
      var look = ContainerLook(engine: .podman, id: Self.id, name: "", source: "s")
      PodmanText.describe(&look, node)
      _ = PodmanText.listed(node, source: "s")
    }
  }
}

extension MemoryFiles {
  mutating func add(socket path: String, owner: UInt32 = 0) {
    add(node: path, .file([], FileStatus(kind: .socket, mode: 0o660, owner: owner)))
  }
}
