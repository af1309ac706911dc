import Testing

@testable import Exposure

struct OutlineTests {
  private func read(_ path: String, _ text: String) -> [String] {
    let bytes = Array(text.utf8)
    let examination = Examination(rules: .embedded, path: path, hits: [], text: bytes.span)
    let outline = examination.outline
    return outline.slots.map { slot in
      outline.path(of: slot.name).joined(separator: "/") + "=" + String(decoding: bytes[slot.value], as: UTF8.self)
    }
  }

  @Test("JSON is read with comments, bare names and single quotes, and broken JSON as far as it goes")
  func json() {
    #expect(
      read("~/a.json", #"{"a": {"b": "x\"y", "c": [1, "z"]}, /* no */ 'd': true, e: 'f', // g"# + "\n}") == [
        #"a/b=x\"y"#, "a/c/[]=1", "a/c/[]=z", "d=true", "e=f",
      ])
    #expect(read("~/a.json", #"{"a": "b", "c": {"d": "e"#) == ["a=b", "c/d=e"])
    #expect(read("~/a.json", #"[{"k": 1}, {"k": 2}]"#) == ["[]/k=1", "[]/k=2"])
    #expect(read("~/a.json", #"{"l": [{"k": 1}, {"k": 2}]}"#) == ["l/[]/k=1", "l/[]/k=2"])
    #expect(read("~/a.json", #"{"env": ["A=b"]}"#) == ["env/[]=A=b", "env/A=b"])
  }

  @Test("YAML is read by indentation: maps, lists at any column, block and flow scalars")
  func yaml() {
    let text = """
      a: 1
      b:
        c: "d e"   # note
        f:
        - g: 1
          h: 2
        - g: 3
      users:
      - name: me
        user:
          token: t
      text: |
        one
        two
      flow: {x: y}
      env:
        - NAME=value
      """
    #expect(
      read("~/a.yaml", text) == [
        "a=1", "b/c=d e", "b/f/[]/g=1", "b/f/[]/h=2", "b/f/[]/g=3", "users/[]/name=me", "users/[]/user/token=t",
        "text=one\n  two", "flow/x=y", "flow={x: y}", "env/[]=NAME=value", "env/NAME=value",
      ])
  }

  @Test("sections, dotted names, quotes and comments of INI, TOML and properties are understood")
  func lines() {
    #expect(read("~/a.toml", "[a.b]\nc = \"d\" # e\n[[f]]\ng=h\ni.j = k\n") == ["a/b/c=d", "f/[]/g=h", "f/[]/i/j=k"])
    #expect(read("~/.npmrc", "//r.example/:_authToken=t\n") == ["//r.example/:_authToken=t"])
    #expect(read("~/.env", "export A='b c'\nD=e # f\n#G=h\nI=\"j\nk\"\nL=m\n") == ["A=b c", "D=e", "I=j\nk", "L=m"])
    #expect(
      read("~/x.service", "[Service]\nEnvironment=\"A=b\" C=d\n") == [
        "Service/Environment/A=b", "Service/Environment/C=d",
      ])
    #expect(read("~/.config/fish/config.fish", "set -gx A b\n") == ["A=b"])
    #expect(read("~/x.py", "self.api_key = \"v\"  # note\n") == ["self.api_key=v"])
  }

  @Test("XML is read with attributes, and a property list by its keys")
  func xml() {
    #expect(
      read("~/a.xml", "<?xml?><s><server><password>p</password></server><add key=\"K\" value=\"v\"/></s>") == [
        "s/server/password=p", "s/add/K=v",
      ])
    #expect(
      read("~/a.plist", "<plist><dict><key>E</key><dict><key>T</key><string>v</string></dict></dict></plist>") == [
        "E/T=v"
      ])
  }

  @Test("a connection string is a list of assignments")
  func connection() {
    #expect(read("~/.env", "C=Server=s;AccountKey=abc==\n").suffix(2) == ["C/Server=s", "C/AccountKey=abc=="])
  }

  @Test("a text of nothing but openings is read to its end without growing beyond the limits")
  func nesting() {
    for text in [
      String(repeating: "[", count: 200_000), String(repeating: "{\"a\":", count: 50_000),
      String(repeating: "- ", count: 50_000), String(repeating: "<a>", count: 50_000),
    ] {
      for path in ["~/a.json", "~/a.yaml", "~/a.xml", "~/a.toml"] { #expect(read(path, text).count <= Outline.limit) }
    }
  }

  @Test("a key path names one level with a star and any number with two")
  func keyPaths() {
    #expect(Examination.matches(["a", "*", "c"], ["a", "b", "c"]))
    #expect(!Examination.matches(["a", "*"], ["a", "b", "c"]))
    #expect(Examination.matches(["**", "c"], ["a", "b", "c"]))
    #expect(Examination.matches(["a", "**"], ["a"]))
    #expect(Examination.matches(["*[Tt]oken"], ["botToken"]))
    #expect(Examination.matches(["users", "[]", "user"], ["users", "[]", "user"]))
  }
}
