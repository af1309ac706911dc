import Formats
import Matching

/// Puts variables into a configuration and cuts credentials out of it: what leaves here holds no secret value.
///
/// Which settings are credentials: those that OpenClaw documents as such, whatever their value; everything else by its
/// name and the form of its value, so that a plugin's token is cut too. When in doubt it is cut.
struct CredentialCutter {
  typealias Setting = Configuration.Setting
  typealias Fact = Installation.SecretFact

  let tags: KeyedTag
  /// Values of variables, as far as they are known. They never reach the result where they look like credentials.
  let variables: [String: String]
  private(set) var facts: [Fact] = []

  init(tags: KeyedTag, variables: [String: String]) {
    self.tags = tags
    self.variables = variables
  }

  mutating func cut(_ root: Setting) -> Setting { cut(root, path: [], role: .unknown) }

  /// The same for variables, as a `.env` file sets them.
  mutating func cutVariables(_ root: Setting) -> Setting {
    guard let members = root.members else { return cut(root) }
    var root = root
    root.content = .object(
      members.map { member in
        Setting.Member(name: member.name, setting: cut(member.setting, path: [member.name], role: .variable))
      })
    return root
  }

  /// What a setting's place says about it.
  private enum Role {
    case unknown
    case credential
    /// A variable for a child process.
    case variable
    case header
  }

  private mutating func cut(_ setting: Setting, path: [String], role: Role) -> Setting {
    var setting = setting
    switch setting.content {
    case .object(let members):
      if let source = Self.referenceSource(setting) {
        add(
          Fact(key: Self.key(path), file: setting.file, line: setting.position.line, form: .reference(source)))
        return setting
      }
      setting.content = .object(
        members.map { member in
          let inner = path + [member.name]
          // Whatever a credential was wrapped in is part of it.
          let innerRole = role == .credential ? .credential : Self.role(inner)
          return Setting.Member(name: member.name, setting: cut(member.setting, path: inner, role: innerRole))
        })
    case .array(let elements):
      setting.content = .array(cutArguments(elements, path: path, role: role))
    case .string(let text): cut(text, in: &setting, path: path, role: role)
    case .number(let value):
      guard role == .credential || Self.isPassword(path.last) else { break }
      let whole = value.rounded() == value && abs(value) < 1e15
      addLiteral(whole ? String(Int64(value)) : "\(value)", setting, path)
      setting.content = .string(Configuration.redacted)
    case .null, .bool: break
    }
    return setting
  }

  /// Arguments of a program may come in pairs: `--token`, then the token.
  private mutating func cutArguments(_ elements: [Setting], path: [String], role: Role) -> [Setting] {
    var result: [Setting] = []
    var expected: String?
    for (index, element) in elements.enumerated() {
      let inner = path + [String(index)]
      if let option = expected, let text = element.string, !text.hasPrefix("-") {
        result.append(
          cut(element, path: inner, role: Secret.looksLikeCredential(name: option, value: text) ? .credential : role))
      } else {
        result.append(cut(element, path: inner, role: role))
      }
      expected = element.string.flatMap { $0.hasPrefix("-") && Secret.isCredentialName($0) ? $0 : nil }
    }
    return result
  }

  // MARK: text

  private mutating func cut(_ text: String, in setting: inout Setting, path: [String], role: Role) {
    guard !text.isEmpty else { return }
    let substitution = Substitution(text)
    let names = substitution.variables
    let known = names.filter { variables[$0].map { !$0.isEmpty } ?? false }
    setting.substituted = known
    let name = path.last { Int($0) == nil } ?? ""
    if isCredential(text, named: name, role: role, hasVariables: !names.isEmpty) {
      if let first = names.first {
        add(
          Fact(
            key: Self.key(path), file: setting.file, line: setting.position.line,
            form: .environment(first, resolved: known.count == names.count)))
        // Where nothing was put in, the text names variables and may be shown, unless there is more around them.
        let isBare = substitution.parts.count == names.count
        setting.content = .string(known.isEmpty && isBare ? text : Configuration.redacted)
      } else {
        addLiteral(text, setting, path)
        setting.content = .string(Configuration.redacted)
      }
      return
    }
    let filled = substitution.text { name in
      guard let value = variables[name] else { return nil }
      return Secret.looksLikeCredential(name: name, value: value) ? Configuration.redacted : value
    }
    setting.content = .string(cutParts(of: filled, setting, path))
  }

