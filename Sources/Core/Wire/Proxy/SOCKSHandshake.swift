public import Model

/// Follows a client through the start of SOCKS 5 (RFC 1928, with RFC 1929) and SOCKS 4 and 4a, up to what it asks for.
///
/// One for each connection. It gives back how far it has read, so that its caller can forget those bytes at once: a name
/// and a password of the client are stepped over and never kept.
public struct SOCKSHandshake: Sendable, Hashable {
  public enum Outcome: Sendable, Hashable {
    case needMore
    /// This many bytes from the front were read and are of no more use: the next ones are to be read without them.
    case advanced(Int)
    /// What is asked for, and how many bytes it takes: the client's own protocol follows.
    case request(Request, consumed: Int)
    case notSOCKS
  }

  public struct Request: Sendable, Hashable {
    public var command: Command
    public var target: Target
    public var port: UInt16
  }

  /// By its number in both versions; version 4 has no `associate`.
  public enum Command: UInt8, Sendable, Hashable { case connect = 1, bind, associate }

  public enum Target: Sendable, Hashable {
    case address(IP)
    /// In lower case, without a final dot: letters, digits, `-`, `.` and `_`.
    case name([UInt8])
  }

  private enum Stage: Hashable {
    case greeting
    /// Behind the greeting, with what was offered there: the client's next message depends on what the proxy chose.
    case authentication(password: Bool, exchange: Bool)
    case request
    case over
  }

  /// Bytes of the user's id of version 4. The document gives no limit; this is the one of names in version 5.
  static let userLimit = 255

  private var stage = Stage.greeting

  public init() {}

  /// Whether these can be the first bytes of a client. For the hot path: it looks at some bytes of the first message.
  ///
  /// A client of version 5 waits for the proxy's choice; one that does not is taken as well.
  public static func isPlausible(_ bytes: Span<UInt8>) -> Bool {
    guard bytes.count > 0 else { return false }
    switch bytes[0] {
    case 5:
      guard bytes.count >= 2 else { return true }
      let methods = Int(bytes[1])
      guard methods > 0 else { return false }
      // 10 to 127 are for IANA to give out, and 255 is the proxy's refusal.
      for place in 2..<min(bytes.count, 2 + methods) where (10..<128).contains(bytes[place]) || bytes[place] == 255 {
        return false
      }
      // What follows in the same segment starts with a version as well.
      return bytes.count <= 2 + methods || bytes[2 + methods] == 5 || bytes[2 + methods] == 1
    case 4:
      if bytes.count >= 2, bytes[1] != 1, bytes[1] != 2 { return false }
      return bytes.count < 4 || bytes[2] != 0 || bytes[3] != 0
    default: return false
    }
  }

  /// - Parameter bytes: all that is there behind what was read before.
  public mutating func read(_ bytes: Span<UInt8>) -> Outcome {
    let outcome: Outcome
    switch stage {
    case .greeting:
      guard bytes.count > 0 else { return .needMore }
      outcome = bytes[0] == 4 ? Self.version4(bytes) : greeting(bytes)
    case .authentication(let password, let exchange): outcome = authentication(bytes, password, exchange)
    case .request: outcome = Self.version5(bytes)
    case .over: outcome = .notSOCKS
    }
    switch outcome {
    case .needMore, .advanced: break
    case .request, .notSOCKS: stage = .over
    }
    return outcome
  }

  private mutating func greeting(_ bytes: Span<UInt8>) -> Outcome {
    guard Self.isPlausible(bytes) else { return .notSOCKS }
    guard bytes.count >= 2, bytes.count >= 2 + Int(bytes[1]) else { return .needMore }
    let end = 2 + Int(bytes[1])
    var password = false
    var exchange = false
    for place in 2..<end {
      if bytes[place] == 2 { password = true }
      if bytes[place] == 1 { exchange = true }
    }
    stage = .authentication(password: password, exchange: exchange)
    return .advanced(end)
  }

