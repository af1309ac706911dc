import Knowledge
import Matching
import Model
import Platform

extension Judge {
  /// What a value, its name and its neighbours say about its reach.
  func facts(
    _ kind: CredentialKind, _ candidate: Examination.Candidate, _ examination: Examination, _ text: Span<UInt8>,
    _ state: inout Jewel.State, _ expires: inout Timestamp?
  ) -> [Jewel.Fact] {
    var facts: [Jewel.Fact] = []
    let value = candidate.value
    func add(_ name: String, _ text: String?) {
      guard let text, !text.isEmpty, facts.count < 32, !facts.contains(where: { $0.name == name }) else { return }
      facts.append(Jewel.Fact(name, text))
    }
    // Enough for prefixes, numbers of accounts and environments, and too little for a secret.
    let head = value.lowerBound..<min(value.upperBound, value.lowerBound + 26)
    let prefix = Outline.text(text, value.lowerBound..<min(value.upperBound, value.lowerBound + 12))
    if let slot = candidate.slot {
      let path = examination.outline.path(of: examination.outline.slots[slot].name).filter { $0 != "[]" }
      if kind.family == .generic || kind.name.hasPrefix("terraform") {
        add("name", path.last.map { VisibleText.terminal($0) })
      }
      if kind.name == "aws_access_key" || kind.name == "aws_session_key", path.count > 1 {
        add("profile", path.first.map { VisibleText.terminal($0) })
      }
      if ["docker_registry_auth", "github_oauth_token", "terraform_cloud_token", "gitlab_pat", "composer_auth"]
        .contains(kind.name), path.count > 2
      {
        add("host", VisibleText.terminal(path[path.count - 2]))
      }
      if kind.family == .agent, path.count > 2,
        ["mcpServers", "servers", "mcp_servers", "channels", "profiles", "providers"].contains(path[path.count - 3])
          || path.count > 3 && ["mcpServers", "servers"].contains(path[path.count - 4])
      {
        add(
          "service",
          VisibleText.terminal(
            path.count > 3 && ["env", "headers"].contains(path[path.count - 2])
              ? path[path.count - 3] : path[path.count - 2]))
      }
      readNeighbours(slot, examination, text, value, add: add, &expires)
      if kind.family == .kubernetesAndContainers { readKubernetes(examination, text, add: add, &state) }
      if kind.name == "kubeconfig_client_cert" { readClient(slot, examination, text, add: add, &expires) }
    } else if kind.name == "pgpass" {
      readPgpass(text, value, add: add)
    } else if kind.name == "netrc" {
      readNetrc(text, value, add: add)
    }
    switch kind.name {
    case "aws_access_key", "aws_session_key":
      if prefix.hasPrefix("AKIA") || prefix.hasPrefix("ASIA") {
        add("account", Scope.awsAccount(text, value))
        if kind.name == "aws_access_key" { add("part", "id") }
      }
    case "database_url", "url_basic_auth", "git_credentials_file", "git_remote_credentials", "pypirc_password",
      "smtp_credentials":
      readAddress(text, value, add: add)
    case "stripe_secret_live", "stripe_restricted": add("mode", "live")
    case "stripe_secret_test":
      add("mode", "test")
      state = .test
    case "github_pat_classic": add("token", "classic personal, scopes not readable")
    case "github_pat_fine": add("token", "fine-grained personal")
    case "github_oauth_token": add("token", "of an OAuth app")
    case "github_app_user_token": add("token", prefix.hasPrefix("ghr_") ? "refresh" : "user of an app")
    case "github_app_install_token": add("token", "installation of an app")
    case "gitlab_pat", "gitlab_other_token": add("token", prefix.split(separator: "-").first.map(String.init))
    case "slack_bot_token", "slack_user_token", "slack_session":
      let parts = Outline.text(text, head).split(separator: "-")
      if parts.count > 2, parts[1].allSatisfy(\.isNumber) { add("team part", String(parts[1])) }
    case "slack_app_token":
      let parts = Outline.text(text, head).split(separator: "-")
      if parts.count > 2 { add("app", String(parts[2])) }
    case "slack_webhook":
      let parts = Outline.text(text, value.lowerBound..<min(value.upperBound, value.lowerBound + 66)).split(
        separator: "/")
      if parts.count > 4 { add("team", String(parts[3])) }
    case "telegram_bot_token": add("bot", Outline.text(text, head).split(separator: ":").first.map(String.init))
    case "discord_bot_token":
      if let dot = value.first(where: { text[$0] == UInt8(ascii: ".") }),
        let id = Base64.decode(text, value.lowerBound..<dot),
        id.count <= 20, (0..<id.count).allSatisfy({ (0x30...0x39).contains(id.bytes[$0]) })
      {
        let number = Outline.text(id.bytes, 0..<id.count)
        add("bot", number)
        if let value = UInt64(number) {
          add("created", Timestamp(seconds: Int64((value >> 22) / 1000) + 1_420_070_400).rfc3339())
        }
      }
    case "discord_webhook":
      let parts = Outline.text(text, value.lowerBound..<min(value.upperBound, value.lowerBound + 66)).split(
        separator: "/")
      if parts.count > 4 { add("webhook", String(parts[4])) }
    case "twilio_key", "sendgrid_key": break
    case "plaid_credentials":
      let parts = Outline.text(text, head).split(separator: "-")
      if parts.count > 2 {
        add("environment", String(parts[1]))
        if parts[1] == "sandbox" { state = .test }
      }
    case "paypal_credentials": if Outline.text(text, head).contains("$sandbox$") { state = .test }
    case "square_token": if prefix.hasPrefix("sandbox-") { state = .test }
    case "razorpay_shopify_key": if prefix.hasPrefix("rzp_test_") { state = .test }
    case "azure_sas_url": readSignature(text, value, add: add, &expires)
    case "pypi_token": readMacaroon(text, value, add: add, &state, &expires)
    case "tailscale_key":
      let parts = prefix.split(separator: "-")
      if parts.count > 1 { add("token", String(parts[1])) }
    case "sentry_token", "grafana_token", "onepassword_service_account", "cloudflared_tunnel":
      readEncoded(kind.name, text, value, add: add)
    case "ssh_certificate": readCertificate(text, value, add: add, &expires)
    case "mailchimp_brevo_key", "okta_auth0_token": break
    case "supabase_key": if prefix.hasPrefix("sbp_") { add("token", "management of all projects") }
    case "anthropic_oauth_token":
      add(
        "token", prefix.hasPrefix("sk-ant-ort") ? "refresh" : prefix.hasPrefix("sk-ant-sid") ? "web session" : "access")
    case "openai_api_key":
      add(
        "token",
        prefix.hasPrefix("sk-proj")
          ? "one project"
          : prefix.hasPrefix("sk-svcacct") || prefix.hasPrefix("sk-service")
            ? "service account" : "user, whole organisation")
    case "vault_token": if prefix.hasPrefix("hvs."), value.count == 28 { add("token", "possibly root") }
    case "digitalocean_token":
      add("token", prefix.hasPrefix("dop") ? "personal" : prefix.hasPrefix("doo") ? "OAuth access" : "OAuth refresh")
    case "bedrock", "aws_bedrock_api_key":
      if prefix.hasPrefix("ABSK"), let name = Base64.decode(text, value.lowerBound + 4..<value.upperBound),
        let colon = (0..<name.count).first(where: { name.bytes[$0] == UInt8(ascii: ":") })
      {
        add("user", Scope.show(name.bytes, 0..<colon))
      }
    case "artifactory_token":
      if let name = Base64.decode(text, value) {
        let parts = Outline.text(name.bytes, 0..<min(name.count, 24)).split(separator: ":")
        if parts.count >= 3, let second = Int64(parts[2]), second > 0 { expires = Timestamp(seconds: second) }
      }
    default: break
    }
    // A web token tells its claims wherever it stands.
    if prefix.hasPrefix("eyJ"), let token = WebToken(text, value) {
      for claim in token.claims { add(claim.name, claim.value) }
      add("algorithm", token.algorithm)
      if let end = token.expires { expires = end } else { add("expiry", "none") }
    } else if prefix.hasPrefix("ghs_"), let dash = value.dropFirst(4).first(where: { text[$0] == UInt8(ascii: "_") }),
      let token = WebToken(text, dash + 1..<value.upperBound)
    {
      for claim in token.claims { add(claim.name, claim.value) }
      expires = token.expires ?? expires
    }
    return facts
  }

