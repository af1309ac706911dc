import HTTPTypes
import Hummingbird
import Model
import NIOCore

/// Where every request arrives: who asks, under which name, with which session; then the page.
///
/// The order is part of the security: name, path, what the browser says about the request's origin, session, form token.
struct Desk: HTTPResponder {
  struct Context: InitializableFromSource, Sendable {
    /// The peer's address, for counting attempts; never trusted for more.
    var peer: String
    init(source: ApplicationRequestContextSource) {
      peer = source.channel.remoteAddress?.ipAddress ?? "unknown"
    }
  }

  static let mostBody = 8 * 1024

  let reading: any Reading
  let templates: Templates
  let clock: Server.Clock
  let bound: Bound
  let signIn: SignIn
  let sessions: Sessions
  let streams = Streams()

  init(
    reading: any Reading, templates: Templates, clock: @escaping Server.Clock, random: @escaping Server.Random,
    bound: Bound
  ) {
    self.reading = reading
    self.templates = templates
    self.clock = clock
    self.bound = bound
    signIn = SignIn(random: random)
    sessions = Sessions(random: random)
  }

  func respond(to request: Request, context: Context) async -> Response {
    let response = await answer(request, context)
    guard request.method == .head else { return response }
    let length = response.body.contentLength
    return Response(
      status: response.status, headers: response.headers,
      body: ResponseBody(contentLength: length) { writer in try await writer.finish(nil) })
  }

  private func answer(_ request: Request, _ context: Context) async -> Response {
    guard let authority = Self.authority(request), authority.isOurs else {
      let port = Self.authority(request)?.port ?? bound.port
      return .page(.misdirectedRequest, Bare.elsewhere(port: port))
    }
    let visit = Visit(request: request, authority: authority, peer: context.peer, now: clock())
    do {
      return try await serve(visit)
    } catch {
      return await problem(error, visit)
    }
  }

  /// Nil where a request has no host, two, or a malformed one.
  private static func authority(_ request: Request) -> Authority? {
    guard let name = HTTPField.Name("Host"), request.headers[values: name].isEmpty else { return nil }
    return request.head.authority.flatMap { Authority($0) }
  }

  private func serve(_ visit: Visit) async throws(Fault) -> Response {
    guard let route = Route(visit.path), let fields = Link.fields(visit.query) else {
      throw visit.session(sessions) == nil ? .signedOut : .notFound("Nothing is served at `\(visit.path.prefix(200))`.")
    }
    guard visit.isSameOrigin else {
      throw .refused("It came from a page of another origin, and only a link may lead here from there.")
    }
    let isForm = visit.request.method == .post
    guard isForm || visit.request.method == .get || visit.request.method == .head else {
      return Response(status: .methodNotAllowed, headers: .secure([.allow: "GET, HEAD, POST"]))
    }
    if isForm, !visit.hasOurOrigin {
      throw .refused("A form was sent from another origin than `\(visit.authority.origin)`.")
    }
    switch route {
    case .asset(let name) where !isForm: return asset(name)
    case .signIn: return try await signIn(visit, fields, isForm: isForm)
    default: break
    }
    guard let session = visit.session(sessions) else { throw .signedOut }
    return try await serve(route, fields, visit, session, isForm: isForm)
  }

  private func serve(
    _ route: Route, _ fields: [String: String], _ visit: Visit, _ session: Sessions.Session, isForm: Bool
  ) async throws(Fault) -> Response {
    switch route {
    case .signOut where isForm:
      _ = try await form(visit, session)
      sessions.end(session.id)
      return .seeOther("/sign-in", cookie: Cookies.cleared)
    case .register(let id) where isForm: return try await register(id, visit, session)
    case .unregister(let id) where isForm: return try await unregister(id, visit, session)
    case .signOut, .register, .unregister: throw .notFound("This address only takes a form.")
    default: break
    }
    if isForm { throw .notFound("This address takes no form.") }
    if case .stream = route { return stream(EventFilter(fields).query, session.id, visit.request) }
    let sight = Sight(await reading.snapshot(), now: visit.now, templates: templates) { [sessions] action in
      sessions.formToken(session, action: action)
    }
    if let file = try await export(route, fields, sight) { return file }
    return .page(.ok, sight.frame(try await page(route, fields, sight), theme: visit.theme))
  }

  private func asset(_ name: String) -> Response {
    let type =
      switch name {
      case "trammel.css": "text/css; charset=utf-8"
      case "trammel.js": "text/javascript; charset=utf-8"
      default: "image/svg+xml"
      }
    return .text(.ok, Templates.text(name), type: type)
  }

  private func problem(_ fault: Fault, _ visit: Visit) async -> Response {
    if fault.status == Fault.signedOut.status {
      guard !visit.isStream else { return Response(status: .unauthorized, headers: .secure()) }
      let host = await reading.snapshot().host.name
      return .page(.unauthorized, bare(visit).signIn(host: host, next: visit.next))
    }
    return .page(HTTPResponse.Status(code: fault.status), bare(visit).error(fault))
  }

  func bare(_ visit: Visit) -> Bare { Bare(templates: templates, now: visit.now, theme: visit.theme) }
}

extension Fault {
  /// Shown as the page that signs in, at the address that was asked for.
  static let signedOut = Fault(status: 401, heading: "Sign in", what: "", lost: "", advice: "")
}
