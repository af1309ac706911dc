import Formats

extension LogFixture {
  /// Lines of Squid 5.7 and nginx 1.22.1, recorded from the programs themselves with invented names.
  static let recordedProxies: [LogFixture] = [
    LogFixture(
      "Squid, native", .squid,
      #"""
      1795712836.791      0 192.0.2.80 TCP_MISS/200 275 GET http://www.example.com/a? - HIER_DIRECT/198.51.100.10 text/plain
      1795712836.792      0 192.0.2.80 TCP_MISS/200 275 GET http://www.example.com/ab - HIER_DIRECT/198.51.100.10 text/plain
      1795712836.792      0 192.0.2.80 TCP_TUNNEL/200 186 CONNECT www.example.com:80 - HIER_DIRECT/198.51.100.10 -
      1795712836.793      0 192.0.2.80 TCP_DENIED/403 3486 CONNECT blocked.example.com:443 - HIER_NONE/- text/html
      1795712836.793      0 192.0.2.80 NONE_NONE/400 3615 GET / - HIER_NONE/- text/html
      1795712836.793      0 192.0.2.80 NONE_NONE/503 0 CONNECT [2001:db8::7]:443 - HIER_DIRECT/2001:db8::7 -
      1795712836.794      0 192.0.2.80 NONE_NONE/503 0 CONNECT api.openclaw.example.com:443 - HIER_DIRECT/198.51.100.20 -
      1795712836.794      0 192.0.2.80 TCP_MISS/200 280 POST http://www.example.com/v1/messages - HIER_DIRECT/198.51.100.10 text/plain
      1795712836.794      0 192.0.2.80 TCP_MISS/502 3465 GET http://nope.example.com/ - HIER_NONE/- text/html
      1795712836.794      0 192.0.2.80 NONE_NONE/400 3435 garbage error:invalid-request - HIER_NONE/- text/html
      1795712836.795      0 192.0.2.80 NONE_NONE/400 3435 - error:invalid-request - HIER_NONE/- text/html
      """#,
      #"""
      request allowed at=2026-11-26T17:07:16.791000Z client=192.0.2.80 server=198.51.100.10#80 transport=6 bytes=0/275 status=200 method=GET host=www.example.com uri=http://www.example.com/a?
      request allowed at=2026-11-26T17:07:16.792000Z client=192.0.2.80 server=198.51.100.10#80 transport=6 bytes=0/275 status=200 method=GET host=www.example.com uri=http://www.example.com/ab
      request allowed at=2026-11-26T17:07:16.792000Z client=192.0.2.80 server=198.51.100.10#80 transport=6 bytes=0/186 status=200 method=CONNECT host=www.example.com uri=www.example.com:80 sni=www.example.com
      request blocked at=2026-11-26T17:07:16.793000Z client=192.0.2.80 server=?#443 transport=6 bytes=0/3486 status=403 method=CONNECT host=blocked.example.com uri=blocked.example.com:443 sni=blocked.example.com
      request at=2026-11-26T17:07:16.793000Z client=192.0.2.80 transport=6 bytes=0/3615 status=400 method=GET uri=/
      request at=2026-11-26T17:07:16.793000Z client=192.0.2.80 server=2001:db8::7#443 transport=6 status=503 method=CONNECT host=2001:db8::7 uri=[2001:db8::7]:443
      request at=2026-11-26T17:07:16.794000Z client=192.0.2.80 server=198.51.100.20#443 transport=6 status=503 method=CONNECT host=api.openclaw.example.com uri=api.openclaw.example.com:443 sni=api.openclaw.example.com
      request allowed at=2026-11-26T17:07:16.794000Z client=192.0.2.80 server=198.51.100.10#80 transport=6 bytes=0/280 status=200 method=POST host=www.example.com uri=http://www.example.com/v1/messages
      request allowed at=2026-11-26T17:07:16.794000Z client=192.0.2.80 server=?#80 transport=6 bytes=0/3465 status=502 method=GET host=nope.example.com uri=http://nope.example.com/
      request at=2026-11-26T17:07:16.794000Z client=192.0.2.80 transport=6 bytes=0/3435 status=400 method=garbage uri=error:invalid-request
      request at=2026-11-26T17:07:16.795000Z client=192.0.2.80 transport=6 bytes=0/3435 status=400 method=- uri=error:invalid-request
      """#),
    LogFixture(
      "Squid, own format", .squid,
      #"""
      1795712836.791      0 192.0.2.80 TCP_MISS/200 275 GET http://www.example.com/a? - HIER_DIRECT/198.51.100.10 text/plain "agent/1.0 (x; \"y\")" - 119
      1795712836.792      0 192.0.2.80 TCP_MISS/200 275 GET http://www.example.com/ab - HIER_DIRECT/198.51.100.10 text/plain "a" - 100
      1795712836.792      0 192.0.2.80 TCP_TUNNEL/200 186 CONNECT www.example.com:80 - HIER_DIRECT/198.51.100.10 - "agent/1.0" - 106
      1795712836.793      0 192.0.2.80 TCP_DENIED/403 3486 CONNECT blocked.example.com:443 - HIER_NONE/- text/html "-" - 75
      1795712836.793      0 192.0.2.80 NONE_NONE/400 3615 GET / - HIER_NONE/- text/html "-" - 18
      1795712836.793      0 192.0.2.80 NONE_NONE/503 0 CONNECT [2001:db8::7]:443 - HIER_DIRECT/2001:db8::7 - "-" - 63
      1795712836.794      0 192.0.2.80 NONE_NONE/503 0 CONNECT api.openclaw.example.com:443 - HIER_DIRECT/198.51.100.20 - "-" - 60
      1795712836.794      0 192.0.2.80 TCP_MISS/200 280 POST http://www.example.com/v1/messages - HIER_DIRECT/198.51.100.10 text/plain "-" - 102
      1795712836.794      0 192.0.2.80 TCP_MISS/502 3465 GET http://nope.example.com/ - HIER_NONE/- text/html "-" - 53
      1795712836.794      0 192.0.2.80 NONE_NONE/400 3435 garbage error:invalid-request - HIER_NONE/- text/html "-" - 11
      1795712836.795      0 192.0.2.80 NONE_NONE/400 3435 - error:invalid-request - HIER_NONE/- text/html "-" - 14
      """#,
      #"""
      request allowed at=2026-11-26T17:07:16.791000Z client=192.0.2.80 server=198.51.100.10#80 transport=6 bytes=119/275 status=200 method=GET host=www.example.com uri=http://www.example.com/a? agent=agent/1.0 (x; "y")
      request allowed at=2026-11-26T17:07:16.792000Z client=192.0.2.80 server=198.51.100.10#80 transport=6 bytes=100/275 status=200 method=GET host=www.example.com uri=http://www.example.com/ab agent=a
      request allowed at=2026-11-26T17:07:16.792000Z client=192.0.2.80 server=198.51.100.10#80 transport=6 bytes=106/186 status=200 method=CONNECT host=www.example.com uri=www.example.com:80 agent=agent/1.0 sni=www.example.com
      request blocked at=2026-11-26T17:07:16.793000Z client=192.0.2.80 server=?#443 transport=6 bytes=75/3486 status=403 method=CONNECT host=blocked.example.com uri=blocked.example.com:443 sni=blocked.example.com
      request at=2026-11-26T17:07:16.793000Z client=192.0.2.80 transport=6 bytes=18/3615 status=400 method=GET uri=/
      request at=2026-11-26T17:07:16.793000Z client=192.0.2.80 server=2001:db8::7#443 transport=6 bytes=63/0 status=503 method=CONNECT host=2001:db8::7 uri=[2001:db8::7]:443
      request at=2026-11-26T17:07:16.794000Z client=192.0.2.80 server=198.51.100.20#443 transport=6 bytes=60/0 status=503 method=CONNECT host=api.openclaw.example.com uri=api.openclaw.example.com:443 sni=api.openclaw.example.com
      request allowed at=2026-11-26T17:07:16.794000Z client=192.0.2.80 server=198.51.100.10#80 transport=6 bytes=102/280 status=200 method=POST host=www.example.com uri=http://www.example.com/v1/messages
      request allowed at=2026-11-26T17:07:16.794000Z client=192.0.2.80 server=?#80 transport=6 bytes=53/3465 status=502 method=GET host=nope.example.com uri=http://nope.example.com/
      request at=2026-11-26T17:07:16.794000Z client=192.0.2.80 transport=6 bytes=11/3435 status=400 method=garbage uri=error:invalid-request
      request at=2026-11-26T17:07:16.795000Z client=192.0.2.80 transport=6 bytes=14/3435 status=400 method=- uri=error:invalid-request
      """#),
    LogFixture(
      "Squid, combined", .squid,
      #"""
      192.0.2.80 - - [26/Nov/2026:17:07:16 +0000] "GET http://www.example.com/a? HTTP/1.1" 200 275 "-" "agent/1.0 (x; \"y\")" TCP_MISS:HIER_DIRECT
      192.0.2.80 - - [26/Nov/2026:17:07:16 +0000] "GET http://www.example.com/ab HTTP/1.1" 200 275 "-" "a" TCP_MISS:HIER_DIRECT
      192.0.2.80 - - [26/Nov/2026:17:07:16 +0000] "CONNECT www.example.com:80 HTTP/1.1" 200 186 "-" "agent/1.0" TCP_TUNNEL:HIER_DIRECT
      192.0.2.80 - - [26/Nov/2026:17:07:16 +0000] "CONNECT blocked.example.com:443 HTTP/1.1" 403 3486 "-" "-" TCP_DENIED:HIER_NONE
      192.0.2.80 - - [26/Nov/2026:17:07:16 +0000] "GET / HTTP/1.1" 400 3615 "-" "-" NONE_NONE:HIER_NONE
      192.0.2.80 - - [26/Nov/2026:17:07:16 +0000] "CONNECT [2001:db8::7]:443 HTTP/1.1" 503 0 "-" "-" NONE_NONE:HIER_DIRECT
      192.0.2.80 - - [26/Nov/2026:17:07:16 +0000] "CONNECT api.openclaw.example.com:443 HTTP/1.1" 503 0 "-" "-" NONE_NONE:HIER_DIRECT
      192.0.2.80 - - [26/Nov/2026:17:07:16 +0000] "POST http://www.example.com/v1/messages HTTP/1.1" 200 280 "-" "-" TCP_MISS:HIER_DIRECT
      192.0.2.80 - - [26/Nov/2026:17:07:16 +0000] "GET http://nope.example.com/ HTTP/1.1" 502 3465 "-" "-" TCP_MISS:HIER_NONE
      192.0.2.80 - - [26/Nov/2026:17:07:16 +0000] "garbage error:invalid-request HTTP/1.1" 400 3435 "-" "-" NONE_NONE:HIER_NONE
      192.0.2.80 - - [26/Nov/2026:17:07:16 +0000] "- error:invalid-request HTTP/1.1" 400 3435 "-" "-" NONE_NONE:HIER_NONE
      """#,
      #"""
      request allowed at=2026-11-26T17:07:16Z client=192.0.2.80 server=?#80 transport=6 bytes=0/275 status=200 method=GET host=www.example.com uri=http://www.example.com/a? agent=agent/1.0 (x; "y")
      request allowed at=2026-11-26T17:07:16Z client=192.0.2.80 server=?#80 transport=6 bytes=0/275 status=200 method=GET host=www.example.com uri=http://www.example.com/ab agent=a
      request allowed at=2026-11-26T17:07:16Z client=192.0.2.80 server=?#80 transport=6 bytes=0/186 status=200 method=CONNECT host=www.example.com uri=www.example.com:80 agent=agent/1.0 sni=www.example.com
      request blocked at=2026-11-26T17:07:16Z client=192.0.2.80 server=?#443 transport=6 bytes=0/3486 status=403 method=CONNECT host=blocked.example.com uri=blocked.example.com:443 sni=blocked.example.com
      request at=2026-11-26T17:07:16Z client=192.0.2.80 transport=6 bytes=0/3615 status=400 method=GET uri=/
      request at=2026-11-26T17:07:16Z client=192.0.2.80 server=?#443 transport=6 status=503 method=CONNECT host=2001:db8::7 uri=[2001:db8::7]:443
      request at=2026-11-26T17:07:16Z client=192.0.2.80 server=?#443 transport=6 status=503 method=CONNECT host=api.openclaw.example.com uri=api.openclaw.example.com:443 sni=api.openclaw.example.com
      request allowed at=2026-11-26T17:07:16Z client=192.0.2.80 server=?#80 transport=6 bytes=0/280 status=200 method=POST host=www.example.com uri=http://www.example.com/v1/messages
      request allowed at=2026-11-26T17:07:16Z client=192.0.2.80 server=?#80 transport=6 bytes=0/3465 status=502 method=GET host=nope.example.com uri=http://nope.example.com/
      request at=2026-11-26T17:07:16Z client=192.0.2.80 transport=6 bytes=0/3435 status=400 method=garbage uri=error:invalid-request
      request at=2026-11-26T17:07:16Z client=192.0.2.80 transport=6 bytes=0/3435 status=400 method=- uri=error:invalid-request
      """#),
    LogFixture(
      "nginx, combined", .nginx,
      #"""
      198.51.100.10 - - [26/Nov/2026:17:07:16 +0000] "GET /a?b=c HTTP/1.1" 200 5 "-" "agent/1.0 (x; \x22y\x22)"
      198.51.100.10 - - [26/Nov/2026:17:07:16 +0000] "GET /ab HTTP/1.1" 200 5 "-" "a"
      198.51.100.10 - - [26/Nov/2026:17:07:16 +0000] "GET / HTTP/1.0" 200 5 "-" "-"
      198.51.100.10 - - [26/Nov/2026:17:07:16 +0000] "POST /v1/messages HTTP/1.1" 200 5 "-" "-"
      198.51.100.10 - - [26/Nov/2026:17:07:16 +0000] "GET /x?y HTTP/1.1" 200 5 "-" "agent/1.0 \x22q\x22"
      198.51.100.10 - - [26/Nov/2026:17:07:16 +0000] "\x16\x03\x01" 400 157 "-" "-"
      """#,
      #"""
      request at=2026-11-26T17:07:16Z client=198.51.100.10 transport=6 bytes=0/5 status=200 method=GET uri=/a?b=c agent=agent/1.0 (x; "y")
      request at=2026-11-26T17:07:16Z client=198.51.100.10 transport=6 bytes=0/5 status=200 method=GET uri=/ab agent=a
      request at=2026-11-26T17:07:16Z client=198.51.100.10 transport=6 bytes=0/5 status=200 method=GET uri=/
      request at=2026-11-26T17:07:16Z client=198.51.100.10 transport=6 bytes=0/5 status=200 method=POST uri=/v1/messages
      request at=2026-11-26T17:07:16Z client=198.51.100.10 transport=6 bytes=0/5 status=200 method=GET uri=/x?y agent=agent/1.0 "q"
      request at=2026-11-26T17:07:16Z client=198.51.100.10 transport=6 bytes=0/157 status=400
      """#),
  ]
}