  /// Either the request, or a name and a password before it (RFC 1929 §2).
  private mutating func authentication(_ bytes: Span<UInt8>, _ password: Bool, _ exchange: Bool) -> Outcome {
    guard bytes.count > 0 else { return .needMore }
    if bytes[0] == 5 { return Self.version5(bytes) }
    guard bytes[0] == 1, password else { return .notSOCKS }
    guard bytes.count >= 2 else { return .needMore }
    let name = Int(bytes[1])
    guard name > 0 else { return .notSOCKS }
    guard bytes.count >= 3 else { return .needMore }
    // A token of GSS-API (RFC 1961 §3.1) has a 1 there and then its length, which is far below that of any letter.
    if exchange, name == 1, bytes[2] < 0x20 { return .notSOCKS }
    guard bytes.count >= 3 + name else { return .needMore }
    let end = 3 + name + Int(bytes[2 + name])
    guard bytes.count >= end else { return .needMore }
    stage = .request
    return .advanced(end)
  }

  private static func version5(_ bytes: Span<UInt8>) -> Outcome {
    if bytes.count > 0, bytes[0] != 5 { return .notSOCKS }
    guard bytes.count >= 2 else { return .needMore }
    guard let command = Command(rawValue: bytes[1]) else { return .notSOCKS }
    // Reserved, kind of address, and the length that a name starts with.
    guard bytes.count >= 5 else { return .needMore }
    guard bytes[2] == 0 else { return .notSOCKS }
    let start = bytes[3] == 3 ? 5 : 4
    let count: Int
    switch bytes[3] {
    case 1: count = 4
    case 3: count = Int(bytes[4])
    case 4: count = 16
    default: return .notSOCKS
    }
    let end = start + count + 2
    guard bytes.count >= end else { return .needMore }
    let port = UInt16(bytes[end - 2]) << 8 | UInt16(bytes[end - 1])
    guard
      let target = bytes[3] == 3
        ? named(bytes, start..<(start + count)) : bytes.address(at: start, count).map(Target.address)
    else {
      return .notSOCKS
    }
    return .request(Request(command: command, target: target, port: port), consumed: end)
  }

  /// Command, port, address, the user's id and its zero; an address of 0.0.0.x says that a name and a zero follow (4a).
  private static func version4(_ bytes: Span<UInt8>) -> Outcome {
    guard isPlausible(bytes) else { return .notSOCKS }
    guard bytes.count >= 9 else { return .needMore }
    guard let command = Command(rawValue: bytes[1]) else { return .notSOCKS }
    let port = UInt16(bytes[2]) << 8 | UInt16(bytes[3])
    let isNamed = bytes[4] == 0 && bytes[5] == 0 && bytes[6] == 0 && bytes[7] != 0
    guard isNamed || bytes[4] != 0 else { return .notSOCKS }
    var user = 8
    while user < bytes.count, bytes[user] != 0 {
      guard user < 8 + userLimit, bytes[user] >= 0x20 else { return .notSOCKS }
      user += 1
    }
    guard user < bytes.count else { return .needMore }
    guard isNamed else {
      let target = IP(v4: bytes.big32(4))
      return .request(Request(command: command, target: .address(target), port: port), consumed: user + 1)
    }
    var end = user + 1
    while end < bytes.count, bytes[end] != 0 {
      guard end - user <= 255 else { return .notSOCKS }
      end += 1
    }
    guard end < bytes.count else { return .needMore }
    guard let target = named(bytes, (user + 1)..<end) else { return .notSOCKS }
    return .request(Request(command: command, target: target, port: port), consumed: end + 1)
  }

  /// A name; programs that send an address as text are understood as well.
  private static func named(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Target? {
    if range.count <= 45, let address = Address(bytes.text(range)) { return .address(IP(address)) }
    guard let name = bytes.hostName(range) else { return nil }
    return .name(name)
  }
}
