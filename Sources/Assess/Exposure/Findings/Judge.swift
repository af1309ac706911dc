import Knowledge
import Matching
import Model
import Platform

/// Turns the candidates of one file into jewels: one for each value, with what is known about it.
struct Judge {
  let rules: Rules
  let key: FingerprintKey
  let now: Timestamp
  /// The agent's user: what others may read weighs more.
  let owner: UInt32?

  /// Where a file lies, as far as it says what its values are worth.
  struct Setting {
    var isTemplate = false
    var isTest = false
    var isHistory = false

    init(_ path: String) {
      let lower = path.lowercased()
      let name = lower.lastPathPart
      isTemplate =
        [".example", ".sample", ".template", ".dist", ".defaults", ".tmpl", ".j2", ".erb", ".tpl", "-example", ".in"]
        .contains {
          name.hasSuffix($0) || name.contains($0 + ".")
        } || name.contains("example") || name.contains("sample") || name.contains("template")
      isTest =
        lower.split(separator: "/").dropLast().contains { part in
          [
            "test", "tests", "testdata", "test-data", "__tests__", "fixtures", "fixture", "spec", "specs", "examples",
            "example", "doc", "docs",
            "documentation", "samples", "testing", "mocks", "__mocks__", "e2e", "demo", "tutorials", "test-fixtures",
            "test_data", "certs-test",
          ].contains(String(part))
        } || name.hasPrefix("test_") || name.hasPrefix("test.") || name.contains("_test.") || name.contains(".test.")
        || name.contains(".spec.") || name.hasPrefix("readme") || name.hasPrefix("changelog")
    }
  }

  func judge(
    _ examination: inout Examination, _ text: Span<UInt8>, status: TreeStatus, target: String?
  ) -> [Jewel] {
    var candidates = examination.candidates
    guard !candidates.isEmpty else { return [] }
    let setting = Setting(examination.path)
    for index in candidates.indices where !candidates[index].isMark && candidates[index].key == nil {
      let kind = rules.kinds.kinds[candidates[index].kind]
      if let name = kind.checksum { candidates[index].verdict = Checksum.verdict(name, text, candidates[index].value) }
    }
    candidates.sort { rank($0) > rank($1) }
    var taken: [Range<Int>] = []
    var jewels: [Jewel] = []
    var places: [String: Int] = [:]
    let lines = LineIndex(text)
    var marks: Set<Int> = []
    for candidate in candidates {
      if candidate.isMark {
        guard marks.insert(candidate.kind &* 4096 &+ (candidate.slot ?? 0) % 4096).inserted,
          candidate.slot != nil || marks.count < 50
        else { continue }
        if candidate.slot == nil,
          jewels.contains(where: { $0.kind == rules.kinds.kinds[candidate.kind].name && $0.fingerprint == nil })
        {
          continue
        }
        jewels.append(mark(candidate, examination, text, status, target, lines, setting))
        continue
      }
      guard !taken.contains(where: { $0.overlaps(candidate.value) }) else { continue }
      switch make(candidate, examination, text, status, target, lines, setting) {
      case .failure(let reason):
        examination.reject(reason.rejection)
        // What was refused here is refused for weaker kinds too, except where only its form was wrong for this one.
        if reason.rejection != .checksum || candidate.source == .anywhere { taken.append(candidate.value) }
      case .success(let jewel):
        taken.append(candidate.value)
        if let fingerprint = jewel.fingerprint, let place = places[fingerprint] {
          jewels[place].count += 1
          if jewels[place].severity < jewel.severity { jewels[place].severity = jewel.severity }
          continue
        }
        if let fingerprint = jewel.fingerprint { places[fingerprint] = jewels.count }
        jewels.append(jewel)
      }
    }
    return pairAWS(jewels)
  }

  struct Refused: Error { var rejection: Rejection }

