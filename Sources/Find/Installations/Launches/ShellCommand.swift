import Matching

/// The commands of one line of shell text, as far as they can be told without running it: words, quotes, separators and
/// the assignments in front. Nothing is put in for `$NAME`, and what a substitution would give is not known.
struct ShellCommand {
  var assignments: [(name: String, value: String)] = []
  var words: [String] = []

  static let maximumWords = 512
  static let maximumCommands = 32

  static func all(in line: String) -> [ShellCommand] {
    var commands: [ShellCommand] = []
    var command = ShellCommand()
    var word = ""
    var inWord = false
    var quote: Character?
    var escaped = false
    func isSeparator(_ character: Character) -> Bool { ";|&()\n".contains(character) }
    func endWord() {
      guard inWord else { return }
      if command.words.isEmpty, let (name, value) = assignment(word) {
        command.assignments.append((name, value))
      } else if command.words.count < maximumWords, !skipped.contains(word) || !command.words.isEmpty {
        command.words.append(word)
      }
      word = ""
      inWord = false
    }
    func endCommand() {
      endWord()
      if !command.words.isEmpty || !command.assignments.isEmpty { commands.append(command) }
      command = ShellCommand()
    }
    for character in line {
      if commands.count >= maximumCommands { return commands }
      if escaped {
        word.append(character)
        escaped = false
      } else if character == "\\", quote != "'" {
        escaped = true
        inWord = true
      } else if let open = quote {
        if character == open { quote = nil } else { word.append(character) }
      } else if character == "\"" || character == "'" {
        quote = character
        inWord = true
      } else if character == "#", !inWord {
        break
      } else if character == " " || character == "\t" {
        endWord()
      } else if isSeparator(character) {
        endCommand()
      } else {
        word.append(character)
        inWord = true
      }
    }
    endCommand()
    return commands
  }

  /// Words of the shell in front of a command.
  private static let skipped: Set<String> = ["if", "then", "else", "elif", "do", "while", "until", "{", "!", "fi", "}"]

  /// `NAME=value`.
  static func assignment(_ word: String) -> (name: String, value: String)? {
    guard let equals = word.firstIndex(of: "="), equals > word.startIndex else { return nil }
    let name = word[..<equals]
    guard name.utf8.allSatisfy({ isNameByte($0) }), name.first?.isNumber == false else { return nil }
    return (String(name), String(word[word.index(after: equals)...]))
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || byte == 0x5F
  }

  /// The command behind those that only start it: `env A=b`, `nohup`, `exec`, `sudo -u x`, `cd x &&` is a command of its
  /// own. Assignments of `env` are taken along.
  func behindStarters() -> ShellCommand {
    var command = self
    var rounds = 0
    while let first = command.words.first?.split(separator: "/").last, rounds < 8 {
      rounds += 1
      guard let valued = Self.starters[String(first)] else { break }
      var rest = command.words.dropFirst()
      while let word = rest.first {
        if let (name, value) = Self.assignment(word) {
          command.assignments.append((name, value))
          rest = rest.dropFirst()
        } else if word.hasPrefix("-") {
          rest = rest.dropFirst(valued.contains(word) ? 2 : 1)
        } else {
          break
        }
      }
      // Of these the first plain word is no command: a time, a session's name.
      if first == "timeout" || first == "flock" { rest = rest.dropFirst() }
      command.words = Array(rest)
    }
    return command
  }

  /// Programs that run another, with those of their switches that take a value apart.
  private static let starters: [String: Set<String>] = [
    "env": ["-u", "-C", "-S"], "nohup": [], "exec": ["-a"], "command": [], "time": [], "nice": ["-n"],
    "ionice": ["-c", "-n"], "setsid": [], "stdbuf": ["-i", "-o", "-e"], "chronic": [],
    "sudo": ["-u", "-g", "-h", "-p", "-C", "-D", "-r", "-t"], "doas": ["-u", "-C"], "timeout": ["-s", "-k"],
    "flock": ["-w", "-E"], "caffeinate": ["-t", "-w"], "runuser": ["-u", "-g"], "systemd-cat": ["-t", "-p"],
  ]
}

/// A command line as it may be shown: credentials cut out.
enum ShownWords {
  /// Also says whether something was cut.
  static func cut(_ words: [String]) -> [String] {
    var result: [String] = []
    var option: String?
    for word in words.prefix(ShellCommand.maximumWords) {
      if let name = option, !word.hasPrefix("-"), Secret.looksLikeCredential(name: name, value: word) {
        result.append(Configuration.redacted)
      } else if let (name, value) = ShellCommand.assignment(word), Secret.looksLikeCredential(name: name, value: value)
      {
        result.append("\(name)=\(Configuration.redacted)")
      } else if Secret.hasKnownForm(word) {
        result.append(Configuration.redacted)
      } else {
        result.append(Secret.cut(word, replacement: Configuration.redacted).text)
      }
      option = word.hasPrefix("-") && !word.contains("=") ? word : nil
    }
    return result
  }

  /// The value of a variable as it may be kept; nil for a credential.
  static func value(_ value: String, of name: String) -> String? {
    guard !Secret.looksLikeCredential(name: name, value: value) else { return nil }
    return String(Secret.cut(value, replacement: Configuration.redacted).text.prefix(1000))
  }
}
