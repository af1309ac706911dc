public import Model

extension DNS {
  /// Numbers of record types (RFC 1035 §3.2.2, 2782, 3596, 4034, 6891).
  public enum Kind {
    public static let a: UInt16 = 1
    public static let ptr: UInt16 = 12
    public static let txt: UInt16 = 16
    public static let aaaa: UInt16 = 28
    public static let srv: UInt16 = 33
    public static let opt: UInt16 = 41
    public static let nsec: UInt16 = 47
    public static let any: UInt16 = 255

    /// `A`, `HTTPS`; `TYPE123` for what has no name here (RFC 3597 §5).
    public static func name(_ type: UInt16) -> String {
      switch type {
      case 1: "A"
      case 2: "NS"
      case 5: "CNAME"
      case 6: "SOA"
      case 10: "NULL"
      case 12: "PTR"
      case 13: "HINFO"
      case 15: "MX"
      case 16: "TXT"
      case 28: "AAAA"
      case 33: "SRV"
      case 35: "NAPTR"
      case 39: "DNAME"
      case 41: "OPT"
      case 43: "DS"
      case 46: "RRSIG"
      case 47: "NSEC"
      case 48: "DNSKEY"
      case 52: "TLSA"
      case 64: "SVCB"
      case 65: "HTTPS"
      case 255: "ANY"
      case 257: "CAA"
      default: "TYPE\(type)"
      }
    }
  }

  /// Class 1 (Internet); multicast DNS uses the top bit for something else (RFC 6762 §18.12, §18.13).
  static let internet: UInt16 = 1
  static let topBit: UInt16 = 0x8000

  public struct Question: Sendable, Hashable {
    public var name: Name
    public var type: UInt16
    public var `class`: UInt16
    /// The QU bit: the asker would like the answer sent to it alone (RFC 6762 §5.4).
    public var unicast: Bool

    public init(_ name: Name, type: UInt16, class: UInt16 = 1, unicast: Bool = false) {
      self.name = name
      self.type = type
      self.class = `class`
      self.unicast = unicast
    }
  }

  public struct Record: Sendable, Hashable {
    public var name: Name
    public var type: UInt16
    public var `class`: UInt16
    /// The sender owns every record of this name and type: forget the others (RFC 6762 §10.2).
    public var cacheFlush: Bool
    /// Seconds; a value with the top bit set counts as zero (RFC 2181 §8).
    public var ttl: UInt32
    public var data: Data

    public enum Data: Sendable, Hashable {
      case address(Address)
      case pointer(Name)
      case service(Service)
      case text(Text)
      /// Every other type, NSEC among them, as it came.
      case opaque([UInt8])
    }

    /// Where a service listens (RFC 2782).
    public struct Service: Sendable, Hashable {
      public var priority: UInt16
      public var weight: UInt16
      public var port: UInt16
      public var target: Name
      public init(priority: UInt16 = 0, weight: UInt16 = 0, port: UInt16, target: Name) {
        self.priority = priority
        self.weight = weight
        self.port = port
        self.target = target
      }
    }

    public init(
      _ name: Name, type: UInt16, class: UInt16 = 1, cacheFlush: Bool = false, ttl: UInt32, data: Data
    ) {
      self.name = name
      self.type = type
      self.class = `class`
      self.cacheFlush = cacheFlush
      self.ttl = ttl
      self.data = data
    }
  }
}

extension DNS.Record {
  /// Reads the data of a record whose bounds are known: `cursor` stands at its first byte, `end` is behind its last.
  static func data(
    type: UInt16, from cursor: consuming Cursor, to end: Int
  ) throws(Fault) -> Data {
    let start = cursor.offset
    func fits(_ at: Int) throws(Fault) {
      guard at == end else { throw .dataLength(type: type, at: start) }
    }
    switch type {
    case DNS.Kind.a, DNS.Kind.aaaa:
      try fits(start + (type == DNS.Kind.a ? 4 : 16))
      guard let address = Address(bytes: try cursor.take(end - start)) else {
        throw .dataLength(type: type, at: start)
      }
      return .address(address)
    case DNS.Kind.ptr:
      let name = try cursor.name()
      try fits(cursor.offset)
      return .pointer(name)
    case DNS.Kind.srv:
      guard end - start >= 7 else { throw .dataLength(type: type, at: start) }
      let priority = try cursor.word()
      let weight = try cursor.word()
      let port = try cursor.word()
      let target = try cursor.name()
      try fits(cursor.offset)
      return .service(Service(priority: priority, weight: weight, port: port, target: target))
    case DNS.Kind.txt:
      return .text(try DNS.Text(from: cursor, to: end))
    default:
      return .opaque(try cursor.take(end - start))
    }
  }
}
