import Formats
import Installations
import Matching
import Model
import Platform

/// OpenHands: a gate that exists in its window alone, doors without a login, and folders that nobody is asked to trust.
enum OpenHandsRules {
  static let all = doors + asking + folders + secrets

  static let product = KinProduct(kind: "openhands")
  private static let programs: Set = ["openhands", "openhands-cli"]

  // MARK: doors

  static let doors = [web, serve, agentServer]

  static let web = product.check(
    "web-bind", "Its terminal is on the network without a login", .critical,
    because: "without an address it listens everywhere, and the page asks for nothing",
    reads: ["openhands web --host", "listening sockets"], tier: 1, requirement: "H8",
    why: "Whoever reaches the port types into the agent's terminal, with all rights of its user.",
    remedy: "Start it as openhands web --host 127.0.0.1, and reach it through a tunnel.",
    references: ["CWE-306", "CWE-1327"]
  ) { subject in
    let sockets = subject.open(12000).map { socket in
      Answer.fail("\(socket.listener.endpoint) listens: \(socket.owner)", at: .init(address: socket.listener.endpoint))
    }
    let answers = subject.ask(
      launches: { launch in
        guard let switches = launch.switches(of: programs, ["web"]) else { return nil }
        let host = switches.value("--host")
        guard host.map({ !Reach.isLocal(host: $0) }) ?? true else { return nil }
        return .fail(
          "openhands web \(host.map { "--host \(Configuration.Setting.shown($0))" } ?? "without --host, which means 0.0.0.0,") \(launch.place)",
          at: launch.location("--host"))
      }, pass: "no start of openhands web names an address beyond loopback")
    return sockets.isEmpty ? answers : sockets + answers.filter { $0.outcome == .fail }
  }

  static let serve = product.check(
    "serve-docker", "Its GUI holds the container engine, or is on the network", .critical,
    because: "the engine's socket is root on this host, and the page has no login of its own",
    reads: ["openhands serve", "container openhands-app", "docker run -p -v"], tier: 2, requirement: "H12",
    why: "A steered agent, or whoever reaches port 3000, starts a container that owns this host.",
    remedy:
      "Publish it as 127.0.0.1:3000:3000, write a compose file without the engine's socket, and name the image by its digest.",
    references: ["CWE-250", "CWE-668"]
  ) { subject in
    var failures: [Answer] = []
    for launch in subject.launches {
      if launch.switches(of: programs, ["serve"]) != nil {
        failures.append(
          .fail("openhands serve mounts the engine's socket, \(launch.place)", at: launch.location("serve")))
      }
      failures +=
        ContainerStart(launch).map { wide($0.mounts, $0.ports, launch.place, launch.location("docker")) } ?? []
    }
    if let box = subject.box {
      let ports = box.ports.filter { $0.host?.isLoopback != true }.map(\.text)
      failures += wide(box.mounts.map(\.source), ports, "in container \(box.name)", .init())
    }
    if !failures.isEmpty { return FileRules.capped(failures) }
    if case .blind(let reason) = subject.container, let other = subject.launchesBlind {
      return [.notMeasured("\(other); \(reason)")]
    }
    return [.pass("no start and no container of it has the engine's socket or an open port")]
  }

  private static func wide(_ mounts: [String], _ ports: [String], _ place: String, _ location: Finding.Location)
    -> [Answer]
  {
    let sockets = mounts.filter { $0.hasSuffix("/docker.sock") || $0.hasSuffix("/podman.sock") }
    return sockets.prefix(1).map {
      .fail("\(Configuration.Setting.shown($0)) is mounted \(place)", at: location)
    }
      + ports.prefix(5).map {
        .fail("\(Configuration.Setting.shown($0)) is published on every address \(place)", at: location)
      }
  }

  private static let serverKeys = ["SESSION_API_KEY", "OH_SESSION_API_KEYS_0"]

