public import Knowledge
import Model

/// What whoever takes an agent over could do with what it reaches: ranked sentences, the worst first.
public struct BlastRadius: Sendable, Hashable {
  public struct Sentence: Sendable, Hashable {
    /// A row of `CredentialKinds`.
    public var kind: String
    public var family: CredentialKind.Family
    public var title: String
    /// 1 to 5.
    public var severity: Int
    /// Continues "the attacker could …".
    public var action: String
    /// Continues "because …".
    public var cause: String
    /// What follows from there, where that can be told.
    public var chain: String?
    /// Different values; 1 for what has none.
    public var values: Int
    /// Each once, in the order of the jewels.
    public var places: [String]
    public var ways: [Reach.Way]
    /// Why it is not certain that the agent reaches it.
    public var doubt: String?
    /// Positions in the list of jewels.
    public var jewels: [Int]

    /// `vcs_registry`: the family as documents spell it.
    public var familyName: String { family.rawValue }
    public var text: String { "the attacker could \(action), because \(cause)" }
  }

  public static let opening = "If this agent were fully taken over now, the attacker could"

  public private(set) var sentences: [Sentence] = []
  /// Jewels that the agent does not reach.
  public private(set) var out = 0
  /// Jewels of which it is not known whether the agent reaches them; their sentences say so.
  public private(set) var unmeasured = 0
  /// Jewels of no use: expired, made up.
  public private(set) var harmless = 0
  /// Jewels that may be none: within reach, and not spoken of.
  public private(set) var doubtful = 0

  /// - Parameter knownHosts: how many hosts the user's SSH has known, where that was read.
  public init(_ jewels: [Jewel], reach: Reach, knownHosts: Int? = nil) {
    var order: [String] = []
    var groups: [String: [Int]] = [:]
    for (index, jewel) in jewels.enumerated() {
      guard index < reach.answers.count else { break }
      switch reach.answers[index] {
      case .out:
        out += 1
        continue
      case .notMeasured: unmeasured += 1
      case .reached: break
      }
      guard jewel.severity > 0 else {
        harmless += 1
        continue
      }
      guard jewel.confidence > .low else {
        doubtful += 1
        continue
      }
      if groups[jewel.kind] == nil { order.append(jewel.kind) }
      groups[jewel.kind, default: []].append(index)
    }
    for kind in order {
      guard let members = groups[kind], let first = members.map({ jewels[$0] }).max(by: { $0.severity < $1.severity })
      else { continue }
      sentences.append(Self.sentence(first, members, jewels, reach, knownHosts))
    }
    sentences.sort { a, b in
      if a.severity != b.severity { return a.severity > b.severity }
      if (a.chain != nil) != (b.chain != nil) { return a.chain != nil }
      if (a.doubt == nil) != (b.doubt == nil) { return a.doubt == nil }
      return a.kind < b.kind
    }
    if let place = sentences.firstIndex(where: { $0.kind == "docker_socket" }), reach.hasEngine {
      sentences.insert(sentences.remove(at: place), at: 0)
    }
  }

  private static func sentence(
    _ worst: Jewel, _ members: [Int], _ jewels: [Jewel], _ reach: Reach, _ knownHosts: Int?
  ) -> Sentence {
    var places: [String] = []
    var seen: Set<String> = []
    var values: Set<String> = []
    var ways: [Reach.Way] = []
    var isSure = false
    var doubt: String?
    for index in members {
      let place = jewels[index].place
      if seen.insert(place.path).inserted { places.append(place.path) }
      values.insert(jewels[index].fingerprint ?? place.path)
      for way in reach.answers[index].ways where !ways.contains(way) { ways.append(way) }
      if case .notMeasured(let why) = reach.answers[index] { doubt = why } else { isSure = true }
    }
    let title = worst.title
    let count = values.count
    var cause =
      worst.fingerprint == nil
      ? "\(title) is within reach at \(worst.place.path)" : "\(title) lies in \(worst.place.path)"
    if places.count > 1 { cause += " and \(places.count - 1) more \(places.count == 2 ? "place" : "places")" }
    if count > 1, worst.fingerprint != nil { cause += ", \(count) different ones" }
    // That an account reads its own files needs no words.
    let shown = ways.filter { way in
      switch way {
      case .owner: false
      case .engineSocket: worst.kind != "docker_socket"
      default: true
      }
    }
    if !shown.isEmpty { cause += "; " + shown.prefix(2).map(\.text).joined(separator: ", ") }
    let facts = worst.facts.filter { telling.contains($0.name) }.prefix(3).map { "\($0.name) \($0.value)" }
    if !facts.isEmpty { cause += " (\(facts.joined(separator: ", ")))" }
    switch worst.protection {
    case .none: break
    case .weak(let how): cause += "; guarded weakly: \(how)"
    case .strong(let how): cause += "; guarded by \(how)"
    }
    if worst.state == .expired { cause += "; expired, but renewable" }
    if worst.confidence == .low { cause += "; not sure that it is one" }
    if let expires = worst.expires, worst.state != .expired { cause += "; until \(expires.rfc3339())" }
    if !isSure, let doubt { cause += "; whether the agent reaches it was not measured: \(doubt)" }
    return Sentence(
      kind: worst.kind, family: worst.family, title: title, severity: worst.severity,
      action: Action.of(worst.consequence, title: title), cause: cause,
      chain: chain(worst, reach: reach, knownHosts: knownHosts), values: count, places: places, ways: ways,
      doubt: isSure ? nil : doubt, jewels: members)
  }

