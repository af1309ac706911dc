import Platform
import Testing

@testable import Installations

/// Made-up configurations of reverse proxies.
@Suite struct ProxyTests {
  private func facts(_ texts: [String: String], denied: [String] = []) -> MachineFacts {
    MachineTests.facts(texts, denied: denied)
  }

  private func sites(_ texts: [String: String]) -> [MachineFacts.ProxySite] {
    let facts = facts(texts)
    #expect(facts.proxyProblems == [])
    return facts.proxies
  }

  // MARK: nginx

  @Test func `settings of the outer blocks hold in files that the main one includes`() throws {
    let found = sites([
      "/etc/nginx/nginx.conf":
        "http {\n  ssl_protocols TLSv1 TLSv1.2;\n  auth_basic \"x\";\n  include conf.d/*.conf;\n}\n",
      "/etc/nginx/conf.d/a.conf": "server {\n  listen 443 ssl;\n  location / { proxy_pass http://gate/; }\n}\n",
      "/etc/nginx/conf.d/up.conf": "upstream gate {\n  server 127.0.0.1:18789;\n  server 192.0.2.1:80;\n}\n",
    ])
    let site = try #require(found.first)
    #expect(found.count == 1 && site.port == 18789 && site.hasLogin && site.hasTLS && !site.isLocal)
    #expect(site.place == .init(file: "/etc/nginx/conf.d/a.conf", line: 3, text: "proxy_pass"))
    #expect(site.oldTLS?.file == "/etc/nginx/nginx.conf" && site.oldTLS?.line == 2)
  }

  @Test func `a login that a location switches off is none there`() {
    let found = sites([
      "/etc/nginx/conf.d/a.conf": """
      server {
        listen 80;
        auth_basic "x";
        location /a { auth_basic off; proxy_pass http://127.0.0.1:18789; }
        location /b { proxy_pass http://127.0.0.1:18790; }
      }
      server { listen 127.0.0.1:8080; listen [::1]:8080; proxy_pass http://localhost:18791; }
      """
    ])
    #expect(found.map(\.hasLogin) == [false, true, false])
    #expect(found.map(\.isLocal) == [false, false, true])
    #expect(found.map(\.hasTLS) == [false, false, false])
  }

  @Test func `a snippet of the location counts where it is included`() {
    let found = sites([
      "/etc/nginx/sites-enabled/x":
        "server {\n listen 443 ssl;\n location / {\n include /etc/nginx/snippets/login.conf;\n proxy_pass http://127.0.0.1:18789;\n }\n}\n",
      "/etc/nginx/snippets/login.conf": "auth_request /check;\n",
    ])
    #expect(found.map(\.hasLogin) == [true])
  }

  @Test(arguments: [
    "/etc/nginx/nginx.conf", "/etc/nginx/conf.d", "/etc/nginx/conf.d/x.conf", "/etc/nginx/sites-enabled",
    "/etc/caddy/Caddyfile", "/etc/caddy/conf.d", "/etc/caddy/sites-enabled/x", "/etc/traefik/traefik.yml",
    "/etc/traefik/dynamic", "/etc/traefik/conf.d/x.toml",
  ])
  func `a file or folder of a proxy that may not be read is a problem`(path: String) {
    #expect(facts([:], denied: [path]).proxyProblems == ["\(path): permission denied"])
  }

  @Test func `a target that only nginx knows is a problem, with its line`() {
    let facts = facts(["/etc/nginx/conf.d/a.conf": "server {\n proxy_pass http://$gate;\n}\n"])
    #expect(facts.proxyProblems == ["/etc/nginx/conf.d/a.conf, line 2: a variable says where it leads"])
  }

