import HTTPTypes
import Hummingbird
import Model
import NIOCore

// Whatever changes something.
extension Desk {
  /// The fields of a form whose token was made for this session and this address.
  func form(_ visit: Visit, _ session: Sessions.Session) async throws(Fault) -> [String: String] {
    let fields = try await fields(visit)
    guard sessions.isValid(token: fields["token"] ?? "", action: visit.path, session: session) else {
      throw .refused("The form did not come from a page of this session.")
    }
    return fields
  }

  private func fields(_ visit: Visit) async throws(Fault) -> [String: String] {
    let type = visit.request.headers[.contentType]?.split(separator: ";").first ?? ""
    guard type.lowercased() == "application/x-www-form-urlencoded" else {
      throw .refused("A form is expected, in `application/x-www-form-urlencoded`.")
    }
    let body: ByteBuffer
    do {
      body = try await visit.request.body.collect(upTo: Self.mostBody)
    } catch is NIOTooManyBytesError {
      throw .tooLarge
    } catch {
      throw .refused("The form did not arrive whole.")
    }
    guard let fields = Link.fields(String(buffer: body)) else { throw .refused("The form cannot be read.") }
    return fields
  }

  func register(_ id: String, _ visit: Visit, _ session: Sessions.Session) async throws(Fault) -> Response {
    let fields = try await form(visit, session)
    let owner = (fields["owner"] ?? "").split(whereSeparator: \.isWhitespace).joined(separator: " ")
    guard !owner.isEmpty, owner.unicodeScalars.count <= 120 else {
      throw Fault(
        status: 400, heading: "An owner needs a name", what: "Between 1 and 120 characters are accepted.",
        lost: "No. The owner is who it was before.", advice: "Go back and type who is asked when something is wrong.",
        back: Link.path("agents", id), backLabel: "Back to the agent")
    }
    try await change(id) { try await reading.register(agent: id, owner: owner) }
    return .seeOther(Link.path("agents", id))
  }

  func unregister(_ id: String, _ visit: Visit, _ session: Sessions.Session) async throws(Fault) -> Response {
    _ = try await form(visit, session)
    try await change(id) { try await reading.unregister(agent: id) }
    return .seeOther(Link.path("agents", id))
  }

  private func change(_ id: String, _ act: () async throws -> Void) async throws(Fault) {
    guard await reading.snapshot().agents.contains(where: { $0.id == id }) else {
      throw .notFound("No agent is known as `\(id.prefix(200))`.")
    }
    do {
      try await act()
    } catch {
      throw .change("\(error)")
    }
  }

  /// The page, the link of the terminal, and the form.
  func signIn(_ visit: Visit, _ query: [String: String], isForm: Bool) async throws(Fault) -> Response {
    let given = isForm ? try await fields(visit) : query
    let host = await reading.snapshot().host.name
    let next = Visit.inside(given["next"])
    guard let code = given["code"], !code.isEmpty else {
      if !isForm, visit.session(sessions) != nil { return .seeOther("/") }
      return .page(.ok, bare(visit).signIn(host: host, next: next))
    }
    // A HEAD, as link checkers send it, must not use the code up.
    guard visit.request.method != .head else { return .page(.ok, bare(visit).signIn(host: host, next: next)) }
    switch signIn.redeem(code, peer: visit.peer, now: visit.now) {
    case .accepted:
      // A new session, whatever cookie came along: nobody can plant one beforehand.
      if let old = visit.session(sessions) { sessions.end(old.id) }
      var response = Response.page(.ok, bare(visit).signedIn(host: host, next: next))
      response.headers[.setCookie] = Cookies.session(sessions.begin(now: visit.now))
      return response
    case .refused:
      let problem = "This code is not known: it may have been used, or be older than 10 minutes."
      return .page(.forbidden, bare(visit).signIn(host: host, problem: problem, next: next))
    case .tooMany:
      let problem = "Too many wrong codes in a minute. A right one still works; others wait until the minute is over."
      var response = Response.page(.tooManyRequests, bare(visit).signIn(host: host, problem: problem, next: next))
      if let name = HTTPField.Name("Retry-After") { response.headers[name] = "60" }
      return response
    }
  }
}
