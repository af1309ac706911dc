import Model
import Testing

@testable import Console

@Suite struct SessionTests {
  let start = Timestamp(seconds: 1_795_000_000)

  @Test func `a session ends two hours after its last use`() {
    let sessions = Sessions(random: countedBytes())
    let cookie = sessions.begin(now: start)
    #expect(sessions.find(cookie: cookie, now: start.advanced(bySeconds: 7199)) != nil)
    #expect(sessions.find(cookie: cookie, now: start.advanced(bySeconds: 7199 + 7199)) != nil)
    #expect(sessions.find(cookie: cookie, now: start.advanced(bySeconds: 7199 + 7199 + 7201)) == nil)
    #expect(sessions.count == 0)
  }

  @Test func `a session ends after twelve hours however much it is used`() {
    let sessions = Sessions(random: countedBytes())
    let cookie = sessions.begin(now: start)
    for hour in 1..<12 {
      #expect(sessions.find(cookie: cookie, now: start.advanced(bySeconds: Double(hour) * 3600)) != nil)
    }
    #expect(sessions.find(cookie: cookie, now: start.advanced(bySeconds: 12 * 3600)) == nil)
  }

  @Test func `an open stream does not prolong a session`() throws {
    let sessions = Sessions(random: countedBytes())
    let cookie = sessions.begin(now: start)
    let id = try #require(sessions.find(cookie: cookie, now: start)).id
    for minute in 1..<120 { #expect(sessions.isAlive(id, now: start.advanced(bySeconds: Double(minute) * 60))) }
    #expect(!sessions.isAlive(id, now: start.advanced(bySeconds: 7200)))
  }

  @Test func `sessions are bounded and the one unused for longest goes`() {
    let sessions = Sessions(random: countedBytes())
    let first = sessions.begin(now: start)
    let second = sessions.begin(now: start.advanced(bySeconds: 1))
    _ = sessions.find(cookie: first, now: start.advanced(bySeconds: 2))
    for index in 0..<Sessions.most { _ = sessions.begin(now: start.advanced(bySeconds: Double(3 + index))) }
    #expect(sessions.count == Sessions.most)
    #expect(sessions.find(cookie: second, now: start.advanced(bySeconds: 100)) == nil)
  }

  @Test func `a cookie is the value that was given and nothing near it`() {
    let sessions = Sessions(random: countedBytes())
    let cookie = sessions.begin(now: start)
    #expect(sessions.find(cookie: cookie.uppercased(), now: start) == nil)
    #expect(sessions.find(cookie: String(cookie.dropLast()), now: start) == nil)
    #expect(sessions.find(cookie: cookie + "0", now: start) == nil)
    #expect(sessions.find(cookie: "", now: start) == nil)
  }

  @Test func `a form token holds for its session and its address only`() throws {
    let sessions = Sessions(random: countedBytes())
    let one = try #require(sessions.find(cookie: sessions.begin(now: start), now: start))
    let two = try #require(sessions.find(cookie: sessions.begin(now: start), now: start))
    let token = sessions.formToken(one, action: "/sign-out")
    #expect(token != sessions.formToken(one, action: "/sign-out"), "fresh with each page")
    #expect(sessions.isValid(token: token, action: "/sign-out", session: one))
    #expect(!sessions.isValid(token: token, action: "/agents/a/register", session: one))
    #expect(!sessions.isValid(token: token, action: "/sign-out", session: two))
    for bad in ["", "00", String(token.dropLast()), String(token.reversed()), token + token, "zz" + token.dropFirst(2)]
    {
      #expect(!sessions.isValid(token: bad, action: "/sign-out", session: one))
    }
  }
}

@Suite struct SignInTests {
  let start = Timestamp(seconds: 1_795_000_000)

  @Test func `a code works once`() {
    let signIn = SignIn(random: countedBytes())
    let code = signIn.code(now: start)
    #expect(code.split(separator: "-").map(\.count) == [4, 4, 4, 4])
    #expect(signIn.redeem(code, peer: "a", now: start) == .accepted)
    #expect(signIn.redeem(code, peer: "a", now: start) == .refused)
  }

  @Test func `a code is taken as people type it`() {
    let signIn = SignIn(random: { count in Array(repeating: 0, count: count) })
    _ = signIn.code(now: start)
    #expect(signIn.redeem(" oooo 0000-o0O0 0000 ", peer: "a", now: start) == .accepted)
  }

  @Test func `a code is over after ten minutes`() {
    let signIn = SignIn(random: countedBytes())
    let code = signIn.code(now: start)
    #expect(signIn.redeem(code, peer: "a", now: start.advanced(bySeconds: 600)) == .refused)
  }

  @Test func `codes that wait are bounded and the oldest goes`() {
    let signIn = SignIn(random: countedBytes())
    let codes = (0...SignIn.mostCodes).map { _ in signIn.code(now: start) }
    #expect(signIn.redeem(codes[0], peer: "a", now: start) == .refused)
    #expect(signIn.redeem(codes[1], peer: "a", now: start) == .accepted)
  }

