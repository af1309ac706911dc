import Matching
import Testing

@Suite struct SecretTests {
  @Test(arguments: [
    ("", 0.0), ("aaaa", 0), ("ab", 1), ("abcd", 2), ("aab", 0.918_295_834_054_489_6), ("0123456789abcdef", 4),
  ])
  func `entropy is Shannon's`(text: String, bits: Double) {
    #expect(abs(Entropy.perCharacter(text) - bits) < 1e-12)
    #expect(abs(Entropy.total(text) - bits * Double(text.count)) < 1e-10)
  }

  @Test(arguments: [
    "changeme", "CHANGE_ME", "password", "Passw0rd!", "secret", "token", "test", "123456", "your-token-here",
    "openclaw",
    "OpenClaw2026", "my-secret-token", "super_secret_password_123", "<your gateway token>", "aaaaaaaaaaaaaaaaaaaaaaaa",
    "xxxxxxxx", "qwertyuiop", "asdfgh", "zxcvbnm123", "abcdefgh", "87654321", "abcabcabcabc", "0123456789abcdef",
    "****",
    "1q2w3e4r", "replace-me", "clawdbot", "00000000-0000-0000-0000-000000000000", "-",
  ])
  func `what everybody tries first is well known`(secret: String) {
    #expect(WeakSecret.isWellKnown(secret))
  }

  @Test(arguments: [
    "4f9a1c7be02d83561a0b9e4477c2d01f", "correct horse battery staple", "kX9-vQ2!m", "b7Jw", "tromboneviolet",
    "sk-ant-api03-Zq8", "2026-11-03T10:00", "93847561",
  ])
  func `what is not on the list is not called well known`(secret: String) {
    #expect(!WeakSecret.isWellKnown(secret))
  }

  @Test func `a long secret is no longer work`() {
    #expect(!WeakSecret.isWellKnown(String(repeating: "passwordtoken", count: 50) + "z9"))
    #expect(WeakSecret.isWellKnown(String(repeating: "x", count: 100_000)))
  }

  @Test(arguments: [
    ("OPENCLAW_GATEWAY_TOKEN", "abc123"), ("OPENAI_API_KEY", "changeme"), ("botToken", "x-y-z"),
    ("DB_PASSWORD", "1234"),
    ("clientSecret", "hunter2"), ("Authorization", "Bearer abc"), ("x-api-key", "k"), ("CLAUDE_WEB_COOKIE", "a=b"),
    ("ANYTHING", "sk-ant-api03-abcdefghijkl"), ("X", "ghp_0123456789abcdefghijABCDEFGHIJ456789"),
    ("Y", "xoxb-123456789012-abcdefghijkl"), ("Z", "AKIAIOSFODNN7EXAMPLE"),
    ("T", "123456789:AAabcdefghijklmnopqrstuvwxyz-_12345"),
    ("J", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.dBjftJeZ4CVP"), ("K", "-----BEGIN OPENSSH PRIVATE KEY-----\nx"),
    ("DATABASE_SECRET_DSN", "postgres://u:pw@h/d"), ("MY_TOKEN", "/k3JvbG9uZ2VydGhhbnRoaXJ0eXR3b2NoYXJhY3RlcnM"),
  ])
  func `a credential is known by its name or its form`(name: String, value: String) {
    #expect(Secret.looksLikeCredential(name: name, value: value))
  }

  @Test(arguments: [
    ("PATH", "/usr/bin"), ("OPENCLAW_GATEWAY_PORT", "18789"), ("MAX_TOKENS", "4096"), ("TOKEN_LIMIT", "100k"),
    ("OPENAI_API_KEY", "${OPENAI_API_KEY}"), ("OPENAI_API_KEY", "$KEY"), ("OPENAI_API_KEY", ""),
    ("A_TOKEN", "<your-token>"),
    ("A_TOKEN", "null"), ("A_TOKEN", "****"), ("TOKEN_FILE", "x"), ("GATEWAY_TOKEN", "/run/secrets/token"),
    ("GATEWAY_TOKEN", "~/token.txt"), ("SSH_PUBLIC_KEY", "ssh-ed25519 AAAA"), ("KEYBOARD", "us"), ("PWD", "/home/ada"),
    ("API_KEY_ID", "abc"), ("SECRET_ENABLED", "true"), ("USE_TOKEN", "true"), ("TOKEN_URL", "x"),
    ("A_KEY", "https://h/x"),
    ("KEY_TIMEOUT_MS", "5"), ("A_KEY", "42"), ("NAME", "sk-"), ("AUTHOR", "ada"), ("MONKEY", "banana"),
  ])
  func `a setting is not taken for a credential`(name: String, value: String) {
    #expect(!Secret.looksLikeCredential(name: name, value: value))
  }

  @Test(arguments: [
    ("https://u:pw@h/p", "https://u:#@h/p", ["pw"]), ("https://h/?token=abc&v=1", "https://h/?token=#&v=1", ["abc"]),
    ("ws://u:p@h:1/#access_token=xyz", "ws://u:#@h:1/#access_token=#", ["p", "xyz"]),
    ("--api-key=k", "--api-key=#", ["k"]),
    ("https://u:${P}@h", "https://u:${P}@h", []), ("https://h:80/", "https://h:80/", []), ("--port=1", "--port=1", []),
    ("://@:?#&==", "://@:?#&==", []), ("plain", "plain", []), ("http://:@", "http://:@", []), ("", "", []),
  ])
  func `credentials inside an address or an option are cut`(text: String, shown: String, secrets: [String]) {
    let cut = Secret.cut(text, replacement: "#")
    #expect(cut.text == shown)
    #expect(cut.secrets == secrets)
  }

  @Test(arguments: [
    ("4f9a1c7be02d83561a0b9e4477c2d01f", true), ("claude-sonnet-4-5-20250929", false),
    ("/usr/local/share/ca-certificates1", false),
    ("https://example.org/aaaaaaaaaaaaaaaaaaaaa1", false), ("short1", false), ("aaaaaaaaaaaaaaaaaaaaaaaaaaaa1", false),
  ])
  func `random text is told from words`(text: String, isRandom: Bool) {
    #expect(Secret.looksRandom(text) == isRandom)
  }

  @Test func `tags are SipHash-2-4 and depend on the key`() {
    // Test vector of the paper, appendix A: key 00..0f, input 00..0e.
    let tags = KeyedTag(key: 0x0706_0504_0302_0100, 0x0f0e_0d0c_0b0a_0908)
    #expect(tags.tag((0..<15).map(UInt8.init)) == 0xa129_ca61_49be_45e5)
    #expect(tags.tag("abc") == tags.tag("abc"))
    #expect(tags.tag("abc") != tags.tag("abd"))
    #expect(KeyedTag(key: 1, 2).tag("abc") != tags.tag("abc"))
  }
}
