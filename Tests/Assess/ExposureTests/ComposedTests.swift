import Testing

@testable import Exposure

/// Whole agents, put together: what comes first, and what would help them.
struct ComposedTests {
  private func print(_ number: Int) -> String { "fp1:aaaa:" + String(repeating: String(number), count: 16) }

  private func all(_ jewels: [Jewel], _ reach: Reach) -> (BlastRadius, [WhatIf]) {
    let radius = BlastRadius(jewels, reach: reach)
    return (radius, WhatIf.all(radius, jewels, reach: reach))
  }

  @Test("on a laptop: what spreads to others comes first, and a sandbox takes all of it")
  func laptop() {
    let jewels = [
      jewel("aws_access_key", "~/.aws/credentials", fingerprint: print(0)),
      jewel("pypi_token", "~/.pypirc", fingerprint: print(1)),
      jewel("openrouter_key", "~/.env", severity: 3, fingerprint: print(2)),
    ]
    let (radius, controls) = all(jewels, reach(jewels, user: 1000))
    #expect(radius.sentences.map(\.kind) == ["pypi_token", "aws_access_key", "openrouter_key"])
    #expect(radius.sentences.first?.chain != nil)
    #expect(radius.sentences.allSatisfy { !$0.cause.contains("its account owns it") })
    #expect(controls.first?.removed == 3)
    #expect(Set(controls.prefix(2).map(\.control)) == [.ownAccount, .closedHome])
    #expect(controls.contains { $0.control == .egressList && $0.removed == 0 && $0.milder == 3 })
  }

  @Test("in a container with the engine's socket: root of the host comes first, and taking it away helps most")
  func engine() {
    let jewels = [
      jewel("docker_socket", "/var/run/docker.sock", owner: 0, group: 0, mode: 0o666, fingerprint: nil, isSocket: true),
      jewel("aws_access_key", "~/.aws/credentials", fingerprint: print(0)),
    ]
    let container = Reach.Container(mounts: [.init(source: "/var/run/docker.sock", target: "/var/run/docker.sock")])
    let (radius, controls) = all(jewels, reach(jewels, user: 1000, container: container))
    #expect(radius.sentences.map(\.kind) == ["docker_socket", "aws_access_key"])
    #expect(radius.sentences.first?.chain?.contains("root of this host") == true)
    #expect(radius.sentences.last?.ways == [.engineSocket])
    #expect(controls.contains { $0.control == .noEngine && $0.removed == 2 })
  }

  @Test("in a container with its workspace alone: nothing of the home is said, and it counts as out of reach")
  func workspace() {
    let jewels = [
      jewel("stripe_secret_live", "~/work/.env", fingerprint: print(0)),
      jewel("aws_access_key", "~/.aws/credentials", fingerprint: print(1)),
      jewel("ssh_private_key_openssh", "~/.ssh/id_ed25519", fingerprint: print(2)),
    ]
    let container = Reach.Container(mounts: [.init(source: "/home/me/work", target: "/work")])
    let (radius, controls) = all(jewels, reach(jewels, user: 1000, container: container))
    #expect(radius.sentences.map(\.kind) == ["stripe_secret_live"])
    #expect(radius.out == 2)
    #expect(radius.sentences.first?.cause.contains("/work/.env") == true)
    #expect(!controls.contains { $0.control == .noEngine })
  }

  @Test("as root: files of every user are within reach, and the sentence says why")
  func root() {
    let jewels = [jewel("aws_access_key", "/home/other/.aws/credentials", owner: 1001, fingerprint: print(0))]
    let (radius, controls) = all(jewels, reach(jewels, user: 0))
    #expect(radius.sentences.count == 1)
    #expect(radius.sentences.first?.cause.contains("it runs as root") == true)
    #expect(controls.contains { $0.control == .ownAccount && $0.removed == 1 })
  }

  @Test("a key behind a passphrase weighs less than the agent that holds it open")
  func unlocked() {
    var key = jewel("ssh_private_key_openssh", "~/.ssh/id_ed25519", severity: 3, fingerprint: print(0))
    key.protection = .strong("bcrypt")
    let socket = jewel("ssh_agent_socket", "/tmp/ssh-a/agent.1", fingerprint: nil, isSocket: true)
    let jewels = [key, socket]
    let (radius, _) = all(jewels, reach(jewels, user: 1000))
    #expect(radius.sentences.map(\.kind) == ["ssh_agent_socket", "ssh_private_key_openssh"])
    #expect(radius.sentences.last?.cause.contains("guarded by bcrypt") == true)
  }

  @Test("of what is expired or made up nothing is said, and no control is praised for it")
  func spent() {
    let jewels = [
      jewel("aws_session_key", "~/.aws/cli/cache/a.json", severity: 0, fingerprint: print(0)),
      jewel("github_pat_classic", "~/.env", severity: 0, fingerprint: print(1)),
    ]
    let (radius, controls) = all(jewels, reach(jewels, user: 1000))
    #expect(radius.sentences.isEmpty)
    #expect(radius.harmless == 2)
    #expect(controls.isEmpty)
  }
}
