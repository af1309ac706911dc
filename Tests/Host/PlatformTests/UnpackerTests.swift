import Platform
import Testing

/// gzip and zstd as they come. The fixtures are packed by hand, without compression, as their formats allow.
@Suite struct UnpackerTests {
  /// `hello` as one member of gzip (RFC 1952): header, one stored block, CRC-32, size.
  static let gzip: [UInt8] =
    [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255] + [1, 5, 0, 0xFA, 0xFF] + Array("hello".utf8) + [
      0x86, 0xA6, 0x10, 0x36, 5, 0, 0, 0,
    ]
  /// `hello` as one frame of zstd (RFC 8878): magic, a single segment of five bytes, one last raw block.
  static let zstd: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD, 0x20, 5] + [0x29, 0, 0] + Array("hello".utf8)

  struct Result: Equatable {
    var text = ""
    var isComplete = false
    var fault: Unpacker.Fault?
    var read = 0
  }

  static func kind(_ bytes: [UInt8]) -> Unpacker.Kind? { Unpacker.Kind(bytes.span) }

  static func unpack(_ bytes: [UInt8], step: Int = .max) throws -> Result {
    let kind = try #require(Self.kind(bytes))
    var unpacker = try Unpacker(kind)
    var result = Result()
    var offset = 0
    do throws(Unpacker.Fault) {
      while offset < bytes.count {
        let end = min(bytes.count, offset + min(step, bytes.count))
        try unpacker.unpack(bytes.span.extracting(offset..<end)) { piece in
          for index in 0..<piece.count { result.text.unicodeScalars.append(Unicode.Scalar(piece[index])) }
          return true
        }
        offset = end
      }
    } catch { result.fault = error }
    result.isComplete = unpacker.isComplete
    result.read = unpacker.read
    return result
  }

  @Test(arguments: [gzip, zstd])
  func `what was packed comes out, in whatever pieces it goes in`(bytes: [UInt8]) throws {
    for step in [1, 2, 7, .max] {
      #expect(try Self.unpack(bytes, step: step) == Result(text: "hello", isComplete: true, read: bytes.count))
    }
  }

  @Test(arguments: [gzip, zstd])
  func `several members one after another are one text`(bytes: [UInt8]) throws {
    #expect(try Self.unpack(bytes + bytes + bytes).text == "hellohellohello")
  }

  @Test(arguments: [gzip, zstd])
  func `what breaks off is not complete`(bytes: [UInt8]) throws {
    for end in 4..<bytes.count {
      let result = try Self.unpack(Array(bytes.prefix(end)))
      #expect(!result.isComplete)
      #expect("hello".hasPrefix(result.text))
    }
    #expect(try !Self.unpack(bytes + bytes.prefix(4)).isComplete)
  }

  @Test(arguments: [gzip, zstd])
  func `what stands behind the end and is no member makes the whole damaged, not complete`(bytes: [UInt8]) throws {
    for step in [1, .max] {
      let result = try Self.unpack(bytes + Array("garbage!".utf8), step: step)
      #expect(result.text == "hello" && result.fault != nil && !result.isComplete)
    }
  }

  @Test func `an empty piece behind the end changes nothing`() throws {
    for bytes in [Self.gzip, Self.zstd] {
      var unpacker = try Unpacker(try #require(Self.kind(bytes)))
      try unpacker.unpack(bytes.span) { _ in true }
      try unpacker.unpack([UInt8]().span) { _ in true }
      let isComplete = unpacker.isComplete
      #expect(isComplete)
    }
  }

  @Test func `damage is told with its place, and what came before it is kept`() throws {
    var crc = Self.gzip
    crc[crc.count - 8] ^= 1
    #expect(try Self.unpack(crc).fault != nil)
    #expect(try Self.unpack(crc).text.isEmpty || Self.unpack(crc).text == "hello")
    // A block of a type that is reserved.
    var block = Self.zstd
    block[6] |= 6
    #expect(try Self.unpack(block).fault != nil)
    guard case .damaged(let place) = try Self.unpack(block).fault else { return }
    #expect(place <= block.count)
  }

  @Test func `every byte may be wrong`() throws {
    for bytes in [Self.gzip, Self.zstd] {
      for index in 4..<bytes.count {
        for bit in 0..<8 {
          var wrong = bytes
          wrong[index] ^= 1 << bit
          let result = try Self.unpack(wrong)
          #expect(result.text.unicodeScalars.count <= 1 << 20)
        }
      }
    }
  }

  @Test func `a bomb comes out in pieces of 64 KiB, and may be ended early`() throws {
    // A frame of 1 GiB by its header: blocks of 128 KiB, each of one byte repeated.
    let bomb = [0x28, 0xB5, 0x2F, 0xFD, 0xA0, 0, 0, 0, 0x40] + [UInt8](repeating: 0, count: 0)
    let blocks = (0..<64).flatMap { _ in [0x02, 0x00, 0x10, 0x61] as [UInt8] }
    var unpacker = try Unpacker(.zstd)
    var pieces: [Int] = []
    do throws(Unpacker.Fault) {
      try unpacker.unpack((bomb + blocks).span) { piece in
        pieces.append(piece.count)
        return pieces.count < 10
      }
    } catch { pieces.append(0) }
    #expect(pieces.count <= 10)
    #expect(pieces.allSatisfy { $0 <= 1 << 16 })
  }

  @Test func `a frame that asks for a window beyond 128 MiB is refused`() throws {
    // Window descriptor: exponent 31, mantissa 0: 2 TiB.
    let greedy: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD, 0x00, 31 << 3, 0x29, 0, 0] + Array("hello".utf8)
    #expect(try Self.unpack(greedy).fault != nil)
  }

  @Test(arguments: [[], [0x1F], [0x28, 0xB5, 0x2F], Array("text".utf8)] as [[UInt8]])
  func `other bytes are not packed`(bytes: [UInt8]) {
    #expect(Self.kind(bytes) == nil)
  }
}