  /// Whose name a value gets where several kinds claim it.
  private func rank(_ candidate: Examination.Candidate) -> Int {
    let kind = rules.kinds.kinds[candidate.kind]
    if case .verified = candidate.verdict { return 10_000 + candidate.literal + (candidate.isOwn ? 50 : 0) }
    if candidate.key != nil { return 9_000 }
    if candidate.isMark { return 8_000 }
    if Self.outer.contains(kind.name) { return 100 + candidate.source.rawValue + (candidate.isOwn ? 50 : 0) }
    if kind.name == "dotenv_family" { return 50 }
    if Self.loose.contains(kind.name) { return 60 + min(candidate.literal, 30) }
    var rank = 1_000 + candidate.literal
    if candidate.isOwn { rank += 500 }
    switch candidate.source {
    case .key, .whole, .header: rank += 300
    case .named: rank += 200
    case .inPlace: rank += 150
    // A form that tells its kind, in that kind's own file: nothing says more.
    case .anywhere: rank += 100 + candidate.literal * 8 + (candidate.isOwn && candidate.literal >= 4 ? 400 : 0)
    case .variable, .entropy: break
    }
    return rank
  }

  /// Files that hold the credentials of others: a value of a kind of its own is reported as that.
  static let outer: Set = [
    "docker_registry_auth", "netrc", "npm_basic_auth", "git_credentials_file", "git_remote_credentials",
    "mcp_config_inline_secret", "claude_code_config", "openclaw_channel_credentials", "openclaw_auth_profiles",
    "opencode_goose_hermes_auth", "kin_agent_configs", "k8s_secret_manifest", "composer_auth", "pypirc_password",
    "shell_history", "db_repl_history", "terraform_vars", "terraform_state", "systemd_creds_and_units",
    "smtp_credentials",
    "maven_gradle_credentials", "backup_tool_password", "openclaw_state_secrets", "codex_auth",
  ]
  private static let loose: Set = ["url_basic_auth", "authorization_header", "jwt_generic", "jdbc_odbc_connection"]

