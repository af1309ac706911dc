import Model
import Testing

@Suite struct JSONTests {
  @Test(arguments: [
    ("\u{1B}[2J", #""\u001b[2J""#), ("\u{9B}31m", #""\u009b31m""#), ("\u{7F}", #""\u007f""#),
    ("a\u{202E}b\u{2066}", #""a\u202eb\u2066""#), ("\u{200B}\u{FEFF}", #""\u200b\ufeff""#),
    ("\u{2028}", #""\u2028""#), ("\u{E0041}", #""\udb40\udc41""#), ("Zoë 猫 🦞", #""Zoë 猫 🦞""#),
    (#"\"#, #""\\""#),
  ])
  func `what a terminal obeys or a viewer reorders is an escape in JSON`(_ text: String, _ json: String) {
    #expect(Value.string(text).json() == json)
  }
}