  func siblingsOfKey(_ candidate: Examination.Candidate, _ examination: Examination, _ text: Span<UInt8>) -> [Jewel
    .Fact]
  {
    guard
      let slot = examination.outline.slots.firstIndex(where: {
        $0.value.lowerBound <= candidate.value.lowerBound && $0.value.upperBound >= candidate.value.lowerBound + 20
      })
    else { return [] }
    var facts: [Jewel.Fact] = []
    var expires: Timestamp?
    readNeighbours(
      slot, examination, text, candidate.value,
      add: { name, text in
        if let text, facts.count < 16 { facts.append(Jewel.Fact(name, text)) }
      }, &expires)
    return facts
  }

  /// Settings beside a credential that name its account, its host, its end.
  private func readNeighbours(
    _ slot: Int, _ examination: Examination, _ text: Span<UInt8>, _ value: Range<Int>, add: (String, String?) -> Void,
    _ expires: inout Timestamp?
  ) {
    let outline = examination.outline
    let parent = outline.names[outline.slots[slot].name].parent
    // Values of a flat file of variables are no neighbours of each other.
    guard parent != 0 || examination.syntax == .json || examination.syntax == .yaml else { return }
    let grand = outline.names[max(parent, 0)].parent
    for (number, other) in outline.slots.enumerated().dropFirst(max(0, slot - 200)).prefix(400) where number != slot {
      let above = outline.names[other.name].parent
      let isElement = outline.names[other.name].text == "[]" && outline.names[max(above, 0)].parent == parent
      guard
        above == parent || isElement
          || above == grand && grand >= 0 && Scope.expiries.contains(outline.names[other.name].text.lowercased())
      else { continue }
      let name = isElement ? outline.names[above].text : outline.names[other.name].text
      let lower = name.lowercased()
      if Scope.expiries.contains(lower), expires == nil { expires = Scope.time(text, other.value) }
      guard Scope.siblings.contains(lower), other.value.count <= 160, !other.value.overlaps(value),
        !Secret.isCredentialName(name), Rejection.of(text, other.value, name: nil, isChosen: true) != .reference
      else { continue }
      add(VisibleText.terminal(name), Scope.show(text, other.value))
    }
  }

