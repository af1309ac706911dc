/// Names of DNS types and response codes, as logs write them, to numbers (IANA "DNS Parameters").
enum DNSType {
  private static let names: [(StaticString, UInt16)] = [
    ("NS", 2), ("CNAME", 5), ("SOA", 6), ("NULL", 10), ("HINFO", 13), ("MX", 15), ("TXT", 16), ("RP", 17),
    ("AFSDB", 18), ("SIG", 24), ("KEY", 25), ("LOC", 29), ("SRV", 33), ("NAPTR", 35), ("CERT", 37), ("DNAME", 39),
    ("OPT", 41), ("APL", 42), ("DS", 43), ("SSHFP", 44), ("IPSECKEY", 45), ("RRSIG", 46), ("NSEC", 47),
    ("DNSKEY", 48), ("DHCID", 49), ("NSEC3", 50), ("NSEC3PARAM", 51), ("TLSA", 52), ("SMIMEA", 53), ("HIP", 55),
    ("CDS", 59), ("CDNSKEY", 60), ("OPENPGPKEY", 61), ("CSYNC", 62), ("ZONEMD", 63), ("SVCB", 64), ("SPF", 99),
    ("TKEY", 249), ("TSIG", 250), ("IXFR", 251), ("AXFR", 252), ("MAILB", 253), ("ANY", 255), ("ALL", 255), ("*", 255),
    ("URI", 256), ("CAA", 257), ("PTR", 12), ("WKS", 11),
  ]

  /// `AAAA`, `TYPE65`, `type=65`, or a number; 0 where it is none of them.
  @inline(__always)
  static func number(_ line: Span<UInt8>, from: Int, to: Int) -> UInt16 {
    switch to &- from {
    case 1 where line.byte(from) == UInt8(ascii: "A"): return 1
    case 4 where line.has("AAAA", at: from, to: to): return 28
    case 5 where line.has("HTTPS", at: from, to: to): return 65
    case 3 where line.has("PTR", at: from, to: to): return 12
    default: return rare(line, from: from, to: to)
    }
  }

  private static func rare(_ line: Span<UInt8>, from: Int, to: Int) -> UInt16 {
    guard from < to, to - from <= 16 else { return 0 }
    var from = from
    if line.has("TYPE", at: from, to: to) || line.has("type", at: from, to: to) {
      from += line.byte(from + 4) == 0x3D ? 5 : 4
    }
    if line.isDigit(from) { return line.port(from: from, to: to) ?? 0 }
    for (name, number) in names where line.equals(name, from: from, to: to) { return number }
    return 0
  }

  private static let codes: [(StaticString, UInt16)] = [
    ("FORMERR", 1), ("SERVFAIL", 2), ("NXDOMAIN", 3), ("NOTIMP", 4), ("REFUSED", 5), ("YXDOMAIN", 6), ("YXRRSET", 7),
    ("NXRRSET", 8), ("NOTAUTH", 9), ("NOTZONE", 10), ("BADVERS", 16), ("BADSIG", 16), ("BADKEY", 17), ("BADTIME", 18),
    ("NOTIMPL", 4), ("FORMAT", 1),
  ]

  /// `NXDOMAIN` in any case, or a number; `LogRecord.unknownCode` where it is none of them.
  @inline(__always)
  static func code(_ line: Span<UInt8>, from: Int, to: Int) -> UInt16 {
    if line.equals("NOERROR", from: from, to: to) { return 0 }
    if line.equals("NXDOMAIN", from: from, to: to) { return 3 }
    return rareCode(line, from: from, to: to)
  }

  private static func rareCode(_ line: Span<UInt8>, from: Int, to: Int) -> UInt16 {
    if line.isDigit(from) { return line.port(from: from, to: to) ?? LogRecord.unknownCode }
    func isEqual(_ name: StaticString) -> Bool { line.equalsFolded(name, from: from, to: to) }
    if isEqual("NOERROR") || isEqual("SUCCESS") { return 0 }
    for (name, number) in codes where isEqual(name) { return number }
    return LogRecord.unknownCode
  }
}
