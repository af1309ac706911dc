import Matching
import Model

/// What a process shows of itself, as far as it could be read.
public struct ProcessLook: Sendable, Hashable {
  /// At most 15 bytes on Linux.
  public var command: String
  /// Path of the program, without ` (deleted)`; nil where it could not be read.
  public var executable: String?
  /// Arguments with the title at 0; trailing NULs and blanks cut.
  public var arguments: [String]
  /// Names set at exec; nil where they could not be read.
  public var variables: Set<String>?

  public init(command: String, executable: String?, arguments: [String], variables: Set<String>? = nil) {
    self.command = command
    self.executable = executable
    self.arguments = arguments
    self.variables = variables
  }
}

/// A row that a process matched, and through which of its signs.
public struct ProcessHit: Sendable, Hashable {
  public var row: Fingerprints.Row
  /// In words, for the evidence: `title openclaw-gateway`.
  public var reason: String

  public init(row: Fingerprints.Row, reason: String) {
    self.row = row
    self.reason = reason
  }
}

extension Fingerprints {
  /// Rows that a process matches by program, title, name and script; the strongest first.
  ///
  /// Arguments count only where they say what runs: the script of an interpreter, the module after `-m`, the package of
  /// a package runner, or the sub-command of a two-word row. `vim openclaw.json` therefore matches nothing.
  public func match(_ look: ProcessLook) -> [ProcessHit] {
    var hits: [ProcessHit] = []
    let program = look.executable?.lastPathPart ?? look.arguments.first?.lastPathPart ?? look.command
    let runtime = Runtime(program)

    if let executable = look.executable {
      for row in rows("process.exe") where row.matches(executable) || (row.match == .prefix && row.matches(program)) {
        hits.append(ProcessHit(row: row, reason: "program \(shown(executable))"))
      }
    }
    if let title = look.arguments.first, runtime != .bystander {
      for row in rows("process.title") where row.matches(title) {
        // A title says what a process calls itself. Under a shell, or a program that sets none, it says less.
        hits.append(
          ProcessHit(
            row: runtime == .shell ? row.weakened : row, reason: "title \(shown(title))"))
      }
    }
    if runtime != .bystander {
      for row in rows("process.comm") where row.matches(look.command) {
        if row.kind == "hermes", runtime != .interpreter { continue }
        hits.append(ProcessHit(row: runtime == .shell ? row.weakened : row, reason: "name \(look.command)"))
      }
    }
    let scripts = runtime.scripts(of: look.arguments)
    for row in rows("process.argv") {
      if row.value.contains(" ") {
        if let reason = twoWords(row, look.arguments, program, scripts) {
          hits.append(ProcessHit(row: row, reason: reason))
        }
      } else if let script = scripts.first(where: row.matches) {
        hits.append(ProcessHit(row: runtime == .shell ? row.weakened : row, reason: "runs \(shown(script))"))
      }
    }
    return hits.sorted { $0.row.confidence > $1.row.confidence }
  }

  /// Rows of two words: base name of the program (or its script), then an argument to which the match kind applies.
  private func twoWords(_ row: Row, _ arguments: [String], _ program: String, _ scripts: [String]) -> String? {
    let words = row.value.split(separator: " ", maxSplits: 1).map(String.init)
    guard words.count == 2 else { return nil }
    let names = Set([program] + scripts.map(\.lastPathPart))
    guard names.contains(words[0]) else { return nil }
    var rest = row
    rest.value = words[1]
    let candidates: [String]
    if words[0] == "ssh" {
      candidates = SSHArguments(arguments).beforeCommand
    } else {
      let start = scripts.isEmpty ? 1 : (arguments.firstIndex(of: scripts[0]).map { $0 + 1 } ?? 1)
      candidates = Array(arguments.dropFirst(start).prefix(3))
    }
    return candidates.first(where: rest.matches).map { "\(words[0]) \(shown($0))" }
  }

  /// What a process wrote may be as long as an argument list may be; a reason is for reading.
  private func shown(_ text: String) -> String { VisibleText.cutMiddle(text, to: 160) }

  /// Variables that say what a process is or descends from, with the row.
  public func variables(_ look: ProcessLook) -> [ProcessHit] {
    guard let names = look.variables else { return [] }
    return rows("process.env").compactMap { row in
      guard
        let name = row.match == .exact ? (names.contains(row.value) ? row.value : nil) : names.first(where: row.matches)
      else { return nil }
      return ProcessHit(row: row, reason: "variable \(shown(name))")
    }
  }
}

extension Fingerprints.Row {
  /// The same claim, a step less sure.
  var weakened: Fingerprints.Row {
    var copy = self
    copy.confidence = confidence > .medium ? .medium : .low
    return copy
  }
}

/// What sort of program runs, since arguments mean different things under each.
public enum Runtime: Sendable, Hashable {
  /// Runs a script: node, bun, deno, python, ruby, perl.
  case interpreter
  /// Runs a package by name: npx, uvx, bunx, pnpm.
  case packageRunner
  case shell
  /// An editor, pager, search or transfer tool: its arguments are things that a person looks at.
  case bystander
  case native

  public init(_ program: String) {
    let name = program.hasPrefix("-") ? String(program.dropFirst()) : program
    if Self.shells.contains(name) {
      self = .shell
    } else if Self.bystanders.contains(name) {
      self = .bystander
    } else if Self.runners.contains(name) {
      self = .packageRunner
    } else if Self.interpreters.contains(name) || name.hasPrefix("python") || name.hasPrefix("pypy")
      || name.hasPrefix("node")
    {
      self = .interpreter
    } else {
      self = .native
    }
  }

