import Console
import ConsoleSamples
import Model
import Testing

@Suite struct ServerTests {
  @Test func `under another name there is a plain page with the link and no cookie`() async throws {
    try await Wire.serving { wire in
      let link = wire.server.signInLink()
      let path = String(link.dropFirst("http://\(wire.host)".count))
      for host in [
        "127.0.0.1:\(wire.port)", "localhost:\(wire.port)", "evil.example", "trammel.localhost.evil:1",
        "[::1]:\(wire.port)",
      ] {
        for target in ["/", path, "/agents", "/trammel.css"] {
          let answer = try await wire.ask(target, host: host)
          #expect(answer.status == 421, "\(host) \(target)")
          #expect(answer.header("Set-Cookie") == nil)
          #expect(!answer.body.contains("evil"))
        }
      }
      let answer = try await wire.ask("/", host: "127.0.0.1:\(wire.port)")
      #expect(answer.body.contains("href=\"http://trammel.localhost:\(wire.port)/\""))
      #expect(try await wire.ask(path).status == 200, "the code was not used up by requests under another name")
    }
  }

  @Test func `a request without a host or with two is served nothing`() async throws {
    try await Wire.serving { wire in
      let none = try await wire.exchange("GET / HTTP/1.0\r\nConnection: close\r\n\r\n")
      #expect(
        none.hasPrefix("HTTP/1.1 421") || none.hasPrefix("HTTP/1.1 400") || none.hasPrefix("HTTP/1.0 421"),
        "\(none.prefix(80))")
      let two = try await wire.ask("/", headers: ["Host: evil.example"])
      #expect(two.status == 421)
    }
  }

  @Test func `the link signs in once and the cookie is locked down`() async throws {
    try await Wire.serving { wire in
      let link = wire.server.signInLink()
      #expect(link.hasPrefix("http://trammel.localhost:\(wire.port)/sign-in?code="))
      let path = String(link.dropFirst("http://\(wire.host)".count))
      #expect(try await wire.ask("HEAD", path).status == 200, "a link checker uses nothing up")
      let first = try await wire.ask(path)
      let cookie = try #require(first.header("Set-Cookie"))
      #expect(cookie.hasPrefix("__Host-trammel="))
      for attribute in ["Path=/", "Secure", "HttpOnly", "SameSite=Strict"] {
        #expect(cookie.contains("; " + attribute))
      }
      #expect(!cookie.contains("Domain"))
      let second = try await wire.ask(path)
      #expect(second.status == 403)
      #expect(second.header("Set-Cookie") == nil)
    }
  }

  @Test func `without a session there is nothing but the sign-in page and the looks`() async throws {
    try await Wire.serving { wire in
      for path in [
        "/", "/agents", "/agents.json", "/agents/\(SampleOffice.studio)", "/events.csv", "/events/stream", "/nothing",
        "/findings",
      ] {
        let answer = try await wire.ask(path)
        #expect(answer.status == 401, "\(path)")
        #expect(!answer.body.contains("studio"), "\(path)")
      }
      for path in ["/trammel.css", "/trammel.js", "/icon.svg"] { #expect(try await wire.ask(path).status == 200) }
      for cookie in [
        "__Host-trammel=", "__Host-trammel=00", "trammel=x", "__Host-trammel=" + String(repeating: "0", count: 64),
      ] {
        #expect(try await wire.ask("/agents", cookie: cookie).status == 401)
      }
    }
  }

  @Test func `every answer carries the policies`() async throws {
    try await Wire.serving { wire in
      let cookie = try await wire.signedIn()
      for (path, cookie) in [
        ("/", cookie), ("/agents.csv", cookie), ("/nothing", cookie), ("/", nil), ("/trammel.js", nil),
      ] as [(String, String?)] {
        let answer = try await wire.ask(path, cookie: cookie)
        #expect(
          answer.header("Content-Security-Policy")
            == "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"
        )
        #expect(answer.header("X-Content-Type-Options") == "nosniff")
        #expect(answer.header("Referrer-Policy") == "no-referrer")
        #expect(answer.header("Cache-Control") == "no-store")
        #expect(answer.header("Cross-Origin-Opener-Policy") == "same-origin")
        #expect(answer.header("Cross-Origin-Resource-Policy") == "same-origin")
        #expect(answer.header("Access-Control-Allow-Origin") == nil)
      }
    }
  }

  @Test func `each page that exists is shown and answers`() async throws {
    try await Wire.serving { wire in
      let cookie = try await wire.signedIn()
      let overview = try await wire.ask("/", cookie: cookie)
      #expect(overview.body.contains("9 agents run on 9 hosts. 4 of them belong to nobody."))
      for piece in overview.body.split(separator: " href=\"/").dropFirst() {
        let target = "/" + piece.prefix { $0 != "\"" && $0 != "#" }.replacing("&amp;", with: "&")
        #expect(try await wire.ask(target, cookie: cookie).status == 200, "\(target)")
      }
      for path in [
        "/agents?state=unregistered&sort=name", "/findings?state=passed", "/findings/keychain.items",
        "/events?severity=high&q=169.254", "/search?q=studio",
      ] {
        #expect(try await wire.ask(path, cookie: cookie).status == 200, "\(path)")
      }
      #expect(try await wire.ask("/agents/nobody", cookie: cookie).status == 404)
      #expect(try await wire.ask("PUT", "/agents", cookie: cookie).status == 405)
    }
  }

  @Test func `each answer to a check is visible, and a blind sensor is named on every page`() async throws {
    try await Wire.serving { wire in
      let cookie = try await wire.signedIn()
      let agent = try await wire.ask("/agents/\(SampleOffice.studio)", cookie: cookie).body
      for word in ["Critical 2", "Pass 5", "Not measured 2", "the sensor may not read the keychain"] {
        #expect(agent.contains(word), "\(word)")
      }
      for path in ["/", "/agents", "/agents/\(SampleOffice.studio)", "/findings", "/events", "/search?q=x"] {
        let page = try await wire.ask(path, cookie: cookie).body
        #expect(page.contains("Listening sockets: the owners of 9 sockets of other users."), "\(path)")
        #expect(page.contains("Everything on this page is made up."), "\(path)")
      }
    }
  }

  @Test func `a hostile name stays text everywhere`() async throws {
    try await Wire.serving { wire in
      let cookie = try await wire.signedIn()
      for path in [
        "/", "/agents", "/agents/oc-%3Cscript%3E%2F..%252e%22%27", "/findings", "/findings/mdns.hostile-announcement",
        "/events", "/search?q=%3Cscript%3Ealert(1)%3C/script%3E%E2%80%AE",
      ] {
        let page = try await wire.ask(path, cookie: cookie)
        #expect(page.status == 200, "\(path)")
        #expect(!page.body.contains("<script>alert"), "\(path)")
        #expect(!page.body.contains("\u{202E}") && !page.body.contains("\u{200B}"), "\(path)")
        #expect(page.body.contains("U+202E") || path == "/findings", "\(path)")
      }
    }
  }

  @Test func `an empty house says what was looked at, what was not seen, and what to do`() async throws {
    try await Wire.serving(empty: true, demo: false) { wire in
      let cookie = try await wire.signedIn()
      for path in ["/", "/agents"] {
        let page = try await wire.ask(path, cookie: cookie).body
        for word in ["Looked at", "412, none an agent", "the homes of 2 other users", "make demo", "for 4 min"] {
          #expect(page.contains(word), "\(path) \(word)")
        }
        #expect(!page.contains("made up.</p>"))
      }
    }
  }

  @Test func `a ledger that cannot be read is an error page that says so`() async throws {
    try await Wire.serving { wire in
      let cookie = try await wire.signedIn()
      wire.reading.fail(.init("disk I/O error <b>"))
      let page = try await wire.ask("/events", cookie: cookie)
      #expect(page.status == 500)
      #expect(page.body.contains("disk I/O error &lt;b&gt;") && page.body.contains("Was anything lost?"))
      #expect(try await wire.ask("/agents.json", cookie: cookie).status == 200, "what needs no ledger still works")
    }
  }

  @Test func `exports hold the rows of the view`() async throws {
    try await Wire.serving { wire in
      let cookie = try await wire.signedIn()
      let csv = try await wire.ask("/agents.csv?state=unregistered", cookie: cookie)
      #expect(csv.header("Content-Disposition") == "attachment; filename=\"agents.csv\"")
      #expect(csv.body.contains("\"oc-7f3a91\",\"studio\""))
      #expect(!csv.body.contains("\"goose\""))
      let json = try await wire.ask("/findings.json?q=mdns", cookie: cookie)
      #expect(json.body.contains("\"schema\": \"trammel.findings/1\"") && json.body.contains("mdns.full-mode"))
      #expect(!json.body.contains("gateway.bind-exposed"))
      #expect(try await wire.ask("/events.csv?kind=agent.", cookie: cookie).body.contains("agent.found"))
      #expect(
        try await wire.ask("/agents/\(SampleOffice.studio)/agent.json", cookie: cookie).body.contains("\"findings\""))
      #expect(try await wire.ask("/sources.csv", cookie: cookie).body.contains("sudo trammel up"))
    }
  }
}