  private func make(
    _ candidate: Examination.Candidate, _ examination: Examination, _ text: Span<UInt8>, _ status: TreeStatus,
    _ target: String?, _ lines: LineIndex, _ setting: Setting
  ) -> Result<Jewel, Refused> {
    var kind = rules.kinds.kinds[candidate.kind]
    let names = candidate.slot.map { examination.outline.path(of: examination.outline.slots[$0].name) } ?? []
    let isChosen =
      candidate.source == .key || candidate.source == .inPlace || candidate.source == .variable
      || kind.name == "database_url" || kind.name == "url_basic_auth" || kind.name == "jdbc_odbc_connection"
      || kind.name == "smtp_credentials"
    var verdict = candidate.verdict
    var facts: [Jewel.Fact] = []
    var state = Jewel.State.live
    var fingerprint: String?
    if let privateKey = candidate.key {
      facts = privateKey.facts
      if let digest = privateKey.publicDigest {
        fingerprint = key.fingerprint(.pubkey, digest.span, 0..<digest.count)
      } else {
        fingerprint = canonicalKey(text, candidate.value)
      }
    } else {
      if setting.isTemplate { guard case .verified = verdict else { return .failure(Refused(rejection: .template)) } }
      if kind.name != "bip39_seed_phrase", kind.name != "solana_keypair",
        let reason = Rejection.of(text, candidate.value, name: names.last, isChosen: isChosen)
      {
        return .failure(Refused(rejection: reason))
      }
      if Published.contains(text, candidate.value) {
        guard kind.name == "nvidia_litellm_gateway_key" || kind.name == "grafana_token" else {
          return .failure(Refused(rejection: .published))
        }
        state = .published
      }
      if let reason = own(kind, candidate, text, names, setting) { return .failure(Refused(rejection: reason)) }
    }
    // A container's inner value.
    var inner: [Jewel.Fact] = []
    if candidate.key == nil, Self.encoded.contains(kind.name), candidate.source != .anywhere,
      let decoded = Base64.decode(text, candidate.value), isText(decoded.bytes) || kind.name == "k8s_secret_manifest"
    {
      let bytes = decoded.bytes
      var value = 0..<decoded.count
      if kind.name != "k8s_secret_manifest", let colon = value.first(where: { bytes[$0] == UInt8(ascii: ":") }) {
        inner.append(Jewel.Fact("user", Scope.show(bytes, 0..<colon)))
        value = colon + 1..<decoded.count
      }
      if kind.name == "k8s_secret_manifest", !isText(bytes) { inner.append(Jewel.Fact("form", "binary")) }
      if Rejection.of(bytes, value, name: nil, isChosen: true) != nil {
        return .failure(Refused(rejection: .placeholder))
      }
      var matcher = Pattern.Matcher(budget: .init(steps: 200_000))
      if let match = Examination.anywhere(rules, bytes, &matcher).max(by: {
        rules.anywhere[$0.rule].literal < rules.anywhere[$1.rule].literal
      }) {
        let found = rules.kinds.kinds[rules.anywhere[match.rule].kind]
        if let checksum = found.checksum { verdict = Checksum.verdict(checksum, bytes, match.value) }
        if verdict != .failed {
          inner.append(Jewel.Fact("in", kind.title))
          kind = found
          value = match.value
        }
      }
      fingerprint = key.fingerprint(.secret, bytes, value)
    }
    facts += inner
    if fingerprint == nil { fingerprint = canonical(kind, text, candidate.value, isEscaped: candidate.isEscaped) }
    var expires: Timestamp?
    if candidate.key == nil {
      facts += self.facts(kind, candidate, examination, text, &state, &expires)
    } else if candidate.slot == nil {
      facts += siblingsOfKey(candidate, examination, text)
    }
    if case .verified(let more) = verdict {
      for fact in more where !facts.contains(fact) { facts.append(fact) }
    }
    if verdict == .failed { state = .dummy }
    let isRenewable = expires != nil && hasRefresh(candidate, examination)
    if let expires, expires < now, state == .live { state = .expired }
    let confidence = confidence(candidate, kind, verdict, setting, text)
    let place = Jewel.Place(
      path: VisibleText.terminal(examination.path), line: lines.line(of: candidate.value.lowerBound),
      key: names.isEmpty ? nil : VisibleText.terminal(names.joined(separator: ".")), target: target,
      owner: status.file.owner,
      group: status.file.group, mode: status.file.mode)
    var jewel = Jewel(
      kind: kind.name, family: kind.family, title: kind.title, place: place, facts: facts, state: state,
      protection: candidate.key?.protection ?? .none, confidence: confidence, severity: kind.severity, reasons: [],
      consequence: kind.consequence, expires: expires, modified: status.file.modified, accessed: status.accessed,
      fingerprint: fingerprint, count: 1)
    Weight.weigh(&jewel, base: kind.severity, now: now, isRenewable: isRenewable)
    return .success(jewel)
  }

  private static let encoded: Set = [
    "docker_registry_auth", "npm_basic_auth", "k8s_secret_manifest", "authorization_header", "git_remote_credentials",
  ]

  private func isText(_ bytes: Span<UInt8>) -> Bool {
    for index in 0..<bytes.count
    where bytes[index] < 0x20 && !ByteSet.blanks.contains(bytes[index]) || bytes[index] == 0x7F { return false }
    return bytes.count > 0
  }