  /// Facts that say how far a credential reaches.
  private static let telling: Set = [
    "account", "project", "project_id", "projects", "user", "role", "scope", "scopes", "permissions", "rights", "host",
    "server", "context", "organisation", "principals", "email", "database", "team",
  ]

  private static let publishing: Set = [
    "npm_token", "npm_basic_auth", "pypi_token", "pypirc_password", "crates_token", "rubygems_key", "nuget_key",
    "pub_hex_cocoapods_token", "maven_gradle_credentials", "dockerhub_token", "clawhub_token", "artifactory_token",
    "signing_key_cosign_minisign",
  ]
  private static let building: Set = [
    "gha_runner_credentials", "circleci_token", "ci_misc_token", "jenkins_credentials", "terraform_cloud_token",
    "pulumi_token",
  ]

  private static func chain(_ jewel: Jewel, reach: Reach, knownHosts: Int?) -> String? {
    if jewel.kind == "docker_socket", Reach.isEngine(jewel.place.path) {
      return "from there root of this host, and so every file and key of every user on it"
    }
    if publishing.contains(jewel.kind) { return "from there onto the machine of whoever installs or updates it" }
    if building.contains(jewel.kind) { return "from there into everything that the pipeline builds and deploys" }
    if jewel.kind.hasPrefix("ssh_private_key") || jewel.kind == "putty_ppk" || jewel.kind == "ssh_agent_socket",
      let knownHosts, knownHosts > 0
    {
      return "from there to the hosts that trust it; known_hosts names \(knownHosts)"
    }
    return nil
  }
}

/// The consequence of a kind as the end of "the attacker could …".
enum Action {
  static func of(_ consequence: String, title: String) -> String {
    var text = Substring(consequence)
    if text.hasSuffix(".") { text = text.dropLast() }
    if text.hasPrefix("Attacker ") { text = text.dropFirst(9) }
    var words = text.split(separator: " ").map(String.init)
    guard let first = words.first, let verb = plain(first, isFirst: true) else {
      return "use this: \(title) (\(lowered(String(text))))"
    }
    words[0] = verb
    for index in words.indices.dropFirst() {
      let before = words[index - 1]
      guard before == "and" || before == "or" || before == "then" || before.hasSuffix(",") else { continue }
      if let verb = plain(words[index], isFirst: false) { words[index] = verb }
    }
    return words.joined(separator: " ")
  }

  private static func lowered(_ text: String) -> String { text.prefix(1).lowercased() + text.dropFirst() }

  private static let irregular = ["is": "be", "has": "have", "can": ""]
  /// Verbs of the table by their plain form.
  private static let verbs: Set = [
    "read", "spend", "use", "publish", "send", "deploy", "act", "sign", "take", "open", "log", "post", "join", "create",
    "run", "trade", "speak", "replace", "query", "push", "mint", "drain", "copy", "control", "change", "start", "reuse",
    "renew", "refund", "pick", "exchange", "become", "upload", "talk", "steal", "silence", "schedule", "repeat",
    "receive", "rebuild", "pull", "pose", "pay", "pair", "own", "manage", "mail", "invite", "impersonate", "hold",
    "forge", "export", "enter", "decrypt", "call", "bypass", "redirect", "ban", "delete", "write", "answer", "alter",
    "guess", "plant", "reach", "apply", "approve", "destroy", "withdraw", "rewrite", "drop", "dump", "move",
    "overwrite", "yank", "add", "clone", "edit", "authenticate", "make", "command", "unlock", "find", "get",
  ]
  /// Also nouns: a verb only at the beginning.
  private static let ambiguous: Set = ["call", "log", "mail", "post", "mint", "use", "own", "hold", "dump", "query"]

  private static func plain(_ word: String, isFirst: Bool) -> String? {
    let tail = word.reversed().prefix { ",;:".contains($0) }
    let end = String(tail.reversed())
    let bare = word.dropLast(end.count).lowercased()
    if isFirst, let found = irregular[bare], !found.isEmpty { return found + end }
    var forms = [String(bare.dropLast())]
    if bare.hasSuffix("ies") { forms.append(bare.dropLast(3) + "y") }
    if bare.hasSuffix("es") { forms.append(String(bare.dropLast(2))) }
    guard bare.hasSuffix("s"), let verb = forms.first(where: verbs.contains) else { return nil }
    // "posts" is what a bot does, "calls" what it makes.
    if !isFirst, ambiguous.contains(verb), verb != "post", verb != "use" { return nil }
    return verb + end
  }
}

extension Jewel {
  /// `vcs_registry`: the family as documents spell it.
  public var familyName: String { family.rawValue }
}
