import Matching
import Testing

@Suite struct ReferenceTests {
  @Test(arguments: [
    ("{env:A_KEY}", true), ("${env:A_KEY}", true), ("Bearer ${input:token}", true), ("{file:~/.key}", true),
    ("${env:A_KEY:-hunter2hunter2}", false), ("{env:A}sk-live-1234{env:B}", false), ("Bearer abcdef", false),
  ])
  func `a text that says where a credential is holds none`(text: String, isReference: Bool) {
    #expect(Secret.isReference(text) == isReference)
  }

  @Test func `the value for an unset variable is a value`() {
    #expect(!Secret.isPlaceholder("${TOKEN:-hunter2hunter2}"))
    #expect(Secret.isPlaceholder("${TOKEN:-}") && Secret.isPlaceholder("${TOKEN}"))
  }
}
