import Knowledge
import Model
import Platform
import Testing

@testable import HostSensor

/// What a sighting of an agent tells the rules beyond itself: names of its variables, and the containers of its tools.
@Suite struct SubjectEvidenceTests {
  private func sightings(_ host: FakeHost, _ source: Observation.Source = .process) async -> [Observation] {
    await host.look().sweep.of(source).filter { $0.kind == "openclaw" }
  }

  private func host(_ variables: [String: String]?) -> FakeHost {
    var host = FakeHost()
    host.add(
      pid: 812, "openclaw-gatewa", exe: "/usr/bin/node", ["openclaw-gateway"], variables: variables)
    return host
  }

  @Test func `names of a process's variables are kept, and no value`() async throws {
    let found = try #require(
      await sightings(host(["HOME": "/home/ada", "OPENCLAW_GATEWAY_TOKEN": "hunter2", "LD_PRELOAD": "/tmp/x.so"])).first
    )
    #expect(found.facts.data["environment"] == .strings(["HOME", "LD_PRELOAD", "OPENCLAW_GATEWAY_TOKEN"]))
    #expect(!"\(found)".contains("hunter2") && !"\(found)".contains("/tmp/x.so"))
  }

  @Test func `where the kernel shows no environment, there is none in the sighting`() async throws {
    let found = try #require(await sightings(host(nil)).first)
    #expect(found.facts.data["environment"] == nil)
    let empty = try #require(await sightings(host([:])).first)
    #expect(empty.facts.data["environment"] == .strings([]))
  }

  @Test func `an environment without end is kept up to a bound`() async throws {
    var variables = ["\(String(repeating: "N", count: 200))": "x"]
    for number in 0..<2000 { variables["V\(number)"] = "x" }
    let found = try #require(await sightings(host(variables)).first)
    #expect(found.facts.data["environment"]?.array?.count == Processes.maximumVariables)
  }

  // MARK: sandboxes

  static let id = String(repeating: "ab", count: 32)

  private static func list(_ labels: String, ports: String = "[]", state: String = "running") -> String {
    """
    [{"Id":"\(id)","Names":["/openclaw-sbx-browser-1"],"Image":"openclaw-sandbox-browser:bookworm-slim",
      "Command":"chromium","State":"\(state)","Ports":\(ports),"Labels":\(labels),
      "HostConfig":{"NetworkMode":"openclaw-sandbox-browser"}}]
    """
  }

  private func docker(_ list: String?) -> FakeHost {
    var host = host(["HOME": "/home/ada"])
    host.files.add(socket: "/run/docker.sock")
    guard let list else { return host }
    host.sockets.add("/run/docker.sock", request: "GET /containers/json?all=1 ", answer: FakeHost.http(list))
    host.sockets.add("/run/docker.sock", request: "GET /containers/\(Self.id)/json ", answer: FakeHost.http("{}"))
    host.sockets.add("/run/docker.sock", request: "GET /images/json ", answer: FakeHost.http("[]"))
    return host
  }

  private func seen(_ host: FakeHost) async throws -> SandboxLook.Seen? {
    SandboxLook.Seen(data: try #require(await sightings(host).first).facts.data)
  }

  @Test func `a sandbox is told with its labels and what the host gives away for it`() async throws {
    let list = Self.list(
      #"{"openclaw.sandboxBrowser":"1","openclaw.configHash":"9f","maintainer":"x"}"#,
      ports: #"[{"IP":"0.0.0.0","PrivatePort":9222,"PublicPort":39222,"Type":"tcp"}]"#)
    guard case .seen(let looks)? = try await seen(docker(list)) else {
      Issue.record("sandboxes were not told")
      return
    }
    let look = try #require(looks.first)
    #expect(looks.count == 1 && look.name == "openclaw-sbx-browser-1")
    #expect(look.labels == ["openclaw.sandboxBrowser": "1", "openclaw.configHash": "9f"])
    #expect(look.ports.map(\.hostPort) == [39222] && look.ports.map(\.containerPort) == [9222])
  }

  @Test func `a sandbox that does not run gives nothing away`() async throws {
    #expect(
      try await seen(docker(Self.list(#"{"openclaw.sandboxBrowser":"1"}"#, state: "exited"))) == .seen([]))
  }

  @Test func `without an engine there are no sandboxes, and one that does not answer leaves them unknown`() async throws
  {
    #expect(try await seen(host([:])) == .seen([]))
    guard case .unread(let reason)? = try await seen(docker(nil)) else {
      Issue.record("an engine that does not answer was taken for none")
      return
    }
    #expect(reason.contains("/run/docker.sock"))
  }

  @Test func `what is written of sandboxes is read again`() {
    let look = SandboxLook(
      name: "openclaw-sbx-1", labels: ["openclaw.configHash": "a=b", "openclaw.x": ""],
      ports: [.init(address: Address("127.0.0.1"), hostPort: 1, containerPort: nil)])
    for seen in [SandboxLook.Seen.seen([look]), .seen([]), .unread("permission denied")] {
      #expect(SandboxLook.Seen(data: seen.data) == seen)
    }
    #expect(SandboxLook.Seen(data: ["uid": 0]) == nil)
  }
}