  func hasRefresh(_ candidate: Examination.Candidate, _ examination: Examination) -> Bool {
    guard let slot = candidate.slot else { return false }
    let outline = examination.outline
    let parent = outline.names[outline.slots[slot].name].parent
    return outline.slots.contains { other in
      let name = outline.names[other.name].text.lowercased()
      return outline.names[other.name].parent == parent && name.contains("refresh") && other.value.count > 8
    }
  }

  /// The certificate beside a client key: until when it holds, and the groups that it gives.
  private func readClient(
    _ slot: Int, _ examination: Examination, _ text: Span<UInt8>, add: (String, String?) -> Void,
    _ expires: inout Timestamp?
  ) {
    let outline = examination.outline
    guard let other = outline.sibling("client-certificate-data", of: outline.slots[slot]),
      let pem = Base64.decode(text, other.value)
    else { return }
    let lines = pem.bytes
    // The lines between the marks are base64 of the DER.
    var begin = 0
    while begin < lines.count, lines[begin] != 0x0A { begin += 1 }
    var end = lines.count
    while end > begin, lines[end - 1] != UInt8(ascii: "-") { end -= 1 }
    while end > begin, lines[end - 1] != 0x0A { end -= 1 }
    guard let der = Base64.decode(lines, begin..<end), let certificate = Certificate(der.bytes) else { return }
    expires = certificate.notAfter
    add("user", certificate.name)
    if !certificate.organisations.isEmpty { add("groups", certificate.organisations.joined(separator: " ")) }
  }

  /// Where a kubeconfig's clusters are, and which context is the current one.
  private func readKubernetes(
    _ examination: Examination, _ text: Span<UInt8>, add: (String, String?) -> Void, _ state: inout Jewel.State
  ) {
    let outline = examination.outline
    var servers = 0
    var local = 0
    for slot in outline.slots.prefix(2_000) {
      switch outline.names[slot.name].text {
      case "server":
        let address = Scope.show(text, slot.value)
        add("server", address)
        servers += 1
        if ["127.0.0.1", "localhost", "[::1]", "kind-", "minikube", "k3d-", "docker-desktop"].contains(
          where: address.contains)
        {
          local += 1
        }
      case "current-context":
        let context = Scope.show(text, slot.value)
        add("context", context)
      case "namespace", "kind": add(outline.names[slot.name].text, Scope.show(text, slot.value))
      default: break
      }
    }
    if servers > 0, servers == local { state = .test }
  }

