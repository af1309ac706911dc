import Wire

/// The start of a connection as records, then the same bytes as the bodies of both hellos and as datagrams of DTLS.
@Sendable func fuzzHello(_ bytes: [UInt8]) throws {
  let outcome = TLSRecords.read(bytes.span)
  switch outcome {
  case .needMore(let total): try hold(total > bytes.count, "what is there is awaited")
  case .hello(let hello): try check(hello, of: bytes.count)
  case .serverHello(let hello): try check(hello, of: bytes.count)
  case .notTLS, .alert, .damaged, .tooLarge: break
  }
  if TLSRecords.read((bytes + [23, 3, 3]).span) != outcome {
    guard case .needMore = outcome else { throw Broken("what follows changes what was read") }
  }
  for count in [1, 5, 9, bytes.count / 2, bytes.count - 1] where (0..<bytes.count).contains(count) {
    let early = TLSRecords.read(bytes.span.extracting(..<count))
    if case .needMore = early { continue }
    try hold(early == outcome, "an outcome that more bytes change")
  }
  for isDatagram in [false, true] {
    if let hello = try? ClientHello(bytes.span, isDatagram: isDatagram) { try check(hello, of: bytes.count) }
  }
  if let hello = try? ServerHello(bytes.span) { try check(hello, of: bytes.count) }
  var assembler = DTLSHelloAssembler()
  for datagram in [bytes[(bytes.count / 2)...], bytes[...], bytes[...]] {
    if case .hello(let hello) = assembler.receive(Array(datagram).span) { try check(hello, of: 16 << 10) }
  }
}

/// What holds for a hello that was read from that many bytes.
func check(_ hello: ClientHello, of count: Int) throws {
  try hold(
    2 * hello.cipherSuites.count <= count && 4 * hello.extensions.count <= count && 4 * hello.keyShares.count <= count
      && 2 * (hello.versions.count + hello.groups.count + hello.signatureAlgorithms.count) <= count,
    "lists longer than the hello")
  try hold(hello.damaged <= hello.extensions.count && hello.applicationProtocols.count <= 32, "counts")
  if let name = hello.serverName {
    try hold(isSafe(name) && (1...255).contains(name.utf8.count) && !hello.hasBadServerName, "a name that is none")
  }
  try hold(hello.applicationProtocols.allSatisfy(isSafe), "a protocol with controls")
  for transport in ClientHello.Transport.allCases {
    let parts = hello.ja4(transport).split(separator: "_", omittingEmptySubsequences: false)
    try hold(parts.map(\.utf8.count) == [10, 12, 12], "a fingerprint of another form")
    try hold(hello.ja4Raw(transport).hasPrefix(parts[0]), "another first part when raw")
  }
  try hold(hello.ja3().utf8.count == 32, "an MD5 of another length")
}

private func check(_ hello: ServerHello, of count: Int) throws {
  try hold(4 * hello.extensions.count <= count && hello.sessionID.count <= 255, "lists longer than the hello")
  try hold(hello.damaged <= hello.extensions.count, "counts")
  try hold(hello.applicationProtocol.map(isSafe) ?? true, "a protocol with controls")
}
