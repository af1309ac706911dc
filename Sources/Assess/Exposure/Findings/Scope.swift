import Matching
import Model

/// What can be said about a credential's reach from what stands beside it or in it.
enum Scope {
  /// Bytes as text that is safe to show, cut at 160. Of an address, what may be a login or a signature is left out.
  static func show(_ bytes: Span<UInt8>, _ range: Range<Int>) -> String {
    var out: [UInt8] = []
    for index in range.prefix(160) { out.append(bytes[index]) }
    if let colon = out.indices.dropLast(2).first(where: {
      out[$0] == 0x3A && out[$0 + 1] == 0x2F && out[$0 + 2] == 0x2F
    }) {
      if let query = out.firstIndex(where: { $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#") }) {
        out.removeSubrange(query...)
      }
      let host = colon + 3
      if host < out.count, let at = out[host...].lastIndex(of: UInt8(ascii: "@")) { out.removeSubrange(host...at) }
      // Cut within the login: nothing of it is shown.
      if range.count > 160, host < out.count, !out[host...].contains(UInt8(ascii: "/")) { out.removeSubrange(host...) }
    }
    return VisibleText.terminal(String(decoding: out, as: UTF8.self))
  }

  /// RFC 3339, or seconds, milliseconds or microseconds since 1970.
  static func time(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Timestamp? {
    guard (4...40).contains(range.count) else { return nil }
    let text = show(bytes, range)
    if let number = Double(text), number > 0, number < 1e17 {
      let seconds = number > 1e14 ? number / 1e6 : number > 1e11 ? number / 1e3 : number
      guard seconds > 1e8, seconds < 8e9 else { return nil }
      return Timestamp(seconds: Int64(seconds))
    }
    return Timestamp(rfc3339: text.hasSuffix(" UTC") ? String(text.dropLast(4)) + "Z" : text)
      ?? (text.count >= 19 ? Timestamp(rfc3339: String(text.prefix(19)) + "Z") : nil)
  }

  /// Names whose values tell whose a credential is and what for. None of them is secret.
  static let siblings: Set = [
    "account", "accountid", "account_id", "email", "user", "username", "user_name", "login", "host", "hostname", "url",
    "server",
    "server_url", "endpoint", "endpoint_url", "project", "project_id", "projectid", "quota_project_id", "client_email",
    "client_id", "clientid",
    "tenant", "tenantid", "tenant_id", "organization", "org", "org_id", "region", "role", "role_arn", "database",
    "dbname",
    "scope", "scopes", "starturl", "starturl", "warehouse", "authenticator", "type", "provider", "team", "team_id",
    "subscriptiontype", "private_key_id", "source_profile", "mfa_serial", "tenancy", "accounttag", "tunnelid",
    "active_context",
    "default_organization_id", "default-user", "mode", "auth_mode", "lastvalidatedat", "appid", "phone", "ref",
    "registry", "repository", "environment",
  ]
  static let expiries: Set = [
    "expiresat", "expires_at", "expires", "expiry", "expiry_date", "expiration", "expiration_time", "expires_on",
    "token_expiry", "exp", "live_mode_key_expires_at", "expiretime", "expire_time", "access_token_expires_at",
  ]

  /// The account that an AWS key id names: bits of its base 32. Nil for keys older than that.
  static func awsAccount(_ text: Span<UInt8>, _ id: Range<Int>) -> String? {
    guard id.count >= 14 else { return nil }
    let fifth = text[id.lowerBound + 4]
    guard fifth != UInt8(ascii: "I"), fifth != UInt8(ascii: "J") else { return nil }
    var bits: UInt64 = 0
    for index in id.lowerBound + 4..<id.lowerBound + 14 {
      let byte = text[index]
      switch byte {
      case 0x41...0x5A: bits = bits << 5 | UInt64(byte - 0x41)
      case 0x32...0x37: bits = bits << 5 | UInt64(byte - 0x32 + 26)
      default: return nil
      }
    }
    // Ten characters are fifty bits, of which the first 48 count.
    let number = String((bits >> 2 & 0x7FFF_FFFF_FF80) >> 7)
    return String(repeating: "0", count: max(0, 12 - number.count)) + number
  }
}
