import Testing

@testable import Wire

@Suite struct SSHBannerTests {
  private func found(_ text: String, isServer: Bool = false) -> (SSHBanner, consumed: Int)? {
    guard case .banner(let banner, let consumed) = SSHBanner.read(text, isServer: isServer) else { return nil }
    return (banner, consumed)
  }

  @Test(
    arguments: [
      ("SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3\r\n", "2.0", "OpenSSH_9.2p1", "Debian-2+deb12u3"),
      ("SSH-2.0-Go\r\n", "2.0", "Go", nil),
      ("SSH-1.99-a-b c d\n", "1.99", "a-b", "c d"), ("SSH-2.0-libssh_0.10.5 \r\n", "2.0", "libssh_0.10.5", nil),
    ] as [(String, String, String, String?)])
  func `a banner says version and software`(line: String, version: String, software: String, comments: String?) throws {
    let (banner, consumed) = try #require(found(line + "rest"))
    #expect(banner.version == version && banner.software == software && banner.comments == comments)
    #expect(consumed == line.utf8.count)
    let bytes = Array(line.utf8)
    for count in bytes.indices { #expect(SSHBanner.read(Array(bytes[..<count])) == .needMore) }
  }

  @Test func `a server may say something before it, a client may not`() throws {
    let text = "Welcome.\r\nNo entry.\nSSH-2.0-x\r\n"
    let (banner, consumed) = try #require(found(text, isServer: true))
    #expect(banner.software == "x" && consumed == text.utf8.count)
    #expect(SSHBanner.read(text) == .notSSH)
    #expect(SSHBanner.read("Welc", isServer: true) == .needMore)
    #expect(SSHBanner.read("Welcome.\r\n", isServer: true) == .needMore)
  }

  /// The last is the first packet of a game's client: a length, a number, an address.
  @Test(arguments: [
    "SSH-\r\n", "SSH-2.0\r\n", "SSH-2.0-\r\n", "SSH-a-b\r\n", "SSH-2.0- x\r\n", "SSH-2.0-a\u{1}b\r\n",
    "SSH-2.0-\u{E4}\r\n", "SSh-2.0-x\r\n",
    "GET / HTTP/1.1\r\n", "SSH-2.0-\(String(repeating: "a", count: 300))\r\n",
    "\u{10}\u{0}\u{2F}\u{9}127.0.0.1\u{63}\u{DD}\u{1}",
  ])
  func `other protocols are told by their first bytes`(text: String) {
    #expect(SSHBanner.read(text) == .notSSH)
    if text.utf8.contains(0) || text.hasPrefix("SSH-") { #expect(SSHBanner.read(text, isServer: true) == .notSSH) }
  }

  @Test func `lines before a banner are bounded`() {
    let line = "a\r\n"
    #expect(found(String(repeating: line, count: 16) + "SSH-2.0-x\r\n", isServer: true) != nil)
    #expect(SSHBanner.read(String(repeating: line, count: 17) + "SSH-2.0-x\r\n", isServer: true) == .notSSH)
    #expect(SSHBanner.read(String(repeating: "a", count: 5000), isServer: true) == .notSSH)
    #expect(SSHBanner.read(String(repeating: "a", count: 5000) + "\n", isServer: true) == .notSSH)
  }

  @Test func `whatever is changed in a banner, what is read of it can be shown`() {
    for bytes in mutations(of: Array("Hi\r\nSSH-2.0-OpenSSH_9.2p1 Debian-2\r\n".utf8), count: 20_000) {
      guard case .banner(let banner, let consumed) = SSHBanner.read(bytes, isServer: true) else { continue }
      #expect(consumed <= bytes.count && !banner.software.isEmpty && !banner.version.isEmpty)
      #expect(!(banner.comments ?? "").utf8.contains { $0 < 0x20 })
    }
  }
}
