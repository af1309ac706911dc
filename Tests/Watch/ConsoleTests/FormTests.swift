import Console
import ConsoleSamples
import Model
import Testing

@Suite struct FormTests {
  private static let register = "/agents/\(SampleOffice.studio)/register"

  private static func token(_ wire: Wire, _ cookie: String, _ action: String = register) async throws -> String {
    let page = try await wire.ask("/agents/\(SampleOffice.studio)", cookie: cookie).body
    return try #require(Wire.token(in: page, after: "action=\"\(action)\""))
  }

  private static func owner(_ wire: Wire) async -> String? {
    await wire.reading.snapshot().agents.first { $0.id == SampleOffice.studio }?.registration?.owner
  }

  @Test func `an owner is registered and removed`() async throws {
    try await Wire.serving { wire in
      let cookie = try await wire.signedIn()
      let token = try await Self.token(wire, cookie)
      let answer = try await wire.submit(Self.register, "owner=+Mira%20%20Haddad&token=\(token)", cookie: cookie)
      #expect(answer.status == 303)
      #expect(answer.header("Location") == "/agents/\(SampleOffice.studio)")
      #expect(await Self.owner(wire) == "Mira Haddad")
      let path = "/agents/\(SampleOffice.studio)/unregister"
      let other = try await Self.token(wire, cookie, path)
      #expect(try await wire.submit(path, "token=\(other)", cookie: cookie).status == 303)
      #expect(await Self.owner(wire) == nil)
    }
  }

  @Test func `a form of another origin changes nothing`() async throws {
    try await Wire.serving { wire in
      let cookie = try await wire.signedIn()
      let body = "owner=x&token=\(try await Self.token(wire, cookie))"
      for origin in [
        "http://evil.example", "http://trammel.localhost:1", "http://trammel.localhost", "https://\(wire.host)", "null",
        "http://127.0.0.1:\(wire.port)", "http://\(wire.host)/",
      ] {
        #expect(try await wire.submit(Self.register, body, cookie: cookie, origin: origin).status == 403, "\(origin)")
      }
      #expect(try await wire.ask("POST", Self.register, cookie: cookie, body: body).status == 403, "no origin at all")
      for site in ["cross-site", "same-site"] {
        let answer = try await wire.submit(
          Self.register, body, cookie: cookie, origin: "null", headers: ["Sec-Fetch-Site: \(site)"])
        #expect(answer.status == 403)
      }
      #expect(await Self.owner(wire) == nil)
      let ours = try await wire.submit(
        Self.register, body, cookie: cookie, origin: "null", headers: ["Sec-Fetch-Site: same-origin"])
      #expect(ours.status == 303, "what a browser sends under no-referrer")
    }
  }

  @Test func `a form without its token changes nothing`() async throws {
    try await Wire.serving { wire in
      let cookie = try await wire.signedIn()
      let other = try await wire.signedIn()
      let foreign = try await Self.token(wire, other)
      let elsewhere = try await Self.token(wire, cookie, "/sign-out")
      for token in ["", "x", foreign, elsewhere] {
        #expect(try await wire.submit(Self.register, "owner=x&token=\(token)", cookie: cookie).status == 403)
      }
      #expect(try await wire.submit(Self.register, "owner=x", cookie: nil).status == 401)
      #expect(await Self.owner(wire) == nil)
    }
  }

