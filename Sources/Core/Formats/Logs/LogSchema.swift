/// The names of fields of each format, as a table of hashes of dotted paths: `source.ip` is found whether it is one key
/// or two.
struct LogSchema: Sendable {
  private var hashes: [UInt64]
  private var found: [LogField]
  private static let mask = 255

  static let root: UInt64 = 0xCBF2_9CE4_8422_2325

  /// One more byte of a path (FNV-1a).
  @inline(__always)
  static func step(_ hash: UInt64, _ byte: UInt8) -> UInt64 { (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }

  @inline(__always)
  static func hash(_ line: Span<UInt8>, from: Int, to: Int, below: UInt64) -> UInt64 {
    var hash = below
    if below != root { hash = step(hash, 0x2E) }
    var index = from
    while index < to {
      hash = step(hash, line.byte(index))
      index &+= 1
    }
    return hash
  }

  init(_ format: LogFormat) {
    hashes = Array(repeating: 0, count: Self.mask + 1)
    found = Array(repeating: .none, count: Self.mask + 1)
    for (names, field) in Self.table(format) {
      for name in names.utf8.split(separator: 0x20) { add(Array(name), field) }
    }
  }

  private mutating func add(_ name: [UInt8], _ field: LogField) {
    var hash = Self.root
    for byte in name {
      // What stands before each dot is a group, where it is not something by itself.
      if byte == 0x2E { insert(hash, .group, isWeak: true) }
      hash = Self.step(hash, byte)
    }
    insert(hash, field, isWeak: false)
  }

  private mutating func insert(_ hash: UInt64, _ field: LogField, isWeak: Bool) {
    var slot = Int(truncatingIfNeeded: hash >> 20) & Self.mask
    // The tables hold some 80 of 256 places: there is always a free one.
    while hashes[slot] != 0, hashes[slot] != hash { slot = (slot + 1) & Self.mask }
    if isWeak, hashes[slot] == hash { return }
    hashes[slot] = hash
    found[slot] = field
  }

  @inline(__always)
  func field(_ hash: UInt64) -> LogField {
    var slot = Int(truncatingIfNeeded: hash >> 20) & Self.mask
    while hashes[slot] != 0 {
      if hashes[slot] == hash { return found[slot] }
      slot = (slot &+ 1) & Self.mask
    }
    return .none
  }

  private static func table(_ format: LogFormat) -> [(String, LogField)] {
    switch format {
    case .zeek: zeek
    case .suricata: suricata
    case .adguard: adguard
    case .cloudflare: cloudflare
    case .ecs: ecs
    case .ntopng: ntopng
    case .umbrella: umbrella
    default: []
    }
  }
}

extension LogSchema {
  /// zeek/zeek `testing/btest/Baseline`: the same names in TSV and JSON.
  private static let zeek: [(String, LogField)] = [
    ("ts", .time), ("id.orig_h", .client), ("id.orig_p", .clientPort), ("id.resp_h", .server),
    ("id.resp_p", .serverPort), ("proto", .transport), ("service", .service), ("duration", .duration),
    ("rtt", .duration), ("orig_bytes request_body_len", .bytesUp), ("resp_bytes response_body_len", .bytesDown),
    ("orig_pkts", .packetsUp), ("resp_pkts", .packetsDown), ("conn_state", .connState), ("query", .name),
    ("qtype", .typeNumber), ("qtype_name", .typeName), ("rcode", .rcodeNumber), ("rcode_name", .rcodeName),
    ("answers", .answers), ("rejected", .rejected), ("server_name", .serverName),
    ("next_protocol client_protocol", .alpn), ("established", .established), ("ja3", .ja3), ("ja4", .ja4),
    ("method", .method), ("host", .host), ("uri", .uri), ("user_agent", .userAgent), ("status_code", .status),
    ("cipher client_initial_dcid version", .cipher), ("_path", .path),
  ]

  /// OISF/suricata `doc/userguide/output/eve`, versions 6 to 8.
  private static let suricata: [(String, LogField)] = [
    ("timestamp", .time), ("event_type", .eventType), ("src_ip", .client), ("src_port", .clientPort),
    ("dest_ip", .server), ("dest_port", .serverPort), ("proto", .transport), ("app_proto", .service),
    ("dns.type", .dnsKind), ("dns.rrname dns.queries.rrname dns.query.rrname", .name),
    ("dns.rrtype dns.queries.rrtype dns.query.rrtype", .typeName), ("dns.rcode", .rcodeName),
    ("dns.answers dns.grouped dns.answer.rdata dns.rdata", .answers), ("tls.sni quic.sni", .serverName),
    ("tls.ja3.hash quic.ja3.hash", .ja3), ("tls.ja4 quic.ja4", .ja4), ("tls.client_alpns", .alpn),
    ("flow.bytes_toserver netflow.bytes", .bytesUp), ("flow.bytes_toclient", .bytesDown),
    ("flow.pkts_toserver netflow.pkts", .packetsUp), ("flow.pkts_toclient", .packetsDown),
    ("flow.start netflow.start", .start), ("flow.end netflow.end", .end), ("flow.age netflow.age", .ageSeconds),
    ("flow.state", .connState), ("http.hostname", .host), ("http.url", .uri), ("http.http_method", .method),
    ("http.http_user_agent quic.ua", .userAgent), ("http.status", .status),
  ]