  private func mark(
    _ candidate: Examination.Candidate, _ examination: Examination, _ text: Span<UInt8>, _ status: TreeStatus,
    _ target: String?, _ lines: LineIndex, _ setting: Setting
  ) -> Jewel {
    let kind = rules.kinds.kinds[candidate.kind]
    let names = candidate.slot.map { examination.outline.path(of: examination.outline.slots[$0].name) } ?? []
    var facts: [Jewel.Fact] = []
    if candidate.slot != nil, candidate.value.count <= 200, kind.name != "ethereum_keystore",
      kind.name != "tailscaled_state", kind.name != "matrix_signal_session"
    {
      // Of a command its program alone: arguments may be secrets.
      let end = candidate.value.first { ByteSet.blanks.contains(text[$0]) } ?? candidate.value.upperBound
      facts.append(
        Jewel.Fact(VisibleText.terminal(names.last ?? "value"), Scope.show(text, candidate.value.lowerBound..<end)))
    }
    var protection = Jewel.Protection.none
    switch kind.name {
    case "ansible_vault", "keepass_database", "ethereum_keystore", "pass_store": protection = .strong("a passphrase")
    case "pkcs12_keystore", "signing_key_cosign_minisign": protection = .strong("a passphrase")
    case "rclone_config": protection = .strong("a passphrase")
    case "gnome_keyring_file" where text.count > 0 && text[0] != UInt8(ascii: "["):
      protection = .strong("the login password")
    case "macos_keychain", "matrix_signal_session": protection = .strong("the login password")
    default: break
    }
    let isReference = candidate.slot != nil && protection == .none
    var jewel = Jewel(
      kind: kind.name, family: kind.family, title: kind.title,
      place: Jewel.Place(
        path: VisibleText.terminal(examination.path),
        line: candidate.slot == nil ? nil : lines.line(of: candidate.value.lowerBound),
        key: names.isEmpty ? nil : VisibleText.terminal(names.joined(separator: ".")), target: target,
        owner: status.file.owner, group: status.file.group, mode: status.file.mode),
      facts: facts, state: isReference ? .reference : .live, protection: protection,
      confidence: setting.isTest ? .medium : .high,
      severity: kind.severity, reasons: [], consequence: kind.consequence, expires: nil, modified: status.file.modified,
      accessed: status.accessed, fingerprint: nil, count: 1)
    Weight.weigh(&jewel, base: kind.severity, now: now, isRenewable: false)
    return jewel
  }

  // MARK: canonical values

  /// The bytes that are compared: escapes of a quoted text and of an address resolved.
  private func canonical(_ kind: CredentialKind, _ text: Span<UInt8>, _ value: Range<Int>, isEscaped: Bool) -> String {
    let isAddress = kind.name == "database_url" || kind.name == "url_basic_auth" || kind.name == "git_credentials_file"
    guard isAddress || isEscaped || kind.name == "bip39_seed_phrase" else {
      return key.fingerprint(.secret, text, value)
    }
    var room = SecretBytes(capacity: value.count)
    var index = value.lowerBound
    while index < value.upperBound {
      var byte = text[index]
      if isAddress, byte == UInt8(ascii: "%"), index + 2 < value.upperBound,
        let number = Digits.number(in: Digits.lowerHex, [lower(text[index + 1]), lower(text[index + 2])].span, 0..<2)
      {
        byte = UInt8(number)
        index += 2
      } else if isEscaped, byte == UInt8(ascii: "\\"), index + 1 < value.upperBound {
        index += 1
        byte = text[index]
        if byte == UInt8(ascii: "n") { byte = 0x0A }
      }
      room.append(byte)
      index += 1
    }
    return key.fingerprint(.secret, room.bytes, 0..<room.count)
  }

  private func lower(_ byte: UInt8) -> UInt8 { (0x41...0x5A).contains(byte) ? byte + 0x20 : byte }

  /// A key in its text form, without what differs between copies: line ends, indentation, `\n` in two characters.
  private func canonicalKey(_ text: Span<UInt8>, _ value: Range<Int>) -> String {
    var room = SecretBytes(capacity: value.count)
    var index = value.lowerBound
    while index < value.upperBound {
      if text[index] == UInt8(ascii: "\\") {
        index += 2
        continue
      }
      if !ByteSet.blanks.contains(text[index]) { room.append(text[index]) }
      index += 1
    }
    return key.fingerprint(.secret, room.bytes, 0..<room.count)
  }

  // MARK: kinds with their own tests

