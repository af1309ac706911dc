import Matching

/// A launch, with what is needed to tell which installation it starts. Stays inside this module.
struct FoundLaunch {
  var launch: Installation.Launch
  var kind: String
  /// Home of the user it runs as.
  var home: String?
  /// The folder of a Compose file: what lies in it, or is mounted from it, belongs together.
  var folder: String?
  /// Variables with their values, credentials too, for `Placement`.
  var variables: [String: String] = [:]

  init(
    _ origin: Installation.Launch.Origin, kind: String, file: String, line: Int?, words: [String],
    variables: [(name: String, value: String)], home: String?
  ) {
    self.kind = kind
    self.home = home
    var names: [String] = []
    var wellKnown: Set<String> = []
    var values: [String: String] = [:]
    for (name, value) in variables.prefix(256) {
      if self.variables[name] == nil { names.append(name) }
      self.variables[name] = value
      values[name] = ShownWords.value(value, of: name)
      if values[name] == nil, WeakSecret.isWellKnown(value) { wellKnown.insert(name) }
    }
    launch = Installation.Launch(
      origin, file: file, line: line, words: ShownWords.cut(words), environment: names, values: values)
    launch.wellKnown = wellKnown
  }

  /// Whether it starts that one, among all of its kind.
  func starts(_ installation: Installation, among all: [Installation]) -> Bool {
    if kind == LaunchReader.everyKind { return home.map { Self.isNear(installation, $0) } ?? true }
    guard kind == installation.kind else { return false }
    if let moved = MovedState.directory(of: kind, in: variables, home: home) {
      return moved == installation.stateDirectory || moved == installation.linkedFrom
    }
    let own = all.filter { $0.kind == kind }
    let isContainer = launch.origin == .compose || launch.origin == .quadlet
    if !isContainer, let placement = Placement(variables: variables, home: home), placement.isExplicit,
      kind == "openclaw"
    {
      return placement.stateDirectories.contains(installation.stateDirectory)
        || installation.linkedFrom.map(placement.stateDirectories.contains) == true
    }
    if folder != nil || launch.origin == .quadlet {
      // What is mounted says whose state it is; a path inside the container does not.
      let sources = launch[all: "volumes"].map { $0.value.prefix { $0 != ":" } }
      if sources.contains(where: { $0 == installation.stateDirectory || $0 == (installation.linkedFrom ?? "") }) {
        return true
      }
      if let folder, Paths.isInside(installation.stateDirectory, folder) { return true }
    }
    guard let home else { return own.count == 1 }
    let near = own.filter { Self.isNear($0, home) }
    guard !near.isEmpty else { return false }
    if let profile = Self.profile(launch.words) ?? variables["OPENCLAW_PROFILE"], kind == "openclaw" {
      return isNear(installation, home, profile: profile)
    }
    // Without a profile the plain one is meant, where there is one.
    let plain = near.filter { $0.profile == nil }
    return (plain.isEmpty ? near : plain).contains { $0.stateDirectory == installation.stateDirectory }
  }

  private func isNear(_ installation: Installation, _ home: String, profile: String) -> Bool {
    Self.isNear(installation, home) && (installation.profile ?? "default") == profile
  }

  private static func isNear(_ installation: Installation, _ home: String) -> Bool {
    Paths.isInside(installation.stateDirectory, home)
      || installation.linkedFrom.map { Paths.isInside($0, home) } == true
  }

  private static func profile(_ words: [String]) -> String? {
    for (index, word) in words.enumerated() {
      if word == "--profile", index + 1 < words.count { return words[index + 1] }
      if word.hasPrefix("--profile=") { return String(word.dropFirst(10)) }
    }
    return nil
  }
}