  /// AdguardTeam/AdGuardHome `internal/querylog/entry.go`.
  private static let adguard: [(String, LogField)] = [
    ("T", .time), ("QH", .name), ("QT", .typeName), ("IP", .client), ("CP", .proto), ("Answer", .message),
    ("Elapsed", .milliseconds), ("Cached", .isCached), ("Result.IsFiltered", .isFiltered), ("Result.Reason", .reason),
  ]

  /// developers.cloudflare.com, Logpush dataset `gateway_dns`.
  private static let cloudflare: [(String, LogField)] = [
    ("Datetime DatetimeStart", .time), ("QueryName", .name), ("QueryType", .typeNumber), ("QueryTypeName", .typeName),
    ("SrcIP", .client), ("SrcPort", .clientPort), ("DstIP", .server), ("DstPort", .serverPort), ("Protocol", .proto),
    ("RCode", .rcodeNumber), ("ResolvedIPs", .answers), ("ResolverDecision", .decision),
    ("IsResponseCached", .isCached),
  ]

  /// Elastic Common Schema 8, as packetbeat, filebeat's modules and Zeek's and Suricata's shippers fill it.
  private static let ecs: [(String, LogField)] = [
    ("_source", .wrapper), ("@timestamp", .time), ("event.start", .start), ("event.end", .end),
    ("event.duration", .milliseconds), ("event.dataset event.kind", .eventType), ("source.ip client.ip", .client),
    ("source.port client.port", .clientPort), ("destination.ip server.ip", .server),
    ("destination.port server.port", .serverPort), ("source.bytes client.bytes", .bytesUp),
    ("destination.bytes server.bytes", .bytesDown), ("source.packets client.packets", .packetsUp),
    ("destination.packets server.packets", .packetsDown), ("network.transport network.iana_number", .transport),
    ("network.protocol network.application", .service), ("dns.question.name", .name), ("dns.question.type", .typeName),
    ("dns.response_code", .rcodeName), ("dns.resolved_ip dns.answers", .answers), ("dns.type", .dnsKind),
    ("tls.client.server_name destination.domain server.domain", .serverName), ("tls.client.ja3", .ja3),
    ("tls.client.ja4 tls.client.hash.ja4", .ja4), ("tls.next_protocol", .alpn), ("tls.established", .established),
    ("user_agent.original", .userAgent), ("url.domain", .host), ("url.original url.path url.full", .uri),
    ("http.request.method", .method), ("http.response.status_code", .status), ("flow.final", .isFinal),
    ("zeek.connection.state", .connState), ("event.outcome", .decision),
  ]

  /// ntop's field names, as nProbe and ntopng write them into JSON.
  private static let ntopng: [(String, LogField)] = [
    ("_source", .wrapper), ("IPV4_SRC_ADDR IPV6_SRC_ADDR cli_ip", .client), ("L4_SRC_PORT cli_port", .clientPort),
    ("IPV4_DST_ADDR IPV6_DST_ADDR srv_ip", .server), ("L4_DST_PORT srv_port", .serverPort),
    ("PROTOCOL l4_proto", .transport), ("L7_PROTO_NAME l7_proto_name", .service),
    ("IN_BYTES SRC2DST_BYTES cli2srv_bytes", .bytesUp), ("OUT_BYTES DST2SRC_BYTES srv2cli_bytes", .bytesDown),
    ("IN_PKTS SRC2DST_PACKETS cli2srv_pkts", .packetsUp), ("OUT_PKTS DST2SRC_PACKETS srv2cli_pkts", .packetsDown),
    ("FIRST_SWITCHED FLOW_START_MILLISECONDS FLOW_START_SEC first_seen", .start),
    ("LAST_SWITCHED FLOW_END_MILLISECONDS FLOW_END_SEC last_seen", .end), ("@timestamp", .time),
    ("FLOW_DURATION_MILLISECONDS", .milliseconds), ("DNS_QUERY", .name), ("DNS_QUERY_TYPE", .typeNumber),
    ("DNS_RET_CODE", .rcodeNumber), ("DNS_RESPONSE", .answers),
    ("TLS_SERVER_NAME SSL_SERVER_NAME QUIC_SNI SERVER_NAME", .serverName), ("HTTP_HOST HTTP_SITE", .host),
    ("HTTP_URL", .uri), ("HTTP_METHOD", .method), ("HTTP_RET_CODE", .status), ("HTTP_UA HTTP_USER_AGENT", .userAgent),
    ("JA3C_HASH", .ja3), ("JA4C_HASH", .ja4), ("TLS_REQUESTED_ALPN TLS_ALPN", .alpn),
  ]

  /// Header of Umbrella's and Secure Access' DNS log, in lower case and without what is no letter.
  private static let umbrella: [(String, LogField)] = [
    ("timestamp", .time), ("internalip internalclientip", .client), ("externalip externalclientip", .externalIP),
    ("action", .decision), ("querytype", .typeName), ("responsecode", .rcodeName), ("domain", .name),
  ]
}