  private func readAddress(_ text: Span<UInt8>, _ value: Range<Int>, add: (String, String?) -> Void) {
    guard value.lowerBound > 0, text[value.lowerBound - 1] == UInt8(ascii: ":") else { return }
    var start = value.lowerBound - 1
    while start > 0, value.lowerBound - start < 120, !"/:@ \t\n\"'<".utf8.contains(text[start - 1]) { start -= 1 }
    add("user", Scope.show(text, start..<value.lowerBound - 1))
    var end = min(value.upperBound + 1, text.count)
    let host = end
    while end < text.count, end - host < 120, !"/? \t\n\"'<>,".utf8.contains(text[end]) { end += 1 }
    add("host", Scope.show(text, host..<end))
    if end < text.count, text[end] == UInt8(ascii: "/") {
      let begin = end + 1
      end = begin
      while end < text.count, end - begin < 80, ByteSet.boundary.contains(text[end]) { end += 1 }
      if end > begin { add("database", Scope.show(text, begin..<end)) }
    }
  }

  private func readPgpass(_ text: Span<UInt8>, _ value: Range<Int>, add: (String, String?) -> Void) {
    var start = value.lowerBound
    while start > 0, text[start - 1] != 0x0A, value.lowerBound - start < 500 { start -= 1 }
    let parts = Outline.text(text, start..<value.lowerBound).split(separator: ":")
    guard parts.count >= 4 else { return }
    add("host", VisibleText.terminal(String(parts[0])))
    add("database", VisibleText.terminal(String(parts[2])))
    add("user", VisibleText.terminal(String(parts[3])))
  }

  private func readNetrc(_ text: Span<UInt8>, _ value: Range<Int>, add: (String, String?) -> Void) {
    let start = max(0, value.lowerBound - 300)
    let words = Outline.text(text, max(start, value.lowerBound - 200)..<value.lowerBound).split {
      $0 == " " || $0 == "\n" || $0 == "\t"
    }
    if let place = words.lastIndex(of: "machine"), place + 1 < words.count {
      add("host", VisibleText.terminal(String(words[place + 1])))
    }
    if let place = words.lastIndex(of: "login"), place + 1 < words.count {
      add("user", VisibleText.terminal(String(words[place + 1])))
    }
  }

  /// A shared access signature says all about itself.
  private func readSignature(
    _ text: Span<UInt8>, _ value: Range<Int>, add: (String, String?) -> Void, _ expires: inout Timestamp?
  ) {
    var start = value.lowerBound
    while start < value.upperBound {
      let end = (start..<value.upperBound).first { text[$0] == UInt8(ascii: "&") } ?? value.upperBound
      if let equals = (start..<end).first(where: { text[$0] == UInt8(ascii: "=") }) {
        let name = Outline.text(text, start..<equals)
        let content = Scope.show(text, equals + 1..<end).split(separator: "%3A").joined(separator: ":")
        switch name {
        case "sp": add("permissions", content)
        case "se":
          add("until", content)
          expires = Timestamp(rfc3339: content)
        case "sr", "srt", "ss", "spr", "sip": add(name, content)
        case "skoid": add("signed by", "user delegation")
        default: break
        }
      }
      start = end + 1
    }
  }

  /// A macaroon of PyPI: where it holds, and what its caveats leave.
  private func readMacaroon(
    _ text: Span<UInt8>, _ value: Range<Int>, add: (String, String?) -> Void, _ state: inout Jewel.State,
    _ expires: inout Timestamp?
  ) {
    guard let token = Base64.decode(text, value.lowerBound + 5..<value.upperBound), token.count > 4 else { return }
    let bytes = token.bytes
    var index = 1
    var caveats = 0
    while index + 1 < token.count {
      let type = bytes[index]
      index += 1
      if type == 0 { continue }
      let length = Int(bytes[index])
      index += 1
      guard length < 128, length <= token.count - index else { break }
      let field = index..<index + length
      if type == 1 {
        let location = Scope.show(bytes, field)
        add("index", location)
        if location.hasPrefix("test.") { state = .test }
      } else if type == 2, length > 1, bytes[field.lowerBound] == UInt8(ascii: "[") {
        caveats += 1
        var outline = Outline()
        outline.readJSON(bytes, field)
        let parts = outline.slots.map { Scope.show(bytes, $0.value) }
        switch parts.first {
        case "0": if parts.count > 1, let end = Int64(parts[1]) { expires = Timestamp(seconds: end) }
        case "1": add("projects", parts.dropFirst().joined(separator: " "))
        case "2": add("project ids", parts.dropFirst().joined(separator: " "))
        case "3": add("user", parts.dropFirst().first)
        default: break
        }
      }
      index += length
    }
    if caveats == 0 { add("projects", "all of the account") }
  }

