extension DNS {
  /// One DNS message (RFC 1035 §4), as far as it could be read.
  ///
  /// A record that is damaged is counted and left out; the others stay. Only where the end of a record cannot be found
  /// does reading stop, and `unread` says how many records the header had promised beyond that point.
  public struct Message: Sendable, Hashable {
    public var id: UInt16
    /// The second word of the header as it came.
    public var flags: UInt16
    public var questions: [Question] = []
    public var answers: [Record] = []
    public var authorities: [Record] = []
    public var additionals: [Record] = []
    /// Records and questions that were skipped because they do not follow their own rules.
    public var damaged = 0
    /// Records that the header promised and that could not be reached.
    public var unread = 0
    /// The first thing that was wrong.
    public var fault: Fault?
    /// Extended DNS (RFC 6891): the largest answer that the sender takes, in bytes. Options are tolerated, not read.
    public var payloadSize: UInt16?

    /// Questions and records kept of one message. A multicast message has 9000 bytes at most (RFC 6762 §17).
    public static let recordLimit = 1024

    public init(id: UInt16 = 0, flags: UInt16 = 0) {
      self.id = id
      self.flags = flags
    }

    public var isResponse: Bool { flags & 0x8000 != 0 }
    /// 0 is a standard query.
    public var opcode: UInt16 { flags >> 11 & 15 }
    public var isTruncated: Bool { flags & 0x0200 != 0 }
    public var responseCode: UInt16 { flags & 15 }

    /// The flags of a multicast answer: response, authoritative (RFC 6762 §18).
    public static let multicastResponse: UInt16 = 0x8400

    public init(decoding bytes: [UInt8]) throws(Fault) { try self.init(decoding: bytes.span) }

    /// - Throws: only where there is no whole header; later damage is counted in the value.
    public init(decoding bytes: Span<UInt8>) throws(Fault) {
      var cursor = Cursor(bytes)
      id = try cursor.word()
      flags = try cursor.word()
      let counts = [Int(try cursor.word()), Int(try cursor.word()), Int(try cursor.word()), Int(try cursor.word())]
      var left = counts.reduce(0, +)
      var seen = 0
      for section in 0..<4 {
        for _ in 0..<counts[section] {
          do throws(Fault) {
            guard seen < Self.recordLimit else { throw .tooManyRecords(at: cursor.offset) }
            if section == 0 { try readQuestion(&cursor) } else { try readRecord(&cursor, section: section) }
          } catch {
            fault = fault ?? error
            unread = left
            return
          }
          seen += 1
          left -= 1
        }
      }
    }

    private mutating func note(_ error: Fault) {
      damaged += 1
      fault = fault ?? error
    }

    @_lifetime(cursor: copy cursor)
    private mutating func readQuestion(_ cursor: inout Cursor) throws(Fault) {
      var name = Cursor(cursor.bytes, at: cursor.offset)
      try cursor.skipName()
      let type = try cursor.word()
      let `class` = try cursor.word()
      do throws(Fault) {
        questions.append(
          Question(try name.name(), type: type, class: `class` & ~topBit, unicast: `class` & topBit != 0))
      } catch { note(error) }
    }

    @_lifetime(cursor: copy cursor)
    private mutating func readRecord(_ cursor: inout Cursor, section: Int) throws(Fault) {
      var nameCursor = Cursor(cursor.bytes, at: cursor.offset)
      try cursor.skipName()
      let type = try cursor.word()
      let `class` = try cursor.word()
      let ttl = try cursor.long()
      let length = Int(try cursor.word())
      let start = cursor.offset
      try cursor.skip(length)
      if type == Kind.opt {
        payloadSize = `class`
        return
      }
      do throws(Fault) {
        let name = try nameCursor.name()
        let data = try Record.data(type: type, from: Cursor(cursor.bytes, at: start), to: start + length)
        let record = Record(
          name, type: type, class: `class` & ~topBit, cacheFlush: `class` & topBit != 0,
          ttl: ttl & 0x8000_0000 == 0 ? ttl : 0, data: data)
        switch section {
        case 1: answers.append(record)
        case 2: authorities.append(record)
        default: additionals.append(record)
        }
      } catch { note(error) }
    }
  }
}
