import Formats
import Installations
import Knowledge
import Matching
import Model
import Platform

/// Servers that are programs of this machine: what is started, from where, with what.
extension MCPRules {
  static let programs = [
    npxUnpinned, uvxUnpinned, dockerUnpinned, shell, writable, relative, loader, filesystemRoot, knownBad, listener,
  ]

  private static func package(_ server: MCPServer) -> MCPPackage? {
    server.program.flatMap { MCPPackage.of(program: $0, arguments: server.arguments) }
  }

  private static func unpinned(_ servers: [MCPServer], _ runner: MCPPackage.Runner, _ example: String) -> [Answer] {
    each(servers, pass: "each package that is fetched at a start has an exact version") { server in
      guard let package = package(server), package.runner == runner, !package.isPinned else { return [] }
      let version = package.version.map { " (\(Configuration.Setting.shown($0)))" } ?? ""
      return [
        .fail(
          "server \(server.shownName) starts \(Configuration.Setting.shown(package.name)) without an exact version\(version)",
          at: server.location("args"), fix: change(server, "args", "name an exact version, such as \(example)."))
      ]
    }
  }

  static let npxUnpinned = rule(
    "npx-unpinned", "A server's npm package is fetched anew, whatever it has become", .high,
    because: "new code runs at every start, with your rights", reads: ["command", "args"], tier: 1,
    requirement: "H15", why: "The day the package is taken over, its new owner's code runs here at the next start.",
    remedy: "Name an exact version, pkg@1.2.3; better, install it with a lock file and start it by its path.",
    references: ["CWE-1357", "CWE-494"]
  ) { servers, _ in unpinned(servers, .npm, "pkg@1.2.3") }

  static let uvxUnpinned = rule(
    "uvx-unpinned", "A server's Python package is fetched anew, whatever it has become", .high,
    because: "new code runs at every start, with your rights", reads: ["command", "args"], tier: 1,
    requirement: "H15", why: "The day the package is taken over, its new owner's code runs here at the next start.",
    remedy: "Name an exact version, pkg==1.2.3, and a commit where it comes from a repository.",
    references: ["CWE-1357", "CWE-494"]
  ) { servers, _ in unpinned(servers, .python, "pkg==1.2.3") }

  static let dockerUnpinned = rule(
    "docker-unpinned", "A server's container is no wall, or changes with its tag", .high,
    because: "the engine's socket, the host's network or a home inside is as good as no container",
    reads: ["command", "args"], tier: 1, requirement: "H11",
    why: "What runs in it takes over the host, or is another program tomorrow, while it looks locked in.",
    remedy: "Name the image by its digest, image@sha256:…, and drop the flags that open the container.",
    references: ["CWE-250", "CWE-494"]
  ) { servers, subject in
    each(servers, pass: "each container has a digest and walls") { server in
      guard let program = server.program, ["docker", "podman", "nerdctl"].contains(program),
        let run = server.arguments.firstIndex(of: "run")
      else { return [] }
      var wrong: [String] = []
      let options = Array(server.arguments[(run + 1)...])
      for (index, option) in options.enumerated() {
        let value =
          option.contains("=")
          ? String(option[option.index(after: option.firstIndex(of: "=") ?? option.startIndex)...])
          : index + 1 < options.count ? options[index + 1] : ""
        let name = option.hasPrefix("--") ? String(option.prefix { $0 != "=" }) : option
        switch name {
        case "--privileged" where value != "false": wrong.append("--privileged")
        case "--network", "--net", "--pid", "--ipc", "--userns":
          if value == "host" { wrong.append("\(name) host") }
        case "--cap-add" where ["ALL", "SYS_ADMIN", "CAP_SYS_ADMIN"].contains(value): wrong.append("--cap-add \(value)")
        case "-v", "--volume":
          let source = String(value.prefix { $0 != ":" })
          if let reason = Reach.danger(of: source, home: subject.home) {
            wrong.append("\(Configuration.Setting.shown(source)) inside: \(reason)")
          }
        case "--mount":
          let source = value.split(separator: ",").first { $0.hasPrefix("source=") || $0.hasPrefix("src=") }
          if let source = source?.split(separator: "=").last.map(String.init),
            let reason = Reach.danger(of: source, home: subject.home)
          {
            wrong.append("\(Configuration.Setting.shown(source)) inside: \(reason)")
          }
        default: break
        }
      }
      if server.secrets.contains(where: { $0.key.contains(".args.") }) {
        wrong.append("a literal credential in its arguments")
      }
      if let package = package(server), !package.isPinned {
        wrong.append("image \(Configuration.Setting.shown(package.name)) without a digest")
      }
      guard !wrong.isEmpty else { return [] }
      return [
        .fail("server \(server.shownName): \(wrong.prefix(5).joined(separator: "; "))", at: server.location("args"))
      ]
    }
  }

