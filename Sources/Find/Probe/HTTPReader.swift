/// An answer of an HTTP/1.x server (RFC 9112), as far as a probe needs it. Nothing in it is trusted.
struct HTTPAnswer: Sendable, Hashable {
  struct Field: Sendable, Hashable {
    /// In lower case.
    var name: String
    /// Raw: it may hold anything but line ends.
    var value: [UInt8]
  }

  var status = 0
  var fields: [Field] = []
  var body: [UInt8] = []
  /// The other side stopped, or the limit came, before the end.
  var isCut = false

  /// The first field of a name, as text.
  subscript(name: String) -> String? {
    fields.first { $0.name == name }.map { String(decoding: $0.value, as: UTF8.self) }
  }

  /// Whether the body is in a coding that was not asked for. It is not decoded: a few kilobytes can unpack to gigabytes.
  var isEncoded: Bool { self["content-encoding"].map { $0.lowercased() != "identity" } ?? false }
}

/// Reads an answer piece by piece. Each byte is looked at once, so single bytes cost no more than one piece.
struct HTTPReader: Sendable {
  enum Failure: Error, Sendable, Hashable {
    case notHTTP, headTooLong, badChunk
  }

  private enum State: Sendable, Hashable {
    case status, fields
    case length(UInt64)
    case untilClose
    case chunkSize
    case chunk(UInt64)
    case chunkEnd
    /// What follows belongs to another protocol (RFC 9110 §15.2.2).
    case upgraded
    case done
    case failed(Failure)
  }

  /// Bytes taken in all, head and body together.
  static let limit = 65_536
  static let fieldLimit = 100
  /// Answers of status 1xx before the real one (RFC 9110 §15.2).
  private static let interimLimit = 4

  private(set) var answer = HTTPAnswer()
  private var state = State.status
  private var line: [UInt8] = []
  private var taken = 0
  private var interim = 0

  var failure: Failure? { if case .failed(let failure) = state { failure } else { nil } }
  /// Nothing more is to be read.
  var isDone: Bool {
    switch state {
    case .done, .failed: true
    default: false
    }
  }
  var isUpgraded: Bool { state == .upgraded }
  /// The head is complete, so `answer` says something.
  var hasHead: Bool {
    switch state {
    case .status, .fields, .failed: false
    default: true
    }
  }

  mutating func take(_ bytes: some Collection<UInt8>) {
    for byte in bytes {
      if isDone { return }
      guard taken < Self.limit else {
        cut()
        return
      }
      taken += 1
      take(byte)
    }
  }

  /// The other side has closed.
  mutating func end() {
    if state == .untilClose || state == .upgraded { state = .done } else if !isDone { cut() }
  }

  private mutating func cut() {
    switch state {
    case .status: state = .failed(taken < Self.limit ? .notHTTP : .headTooLong)
    case .fields where taken >= Self.limit: state = .failed(.headTooLong)
    default:
      // Half a head or half a body may still say who speaks.
      answer.isCut = true
      state = .done
    }
  }

  private mutating func take(_ byte: UInt8) {
    switch state {
    case .status, .fields, .chunkSize:
      guard byte == 0x0A else {
        line.append(byte)
        if state == .status, !Self.canBegin(line) { state = .failed(.notHTTP) }
        return
      }
      if line.last == 0x0D { line.removeLast() }
      endLine()
      line.removeAll(keepingCapacity: true)
    case .length(let rest):
      answer.body.append(byte)
      state = rest > 1 ? .length(rest - 1) : .done
    case .untilClose, .upgraded: answer.body.append(byte)
    case .chunk(let rest):
      answer.body.append(byte)
      state = rest > 1 ? .chunk(rest - 1) : .chunkEnd
    case .chunkEnd:
      if byte == 0x0A { state = .chunkSize } else if byte != 0x0D { state = .failed(.badChunk) }
    case .done, .failed: break
    }
  }

  /// Whether this can become a status line: what is no HTTP is known by its first bytes.
  private static func canBegin(_ line: [UInt8]) -> Bool {
    line.count <= 1024 && zip(line, "HTTP/1.".utf8).allSatisfy { $0 == $1 }
  }

  private mutating func endLine() {
    switch state {
    case .status:
      // RFC 9112 §4: HTTP-version SP 3DIGIT, then perhaps a reason.
      guard line.count >= 12, line[8] == 0x20, line[9...11].allSatisfy({ (0x30...0x39).contains($0) }),
        line.count == 12 || line[12] == 0x20, (0x31...0x39).contains(line[9])
      else {
        state = .failed(.notHTTP)
        return
      }
      answer = HTTPAnswer()
      answer.status = line[9...11].reduce(0) { $0 * 10 + Int($1 - 0x30) }
      state = .fields
    case .fields:
      if line.isEmpty { endHead() } else { addField() }
    case .chunkSize:
      let digits = line.prefix { $0 != UInt8(ascii: ";") && $0 != 0x20 && $0 != 0x09 }
      // Eight digits are far beyond any bound of ours, and cannot overflow.
      guard (1...8).contains(digits.count), let size = Self.hex(digits) else {
        state = .failed(.badChunk)
        return
      }
      // Trailers say nothing that is asked for.
      state = size == 0 ? .done : .chunk(size)
    default: break
    }
  }

  private mutating func addField() {
    guard answer.fields.count < Self.fieldLimit, let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > 0,
      line[..<colon].allSatisfy({ (0x21...0x7E).contains($0) })
    else { return }
    var value = line[(colon + 1)...]
    while let first = value.first, first == 0x20 || first == 0x09 { value.removeFirst() }
    while let last = value.last, last == 0x20 || last == 0x09 { value.removeLast() }
    let name = line[..<colon].map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
    answer.fields.append(.init(name: String(decoding: name, as: UTF8.self), value: Array(value)))
  }

  private mutating func endHead() {
    switch answer.status {
    case 101: state = .upgraded
    case 100..<200:
      interim += 1
      state = interim > Self.interimLimit ? .failed(.notHTTP) : .status
    case 204, 304: state = .done
    default:
      if answer["transfer-encoding"]?.lowercased().hasSuffix("chunked") == true {
        state = .chunkSize
      } else if let text = answer["content-length"], (1...18).contains(text.utf8.count),
        text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let length = UInt64(text)
      {
        state = length == 0 ? .done : .length(length)
      } else {
        state = .untilClose
      }
    }
  }

  private static func hex(_ digits: ArraySlice<UInt8>) -> UInt64? {
    var value: UInt64 = 0
    for digit in digits {
      switch digit {
      case 0x30...0x39: value = value << 4 | UInt64(digit - 0x30)
      case 0x41...0x46, 0x61...0x66: value = value << 4 | UInt64((digit | 0x20) - 0x61 + 10)
      default: return nil
      }
    }
    return value
  }
}
