import HTTPTypes
import Hummingbird
import Model

/// One request under our name, with what its headers say.
struct Visit: Sendable {
  let request: Request
  let authority: Authority
  let peer: String
  let now: Timestamp
  let path: String
  let query: Substring

  init(request: Request, authority: Authority, peer: String, now: Timestamp) {
    self.request = request
    self.authority = authority
    self.peer = peer
    self.now = now
    let target = request.head.path ?? ""
    let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    path = parts.first.map(String.init) ?? ""
    query = parts.count == 2 ? parts[1] : ""
  }

  private func header(_ name: String) -> String? { HTTPField.Name(name).flatMap { request.headers[$0] } }

  /// Whether the browser says that the request comes from a page of ours, from the address bar, or by a link.
  ///
  /// Another port of our name is the same site to a browser and gets strict cookies, so only this keeps its pages out.
  /// A client that says nothing is no browser, and has no cookie that it was not given.
  var isSameOrigin: Bool {
    switch header("Sec-Fetch-Site") {
    case nil, "same-origin", "none": true
    default:
      request.method == .get && header("Sec-Fetch-Mode") == "navigate" && header("Sec-Fetch-Dest") == "document"
    }
  }

  /// For unsafe methods: the Origin is there and is this very one, port included.
  ///
  /// Under `Referrer-Policy: no-referrer` a browser sends `null` with a form (Fetch §3.2), and says by `Sec-Fetch-Site`
  /// where the form stood; a page in a sandbox, which has the origin `null` too, is cross-site there.
  var hasOurOrigin: Bool {
    switch header("Origin") {
    case authority.origin: true
    case "null": header("Sec-Fetch-Site") == "same-origin"
    default: false
    }
  }

  func session(_ sessions: Sessions) -> Sessions.Session? {
    Cookies.value(Sessions.cookie, in: request.headers[.cookie]).flatMap { sessions.find(cookie: $0, now: now) }
  }

  var theme: Theme {
    Cookies.value(Theme.cookie, in: request.headers[.cookie]).flatMap(Theme.init(rawValue:)) ?? .system
  }

  var isStream: Bool { path == "/events/stream" }

  /// The page to open after sign-in: the one that was asked for.
  var next: String {
    guard request.method == .get, !isStream, Route(path) != .signIn else { return "/" }
    return Self.inside(query.isEmpty ? path : "\(path)?\(query)")
  }

  /// A path of ours, or the overview: never an address elsewhere.
  static func inside(_ target: String?) -> String {
    guard let target, target.hasPrefix("/"), !target.hasPrefix("//"), target.utf8.count <= 1024,
      target.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != 0x5C })
    else { return "/" }
    return target
  }
}

/// The one cookie that matters, and reading what a browser sends.
enum Cookies {
  /// `__Host-`: only over a trustworthy connection, for this name alone, for every path.
  static func session(_ token: String) -> String {
    "\(Sessions.cookie)=\(token); Path=/; Secure; HttpOnly; SameSite=Strict"
  }
  static let cleared = "\(Sessions.cookie)=; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=0"

  /// The first value of a name.
  static func value(_ name: String, in header: String?) -> String? {
    guard let header else { return nil }
    for pair in header.split(separator: ";") {
      let halves = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      if halves.count == 2, halves[0].drop(while: { $0 == " " }) == name { return String(halves[1]) }
    }
    return nil
  }
}