  @Test func `includes in a circle, and blocks without end, end`() {
    let circle = facts(["/etc/nginx/nginx.conf": "include a.conf;\n", "/etc/nginx/a.conf": "include a.conf;\n"])
    #expect(circle.proxyProblems == ["/etc/nginx/a.conf, line 1: included too deep; not followed"])
    // Ten files that include each other and themselves.
    var texts: [String: String] = ["/etc/nginx/nginx.conf": "include x*.conf;\n"]
    for number in 0..<10 { texts["/etc/nginx/x\(number).conf"] = "include x*.conf;\n" }
    #expect(!facts(texts).proxyProblems.isEmpty)
    let deep = facts(["/etc/nginx/conf.d/a.conf": String(repeating: "a {\n", count: 200)])
    #expect(deep.proxyProblems == ["/etc/nginx/conf.d/a.conf, line 32: nested too deep"])
  }

  // MARK: Caddy

  @Test(arguments: [
    ("a.example.com {\n  reverse_proxy 127.0.0.1:18789\n}", true, false),
    ("http://a.example.com {\n  reverse_proxy localhost:18789\n}", false, false),
    (":3000 {\n  reverse_proxy :18789\n}", false, false), (":443 {\n  reverse_proxy :18789\n}", true, false),
    (":3000 {\n  tls /a.pem /b.pem\n  reverse_proxy :18789\n}", true, false),
    ("localhost {\n  reverse_proxy :18789\n}", true, true),
    ("http://127.0.0.1:8080 {\n reverse_proxy :18789\n}", false, true),
    ("a.example.com, b.example.com {\n  bind 127.0.0.1\n  reverse_proxy :18789\n}", true, true),
    ("a.example.com\nreverse_proxy 127.0.0.1:18789", true, false),
    ("a.example.com,\nhttp://b.example.com {\n  reverse_proxy /x 127.0.0.1:18789\n}", false, false),
    ("a.example.com {\n  reverse_proxy {\n    to 127.0.0.1:18789\n  }\n}", true, false),
    ("a.example.com {\n  handle /x {\n    reverse_proxy h2c://127.0.0.1:18789\n  }\n}", true, false),
  ])
  func `a site of a Caddyfile has certificates or not, and is local or not`(text: String, tls: Bool, local: Bool) {
    let found = sites(["/etc/caddy/Caddyfile": text])
    #expect(found.map(\.port) == [18789] && found.map(\.hasTLS) == [tls] && found.map(\.isLocal) == [local])
    #expect(found.map(\.hasLogin) == [false])
  }

  @Test func `a snippet and an imported file are part of the site that imports them`() {
    let found = sites([
      "/etc/caddy/Caddyfile": """
      {
        servers { trusted_proxies static 0.0.0.0/0 }
      }
      (login) {
        basic_auth { ada x }
      }
      a.example.com {
        import login
        reverse_proxy 127.0.0.1:18789
      }
      b.example.com {
        reverse_proxy 127.0.0.1:18790
      }
      import sites/*
      """, "/etc/caddy/sites/c": "c.example.com {\n  reverse_proxy 127.0.0.1:18791\n}\n",
    ])
    #expect(found.map(\.port) == [18789, 18790, 18791])
    #expect(found.map(\.hasLogin) == [true, false, false])
    #expect(found.last?.place.file == "/etc/caddy/sites/c")
  }

