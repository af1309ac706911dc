import Knowledge
import Matching
import Model
import Platform

extension Examination {
  private static let begin = LiteralIndex([Array("-----BEGIN ".utf8)])

  mutating func findPrivateKeys(_ text: Span<UInt8>) {
    var starts: [Int] = []
    Self.begin.scan(text) { _, end in if starts.count < 200 { starts.append(end - 11) } }
    if let putty = puttyKey(text) { add(putty) }
    findWrappedKeys(text)
    for (number, start) in starts.enumerated() {
      let next = number + 1 < starts.count ? starts[number + 1] : text.count
      let label = Outline.text(text, start..<min(start + 70, text.count))
      guard label.contains("PRIVATE KEY") else { continue }
      guard let key = PrivateKey(text, start..<min(next, start + 65_536)) else {
        reject(.shape)
        continue
      }
      let kind: String
      switch key.format {
      case .openSSH: kind = key.isHardware ? "ssh_fido_key" : "ssh_private_key_openssh"
      case .pem:
        kind =
          isHit("tls_server_key")
          ? "tls_server_key"
          : isHit("oci_api_key")
            ? "oci_api_key" : isHit("openclaw_state_secrets") ? "openclaw_state_secrets" : "ssh_private_key_pem"
      case .pkcs8:
        kind =
          ["tls_server_key", "oci_api_key", "openclaw_state_secrets", "k8s_admin_file"].first { isHit($0) }
          ?? "pkcs8_private_key"
      case .pgp: kind = "gpg_secret_key"
      case .cosign: kind = "signing_key_cosign_minisign"
      case .nebula: kind = "zerotier_netbird_identity"
      case .putty, .argo: kind = "putty_ppk"
      }
      guard let place = rules.kind(kind) else { continue }
      var candidate = Candidate(kind: place, source: .header, value: start..<min(next, text.count), isOwn: isOwn(place))
      candidate.isRooted = hits.contains { $0.isRooted && rules.kinds.kinds[$0.kind].family == .sshAndGPG }
      candidate.value = start..<Self.blockEnd(text, start, min(next, start + 65_536))
      candidate.key = key
      add(candidate)
    }
  }

  private static let wrapped = LiteralIndex([Array("LS0tLS1CRUdJTi".utf8)])

  /// Keys in base64 once more, as variables of pipelines and manifests hold them.
  private mutating func findWrappedKeys(_ text: Span<UInt8>) {
    // These have key paths of their own.
    guard !["kubeconfig_client_cert", "k8s_admin_file"].contains(where: isHit) else { return }
    var starts: [Int] = []
    Self.wrapped.scan(text) { _, end in if starts.count < 50 { starts.append(end - 14) } }
    for start in starts {
      var end = start
      while end < text.count, end - start < 65_536,
        ByteSet.boundary.contains(text[end]) || "+/=".utf8.contains(text[end])
      { end += 1 }
      guard let inner = Base64.decode(text, start..<end),
        let key = PrivateKey(inner.bytes, 0..<inner.count)
      else { continue }
      let name: String
      switch key.format {
      case .openSSH: name = "ssh_private_key_openssh"
      case .pem: name = "ssh_private_key_pem"
      case .pgp: name = "gpg_secret_key"
      case .cosign: name = "signing_key_cosign_minisign"
      case .pkcs8, .nebula, .putty, .argo: name = "pkcs8_private_key"
      }
      guard let kind = rules.kind(name) else { continue }
      var candidate = Candidate(kind: kind, source: .header, value: start..<end)
      candidate.key = key
      add(candidate)
    }
  }

  private func isHit(_ name: String) -> Bool { rules.kind(name).map { isOwn($0) } ?? false }

  private static func blockEnd(_ text: Span<UInt8>, _ start: Int, _ limit: Int) -> Int {
    var index = start + 16
    let end = min(limit, text.count)
    while index + 8 < end {
      if text[index] == UInt8(ascii: "-"), text[index + 1] == UInt8(ascii: "-"), text[index + 5] == UInt8(ascii: "E"),
        text[index + 6] == UInt8(ascii: "N"), text[index + 7] == UInt8(ascii: "D")
      {
        return index
      }
      index += 1
    }
    return end
  }

  private func puttyKey(_ text: Span<UInt8>) -> Candidate? {
    let head = Array("PuTTY-User-Key-File-".utf8)
    guard text.count > 60, head.indices.allSatisfy({ text[$0] == head[$0] }), let kind = rules.kind("putty_ppk") else {
      return nil
    }
    var key = PrivateKey(format: .putty)
    TextLine.each(text, 0..<min(text.count, 4096)) { line in
      let content = Outline.text(text, line)
      if content.hasPrefix("Encryption: "), content != "Encryption: none" { key.protection = .strong("PuTTY") }
      if content.hasPrefix("Encryption: ") {
        key.facts.append(Jewel.Fact("encryption", VisibleText.terminal(String(content.dropFirst(12)))))
      }
      return true
    }
    var candidate = Candidate(kind: kind, source: .header, value: 0..<text.count, isOwn: isOwn(kind))
    candidate.key = key
    return candidate
  }
}