  @Test func `wrong codes are limited by the minute, and a right one is not locked out`() {
    let signIn = SignIn(random: countedBytes())
    let code = signIn.code(now: start)
    for _ in 0..<SignIn.attemptsAMinute { #expect(signIn.redeem("wrong", peer: "a", now: start) == .refused) }
    #expect(signIn.redeem("wrong", peer: "a", now: start) == .tooMany)
    #expect(signIn.redeem("wrong", peer: "b", now: start) == .refused)
    #expect(signIn.redeem(code, peer: "a", now: start) == .accepted)
    #expect(signIn.redeem("wrong", peer: "a", now: start.advanced(bySeconds: 60)) == .refused)
  }

  @Test func `peers that are counted are bounded`() {
    let signIn = SignIn(random: countedBytes())
    for peer in 0..<5000 { _ = signIn.redeem("wrong", peer: "\(peer)", now: start) }
    #expect(signIn.peers <= SignIn.mostPeers + 1)
    #expect(signIn.redeem("wrong", peer: "one more", now: start) == .tooMany)
    #expect(signIn.redeem("wrong", peer: "one more", now: start.advanced(bySeconds: 61)) == .refused)
  }
}

@Suite struct RequestTests {
  @Test(
    arguments: [
      ("trammel.localhost:7717", "trammel.localhost", 7717), ("TRAMMEL.localhost", "trammel.localhost", nil),
      ("127.0.0.1:80", "127.0.0.1", 80),
    ] as [(String, String, Int?)])
  func `a host is read as a name and a port`(text: String, name: String, port: Int?) {
    let authority = Authority(text)
    #expect(authority?.name == name)
    #expect(authority?.port == port)
  }

  @Test(arguments: [
    "", ":80", "trammel.localhost:", "trammel.localhost:0", "trammel.localhost:65536", "trammel.localhost:1:2",
    "trammel.localhost@evil", "trammel.localhost/evil", "trammel.localhost:+80", "a b", "trammel.localhost\u{0}",
    "[::1]:80", "träммel.localhost",
  ])
  func `a malformed host is none`(text: String) { #expect(Authority(text) == nil) }

  @Test(arguments: ["trammel.localhost.", "x.trammel.localhost", "trammel.localhost.evil", "localhost", "127.0.0.1"])
  func `only the very name is ours`(text: String) { #expect(Authority(text)?.isOurs != true) }

  @Test(arguments: [
    ("/", Route.overview), ("/agents", .agents(.page)), ("/agents.csv", .agents(.csv)),
    ("/agents/a%2Fb", .agent("a/b", .page)), ("/agents/x/agent.json", .agent("x", .json)),
    ("/agents/x/register", .register("x")), ("/findings/a.b", .findings(rule: "a.b", .page)),
    ("/events.json", .events(.json)), ("/events/stream", .stream), ("/sign-in", .signIn),
    ("/trammel.css", .asset("trammel.css")),
  ])
  func `a path is a page`(path: String, route: Route) { #expect(Route(path) == route) }

  @Test(arguments: [
    "", "agents", "//", "/agents/", "/agents/a/b", "/agents.xml", "/agents.csv/x", "/layout.mustache", "/../etc/passwd",
    "/%2e%2e/x", "/agents/%ff", "/agents/%", "/agents/%4", "/sources", "/trammel.css/x", "/events/stream/x",
  ])
  func `anything else is no page`(path: String) { #expect(Route(path) == nil) }

  @Test(arguments: [SampleID.plain, "a/b", "..", ".", "%2e", "<script>\"'&", "\u{202E}", "a b+c", "ü"])
  func `an id survives its way through a path`(id: String) {
    #expect(Route(Link.path("agents", id)) == .agent(id, .page))
    #expect(Link.fields(Link.query("", [("q", id)]).dropFirst())?["q"] == id)
  }

  @Test func `a query is bounded, and a broken one is refused`() {
    #expect(Link.fields("a=1&a=2&b")?["a"] == "1")
    #expect(Link.fields("a=%zz") == nil)
    #expect(Link.fields("a=%ff") == nil)
    #expect(Link.fields((0..<100).map { "k\($0)=1" }.joined(separator: "&"))?.count == 32)
  }

  @Test(arguments: ["//evil.example", "http://evil.example", "/\\evil.example", "/a b", "", "evil", "/\r\nx", "/ü"])
  func `after sign-in nothing leads elsewhere`(target: String) { #expect(Visit.inside(target) == "/") }

  @Test func `after sign-in the page that was asked for opens`() {
    #expect(Visit.inside("/agents?q=a") == "/agents?q=a")
  }

  @Test func `a cookie is found by its whole name`() {
    #expect(Cookies.value("b", in: "a=1; b=2; bb=3") == "2")
    #expect(Cookies.value("b", in: "ab=1;b=x=y") == "x=y")
    #expect(Cookies.value("b", in: "c=1") == nil)
    #expect(Cookies.value("b", in: nil) == nil)
  }
}

enum SampleID { static let plain = "oc-7f3a91" }
