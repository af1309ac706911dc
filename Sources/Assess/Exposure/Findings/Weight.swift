import Knowledge
import Model

/// How bad the loss of a credential would be, step by step as the reference orders them; each step is a reason.
enum Weight {
  static func weigh(_ jewel: inout Jewel, base: Int, now: Timestamp, isRenewable: Bool) {
    var value = base
    jewel.reasons = [Jewel.Reason("this kind", base)]
    func change(_ text: String, to next: Int) {
      let next = max(0, min(next, 5))
      if next != value { jewel.reasons.append(Jewel.Reason(text, next - value)) }
      value = next
    }
    switch jewel.state {
    case .expired:
      change(isRenewable ? "expired, but a token beside it renews it" : "expired", to: isRenewable ? value - 1 : 0)
    case .test: change("for tests only", to: min(value, jewel.family == .kubernetesAndContainers ? 2 : 1))
    case .dummy: change("its checksum fails: made up", to: 0)
    case .published: change("a default that everybody knows", to: value)
    case .live, .reference: break
    }
    switch jewel.protection {
    case .strong(let how): change("guarded by \(how)", to: value - 2)
    case .weak(let how): change("guarded, but weakly: \(how)", to: value - 1)
    case .none: break
    }
    if jewel.state != .expired, jewel.state != .dummy {
      if isReadOnly(jewel) { change("reads only", to: value - 1) }
      if isAdministrator(jewel) { change("administrator", to: value + 1) }
      if let expires = jewel.expires, !isRenewable {
        let left = expires.seconds(since: now)
        if left > 0, left < 3_600 { change("less than an hour left", to: value - 1) }
      }
      if jewel.fingerprint != nil, jewel.place.mode & 0o044 != 0, jewel.protection == .none {
        change("others on this machine may read it", to: value + 1)
      }
    }
    if jewel.confidence == .low { change("not sure that it is one", to: min(value, 2)) }
    jewel.severity = max(0, min(value, 5))
  }

  private static func isReadOnly(_ jewel: Jewel) -> Bool {
    jewel.facts.contains { fact in
      let text = fact.value.lowercased()
      switch fact.name {
      case "permissions": return text.allSatisfy { $0 == "r" || $0 == "l" }
      case "rights": return text == "read-only" || text == "listen"
      case "user":
        return text.hasSuffix("_ro") || text.contains("readonly") || text.contains("read_only") || text == "reader"
      case "role", "sso_role_name": return text.contains("readonly") || text == "viewer"
      case "scope", "scopes":
        return text.split(separator: " ").allSatisfy { $0.hasSuffix("readonly") || $0 == "openid" || $0 == "email" }
      default: return false
      }
    }
  }

  private static func isAdministrator(_ jewel: Jewel) -> Bool {
    jewel.facts.contains { fact in
      let text = fact.value.lowercased()
      switch fact.name {
      case "user":
        return ["root", "sa", "postgres", "admin", "administrator", "elastic", "debian-sys-maint"].contains(text)
      case "role", "roles", "groups", "scp":
        return ["admin", "system:masters", "accountadmin", "securityadmin", "sysadmin", "owner", "service_role"]
          .contains { text.contains($0) }
      case "rights": return text == "master" || text == "manage"
      default: return false
      }
    }
  }
}