  private func own(
    _ kind: CredentialKind, _ candidate: Examination.Candidate, _ text: Span<UInt8>, _ names: [String],
    _ setting: Setting
  ) -> Rejection? {
    let value = candidate.value
    switch kind.name {
    case "aws_access_key" where candidate.source == .named:
      if value.allSatisfy({ Examination.isHex(text[$0]) }) { return .entropy }
    case "wireguard_private_key":
      if candidate.verdict == .failed { return .checksum }
      if names.last?.lowercased().contains("public") == true { return .publicHalf }
    case "bitcoin_private_key":
      if candidate.verdict == .failed { return .checksum }
    case "age_identity":
      if candidate.verdict == .failed, candidate.literal > 14 { return .checksum }
    case "supabase_key" where candidate.source == .named:
      guard let token = WebToken(text, value), token.claim("role") == "service_role" else { return .publicHalf }
      if token.claim("iss") == "supabase-demo" { return .published }
    case "jwt_generic", "kubeconfig_token":
      if text[value.lowerBound] == UInt8(ascii: "e"),
        candidate.source != .key || value.contains(where: { text[$0] == UInt8(ascii: ".") })
      {
        guard let token = WebToken(text, value) else { return candidate.source == .key ? nil : .shape }
        if token.claim("sub") == "1234567890" || token.claim("iss") == "supabase-demo" { return .published }
        if token.claim("role") == "anon" { return .publicHalf }
      }
    case "huggingface_token":
      // Words of a program are letters too, but not of both cases in any order.
      let changes = value.dropFirst().count { (text[$0] & 0x20) != (text[$0 - 1] & 0x20) }
      if changes < 6 { return .shape }
    case "database_url", "url_basic_auth", "git_credentials_file", "git_remote_credentials", "pypirc_password":
      return address(text, value)
    case "google_api_key":
      if candidate.slot != nil, names.contains(where: { $0 == "current_key" }) { return .publicHalf }
    case "evm_private_key_hex":
      if value.allSatisfy({ text[$0] == UInt8(ascii: "0") }) { return .shape }
    case "mcp_config_inline_secret" where names.last == "[]":
      // Arguments: what follows `--api-key=`, or has a form of its own.
      return .shape
    case "whatsapp_cloud_token":
      if candidate.source == .anywhere, value.count < 100 { return .shape }
    case "pgpass":
      if value.lowerBound > 0, text[value.lowerBound] == UInt8(ascii: "#") { return .placeholder }
    case "terraform_state":
      if value.count < 8 { return .shape }
    case "smtp_credentials" where candidate.source == .inPlace:
      if Examination.isSetting(text, value) { return .shape }
    default: break
    }
    if candidate.source == .key, let last = names.last {
      let lower = last.lowercased()
      if lower.hasSuffix("url") || lower.hasSuffix("_id") || lower.hasSuffix("expires") { return .shape }
    }
    if Self.isHash(text, value) { return .publicHalf }
    return nil
  }

  /// What a password was made into, which lets nobody in.
  private static func isHash(_ text: Span<UInt8>, _ value: Range<Int>) -> Bool {
    let head = Outline.text(text, value.lowerBound..<min(value.upperBound, value.lowerBound + 14))
    return ["$2a$", "$2b$", "$2y$", "$5$", "$6$", "$1$", "$y$", "$argon2", "SCRAM-SHA-256$", "{SSHA}", "$pbkdf2"]
      .contains { head.hasPrefix($0) }
  }

  /// A login in an address: user, password and host that stand for others.
  private func address(_ text: Span<UInt8>, _ value: Range<Int>) -> Rejection? {
    var start = value.lowerBound
    while start > 0, value.lowerBound - start < 300, !ByteSet.blanks.contains(text[start - 1]),
      !Outline.isQuote(text[start - 1])
    { start -= 1 }
    var end = value.upperBound
    while end < text.count, end - value.upperBound < 300, !ByteSet.blanks.contains(text[end]),
      !Outline.isQuote(text[end])
    { end += 1 }
    let user =
      Outline.text(text, start..<max(start, value.lowerBound - 1)).lowercased().split(separator: "/").last.map(
        String.init) ?? ""
    let host = Outline.text(text, min(value.upperBound + 1, end)..<end).lowercased()
    if !user.isEmpty, Rejection.isSame(text, value, Array(user.utf8)) { return .placeholder }
    if Rejection.isOne(of: Self.passwords, text, value) {
      return .placeholder
    }
    if host.hasPrefix("example.") || host.contains(".example")
      || host.hasPrefix("host") && host.dropFirst(4).first.map({ !$0.isLetter }) ?? true || host.contains("example.com")
      || host.contains("example.org")
    {
      return .placeholder
    }
    if ["user", "username", "usr", "foo", "myuser", "<user>"].contains(user), value.count < 12 { return .placeholder }
    if let first = value.first, "{*:$%<".utf8.contains(text[first]) { return .reference }
    return value.contains { text[$0] == UInt8(ascii: "{") } ? .reference : nil
  }

