import Model
import Platform
import Testing

@testable import HostSensor

@Suite struct ProcessTableTests {
  @Test(arguments: ["a) R 1 (b", "two\nlines", ") S 9 9 9", "((((", "", "sd-pam) S 1 1 1 1"])
  func `a name with parentheses and newlines moves no field`(command: String) throws {
    var host = FakeHost()
    host.add(pid: 500, parent: 1, command, exe: "/bin/x", ["x"], start: 42)
    let table = try ProcessTable.read(host.files)
    let process = try #require(table.processes[500])
    #expect(process.command == command)
    #expect(process.parent == 1)
    #expect(process.start == 4200)
  }

  @Test func `arguments of the largest size the kernel allows hide nothing`() async throws {
    var host = FakeHost()
    let padding = String(repeating: "x", count: 6 << 20)
    host.add(
      pid: 500, "node", exe: "/usr/bin/node",
      ["node", "/usr/lib/node_modules/openclaw/dist/index.js", "gateway", padding])
    #expect(await host.processes().of(.process).map(\.kind) == ["openclaw"])
    let table = try ProcessTable.read(host.files)
    let kept = table.processes[500]?.arguments.reduce(0) { $0 + $1.utf8.count } ?? 0
    #expect(kept <= ProcessTable.keptArgumentBytes)
  }

  @Test func `ten thousand empty arguments are cut, not kept`() {
    #expect(ProcessTable.arguments(Array(repeating: 0, count: 10_000) + [0x61]).count <= ProcessTable.keptArguments)
    #expect(ProcessTable.arguments([]).isEmpty)
    #expect(ProcessTable.arguments([0, 0, 0x20]).isEmpty)
    #expect(ProcessTable.arguments(Array("a\u{0}\u{0}b\u{0}".utf8)) == ["a", "", "b"])
  }

  @Test func `a process that ends while it is read is counted and left out`() throws {
    var host = FakeHost()
    host.files.add(directory: "/proc/700")
    host.files.add("/proc/701/stat", "701 (cut")
    host.files.add("/proc/702/stat", "702 (x) S notanumber 1 1 1")
    host.files.add("/proc/703/stat", "")
    let table = try ProcessTable.read(host.files)
    #expect(table.vanished == 4)
    #expect(table.processes.keys.sorted() == [1])
  }

  @Test func `what another user's process hides is told, with the way to see it`() async throws {
    var host = FakeHost()
    host.add(
      pid: 500, "openclaw-gatewa", exe: nil, ["openclaw-gateway"], titleTail: 5, variables: nil, user: 1000, open: nil,
      network: nil)
    host.listen("127.0.0.1", 18789, inode: 5)
    let sweep = await host.processes(isRoot: false)
    let agent = try #require(sweep.of(.process).first)
    #expect(agent.kind == "openclaw")
    // Same user and usual port: likely its socket, not surely.
    #expect(sweep.of(.listener).map(\.confidence) == [.medium])
    let blind = try #require(sweep.status(.process)?.blind.first)
    #expect(blind.what.contains("1 processes of other users"))
    #expect(blind.remedy.contains("sudo"))
  }

  @Test func `a loop of parents ends`() throws {
    var host = FakeHost()
    host.add(pid: 500, parent: 501, "a", exe: "/bin/a", ["a"])
    host.add(pid: 501, parent: 500, "b", exe: "/bin/b", ["b"])
    host.add(pid: 502, parent: 502, "c", exe: "/bin/c", ["c"])
    let table = try ProcessTable.read(host.files, excluding: [999])
    #expect(table.ancestors(500).count <= 64)
    #expect(table.tree(500).map(\.pid) == [500, 501])
    #expect(table.tree(502).map(\.pid) == [502])
  }

  @Test func `Trammel and what it started are left out`() throws {
    var host = FakeHost()
    host.add(pid: 500, "trammel", exe: "/usr/bin/trammel", ["trammel", "up"])
    host.add(pid: 501, parent: 500, "sh", exe: "/usr/bin/dash", ["sh"])
    let table = try ProcessTable.read(host.files, excluding: [500])
    #expect(table.processes.keys.sorted() == [1])
  }

  @Test func `no value of a credential is kept of an environment`() throws {
    let raw = Array(
      "OPENAI_API_KEY=sk-secret\u{0}HOME=/home/ada\u{0}NOEQUALS\u{0}=x\u{0}TELEGRAM_BOT_TOKEN=1:a\u{0}".utf8)
    let variables = ProcessTable.variables(raw)
    #expect(variables == ["OPENAI_API_KEY": "", "HOME": "/home/ada", "TELEGRAM_BOT_TOKEN": ""])
  }

