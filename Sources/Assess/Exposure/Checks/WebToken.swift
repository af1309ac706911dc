import Model
import Platform

/// The claims of a JSON web token (RFC 7519), read as a hint. Nothing is verified, for nothing is trusted.
struct WebToken: Sendable, Hashable {
  var algorithm: String?
  var claims: [Jewel.Fact] = []
  var expires: Timestamp?
  var issued: Timestamp?
  var hasExpiry: Bool { expires != nil }

  private static let shown: Set = [
    "iss", "sub", "aud", "azp", "client_id", "scope", "scp", "roles", "role", "groups", "permissions", "email",
    "preferred_username", "ref", "appid", "tid", "namespace", "chatgpt_plan_type", "chatgpt_account_id", "plan",
    "kubernetes.io/serviceaccount/namespace", "kubernetes.io/serviceaccount/service-account.name",
  ]

  /// Nil where the first two of the three parts are no JSON objects.
  init?(_ text: Span<UInt8>, _ value: Range<Int>) {
    let dots = value.filter { text[$0] == UInt8(ascii: ".") }
    guard dots.count == 2, value.count <= 16_384 else { return nil }
    guard let head = Base64.decode(text, value.lowerBound..<dots[0]),
      let body = Base64.decode(text, dots[0] + 1..<dots[1]),
      Self.isObject(head.bytes), Self.isObject(body.bytes)
    else { return nil }
    var outline = Outline()
    outline.readJSON(head.bytes, 0..<head.count)
    guard let alg = outline.slots.first(where: { outline.names[$0.name].text == "alg" }) else { return nil }
    algorithm = Scope.show(head.bytes, alg.value)
    outline = Outline()
    let bytes = body.bytes
    outline.readJSON(bytes, 0..<body.count)
    for slot in outline.slots.prefix(400) {
      let path = outline.path(of: slot.name).filter { $0 != "[]" }
      guard let name = path.last else { continue }
      switch name {
      case "exp" where path.count == 1: expires = Scope.time(bytes, slot.value)
      case "iat" where path.count == 1: issued = Scope.time(bytes, slot.value)
      case _ where Self.shown.contains(name) || path.first == "kubernetes.io":
        let fact = Jewel.Fact(path.count == 1 ? name : path.joined(separator: "."), Scope.show(bytes, slot.value))
        if let place = claims.firstIndex(where: { $0.name == fact.name }) {
          claims[place].value += " " + fact.value
        } else if claims.count < 24 {
          claims.append(fact)
        }
      default: break
      }
    }
  }

  private static func isObject(_ bytes: Span<UInt8>) -> Bool {
    bytes.count >= 2 && bytes[0] == UInt8(ascii: "{")
      && (0..<bytes.count).last { !ByteSet.blanks.contains(bytes[$0]) }.map { bytes[$0] == UInt8(ascii: "}") } == true
  }

  func claim(_ name: String) -> String? { claims.first { $0.name == name }?.value }
}
