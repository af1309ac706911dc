import Formats
import HostSensor
import Model
import Platform
import Testing

/// What confines a container, as engines and their files tell it.
@Suite struct ContainerWallsTests {
  private static let id = String(repeating: "ab", count: 32)

  private static func docker(_ host: String, networks: String? = nil) -> FakeHost {
    var fake = FakeHost()
    fake.files.add(socket: "/run/docker.sock")
    fake.sockets.add(
      "/run/docker.sock", request: "GET /containers/json?all=1 ",
      answer: FakeHost.http(
        #"[{"Id":"\#(id)","Names":["/nanoclaw-v2-main-1"],"Image":"nanoclaw-agent-v2-0a1b2c3d","State":"running"}]"#))
    fake.sockets.add(
      "/run/docker.sock", request: "GET /containers/\(id)/json ",
      answer: FakeHost.http(
        #"{"Id":"\#(id)","Name":"/nanoclaw-v2-main-1","Config":{"Image":"nanoclaw-agent-v2-0a1b2c3d"},"HostConfig":\#(host),"State":{"Running":true}}"#
      ))
    if let networks {
      fake.sockets.add("/run/docker.sock", request: "GET /networks ", answer: FakeHost.http(networks))
    }
    return fake
  }

  private static func look(_ host: FakeHost, isImage: Bool = false) async throws -> ContainerLook {
    let found = try #require(await host.look(isImage: isImage).sweep.of(.container).first)
    let look = try #require(ContainerLook(data: found.facts.data))
    // What is written down is what is read back.
    #expect(ContainerLook(data: look.data) == look)
    return look
  }

  @Test func `null and zero are no walls`() async throws {
    let look = try await Self.look(
      Self.docker(
        #"""
        {"CapDrop":null,"SecurityOpt":null,"Memory":0,"PidsLimit":null,"ReadonlyRootfs":false,
         "ExtraHosts":["host.docker.internal:host-gateway"],"NetworkMode":"bridge"}
        """#))
    #expect(look.dropped == [] && look.securityOptions == [])
    #expect(look.memory == 0 && look.processes == 0 && look.isReadOnly == false)
    #expect(look.hosts == ["host.docker.internal:host-gateway"])
    #expect(look.isNetworkInternal == nil)
  }

  @Test(arguments: [
    (true, #"[{"Name":"claw","Id":"n1","Internal":true}]"#), (false, #"[{"Name":"claw","Internal":false}]"#),
  ])
  func `walls are told as they were given, and whether the network has a way out`(isInternal: Bool, networks: String)
    async throws
  {
    let look = try await Self.look(
      Self.docker(
        #"""
        {"CapDrop":["all"],"SecurityOpt":["no-new-privileges"],"Memory":2147483648,"PidsLimit":256,
         "ReadonlyRootfs":true,"NetworkMode":"claw"}
        """#, networks: networks))
    #expect(look.dropped == ["ALL"] && look.securityOptions == ["no-new-privileges"])
    #expect(look.memory == 2_147_483_648 && look.processes == 256 && look.isReadOnly == true)
    #expect(look.isNetworkInternal == isInternal)
  }

  @Test func `an engine that does not tell its networks leaves the question open`() async throws {
    #expect(try await Self.look(Self.docker(#"{"NetworkMode":"claw"}"#)).isNetworkInternal == nil)
  }

  @Test(arguments: [
    (#""capabilities":{"bounding":["CAP_CHOWN"]},"noNewPrivileges":true"#, true, ["no-new-privileges"]),
    (#""capabilities":{}"#, true, []), (#""noNewPrivileges":false"#, false, []),
  ])
  func `Podman's description tells the same`(process: String, tells: Bool, options: [String]) async throws {
    var host = FakeHost()
    let store = "/home/ada/.local/share/containers/storage"
    host.files.add(
      "\(store)/overlay-containers/containers.json",
      #"[{"id":"\#(Self.id)","names":["nanoclaw-v2-x"],"metadata":"{\"image-name\":\"nanoclaw-agent-v2-0a1b2c3d\"}"}]"#)
    host.files.add(
      "\(store)/overlay-containers/\(Self.id)/userdata/config.json",
      #"""
      {"process":{"args":["/bin/sh"],\#(process)},"root":{"readonly":true},
       "linux":{"resources":{"memory":{"limit":1024},"pids":{"limit":2048}},"namespaces":[{"type":"network"}]}}
      """#)
    let look = try await Self.look(host, isImage: true)
    #expect((look.dropped?.isEmpty == false) == tells)
    #expect(look.dropped?.contains("MKNOD") != true)
    #expect(look.securityOptions == options)
    #expect(look.memory == 1024 && look.processes == 2048 && look.isReadOnly == true)
  }
}
