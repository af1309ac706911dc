import Formats
import Model
import Platform
import Testing
import YAML

@testable import Installations

/// Compose files as text and from a disk. Made up after the Compose specification.
@Suite struct ComposeTests {
  private func service(_ text: String, _ name: String = "a") throws -> ComposeText.Service {
    try #require(try ComposeText(text).services.last { $0.name == name })
  }

  private func options(_ service: ComposeText.Service, _ name: String) -> [String] {
    service.options.filter { $0.name == name }.map { "\($0.value) @\($0.line)" }
  }

  @Test func `long and short forms say the same`() throws {
    let it = try service(
      """
      services:
        a:
          image: "${IMAGE:-example.com/agent}:1"
          ports:
            - "127.0.0.1:80:8080"
            - 90
            - target: 22
              published: "2222"
              host_ip: 127.0.0.1
              protocol: udp
              mode: host
            - {target: 443, host_ip: "::1"}
          volumes: [data:/data, {type: bind, source: /var/run/docker.sock, target: /s, read_only: true},
            {type: tmpfs, target: /tmp}]
          devices: ["/dev/kvm:/dev/kvm"]
          env_file:
            - ./a.env
            - path: ./b.env
              required: false
          secrets: [one, {source: two, mode: 0400}]
          profiles: [debug]
          privileged: yes
          restart: no
          cap_add: [NET_ADMIN]
          deploy: {resources: {limits: {memory: 1g}}}
          networks: {front: {aliases: [x]}, back: }

      """)
    #expect(it.line == 2)
    #expect(options(it, "image") == ["${IMAGE:-example.com/agent}:1 @3"])
    #expect(
      options(it, "ports") == ["127.0.0.1:80:8080 @5", "90 @6", "127.0.0.1:2222:22/udp @7", "[::1]:0:443 @12"])
    #expect(options(it, "ports.mode") == ["host @11"])
    #expect(options(it, "volumes") == ["data:/data @13", "/var/run/docker.sock:/s:ro @13"])
    #expect(options(it, "volumes.target") == ["/tmp @14"] && options(it, "volumes.read_only") == ["true @13"])
    #expect(options(it, "env_file") == ["./a.env @17", "./b.env @18"])
    #expect(options(it, "secrets") == ["one @20", "two @20"] && options(it, "profiles") == ["debug @21"])
    #expect(options(it, "privileged") == ["yes @22"] && options(it, "restart") == ["no @23"])
    #expect(options(it, "deploy.resources.limits.memory") == ["1g @25"])
    #expect(options(it, "networks.front.aliases") == ["x @26"] && options(it, "networks.back") == [" @26"])
    #expect(options(it, "devices") == ["/dev/kvm:/dev/kvm @15"] && options(it, "cap_add") == ["NET_ADMIN @24"])
  }

  @Test func `variables stand in a list or in a mapping, and a program in words or in a line`() throws {
    let it = try service(
      "services:\n  a:\n    environment: [A=1, B=x=y, C]\n    command: serve --port '80 1'\n    entrypoint: [/bin/e, -v]\n"
    )
    #expect(it.environment.map { "\($0.name)=\($0.value)" } == ["A=1", "B=x=y"])
    #expect(it.words == ["/bin/e", "-v", "serve", "--port", "80 1"])
    let map = try service("services:\n  a:\n    environment: {A: 1, B: , C: no, D: [x]}\n    command: [a, 1]\n")
    #expect(map.environment.map { "\($0.name)=\($0.value)" } == ["A=1", "B=", "C=no"] && map.words == ["a", "1"])
  }

  @Test func `anchors, merge keys and extends within the file are followed, what is nearer wins`() throws {
    let file = try ComposeText(
      """
      x-base: &base
        restart: always
        privileged: true
        environment: &env {A: base, B: base}
      services:
        root:
          <<: *base
          image: example.com/agent
          command: [old]
          ports: ["1:1"]
        a:
          extends: root
          privileged: false
          command: [new]
          environment:
            <<: *env
            B: own
          ports: &ports ["2:2"]
        b:
          extends: {service: a}
          ports: *ports

      """)
    #expect(!file.isPartial)
    let a = try #require(file.services.first { $0.name == "a" })
    #expect(a.options.last { $0.name == "privileged" }?.value == "false")
    #expect(options(a, "restart") == ["always @2"] && options(a, "image") == ["example.com/agent @8"])
    #expect(options(a, "ports") == ["1:1 @10", "2:2 @18"] && a.words == ["new"])
    var values: [String: String] = [:]
    for (name, value) in a.environment { values[name] = value }
    #expect(values == ["A": "base", "B": "own"])
    let b = try #require(file.services.first { $0.name == "b" })
    #expect(options(b, "ports") == ["1:1 @10", "2:2 @18", "2:2 @18"] && b.words == ["new"])
  }

  @Test(arguments: [
    "include: [other.yaml]\nservices: {a: {image: x}}", "services: {a: {extends: {file: b.yaml, service: c}}}",
    "services: {a: {extends: none}}", "services: {a: {extends: b}, b: {extends: a}}",
    "services: {a: {image: x}}\n---\nservices: {a: {image: y}}",
  ])
  func `what stands elsewhere, or nowhere, makes it a part`(text: String) throws {
    let file = try ComposeText(text)
    #expect(file.isPartial && file.services.first?.name == "a")
  }

  @Test func `of a service that occurs twice the last counts`() throws {
    let file = try ComposeText("services:\n  a: {image: x}\n  b: {image: z}\n  a: {image: y}\n")
    #expect(file.services.map(\.name) == ["b", "a"])
    #expect(options(try #require(file.services.last), "image") == ["y @4"])
  }

  @Test func `credentials are cut out of options`() throws {
    let it = try service("services:\n  a:\n    labels: [\"key=sk-ant-REDACTED-example\"]\n    image: x\n")
    #expect(options(it, "labels").count == 1)
    let url = try service("services:\n  a:\n    extra: https://u:hunter2hunter2@example.com\n")
    #expect(!options(url, "extra").joined().contains("hunter2"))
  }

  /// Files that would cost a lot, or that hold no services.
  @Test(arguments: [
    "", "services:", "services: []", "services: text", "services: {a: }", "- services", "services: {a: [x]}",
    "services: {a: {ports: {x: y}, volumes: text, environment: 3, command: {a: b}, extends: [x]}}",
    "services:\n" + (0..<1000).map { "  s\($0): {image: x}\n" }.joined(),
    "services:\n  a:\n    ports:\n" + String(repeating: "      - \"1:1\"\n", count: 5000),
    "services:\n" + (0..<300).map { "  s\($0): {extends: s\($0 + 1)}\n" }.joined(),
    "services: {a: " + String(repeating: "{x: ", count: 30) + "1" + String(repeating: "}", count: 31),
  ])
  func `odd files end at their limits`(text: String) throws {
    guard let file = try? ComposeText(text) else { return }
    #expect(file.services.count <= ComposeText.maximumServices)
    #expect(file.services.allSatisfy { $0.options.count <= ComposeText.maximumOptions })
  }

  @Test(arguments: [
    "services:\n\ta: x", "services: {a: {image: x}", "services:\n  a:\n    image: x\n   b: y", "services: *x",
    String(repeating: "[", count: 2000),
    "a: &a [x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\n"
      + "c: &c [*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d]\n"
      + "f: [*e,*e,*e,*e,*e,*e,*e,*e]\n",
  ])
  func `broken files and bombs are errors`(text: String) {
    #expect(throws: YAML.Error.self) { try ComposeText(text) }
  }

  @Test func `truncated and changed files never trap`() {
    let bytes = Array(
      "x: &x {A: b}\nservices:\n  a:\n    <<: *x\n    ports: [{target: 1, published: 2}]\n    extends: b\n  b: {volumes: [a:b]}\n"
        .utf8)
    for count in 0...bytes.count { _ = try? ComposeText(String(decoding: bytes.prefix(count), as: UTF8.self)) }
    var seed: UInt64 = 88_172_645_463_325_252
    func next() -> Int {
      seed ^= seed << 13
      seed ^= seed >> 7
      seed ^= seed << 17
      return Int(seed >> 33)
    }
    let alphabet = Array("[]{}:,\"'\n -?&*!|><ax".utf8)
    for _ in 0..<5000 {
      var changed = bytes
      for _ in 0..<(1 + next() % 5) { changed[next() % changed.count] = alphabet[next() % alphabet.count] }
      _ = try? ComposeText(String(decoding: changed, as: UTF8.self))
    }
  }

  // MARK: from a disk

  private func installation(_ compose: String) throws -> Installation {
    var files = Eras.machine
    files.add("/home/ada/.openclaw/openclaw.json", "{}")
    files.add("/home/ada/claw/compose.yaml", compose)
    return try #require(Eras.find(files).installations.first)
  }

  @Test func `an anchor and a merge key reach the launch`() throws {
    let it = try installation(
      "x-a: &a\n  privileged: true\nservices:\n  openclaw-gateway:\n    <<: *a\n    image: example.com/openclaw\n    volumes:\n      - {type: bind, source: /home/ada/.openclaw, target: /s}\n"
    )
    #expect(it.launches.map(\.origin) == [.compose] && it.problems.isEmpty)
    #expect(it.launches.first?["privileged"] == .init("privileged", "true", line: 2))
    #expect(it.launches.first?["volumes"] == .init("volumes", "/home/ada/.openclaw:/s", line: 8))
  }

  @Test func `a broken file that names an agent is a problem with its place, another one is not`() throws {
    let it = try installation("services:\n  gateway:\n    image: example.com/openclaw\n   ports: [1]\n")
    let problem = try #require(it.problems.first)
    #expect(
      problem.path == "/home/ada/claw/compose.yaml" && problem.line == 4 && problem.column == 4 && problem.isOfLaunch)
    #expect(problem.what == "not YAML: did not find expected key while parsing a block mapping")
    #expect(try installation("services: {{ .Values }}\n  web: [\n").problems.isEmpty)
  }
}