  private static let passwords = [
    "pass", "password", "passwd", "pw", "secret", "token", "pwd", "p", "port", "xxx", "foo", "bar", "baz", "test",
    "x-oauth-basic", "postgres", "root", "guest", "mypassword", "changeme", "example",
  ].map { Array($0.utf8) }

  private func confidence(
    _ candidate: Examination.Candidate, _ kind: CredentialKind, _ verdict: Checksum.Verdict, _ setting: Setting,
    _ text: Span<UInt8>
  ) -> Confidence {
    var rank: Int
    switch candidate.source {
    case .header: rank = candidate.key != nil && candidate.isRooted ? 3 : 2
    case .key, .whole: rank = candidate.isOwn ? 2 : 1
    case .anywhere: rank = candidate.literal >= 3 && !Self.loose.contains(kind.name) ? 2 : 1
    case .inPlace, .named: rank = 1
    case .variable: rank = isRandom(text, candidate.value) ? 1 : 0
    case .entropy: rank = 0
    }
    switch verdict {
    case .verified: rank = 3
    case .doubtful: rank -= 1
    case .failed: rank = 0
    case .none: break
    }
    if setting.isTest, verdict == .none || verdict == .doubtful {
      rank -= candidate.key != nil || Self.loose.contains(kind.name) || kind.name == "database_url" ? 2 : 1
    }
    let levels: [Confidence] = [.low, .medium, .high, .certain]
    return levels[max(0, min(rank, 3))]
  }

  /// Letters and digits mixed, or long: no word that somebody wrote there to fill a gap.
  private func isRandom(_ text: Span<UInt8>, _ value: Range<Int>) -> Bool {
    let digits = value.count { (0x30...0x39).contains(text[$0]) }
    let uppers = value.count { (0x41...0x5A).contains(text[$0]) }
    let others = value.count { !ByteSet.word.contains(text[$0]) }
    return digits > 0 && digits < value.count || uppers > 1 && uppers < value.count || others > 1
  }

  /// An AWS key is a pair: the id tells the account, the secret is the value.
  private func pairAWS(_ jewels: [Jewel]) -> [Jewel] {
    var jewels = jewels
    let isId = { (jewel: Jewel) in jewel.kind == "aws_access_key" && jewel.facts.contains { $0.name == "part" } }
    for secret in jewels.indices where jewels[secret].kind == "aws_access_key" && !isId(jewels[secret]) {
      let line = jewels[secret].place.line ?? 0
      guard
        let id = jewels.indices.filter({ isId(jewels[$0]) && !jewels[$0].facts.contains { $0.name == "paired" } })
          .min(by: { abs((jewels[$0].place.line ?? 0) - line) < abs((jewels[$1].place.line ?? 0) - line) }),
        abs((jewels[id].place.line ?? 0) - line) <= 10
      else { continue }
      jewels[secret].facts += jewels[id].facts.filter { $0.name != "part" && !jewels[secret].facts.contains($0) }
      jewels[secret].confidence = max(jewels[secret].confidence, .high)
      jewels[id].facts.append(Jewel.Fact("paired", ""))
    }
    return jewels.filter { !$0.facts.contains { $0.name == "paired" } }
  }
}

extension Examination {
  static func isHex(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte) || (0x41...0x46).contains(byte)
  }
}

/// Line numbers of places in a text.
struct LineIndex {
  private var ends: [Int] = []

  init(_ text: Span<UInt8>) { for index in 0..<text.count where text[index] == 0x0A { ends.append(index) } }

  /// From 1.
  func line(of place: Int) -> Int {
    var low = 0
    var high = ends.count
    while low < high {
      let middle = (low + high) / 2
      if ends[middle] < place { low = middle + 1 } else { high = middle }
    }
    return low + 1
  }
}