  private static let shells: Set = ["sh", "bash", "zsh", "dash", "ksh", "fish", "cmd", "powershell", "pwsh"]

  static let shell = rule(
    "shell-c", "A server is a line of shell", .high, because: "a line of shell hides what it fetches and runs",
    reads: ["command", "args"], tier: 1, requirement: "H15",
    why: "Whatever the line downloads runs at each start, with your rights and without a look.",
    remedy: "Name a program and its arguments instead.", references: ["CWE-78"]
  ) { servers, _ in
    each(servers, pass: "each is a program with arguments") { server in
      guard let program = server.program else { return [] }
      let lower = server.arguments.map { $0.lowercased() }
      let isShell =
        shells.contains(program.lowercased())
        && lower.contains {
          ["-c", "-lc", "-ic", "/c", "/k", "-command", "-encodedcommand", "-enc", "-e"].contains($0)
        }
      let text = ([server.command ?? ""] + server.arguments).joined(separator: " ")
      let hides =
        ["&&", "$(", "`", " | ", "|sh", "|bash", ";"].contains { text.contains($0) && (isShell || $0 != ";") }
        && !text.contains("://")
        || ["curl ", "wget "].contains { text.contains($0) } && ["|", "&&", "$("].contains(where: text.contains)
      guard isShell || hides else { return [] }
      return [
        .fail(
          "server \(server.shownName) is started as \(Configuration.Setting.shown(isShell ? "\(program) \(server.arguments.first ?? "")" : program)) with a line of shell",
          at: server.location("command"))
      ]
    }
  }

  private static let common = ["/tmp/", "/var/tmp/", "/dev/shm/", "/private/tmp/"]
  private static let kept = [
    "/usr/", "/bin/", "/sbin/", "/opt/", "/nix/store/", "/snap/", "/Applications/", "/Library/",
  ]

  /// Paths of what a server runs: the program, and the script that an interpreter is given.
  private static func paths(_ server: MCPServer) -> [(part: String, path: String)] {
    var paths: [(String, String)] = []
    if let command = server.command, command.contains("/") { paths.append(("command", command)) }
    let interpreters: Set = ["node", "python", "python3", "bun", "deno", "ruby", "perl", "php", "sh", "bash", "tsx"]
    if let program = server.program, interpreters.contains(program),
      let script = server.arguments.first(where: { !$0.hasPrefix("-") }), script.contains("/") || script.contains(".")
    {
      paths.append(("args", script))
    }
    return paths
  }

