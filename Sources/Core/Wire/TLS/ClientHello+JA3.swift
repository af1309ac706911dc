import Crypto

extension ClientHello {
  /// The older fingerprint: the MD5 of `ja3Text` in hexadecimal. Useless for clients that shuffle their extensions.
  public func ja3() -> String {
    var out: [UInt8] = []
    out.reserveCapacity(32)
    for byte in Insecure.MD5.hash(data: Array(ja3Text.utf8)) {
      out.append(JA4Text.digit(byte >> 4))
      out.append(JA4Text.digit(byte & 0xF))
    }
    return String(decoding: out, as: UTF8.self)
  }

  /// Version, ciphers, extensions, groups and point formats in decimal, without GREASE, as salesforce/ja3 describes it.
  public var ja3Text: String {
    func list(_ values: [UInt16]) -> String {
      values.lazy.filter { !Self.isGREASE($0) }.map { String($0) }.joined(separator: "-")
    }
    let formats = pointFormats.map { String($0) }.joined(separator: "-")
    return "\(legacyVersion),\(list(cipherSuites)),\(list(extensions)),\(list(groups)),\(formats)"
  }
}