  @Test func `a body over the limit, of another type or broken is refused`() async throws {
    try await Wire.serving { wire in
      let cookie = try await wire.signedIn()
      let token = try await Self.token(wire, cookie)
      let long = "token=\(token)&owner=" + String(repeating: "x", count: 9000)
      #expect(try await wire.submit(Self.register, long, cookie: cookie).status == 413)
      #expect(try await wire.submit(Self.register, "token=\(token)&owner=%zz", cookie: cookie).status == 403)
      #expect(try await wire.submit(Self.register, "token=\(token)&owner=+", cookie: cookie).status == 400)
      #expect(
        try await wire.submit(
          Self.register, "token=\(token)&owner=" + String(repeating: "x", count: 121), cookie: cookie
        ).status == 400)
      let json = try await wire.exchange(
        "POST \(Self.register) HTTP/1.1\r\nHost: \(wire.host)\r\nOrigin: http://\(wire.host)\r\nCookie: \(cookie)\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
      )
      #expect(json.hasPrefix("HTTP/1.1 403"))
      #expect(await Self.owner(wire) == nil)
    }
  }

  @Test func `headers are bounded`() async throws {
    try await Wire.serving { wire in
      let big = try await wire.ask("/trammel.css", headers: ["X-Big: " + String(repeating: "x", count: 20_000)])
      #expect(big.status == 0 || big.status == 400 || big.status == 431, "\(big.status)")
      let many = try await wire.ask("/trammel.css", headers: (0..<200).map { "X-\($0): 1" })
      #expect(many.status == 0 || many.status == 400 || many.status == 431, "\(many.status)")
      #expect(try await wire.ask("/trammel.css").status == 200)
    }
  }

  @Test func `signing out ends the session, also for a copy of its cookie`() async throws {
    try await Wire.serving { wire in
      let cookie = try await wire.signedIn()
      let token = try await Self.token(wire, cookie, "/sign-out")
      let answer = try await wire.submit("/sign-out", "token=\(token)", cookie: cookie)
      #expect(answer.status == 303)
      #expect(answer.header("Set-Cookie")?.contains("Max-Age=0") == true)
      #expect(try await wire.ask("/agents", cookie: cookie).status == 401)
    }
  }

  @Test func `a session ends by the clock`() async throws {
    try await Wire.serving { wire in
      let cookie = try await wire.signedIn()
      wire.clock.advance(7199)
      #expect(try await wire.ask("/agents", cookie: cookie).status == 200)
      wire.clock.advance(7201)
      #expect(try await wire.ask("/agents", cookie: cookie).status == 401)
    }
  }

  @Test func `wrong codes are limited and a right one still works`() async throws {
    try await Wire.serving { wire in
      for _ in 0..<5 { #expect(try await wire.ask("/sign-in?code=AAAA-AAAA-AAAA-AAAA").status == 403) }
      #expect(try await wire.ask("/sign-in?code=AAAA-AAAA-AAAA-AAAA").status == 429)
      #expect(try await wire.submit("/sign-in", "code=x", cookie: nil).status == 429)
      _ = try await wire.signedIn()
    }
  }

  @Test func `a new sign-in replaces the session that came along`() async throws {
    try await Wire.serving { wire in
      let old = try await wire.signedIn()
      let path = String(wire.server.signInLink().dropFirst("http://\(wire.host)".count))
      let answer = try await wire.ask(path, cookie: old)
      let new = try #require(answer.cookie)
      #expect(new != old)
      #expect(try await wire.ask("/agents", cookie: old).status == 401)
      #expect(try await wire.ask("/agents", cookie: new).status == 200)
    }
  }

  @Test(arguments: [
    ("cross-site", "no-cors", "image", 403), ("same-site", "no-cors", "script", 403),
    ("same-site", "cors", "empty", 403),
    ("cross-site", "navigate", "iframe", 403), ("cross-site", "navigate", "document", 200),
    ("same-origin", "cors", "empty", 200),
    ("none", "navigate", "document", 200),
  ])
  func `only a link leads in from another page`(site: String, mode: String, dest: String, status: Int) async throws {
    try await Wire.serving { wire in
      let cookie = try await wire.signedIn()
      let headers = ["Sec-Fetch-Site: \(site)", "Sec-Fetch-Mode: \(mode)", "Sec-Fetch-Dest: \(dest)"]
      #expect(try await wire.ask("/agents", cookie: cookie, headers: headers).status == status)
    }
  }
}