  static let writable = rule(
    "command-writable", "Others may replace the program of a server", .high,
    because: "who replaces the file owns the agent", reads: ["command", "args", "modes of those files"], tier: 1,
    requirement: "H15",
    why: "Another account, or what the agent itself was talked into writing, runs at the next start.",
    remedy: "Put the program where only root or you may write, with mode 0755.", references: ["CWE-732", "CWE-426"]
  ) { servers, subject in
    each(servers, pass: "no program lies where others may write") { server in
      guard server.transport == .stdio else { return [] }
      var answers: [Answer] = []
      for (part, path) in paths(server) {
        let shown = Configuration.Setting.shown(path)
        if common.contains(where: path.hasPrefix) {
          answers.append(
            .fail("server \(server.shownName) runs \(shown): everybody may write there", at: server.location(part)))
        } else if let project = server.project
          ?? subject.installation?.layers.compactMap(\.project).first(where: { path.hasPrefix($0 + "/") }),
          path.hasPrefix(project + "/") || path.hasPrefix("./") || path.hasPrefix("../")
        {
          answers.append(
            .fail(
              "server \(server.shownName) runs \(shown), which the agent itself may change", at: server.location(part)))
        } else if let fact = subject.installation?.files.first(where: { $0.path == path }) {
          if fact.status.mode & 0o022 != 0 {
            answers.append(
              .fail(
                "server \(server.shownName) runs \(shown): mode \(FileRules.octal(fact.status.mode))",
                at: server.location(part),
                fix: FileRules.chmod("755", path)))
          }
        } else if path.hasPrefix("/"), !kept.contains(where: path.hasPrefix) {
          answers.append(.notMeasured("the mode of \(shown) was not looked at", at: server.location(part)))
        }
      }
      return answers
    }
  }

  private static let runners: Set = [
    "npx", "npm", "pnpm", "pnpx", "yarn", "bun", "bunx", "uv", "uvx", "pipx", "docker", "podman", "nerdctl", "node",
    "python", "python3", "deno", "java", "dotnet", "go", "cargo", "ruby", "php", "env", "sh", "bash", "cmd",
    "powershell",
  ]

  static let relative = rule(
    "command-relative", "Which program a server is depends on the folder or on PATH", .medium,
    because: "a repository or another folder of PATH can put its own in its place", reads: ["command"], tier: 2,
    requirement: "H15", why: "Opened in another folder, or after an installation, another program is started.",
    remedy: "Give the absolute path of the program.", references: ["CWE-426", "CWE-427"]
  ) { servers, _ in
    each(servers, pass: "each program has a path or is a known runner") { server in
      guard server.transport == .stdio, let command = server.command else { return [] }
      let isAbsolute =
        command.hasPrefix("/") || command.hasPrefix("~") || command.hasPrefix("$")
        || command.dropFirst().hasPrefix(":\\")
      if isAbsolute { return [] }
      if !command.contains("/"), runners.contains(server.program ?? command) { return [] }
      let shown = Configuration.Setting.shown(command)
      return [
        .fail(
          "server \(server.shownName) is \(shown), \(command.contains("/") ? "found from the folder in which it is started" : "found by PATH")",
          at: server.location("command"), fix: change(server, "command", "give the absolute path of the program."))
      ]
    }
  }

  private static let loaders: Set = [
    "PATH", "LD_PRELOAD", "LD_LIBRARY_PATH", "NODE_OPTIONS", "PYTHONPATH", "PYTHONSTARTUP", "BASH_ENV",
    "NODE_TLS_REJECT_UNAUTHORIZED", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY",
  ]

  static let loader = rule(
    "path-env", "A server's variables change what it loads or whom it trusts", .high,
    because: "the variable puts other code or another host in the place of the right one", reads: ["env"], tier: 1,
    requirement: "H15", why: "Code that nobody named is loaded, or what it sends goes through another machine.",
    remedy: "Delete the variable.", references: ["CWE-426", "CWE-454"]
  ) { servers, _ in
    each(servers, pass: "no variable changes what is loaded") { server in
      var names = server.environment.filter { member in
        let name = member.name.uppercased()
        return loaders.contains(name) || name.hasPrefix("DYLD_")
      }.map(\.name)
      // `env PATH=/usr/bin` sets a fixed one on purpose.
      names.removeAll { $0 == "PATH" && server.program == "env" }
      return names.map { name in
        let found = ["env", "environment", "envs"].first { server.setting.at($0)?[name] != nil } ?? "env"
        let place = Finding.Location(
          file: server.setting.file, line: server.setting.at(found)?[name]?.position.line,
          key: Configuration.Setting.shown("\(server.key).\(found).\(name)"))
        return .fail("server \(server.shownName) is given \(Configuration.Setting.shown(name))", at: place)
      }
    }
  }