  private func isCredential(_ text: String, named name: String, role: Role, hasVariables: Bool) -> Bool {
    if text == Configuration.redacted || Secret.isReference(text) { return false }
    switch role {
    case .credential: return true
    case .header: return !Self.harmlessHeaders.contains(name.lowercased())
    case .variable, .unknown:
      if hasVariables, Secret.isCredentialName(name) { return true }
      if Secret.looksLikeCredential(name: name, value: text) { return true }
      return role == .variable && Secret.looksRandom(text)
    }
  }

  /// Credentials inside other text: the password of an address, a value in `--token=…`.
  private mutating func cutParts(of text: String, _ setting: Setting, _ path: [String]) -> String {
    let (shown, secrets) = Secret.cut(text, replacement: Configuration.redacted)
    for secret in secrets { addLiteral(secret, setting, path) }
    return shown
  }

  private mutating func addLiteral(_ text: String, _ setting: Setting, _ path: [String]) {
    add(Self.literal(text, key: Self.key(path), file: setting.file, line: setting.position.line, tags: tags))
  }

  /// Everything is cut; of a flood, the first few thousand are told of.
  private mutating func add(_ fact: Fact) {
    if facts.count < 5000 { facts.append(fact) }
  }

  static func literal(_ text: String, key: String, file: String, line: Int, tags: KeyedTag) -> Fact {
    Fact(
      key: key, file: file, line: line, form: .literal, length: text.count, entropyBits: Entropy.total(text),
      isWellKnown: WeakSecret.isWellKnown(text), tag: tags.tag(text))
  }

  private static func key(_ path: [String]) -> String { path.joined(separator: ".") }
}

// MARK: places

extension CredentialCutter {
  /// `{source: "env", provider: "default", id: "NAME"}`.
  private static func referenceSource(_ setting: Setting) -> String? {
    guard let source = setting["source"]?.string, ["env", "file", "exec", "store"].contains(source),
      setting["id"]?.string != nil
    else { return nil }
    return source
  }

  private static func role(_ path: [String]) -> Role {
    if places.contains(where: { matches($0, path) }) { return .credential }
    if let first = path.first, path.count > 1, let last = path.last,
      first == "channels" || channels.contains(first), channelCredentials.contains(last)
    {
      return .credential
    }
    guard path.count > 1 else { return .unknown }
    switch path[path.count - 2] {
    case "env", "envs": return .variable
    case "vars" where path.first == "env": return .variable
    case "headers": return .header
    default: return .unknown
    }
  }

  private static func matches(_ pattern: [Substring], _ path: [String]) -> Bool {
    pattern.count == path.count && zip(pattern, path).allSatisfy { $0 == "*" || $0 == $1 }
  }

  private static let places: [[Substring]] = [
    "gateway.auth.token", "gateway.auth.password", "gateway.remote.token", "gateway.remote.password",
    "gateway.controlUi.github.token", "gateway.push.apns.relay.token", "hooks.token", "hooks.gmail.pushToken",
    "cron.webhookToken", "models.providers.*.apiKey", "skills.entries.*.apiKey", "plugins.entries.*.apiKey",
    "tools.web.search.apiKey", "tools.web.search.*.apiKey", "tools.web.fetch.*.apiKey", "talk.apiKey",
    "talk.providers.*.apiKey", "messages.tts.*.apiKey", "messages.tts.providers.*.apiKey", "tts.*.apiKey",
    "agents.defaults.memorySearch.remote.apiKey", "bridge.token",
  ].map { $0.split(separator: ".") }

  /// Channels stood at the top of the file before `channels` came, in January 2026.
  private static let channels: Set = [
    "telegram", "discord", "slack", "whatsapp", "signal", "imessage", "msteams", "googlechat", "matrix", "mattermost",
  ]
  private static let channelCredentials: Set = [
    "botToken", "token", "appToken", "userToken", "signingSecret", "appPassword", "webhookSecret", "accessToken",
    "password", "encryptKey", "verificationToken", "channelSecret", "channelAccessToken", "apiKey", "secret",
    "appSecret", "clientSecret", "privateKey", "authToken", "webhookPassword", "nsec",
  ]
  private static let harmlessHeaders: Set = [
    "accept", "accept-encoding", "accept-language", "cache-control", "content-type", "host", "origin", "referer",
    "user-agent", "anthropic-version", "anthropic-beta", "openai-organization", "openai-project", "x-title",
    "http-referer", "mcp-protocol-version", "x-source",
  ]

  private static func isPassword(_ name: String?) -> Bool {
    guard let name else { return false }
    return ["password", "passwd", "passphrase"].contains { name.lowercased().hasSuffix($0) }
  }
}
