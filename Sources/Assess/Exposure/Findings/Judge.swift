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

  func judge(
    _ examination: inout Examination, _ text: Span<UInt8>, status: TreeStatus, target: String?
  ) -> [Jewel] {
    var candidates = examination.candidates
    guard !candidates.isEmpty else { return [] }
    let setting = Setting(examination.shown)
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
    if kind.name == "high_entropy_assignment" { return 40 }
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
  static let loose: Set = ["url_basic_auth", "authorization_header", "jwt_generic", "jdbc_odbc_connection"]

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
      if kind.name == "k8s_secret_manifest", Self.isSetting(names.last ?? "") {
        return .failure(Refused(rejection: .shape))
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
      path: VisibleText.terminal(examination.shown), line: lines.line(of: candidate.value.lowerBound),
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

  /// Names of what stands beside a password in a manifest.
  private static func isSetting(_ name: String) -> Bool {
    let last = Naming.words(of: name).last ?? ""
    return ["user", "username", "login", "host", "hostname", "port", "url", "uri", "name", "database", "id", "region"]
      .contains(last)
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
        path: VisibleText.terminal(examination.shown),
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
}