  static let agentServer = product.check(
    "agent-server", "Its server of commands is on the network without a key", .high,
    because: "one of its calls runs a command, and without a key it asks for nothing",
    reads: ["agent-server --host", "SESSION_API_KEY", "OH_SESSION_API_KEYS_0"], tier: 2, requirement: "H8",
    why: "Whoever reaches the port runs commands as its user.",
    remedy: "Start it with --host 127.0.0.1 and a key; a key alone moves its default address to 0.0.0.0.",
    references: ["CWE-306"]
  ) { subject in
    let key = subject.variables(serverKeys.contains).first
    var failures =
      key != nil
      ? []
      : subject.open(8000).map { socket in
        Answer.fail(
          "\(socket.listener.endpoint) listens, and no key is known: \(socket.owner)",
          at: .init(address: socket.listener.endpoint))
      }
    let answers = subject.ask(
      launches: { launch in
        let names: Set = ["agent-server", "openhands-agent-server", "openhands.agent_server"]
        guard let arguments = launch.arguments(of: names) else { return nil }
        // Without an address it is loopback, unless it has a key.
        let host = Switches(["agent-server"] + arguments).value("--host")
        guard let host, !Reach.isLocal(host: host), key == nil else { return nil }
        return .fail(
          "agent-server --host \(Configuration.Setting.shown(host)) without a key \(launch.place)",
          at: launch.location("--host"))
      }, pass: key.map { "a key is set \($0.text)" } ?? "no start of agent-server names an address beyond loopback")
    failures += answers.filter { $0.outcome == .fail }
    return failures.isEmpty ? answers : failures
  }

  // MARK: asking

  static let asking = [yolo]

  static let yolo = product.check(
    "yolo", "It is started so that nothing is asked", .high, because: "no gate stands before a command",
    reads: ["--always-approve", "--yolo", "--headless"], tier: 1, requirement: "H18b",
    why: "What a page or a file talks the model into is done at once, with all rights of its user.",
    remedy: "Drop the switch, or run it in a container; --llm-approve leaves the question to a model.",
    references: ["CWE-862"]
  ) { subject in
    if let box = subject.box { return [.pass("it runs in container \(box.name)")] }
    return subject.ask(
      launches: { launch in
        let switches = launch.switches
        guard let name = ["--always-approve", "--yolo", "--headless"].first(where: { switches.has($0) }) else {
          return nil
        }
        let meaning = name == "--headless" ? ", which approves every command," : ""
        return .fail("\(name)\(meaning) \(launch.place)", at: launch.location(name))
      }, pass: "no start of it says so: it asks about each command")
  }
}

/// A container that some start makes, as far as its words and options say: what it mounts, and on which addresses beyond
/// loopback it publishes.
struct ContainerStart {
  var mounts: [String] = []
  var ports: [String] = []

  init?(_ launch: Installation.Launch) {
    let isFile = launch.origin == .compose || launch.origin == .quadlet
    var published = launch[all: "ports"].map(\.value)
    mounts = launch[all: "volumes"].map { String($0.value.prefix { $0 != ":" }) }
    let engines: Set = ["docker", "podman", "nerdctl"]
    let run = launch.arguments(of: engines)
    guard isFile || run?.contains("run") == true else { return nil }
    let words = run ?? []
    for (index, word) in words.enumerated() {
      let name = word.hasPrefix("--") ? String(word.prefix { $0 != "=" }) : word
      let value =
        word.contains("=") && word.hasPrefix("--")
        ? String(word.drop { $0 != "=" }.dropFirst()) : index + 1 < words.count ? words[index + 1] : ""
      switch name {
      case "-p", "--publish": published.append(value)
      case "-v", "--volume": mounts.append(String(value.prefix { $0 != ":" }))
      case "--mount":
        let source = value.split(separator: ",").first { $0.hasPrefix("source=") || $0.hasPrefix("src=") }
        if let source { mounts.append(String(source.drop { $0 != "=" }.dropFirst())) }
      default: break
      }
    }
    ports = published.filter { !Self.isLocal($0) }
  }

  /// `127.0.0.1:3000:3000`, `[::1]:3000:3000`; without an address every one is meant.
  private static func isLocal(_ text: String) -> Bool {
    if text.hasPrefix("[") { return Reach.isLocal(host: String(text.dropFirst().prefix { $0 != "]" })) }
    let parts = text.split(separator: ":")
    return parts.count == 3 && Reach.isLocal(host: String(parts[0]))
  }
}
