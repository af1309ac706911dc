import Testing

@testable import Exposure

struct RejectionTests {
  private func rejection(_ text: String, name: String? = nil, isChosen: Bool = false) -> Rejection? {
    let bytes = Array(text.utf8)
    return Rejection.of(bytes.span, 0..<bytes.count, name: name, isChosen: isChosen)
  }

  @Test(
    "what stands for a value is none",
    arguments: [
      "your-api-key-here", "changeme", "CHANGE_ME", "xxxxxxxxxxxx", "placeholder", "sk_test_xxxxxxxxxxxxxxxx",
      "<token>",
      "password", "test", "dummy-value", "REDACTED", "insert_key", "foobar", "deadbeef", "0123456789abcdef", "example",
      "****************",
    ])
  func placeholders(text: String) { #expect(rejection(text) != nil) }

  @Test(
    "a reference is no value",
    arguments: [
      "$NAME", "${NAME}", "${NAME:-x}", "$(pass show x)", "`cmd`", "%NAME%", "{{ var }}", "<your key>", "#{x}",
      "ENC[AES256_GCM,data]",
      "ENC(abc)", "!vault", "vault:secret/x", "op://v/i/f", "keyring:x", "env:NAME", "file:/x",
      "arn:aws:secretsmanager:eu:1:secret",
      "projects/p/secrets/s", "os.environ['A']", "process.env.A", "load_secret('x')",
    ])
  func references(text: String) { #expect(rejection(text) == .reference) }

  @Test(
    "runs, one character and digits alone are no token",
    arguments: ["aaaaaaaaaaaa", "abcdefghij", "987654321", "1234567890123456", "aaaabbbbccccdddd"])
  func shapes(text: String) { #expect(rejection(text) != nil) }

  @Test("a value that is its own name is none")
  func ownName() { #expect(rejection("API_TOKEN_X", name: "api_token_x") == .placeholder) }

  @Test("random text passes, and so does a password that a person chose")
  func passes() {
    var draw = Draw(9)
    for count in [16, 24, 32, 40, 64, 164] {
      let refused = (0..<400).count { _ in rejection(draw.text(count)) != nil }
      #expect(refused <= 1, "\(count)")
    }
    for text in ["correct-horse-7", "Winter2026!", "s3cure.pw"] { #expect(rejection(text, isChosen: true) == nil) }
  }
}
