import Matching
import Testing

/// Addresses with several passwords, queries inside queries: what was cut leaves nothing to cut.
@Suite struct SecretCutTests {
  @Test(arguments: [
    ("a://u:p1@h b://v:p2@h", "a://u:#@h b://v:#@h", ["p1", "p2"]),
    ("https://h/?next=https://u:pw@i/?token=abc", "https://h/?next=https://u:#@i/?token=#", ["pw", "abc"]),
    ("https://h/?a=1#access_token=xyz&b=2", "https://h/?a=1#access_token=#&b=2", ["xyz"]),
    ("https://h/?token=ab#cd", "https://h/?token=#", ["ab#cd"]),
    ("-://u:pw@h?token=abc", "-://u:#@h?token=#", ["abc", "pw"]),
    ("https://u:${P}@h b://u:pw@i", "https://u:${P}@h b://u:#@i", ["pw"]),
  ])
  func `every credential of a text is cut, not the first alone`(text: String, shown: String, secrets: [String]) {
    let cut = Secret.cut(text, replacement: "#")
    #expect(cut.text == shown)
    #expect(cut.secrets == secrets)
  }

  /// Found by the fuzzer: the first cut took a value away that had hidden an address.
  static let found: [UInt8] = [
    0x2f, 0x45, 0x4e, 0x41, 0x49, 0x5f, 0x32, 0x33, 0x34, 0x35, 0x37, 0xed, 0xab, 0xb0, 0xb7, 0xc2, 0xd0, 0x8d, 0x8a,
    0x6e, 0x2f, 0x73, 0x78, 0x3f, 0x74, 0x6f, 0x6b, 0x65, 0x6e, 0x3d, 0x25, 0x28, 0x63, 0x64, 0x32, 0x4b, 0x45, 0x59,
    0x2d, 0x2d, 0x74, 0x70, 0x73, 0x3a, 0x2f, 0x2f, 0x61, 0x64, 0x61, 0x3a, 0x68, 0x75, 0x6e, 0x74, 0x65, 0x72, 0x3a,
    0x32, 0x40, 0x65, 0x78, 0x6f, 0x6d, 0xaf, 0x78, 0x3f, 0x74, 0x6f, 0x6b, 0x65, 0x6e, 0x3d, 0x25, 0x28, 0x63, 0x64,
    0x31, 0x33, 0x03, 0x34, 0x26, 0x79, 0x3d, 0x31, 0x23, 0x61, 0x63, 0x63, 0xff, 0x73, 0x73, 0x59, 0x2d, 0x2d, 0x74,
    0x70, 0x73, 0x3a, 0x2f, 0x2f, 0x61, 0x64, 0x61, 0x3a, 0x68, 0x75, 0x6e, 0x74, 0x65, 0x72, 0x3a, 0x32, 0x40, 0x65,
    0x78, 0x6f, 0x6d, 0xaf, 0x78, 0x3f, 0x74, 0x25,
  ]

  private func hold(_ bytes: some Sequence<UInt8>) {
    let text = String(decoding: Array(bytes), as: UTF8.self)
    for replacement in ["<redacted>", "#"] {
      let once = Secret.cut(text, replacement: replacement)
      let twice = Secret.cut(once.text, replacement: replacement)
      #expect(twice.secrets == [] && twice.text == once.text, "\(text.debugDescription) \(replacement)")
      if once.secrets.isEmpty { #expect(once.text == text) }
    }
  }

  @Test func `cut again, a text stays as it is`() {
    hold(Self.found)
    #expect(!Secret.cut(String(decoding: Self.found, as: UTF8.self), replacement: "<redacted>").text.contains("hunter"))
    for end in Self.found.indices { hold(Self.found[..<end]) }
  }

  @Test func `cut again, a changed text stays as it is`() {
    let seeds = [
      Self.found, Array("https://u:pw@h/?token=abc&v=1#access_token=xyz".utf8), Array("--api-key=k://a:b@c?pin=1".utf8),
      Array("ws://ada:%(x@h?password=://q:r@s&&key=<a>&key=<redacted>".utf8),
    ]
    var state: UInt64 = 0x9E37_79B9_7F4A_7C15
    func random(_ bound: Int) -> Int {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return Int(truncatingIfNeeded: state >> 33) % bound
    }
    let marks = Array("://@?#&=<>%{}$-token".utf8)
    for _ in 0..<6000 {
      var bytes = seeds[random(seeds.count)]
      for _ in 0...random(4) {
        switch random(4) {
        case 0: bytes[random(bytes.count)] = marks[random(marks.count)]
        case 1: bytes.insert(marks[random(marks.count)], at: random(bytes.count))
        case 2: bytes.remove(at: random(bytes.count))
        default:
          let piece = seeds[random(seeds.count)]
          let start = random(piece.count)
          bytes.insert(contentsOf: piece[start..<(start + random(piece.count - start + 1))], at: random(bytes.count))
        }
        if bytes.isEmpty { bytes = seeds[0] }
      }
      hold(bytes)
    }
  }

  @Test func `a replacement that is an address itself ends`() {
    #expect(Secret.cut("a://u:p@h", replacement: "x://u:q@h?token=z").secrets.count < 2000)
  }
}