  static let filesystemRoot = rule(
    "filesystem-root", "A file server is given everything", .high,
    because: "the file tool reaches keys, start files and other projects", reads: ["args of filesystem servers"],
    tier: 1, requirement: "H13", why: "One steered call reads ~/.ssh or writes the shell's start file.",
    remedy: "Give it one project's folder.", references: ["CWE-668", "CVE-2025-53109"]
  ) { servers, subject in
    each(servers, pass: "no file server has a folder that holds keys") { server in
      let words = [server.command ?? ""] + server.arguments
      guard words.contains(where: { $0.contains("filesystem") }) else { return [] }
      return server.arguments.compactMap { argument in
        guard
          argument.hasPrefix("/") || argument.hasPrefix("~") || argument.hasPrefix("$HOME")
            || argument.hasPrefix("${HOME}"),
          let reason = Reach.danger(of: argument, home: subject.home)
        else { return nil }
        return .fail(
          "server \(server.shownName) is given \(Configuration.Setting.shown(argument)): \(reason)",
          at: server.location("args"),
          fix: change(server, "args", "replace \(Configuration.Setting.shown(argument)) by the folder of one project."))
      }
    }
  }

  static let knownBad = rule(
    "known-bad-version", "A server's release has a known weakness", .critical,
    because: "the other side runs commands here", reads: ["args", "advisories"], tier: 1, requirement: "H22",
    why: "The server it talks to, or a page in the browser, runs commands with your rights.",
    remedy: "Raise the version.", references: ["CWE-1395", "CVE-2025-6514", "CVE-2025-49596", "CVE-2025-53109"]
  ) { servers, _ in
    each(servers, pass: "no version with an advisory known on \(KinAdvisories.embedded.compiled)") { server in
      guard let package = package(server), package.runner == .npm, let text = package.version else { return [] }
      let table = KinAdvisories.embedded.of("npm:\(package.name)")
      guard !table.isEmpty, let version = ReleaseVersion(text) else { return [] }
      return table.filter { $0.affects(version) == true }.map { advisory in
        .fail(
          "server \(server.shownName) is \(Configuration.Setting.shown(package.name)) \(version): \(advisory.id): \(advisory.cause)",
          at: server.location("args"), severity: advisory.severity,
          fix: advisory.fixed.map { change(server, "args", "raise the version to \($0) or later.") })
      }
    }
  }

  static let listener = rule(
    "listener", "A server that is started here listens for the network", .high,
    because: "whoever reaches the port calls its tools", reads: ["args", "env"], tier: 2, requirement: "H8",
    why: "Other machines, or a web page by a trick with names, call the tools of the server.",
    remedy: "Use stdio; else bind it to 127.0.0.1, with a token and a list of origins.",
    references: ["CWE-1327", "CVE-2025-49596"]
  ) { servers, _ in
    each(servers, pass: "none listens beyond this machine") { server in
      guard server.command != nil else { return [] }
      let switches = Switches(["server"] + server.arguments)
      let host =
        switches.value("--host", "--hostname", "--bind", "--listen", "--address")
        ?? server.environment.first { ["HOST", "FASTMCP_HOST", "MCP_HOST", "BIND"].contains($0.name.uppercased()) }?
        .setting.string
      let transport = switches.value("--transport", "-t")
      if let host {
        let bare = host.hasPrefix("[") ? String(host.dropFirst().prefix { $0 != "]" }) : host
        let name = Address(bare) == nil ? String(bare.prefix { $0 != ":" }) : bare
        if !Reach.isLoopback(host: name) {
          return [
            .fail(
              "server \(server.shownName) listens on \(Configuration.Setting.shown(host))", at: server.location("args"))
          ]
        }
      }
      guard let transport,
        ["sse", "http", "streamable-http", "streamable_http", "streamablehttp"].contains(transport.lowercased())
      else { return [] }
      return [
        .fail(
          "server \(server.shownName) opens a port for \(Configuration.Setting.shown(transport)), and nothing says that it checks who asks",
          at: server.location("args"), severity: .medium, fix: change(server, "args", "use the stdio transport."))
      ]
    }
  }
}
