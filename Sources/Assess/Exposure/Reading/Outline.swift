/// The names and values of a configuration file, as places in its bytes: no value is copied.
///
/// Made of JSON with or without comments, YAML, TOML, INI, properties, variables of a shell, XML and property lists.
/// Readers are lenient: what cannot be understood is skipped, for a broken file holds its secrets just as well.
struct Outline: Sendable {
  struct Name: Sendable {
    var parent: Int
    var text: String
  }

  struct Slot: Sendable {
    /// Its name, in `names`.
    var name: Int
    var value: Range<Int>
    /// Whether backslashes in it mean something.
    var isEscaped = false
    /// What stands before it on its line, where that says more than the name.
    var context: Range<Int>?
  }

  /// 0 is the root.
  private(set) var names = [Name(parent: -1, text: "")]
  private(set) var slots: [Slot] = []
  /// Where further documents begin in one file.
  var breaks: [Int] = []
  static let limit = 50_000
  static let depth = 64

  var isFull: Bool { names.count >= Self.limit || slots.count >= Self.limit }

  mutating func add(name text: String, under parent: Int) -> Int {
    names.append(Name(parent: parent, text: text))
    return names.count - 1
  }

  mutating func add(_ slot: Slot) { slots.append(slot) }

  /// The names that lead to one, from the root.
  func path(of name: Int) -> [String] {
    var path: [String] = []
    var current = name
    while current > 0, path.count < 2 * Self.depth {
      path.append(names[current].text)
      current = names[current].parent
    }
    return path.reversed()
  }

  private func document(_ slot: Slot) -> Int {
    breaks.isEmpty ? 0 : breaks.count { $0 <= slot.value.lowerBound }
  }

  /// The slot of some name that stands beside another one, or beside something that holds it.
  func sibling(_ name: String, of slot: Slot) -> Slot? {
    var parents: [Int] = []
    var current = names[slot.name].parent
    while current >= 0, parents.count < 4 {
      parents.append(current)
      current = names[current].parent
    }
    let wanted = document(slot)
    for parent in parents {
      if let found = slots.first(where: {
        names[$0.name].parent == parent && names[$0.name].text == name && document($0) == wanted
      }) {
        return found
      }
    }
    return nil
  }
}

/// How a file is read.
enum Syntax: Sendable, Hashable {
  case json, yaml, ini, xml
  /// Anything that may have assignments in it.
  case loose

  /// By the name, and where that does not say, by the first byte that is not blank.
  init(path: String, text: Span<UInt8>) {
    let name = path[(path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex)...].lowercased()
    let ending = name.lastIndex(of: ".").map { String(name[name.index(after: $0)...]) } ?? ""
    var first: UInt8?
    for index in 0..<min(text.count, 4096) where !ByteSet.blanks.contains(text[index]) {
      first = text[index]
      break
    }
    let isObject = first == UInt8(ascii: "{")
    switch ending {
    case "json", "json5", "jsonc", "tfstate", "ipynb", "har", "webmanifest", "code-workspace": self = .json
    case "yaml", "yml": self = isObject ? .json : .yaml
    case "jsonl", "ndjson", "php", "js", "mjs", "cjs", "ts", "tsx", "jsx", "html", "tf", "http", "rest", "sh", "md",
      "txt":
      self = .loose
    case "xml", "plist", "csproj", "config": self = first == UInt8(ascii: "<") ? .xml : isObject ? .json : .ini
    case "toml", "ini", "cfg", "conf", "properties", "env", "tfvars", "nmconnection", "service", "netdev", "timer",
      "socket", "desktop", "tfrc", "hcl":
      self = isObject ? .json : .ini
    default:
      if isObject {
        self = .json
      } else if first == UInt8(ascii: "<") {
        self = .xml
      } else if path.contains("/.kube/") || path.contains("/.talos/") || name.hasPrefix("kubeconfig")
        || ["hosts.yml", "user-data"].contains(name)
      {
        self = .yaml
      } else if name.hasPrefix(".env") || name.hasSuffix("rc") || Self.iniNames.contains(name) {
        self = .ini
      } else if Self.yamlNames.contains(name) || path.hasSuffix("/.gem/credentials")
        || path.hasSuffix("/.bundle/config")
      {
        self = .yaml
      } else {
        self = .loose
      }
    }
  }

  private static let iniNames: Set = [
    "credentials", "config", ".pypirc", ".npmrc", ".boto", ".s3cfg", ".my.cnf", ".databrickscfg", ".dogrc",
    ".gitconfig",
    "hosts", "connections", "configs", "gradle.properties", ".envrc", ".flaskenv", "environment", ".odbc.ini",
    ".ovh.conf", "linode-cli", ".credentials", "hub", ".python-gitlab.cfg", "stored_tokens",
  ]
  private static let yamlNames: Set = ["configs.yaml", "hub", ".yarnrc.yml", "clouds"]
}