  /// Tokens that are base64 of JSON after their prefix.
  private func readEncoded(_ kind: String, _ text: Span<UInt8>, _ value: Range<Int>, add: (String, String?) -> Void) {
    guard
      let start = (value.lowerBound..<max(value.lowerBound, value.upperBound - 3)).first(where: {
        text[$0] == UInt8(ascii: "e") && text[$0 + 1] == UInt8(ascii: "y") && text[$0 + 2] == UInt8(ascii: "J")
      })
    else { return }
    let end =
      (start..<value.upperBound).first { kind == "sentry_token" && text[$0] == UInt8(ascii: "_") } ?? value.upperBound
    guard let decoded = Base64.decode(text, start..<end) else { return }
    var outline = Outline()
    let bytes = decoded.bytes
    outline.readJSON(bytes, 0..<decoded.count)
    let shown = [
      "org": "organisation", "iat": "issued", "url": "url", "o": "organisation", "n": "name", "id": "organisation",
      "a": "account", "t": "tunnel", "r": "region", "signInAddress": "sign-in address", "email": "email",
      "region_url": "region",
    ]
    for slot in outline.slots.prefix(60) {
      if let name = shown[outline.names[slot.name].text] { add(name, Scope.show(bytes, slot.value)) }
    }
  }

  /// PROTOCOL.certkeys of OpenSSH: parsed, not verified.
  private func readCertificate(
    _ text: Span<UInt8>, _ value: Range<Int>, add: (String, String?) -> Void, _ expires: inout Timestamp?
  ) {
    guard let blank = value.first(where: { text[$0] == 0x20 }),
      let blob = Base64.decode(text, blank + 1..<value.upperBound)
    else { return }
    let bytes = blob.bytes
    var reader = WireReader(position: 0)
    guard let type = reader.string(bytes), reader.string(bytes) != nil else { return }
    let name = Scope.show(bytes, type)
    // Fields of the public key: by algorithm.
    let fields =
      name.hasPrefix("ssh-rsa")
      ? 2
      : name.hasPrefix("ecdsa")
        ? 2 : name.hasPrefix("sk-ecdsa") ? 3 : name.hasPrefix("sk-") ? 2 : name.hasPrefix("ssh-dss") ? 4 : 1
    for _ in 0..<fields { guard reader.string(bytes) != nil else { return } }
    guard let serial = reader.long(bytes), let role = reader.number(bytes), let id = reader.string(bytes),
      let principals = reader.string(bytes), let after = reader.long(bytes), let before = reader.long(bytes),
      let critical = reader.string(bytes), let extensions = reader.string(bytes)
    else { return }
    add("serial", String(serial))
    add("type", role == 1 ? "user" : role == 2 ? "host" : "unknown")
    add("key id", Scope.show(bytes, id))
    func list(_ range: Range<Int>, step: Int) -> String {
      var inner = WireReader(position: range.lowerBound)
      var names: [String] = []
      while inner.position < range.upperBound, names.count < 16, let entry = inner.string(bytes),
        entry.upperBound <= range.upperBound
      {
        names.append(Scope.show(bytes, entry))
        if step == 2 { _ = inner.string(bytes) }
      }
      return names.joined(separator: " ")
    }
    let who = list(principals, step: 1)
    add("principals", who.isEmpty ? "any" : who)
    add("critical options", list(critical, step: 2))
    add("extensions", list(extensions, step: 2))
    if after > 0, after < 8_000_000_000 { add("valid from", Timestamp(seconds: Int64(after)).rfc3339()) }
    if before < 8_000_000_000 { expires = Timestamp(seconds: Int64(before)) } else { add("valid until", "for ever") }
  }
}