  static let shells: Set<String> = ["sh", "bash", "dash", "zsh", "fish", "ksh", "ash", "busybox", "tcsh", "csh"]
  static let interpreters: Set<String> = [
    "node", "nodejs", "bun", "deno", "ruby", "perl", "php", "lua", "tsx", "ts-node",
  ]
  static let runners: Set<String> = ["npx", "uvx", "bunx", "npm", "pnpm", "yarn", "uv", "pipx"]
  static let bystanders: Set<String> = [
    "vi", "vim", "nvim", "view", "emacs", "emacs-nox", "nano", "micro", "hx", "helix", "ed", "code", "code-insiders",
    "codium", "cursor", "windsurf", "zed", "subl", "sublime_text", "gedit", "kate", "less", "more", "most", "cat",
    "bat",
    "head", "tail", "grep", "egrep", "fgrep", "rg", "ag", "ack", "find", "fd", "locate", "ls", "tree", "stat", "file",
    "wc", "sort", "diff", "cmp", "cp", "mv", "rm", "ln", "tar", "gzip", "zstd", "rsync", "scp", "sftp", "ssh", "sshd",
    "mosh", "curl", "wget", "git", "gh", "make", "cmake", "ninja", "journalctl", "systemctl", "docker", "podman",
    "kubectl",
    "pgrep", "pkill", "ps", "top", "htop", "watch", "strace", "gdb", "lsof", "sudo", "su", "doas", "env", "timeout",
    "nohup", "nice", "xargs", "tee", "man", "apt", "apt-get", "dpkg", "dnf", "pacman", "brew", "sed", "awk", "gawk",
    "jq",
    "tmux", "tmux: server", "screen", "systemd", "login", "cron", "conmon", "containerd-shim",
    "containerd-shim-runc-v2",
    "docker-proxy", "rootlessport", "runc", "crun",
  ]

  /// Arguments that say what runs under this program.
  func scripts(of arguments: [String]) -> [String] {
    switch self {
    case .native: return arguments.first.map { [$0] } ?? []
    case .bystander: return []
    case .shell:
      // `bash script` runs a script; the text after -c is a command line, and mentions prove nothing.
      guard let first = arguments.dropFirst().first(where: { !$0.hasPrefix("-") }),
        !arguments.dropFirst().contains(where: { $0.hasPrefix("-") && $0.contains("c") && !$0.hasPrefix("--") })
      else { return [] }
      return [first]
    case .interpreter:
      var index = 1
      while index < arguments.count {
        let argument = arguments[index]
        if argument == "-m", index + 1 < arguments.count { return [arguments[index + 1]] }
        if argument == "--" { return Array(arguments[(index + 1)...].prefix(1)) }
        // Text given on the command line runs, not a file.
        if ["-c", "-e", "-p", "--eval", "--print", "-pe"].contains(argument) { return [] }
        if argument.hasPrefix("-") {
          index += Self.switchesWithValue.contains(argument) ? 2 : 1
          continue
        }
        return [argument]
      }
      // No argument at all: the title has taken their place.
      return arguments.first.map { $0.contains("/") ? [$0] : [] } ?? []
    case .packageRunner:
      return Array(arguments.dropFirst().filter { !$0.hasPrefix("-") }.prefix(3))
    }
  }

  private static let switchesWithValue: Set<String> = [
    "-r", "--require", "--import", "--loader", "--experimental-loader", "--env-file", "-W", "-X", "--title", "-I",
  ]
}

/// The command line of ssh(1), as far as forwards need it.
public struct SSHArguments: Sendable, Hashable {
  /// Arguments up to and with the destination.
  public private(set) var beforeCommand: [String] = []
  /// Values of `-R`, as written.
  public private(set) var remoteForwards: [String] = []
  public private(set) var destination: String?

  private static let valued = Set("BbcDEeFIiJLlmOopQRSWw")

  public init(_ arguments: [String]) {
    var index = 1
    while index < arguments.count {
      let argument = arguments[index]
      guard argument.hasPrefix("-"), argument.count > 1, argument != "--" else {
        // The destination; options may stand behind it, up to the first word of the command.
        if destination != nil { return }
        let isEnd = argument == "--"
        if isEnd { index += 1 }
        guard index < arguments.count else { return }
        destination = arguments[index]
        beforeCommand.append(arguments[index])
        index += 1
        if isEnd { return }
        continue
      }
      beforeCommand.append(argument)
      index += 1
      // Flags may be glued: -fNR 80:localhost:3000, -R80:localhost:3000.
      var letters = argument.dropFirst()
      while let letter = letters.popFirst() {
        guard Self.valued.contains(letter) else { continue }
        let value: String
        if letters.isEmpty {
          guard index < arguments.count else { return }
          value = arguments[index]
          index += 1
        } else {
          value = String(letters)
        }
        if letter == "R" {
          remoteForwards.append(value)
          if !argument.hasPrefix("-R") { beforeCommand.append("-R") }
        } else if letter == "o", let forward = Self.forwardOption(value) {
          remoteForwards.append(forward)
          beforeCommand.append("-R")
        }
        break
      }
    }
  }

  /// `RemoteForward=80 localhost:3000`: the long way to write `-R 80:localhost:3000`.
  private static func forwardOption(_ text: String) -> String? {
    let name = "remoteforward"
    guard text.prefix(name.count).lowercased() == name else { return nil }
    let rest = text.dropFirst(name.count).drop { $0 == " " || $0 == "=" || $0 == "\t" }
    let words = rest.split { $0 == " " || $0 == "\t" }
    return words.isEmpty ? nil : words.joined(separator: ":")
  }
}