  @Test func `what a Caddyfile leaves to a running Caddy is a problem`() {
    let text = "a.example.com {\n  import missing\n  reverse_proxy {$BACKEND}\n}\n"
    #expect(
      facts(["/etc/caddy/Caddyfile": text, "/etc/caddy/caddy.json": "{}"]).proxyProblems.sorted() == [
        "/etc/caddy/Caddyfile, line 2: what it imports was not found",
        "/etc/caddy/Caddyfile, line 3: a variable says where it leads",
        "/etc/caddy/caddy.json: a configuration in JSON, which is not read",
      ])
  }

  // MARK: Traefik

  static let dynamic = """
    http:
      routers:
        claw:
          rule: "Host(`a.example.com`)"
          entryPoints: [websecure]
          middlewares:
            - who@file
          service: claw
          tls: {}
        bare:
          rule: "Host(`b.example.com`)"
          entryPoints:
            - web
          service: both
      middlewares:
        who:
          chain:
            middlewares: [login]
        login:
          basicAuth:
            usersFile: /etc/traefik/users
        slow:
          rateLimit: {average: 1}
      services:
        claw:
          loadBalancer:
            servers:
            - url: "http://127.0.0.1:18789" # the gateway
              weight: 1
            - url: http://192.0.2.1:80
        both:
          weighted:
            services:
              - name: claw
                weight: 3
    tls:
      options:
        default:
          minVersion: VersionTLS11
    """

  static let statics = """
    entryPoints:
      web:
        address: ":80"
        forwardedHeaders:
          insecure: true
      websecure:
        address: ":443"
    providers:
      file:
        directory: /srv/traefik
    """

  @Test func `each router is judged by its own middlewares and entry points`() throws {
    let found = sites(["/etc/traefik/traefik.yml": Self.statics, "/srv/traefik/claw.yaml": Self.dynamic])
    #expect(found.map(\.port) == [18789, 18789])
    // In the order of their names.
    let (bare, claw) = (try #require(found.first), try #require(found.last))
    #expect(!bare.hasLogin && !bare.hasTLS && bare.trusts?.file == "/etc/traefik/traefik.yml" && bare.oldTLS == nil)
    #expect(claw.hasLogin && claw.hasTLS && claw.trusts == nil && claw.oldTLS?.line == 39)
    #expect(claw.place.file == "/srv/traefik/claw.yaml" && claw.place.line == 28)
  }

  @Test func `TOML says the same, and a service that no router names is not reached`() {
    let found = sites([
      "/etc/traefik/traefik.toml": "[entryPoints.web]\naddress = \"127.0.0.1:80\"\n",
      "/etc/traefik/dynamic/a.toml": """
      [http.routers.a]
      service = "a"
      [[http.services.a.loadBalancer.servers]]
      url = "http://127.0.0.1:18789"
      [[http.services.idle.loadBalancer.servers]]
      url = "http://127.0.0.1:18790"
      [tcp.routers.t]
      service = "t"
      [tcp.routers.t.tls]
      options = "mine"
      [[tcp.services.t.loadBalancer.servers]]
      address = "127.0.0.1:18791"
      [tls.options.mine.clientAuth]
      clientAuthType = "RequireAndVerifyClientCert"
      """,
    ])
    #expect(found.map(\.port) == [18789, 18791])
    #expect(found.map(\.hasLogin) == [false, true] && found.map(\.isLocal) == [true, true])
  }

  @Test(arguments: [
    ("a:\n\tb: 1\n", "line 2: indented with a tab"), ("a: &x\n", "line 1: anchors and tags are not followed"),
    ("a: |\n  x\n", "line 1: text over several lines is not followed"),
    ("a: [b,\n", "line 1: a list over several lines"),
    ("a: {{ env \"X\" }}\n", "a template, which was not followed"),
  ])
  func `what of Traefik's files cannot be followed is a problem`(text: String, problem: String) {
    let path = "/etc/traefik/dynamic/x.yml"
    let found = facts([path: text]).proxyProblems
    #expect(found.count == 1 && found[0].hasPrefix(path) && found[0].hasSuffix(problem))
    #expect(facts(["/etc/traefik/traefik.toml": "x = ["]).proxyProblems.first?.contains("line 1: not TOML") == true)
  }

  @Test func `an outline has the path, the value and the line of each setting`() throws {
    let found = try OutlineText.entries(
      "a:\n  'b c': \"x: y\" # z\n  list:\n  - 1\n  - k: v\n    l: w\n  -\n    m: {n: o, p: 'q'}\nempty: {}\nbare\n")
    #expect(
      found.map { "\($0.path.joined(separator: ".")) \($0.value) \($0.line)" } == [
        "a  1", "a.b c x: y 2", "a.list  3", "a.list.0 1 4", "a.list.1.k v 5", "a.list.1.l w 6", "a.list.2.m.n o 8",
        "a.list.2.m.p q 8", "empty  9", " bare 10",
      ])
    #expect(throws: OutlineText.Fault(line: 33, what: "nested too deep")) {
      try OutlineText.entries((0..<64).map { String(repeating: " ", count: $0) + "k:" }.joined(separator: "\n"))
    }
  }
}
