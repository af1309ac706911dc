import Platform
import Testing

@testable import Installations

@Suite struct CodeScannerTests {
  typealias Kind = OpenClawDetails.CodeSign.Kind

  @Test(
    arguments: [
      ("import { exec } from 'child_process'\n\nexec('ls')", [Kind.startsPrograms: 3]),
      ("const cp = require(\"node:child_process\"); cp.spawnSync ('x')", [.startsPrograms: 1]),
      ("x = eval('1')", [.dynamicCode: 1]), ("\nnew Function('a', 'b')", [.dynamicCode: 2]),
      ("const url = 'stratum+tcp://pool.example.org'", [.mining: 1]),
      ("new WebSocket('wss://a.example.org:4444/x')", [.oddPort: 1]),
      ("const a = readFileSync('/x')\npost('https://a.example.org', a)", [.sendsFiles: 1]),
      (#"const a = '\x41\x42\x43\x44\x45\x46'"#, [.hidden: 1]),
      ("atob('\(String(repeating: "QUJD", count: 60))')", [.hidden: 1]),
      ("const k = process.env.KEY\n\n\nfetch('https://a.example.org/' + k)", [.sendsEnvironment: 1]),
    ] as [(String, [Kind: Int])])
  func `a sign is found with its line`(text: String, signs: [Kind: Int]) {
    #expect(CodeScanner.signs(Array(text.utf8)) == signs)
  }

  @Test(arguments: [
    "", "const x = regex.exec(text)", "// eval('x')", " * eval(x)", "retrieval(x)", "new Functional()",
    "new WebSocket('wss://a.example.org:443')", "new WebSocket('wss://a.example.org')", "new WebSocket(url)",
    #"'\x41\x42'"#, "atob('QUJD')", "readFileSync('/x')", "const k = process.env.KEY",
    "process.env.A\n" + String(repeating: "\n", count: 12) + "fetch('x')", "import 'child_process'", "new WebSocket(\"",
    "\\x4",
  ])
  func `harmless code has no sign`(text: String) {
    #expect(CodeScanner.signs(Array(text.utf8)) == [:])
  }

  @Test func `no bytes are too odd for it`() {
    var state: UInt64 = 0x9E37_79B9_7F4A_7C15
    let pieces = [
      "new WebSocket('ws:", "\\x41", "process.env", "fetch(", "exec(", "child_process", "atob('", "\n", ":", "'", "é",
    ].map { Array($0.utf8) }
    for _ in 0..<20_000 {
      var bytes: [UInt8] = []
      for _ in 0..<8 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        if state & 3 == 0 {
          bytes.append(UInt8(truncatingIfNeeded: state >> 8))
        } else {
          bytes += pieces[Int(state >> 9) % pieces.count]
        }
      }
      let whole = CodeScanner.signs(bytes)
      #expect(whole.values.allSatisfy { $0 >= 1 && $0 <= 9 })
      _ = CodeScanner.signs(Array(bytes.dropLast(Int(state & 7))))
    }
  }

  @Test func `code of plugins and skills is looked through, without what was downloaded and without links`() throws {
    var files = Eras.machine
    let state = "/home/ada/.openclaw"
    files.add("\(state)/openclaw.json", "{}")
    files.add("\(state)/extensions/a/lib/i.mjs", "eval('x')")
    files.add("\(state)/extensions/a/node_modules/b/i.js", "eval('x')")
    files.add("\(state)/extensions/a/big.js", bytes: Array(repeating: 0x20, count: (1 << 20) + 1))
    files.add("\(state)/skills/s/SKILL.md", "x")
    files.add("\(state)/skills/s/run.py", "eval('x')")
    files.add("\(state)/skills/s/run.ts", "// nothing\neval('x')")
    files.deny("\(state)/skills/s/closed.js")
    files.add(link: "\(state)/skills/s/out.js", to: "/srv/out.js")
    let details = try #require(Eras.find(files).installations.first?.details)
    #expect(
      details.codeSigns == [
        .init(.dynamicCode, file: "\(state)/extensions/a/lib/i.mjs", line: 1, isPlugin: true),
        .init(.dynamicCode, file: "\(state)/skills/s/run.ts", line: 2, isPlugin: false),
      ])
    #expect(details.codeFiles == 2 && details.moreCode)
    #expect(details.unreadCode == [.init(path: "\(state)/skills/s/closed.js", what: "permission denied")])
  }
}