  static let id = String(repeating: "0123456789abcdef", count: 4)

  @Test(arguments: [
    ("0::/system.slice/docker-\(id).scope\n", true), ("9:cpu:/docker/\(id)\n0::/\n", true),
    ("0::/machine.slice/libpod-\(id).scope/container\n", true), ("0::/libpod_parent/libpod-\(id)\n", true),
    ("0::/kubepods.slice/kubepods-pod1.slice/cri-containerd-\(id).scope\n", true),
    ("0::/machine.slice/libpod-conmon-\(id).scope\n", false), ("0::/user.slice/session-1.scope\n", false),
    ("0::/\n", false), ("0::/docker/\(id.uppercased())\n", false), ("0::/docker/\(id)0\n", false),
  ])
  func `a container is known by its group`(cgroup: String, isContainer: Bool) {
    #expect(ProcessTable.container(cgroup) == (isContainer ? Self.id : nil))
  }

  @Test(
    arguments: [
      (
        "0::/user.slice/user-1000.slice/user@1000.service/app.slice/openclaw-gateway.service\n",
        "openclaw-gateway.service", 1000
      ),
      ("0::/system.slice/hermes.service\n", "hermes.service", nil),
      ("3:cpu:/\n1:name=systemd:/system.slice/x.service\n", "x.service", nil),
      ("0::/user.slice/user-1000.slice/user@1000.service/init.scope\n", nil, nil), ("0::/\n", nil, nil),
    ] as [(String, String?, UInt32?)])
  func `a service is known by its group`(cgroup: String, name: String?, user: UInt32?) {
    let unit = ProcessTable.unit(cgroup)
    #expect(unit?.name == name)
    #expect(unit?.user == user)
  }

  @Test func `sockets of both families are read, broken lines counted`() {
    var table = SocketTable()
    let head = "  sl  local_address rem_address   st\n"
    table.add(
      Array(
        (head
          + "   0: 0100007F:4965 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 12 1 x 100 0 0 10 0\n"
          + "   1: 0100007F:4965 00000000:0000 01 00000000:00000000 00:00000000 00000000  1000        0 13 1 x 100 0 0 10 0\n"
          + "   2: 0100007F 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 14 1 x\n"
          + "   3: 0100007F:FFFFF 00000000:0000 0A 0:0 0:0 0 1000 0 15 1 x\n" + "garbage\n" + "\n").utf8), isIPv6: false
    )
    table.add(
      Array(
        (head
          + "   0: 00000000000000000000000000000000:0050 00000000000000000000000000000000:0000 0A 0:0 0:0 0 0 0 16 1 x\n"
          + "   1: 0000000000000000FFFF00000200000A:0051 00000000000000000000000000000000:0000 0A 0:0 0:0 0 0 0 17 1 x\n"
          + "   2: 000080FE00000000:0052 0:0 0A 0:0 0:0 0 0 0 18 1 x\n").utf8), isIPv6: true)
    #expect(
      table.listening.map { Listener(address: $0.address, port: $0.port).endpoint } == [
        "127.0.0.1:18789", "[::]:80", "10.0.0.2:81",
      ])
    #expect(table.listening.map(\.inode) == [12, 16, 17])
    #expect(table.skipped == 4)
  }

  @Test func `every truncation of a socket table is read without a trap`() {
    let line = Array(
      "h\n   0: 0100007F:4965 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 12 1 x 100 0\n"
        .utf8)
    for count in 0...line.count {
      var table = SocketTable()
      table.add(Array(line.prefix(count)), isIPv6: false)
      #expect(table.listening.count <= 1)
    }
  }

  @Test func `a socket that systemd opened for a service belongs to the service`() async throws {
    var host = FakeHost()
    host.add(
      pid: 1, parent: 0, "systemd", exe: "/lib/systemd/systemd", ["init"], user: 0, start: 1, open: [9: "socket:[7]"])
    host.add(
      pid: 500, "openclaw-gatewa", exe: "/usr/bin/node", ["openclaw-gateway"], open: [3: "socket:[7]"])
    host.listen("0.0.0.0", 18789, inode: 7)
    let agent = try #require(await host.processes().of(.process).first)
    #expect(agent.facts.listeners.map(\.scope) == [.lan])
  }
}
