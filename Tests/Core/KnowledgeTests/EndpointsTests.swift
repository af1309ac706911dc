import Model
import Testing

@testable import Knowledge

@Suite struct EndpointsTests {
  let endpoints = Endpoints.embedded

  @Test func `every line of the embedded table is a row`() throws {
    let text = try #require(Embedded.text("endpoints.tsv")?.description)
    #expect(endpoints.problems.isEmpty)
    #expect(endpoints.rows.count == text.split(separator: "\n").count - 1)
    #expect(endpoints.rows.count > 400)
    #expect(Set(endpoints.rows.map(\.name)).count == endpoints.rows.count)
    #expect(Set(endpoints.rows.map(\.category)) == Set(Endpoints.Category.allCases))
  }

  @Test func `every row finds itself`() {
    for row in endpoints.rows where row.match != .glob { #expect(endpoints.match(row.name) == row, "\(row.name)") }
  }

  @Test func `names are lower case, plain and whole`() {
    for row in endpoints.rows {
      #expect(
        row.name.utf8.allSatisfy { byte in
          (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || "-.:*".utf8.contains(byte)
        }, "\(row.name)")
      #expect(row.match == .glob || !row.name.contains("*"))
      #expect(!row.source.isEmpty && row.source.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F })
    }
  }

  static let found: [(String, String, Endpoints.Category)] = [
    ("api.openai.com", "OpenAI", .llmAPI),
    ("API.OpenAI.com", "OpenAI", .llmAPI),
    ("api.openai.com.", "OpenAI", .llmAPI),
    ("chat.openai.com", "OpenAI", .llmWeb),  // exact before the suffix openai.com
    ("ios.chat.openai.com", "OpenAI", .llmWeb),  // a glob before the suffix
    ("other.openai.com", "OpenAI", .llmAPI),
    ("ab.chatgpt.com", "OpenAI", .llmWeb),
    ("clawhub.openclaw.ai", "ClawHub", .skillRegistry),  // exact before the suffix openclaw.ai
    ("x.y.openclaw.ai", "OpenClaw", .agentPlatform),
    ("europe-west4-aiplatform.googleapis.com", "Google Vertex AI", .llmAPI),
    ("bedrock-runtime.ap-south-1.amazonaws.com", "Amazon Bedrock", .llmAPI),
    ("vpce-0a1.bedrock-runtime.eu-west-1.vpce.amazonaws.com", "Amazon Bedrock", .llmAPI),
    ("my-resource.openai.azure.com", "OpenAI", .llmAPI),
    ("gateway-us-east1-b.discord.gg", "Discord", .messaging),
    ("openaipublic.blob.core.windows.net", "OpenAI tokenizer files", .llmData),
    ("models.dev", "models.dev", .llmData),
    ("169.254.169.254", "AWS/Azure/GCP/OCI/DO", .cloudMetadata),
    ("fd00:ec2::254", "AWS IPv6", .cloudMetadata),
    ("FD00:EC2:0:0:0:0:0:254", "AWS IPv6", .cloudMetadata),
    ("metadata.google.internal", "GCP", .cloudMetadata),
  ]

  @Test(arguments: found)
  func `the most specific row speaks for a name`(name: String, provider: String, category: Endpoints.Category) throws {
    let row = try #require(endpoints.match(name))
    #expect(row.provider == provider && row.category == category)
  }

  @Test(arguments: [
    "", ".", "..", "com", "localhost", "example.com", "notopenai.com", "api.github.com.example.org", "xgithub.com",
    "openai.com.evil.example", "aiplatform-googleapis.com", "bedrock-runtime.a.b.amazonaws.com", "x.github.com",
    "10.0.0.1", "169.254.169.253", "fe80::1", "::", ".openclaw", "openclaw.ai..", "windows.net", "googleapis.com",
    String(repeating: "a.", count: 200) + "openclaw.ai",
  ])
  func `what only looks like a row is none`(name: String) { #expect(endpoints.match(name) == nil) }

  @Test func `an address is matched only where it is a metadata service's own`() {
    #expect(Address("169.254.169.254").flatMap { endpoints.match($0) }?.category == .cloudMetadata)
    #expect(Address("fd00:ec2::23").flatMap { endpoints.match($0) }?.category == .cloudMetadata)
    for text in ["169.254.1.1", "192.0.2.1", "fd00:ec2::1", "100.100.100.100"] {
      #expect(Address(text).flatMap { endpoints.match($0) } == nil)
    }
  }

  @Test func `bytes and text give the same, whatever the bytes`() {
    var state: UInt64 = 42
    func next(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
    let names = endpoints.rows.map { Array($0.name.utf8) }
    for _ in 0..<20_000 {
      var bytes = names[next(names.count)]
      switch next(4) {
      case 0: bytes[next(bytes.count)] = UInt8(next(256))
      case 1: bytes.insert(UInt8(next(256)), at: next(bytes.count))
      case 2: bytes = Array("a.".utf8) + bytes
      default: bytes.removeLast(next(bytes.count))
      }
      guard let text = String(validating: bytes, as: UTF8.self), !text.utf8.contains(0x3A) else {
        _ = endpoints.match(bytes.span)
        continue
      }
      #expect(endpoints.match(bytes.span) == endpoints.place(of: text))
      #expect(endpoints.place(of: text) == Self.slow(text, endpoints), "\(text)")
    }
  }

  /// The rule as one would write it down.
  static func slow(_ name: String, _ endpoints: Endpoints) -> Int? {
    var name = String(decoding: name.utf8.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }, as: UTF8.self)
    if name.utf8.count > 1, name.hasSuffix(".") { name.removeLast() }
    guard !name.isEmpty, name.utf8.count <= 254 else { return nil }
    func fits(_ pattern: Substring, _ label: Substring) -> Bool { Glob.matches(String(pattern), String(label)) }
    let labels = name.split(separator: ".", omittingEmptySubsequences: false)
    var best: (rank: Int, length: Int, place: Int)?
    for (place, row) in endpoints.rows.enumerated() where !row.name.contains(":") {
      let rank: Int
      switch row.match {
      case .exact where name == row.name: rank = 4
      case .suffix where name == row.name: rank = 3
      case .glob:
        let pattern = row.name.split(separator: ".")
        guard pattern.count == labels.count, zip(pattern, labels).allSatisfy({ fits($0, $1) }) else { continue }
        rank = 2
      case .suffix where name.utf8.count > row.name.utf8.count && name.hasSuffix("." + row.name): rank = 1
      default: continue
      }
      if let found = best, (found.rank, found.length) >= (rank, row.name.utf8.count) { continue }
      best = (rank, row.name.utf8.count, place)
    }
    return best?.place
  }

  @Test func `lines that are no rows are told and skipped`() {
    let table =
      "name\tmatch\tcategory\tprovider\tfamily\tweight\tsource\na.example\texact\tllm-api\tA\t\tnormal\ts\nb\n"
    let read = Endpoints(table: table + "c.example\tregex\tllm-api\tC\t\tnormal\ts\n")
    #expect(read.rows.map(\.name) == ["a.example"])
    #expect(read.problems == ["line 3: not a row", "line 4: not a row"])
    #expect(read.match("a.example")?.provider == "A")
    #expect(Endpoints(table: "").match("a.example") == nil)
  }
}

@Suite struct HellosTests {
  let hellos = Hellos.embedded

  @Test func `every line of the embedded table is a row`() throws {
    let text = try #require(Embedded.text("hellos.tsv")?.description)
    #expect(hellos.problems.isEmpty)
    #expect(hellos.rows.count == text.split(separator: "\n").count - 1)
    #expect(Set(hellos.rows.map(\.ja4)).count == hellos.rows.count)
  }

  @Test func `agents that the table names are kinds of the fingerprint table`() {
    let kinds = Set(Fingerprints.embedded.rows.map(\.kind))
    for row in hellos.rows { #expect(row.product.map(kinds.contains) ?? true) }
  }

  @Test(arguments: [
    ("t13d1713h1_5b57614c22b0_7f527383e249", "bun", Hellos.Kind.runtime),  // Firefox's ciphers, but no browser
    ("t13d1717h2_5b57614c22b0_3cbfd9057e0d", "firefox", .browser),
    ("t13d3112h1_e8f1e7e78f70_b26ce05bbdd6", "python or curl", .tool),
    ("t13d1412h1_fa82ebbed50e_d41ae481755e", "litellm", .library),
    // Not in the table: other extensions, the same ciphers and ALPN.
    ("t13d1714h1_5b57614c22b0_000000000001", "bun", .runtime),
    ("t13d1718h2_5b57614c22b0_000000000001", "firefox", .browser),
    ("t13d1518h2_8daaf6152771_000000000001", "chromium", .browser),
    ("t13d521300_b262b3658495_000000000001", "node", .runtime),
    ("t13d5213ht_b262b3658495_000000000001", "node", .runtime),  // as nDPI writes it
  ])
  func `a hello is known by the whole, else by ciphers and ALPN`(ja4: String, runtime: String, kind: Hellos.Kind) throws
  {
    let row = try #require(hellos.match(ja4: ja4))
    #expect(row.runtime == runtime && row.kind == kind)
  }

  @Test func `what cannot be told apart says so`() throws {
    let rust = try #require(hellos.match(ja4: "t13d1011h2_61a7ad8aa9b6_000000000001"))
    #expect(rust.product == nil && rust.strength == .weak && rust.runtime == "rustls or deno")
    let debian = try #require(hellos.match(ja4: "t13d3115h1_e8f1e7e78f70_000000000001"))
    #expect(debian.runtime == "python or curl" && debian.note.contains("share"))
    // Firefox's ciphers without ALPN: neither one.
    #expect(hellos.match(ja4: "t13d171200_5b57614c22b0_000000000001")?.kind == .ambiguous)
  }

  @Test(arguments: [
    "", "_", "__", "t13d1713h1_5b57614c22b0", "q13d0312h3_55b375c5d22e_06cda9e17597",
    "t13d1713h1_ffffffffffff_7f527383e249",
  ])
  func `an unknown or broken value is nothing`(ja4: String) { #expect(hellos.match(ja4: ja4) == nil) }
}
