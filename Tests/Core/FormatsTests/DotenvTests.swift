import Formats
import Testing

@Suite struct DotenvTests {
  @Test(arguments: [
    ("A=b", "b"), ("export A = b ", "b"), ("A=", ""), ("A='b # c' # d", "b # c"), ("A=\"b\\nc\\\"d\"", "b\nc\"d"),
    ("A='b\\nc'", "b\\nc"), ("A=`b'\"c`", "b'\"c"), ("A=b#c", "b"), ("A: b", "b"), ("A=\"b", "\"b"),
    ("\u{FEFF}A=b\r\n", "b"),
    ("A=x\nA=b", "b"),
  ])
  func `a value is read as Node's dotenv reads it`(text: String, value: String) {
    #expect(Dotenv(text)["A"] == value)
  }

  @Test func `lines are counted through values that span lines`() {
    let file = Dotenv("# c\n\nA=\"one\ntwo\"\nB=2\nnonsense\n=x\nexport\n")
    #expect(file.entries.map(\.name) == ["A", "B"])
    #expect(file.entries.map(\.line) == [3, 5])
    #expect(file["A"] == "one\ntwo")
    #expect(file.skippedLines == [6, 7, 8])
  }

  @Test func `the dialect of systemd knows comments only at the beginning of a line`() {
    let file = Dotenv("; c\nA=b #c\nexport B=1\nC: d\n", dialect: .systemd)
    #expect(file.entries.map(\.name) == ["A"])
    #expect(file["A"] == "b #c")
  }

  @Test func `no truncation or change of bytes traps`() {
    var random = SplitMix(state: 13)
    let bytes = Array("export A='b\nc' # d\nB: \"e\\n\\\nF=`\nG=h#\r\n".utf8)
    for length in 0...bytes.count { #expect(Dotenv(Array(bytes[..<length])).entries.count <= 6) }
    for _ in 0..<1000 {
      var changed = bytes
      changed[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
      #expect(Dotenv(changed).entries.count <= 6)
      _ = Dotenv(changed, dialect: .systemd)
    }
  }

  /// Found by fuzzing.
  @Test(arguments: [Dotenv.Dialect.node, .systemd])
  func `blanks at the end of a line stay in a value that goes on`(dialect: Dotenv.Dialect) {
    let file = Dotenv("A='one \n two\t\nthree ' \nB= four \n", dialect: dialect)
    #expect(file["A"] == "one \n two\t\nthree ")
    #expect(file["B"] == "four")
  }
}
