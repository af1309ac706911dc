import Knowledge
import Platform

extension Judge {
  /// What only one kind, or one sort of them, refuses.
  func own(
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
    case "ansible_vault" where candidate.source == .whole:
      // An inventory of one host is one word too.
      if !setting.name.contains("pass") { return .shape }
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
    if candidate.source == .key, kind.name != "k8s_secret_manifest", let last = names.last {
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
}
