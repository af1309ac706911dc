internal import CCompression

/// Unpacks gzip (RFC 1952) and zstd (RFC 8878) as the bytes come.
///
/// What comes out is handed over in pieces of 64 KiB, so a bomb costs time and no memory. The C object is made in `init`,
/// freed in `deinit`, and sees only buffers that outlive the call.
@safe
public struct Unpacker: ~Copyable {
  public enum Kind: Int32, Sendable, Hashable {
    case gzip = 1
    case zstd = 2

    /// By the first bytes: 1f 8b, 28 b5 2f fd.
    public init?(_ head: Span<UInt8>) {
      if head.count >= 2, head[0] == 0x1F, head[1] == 0x8B {
        self = .gzip
      } else if head.count >= 4, head[0] == 0x28, head[1] == 0xB5, head[2] == 0x2F, head[3] == 0xFD {
        self = .zstd
      } else {
        return nil
      }
    }
  }

  public enum Fault: Error, Sendable, Hashable {
    /// From here on the bytes are not what the format allows; counted in packed bytes.
    case damaged(at: Int)
    case memory
  }

  private let unpacker: OpaquePointer
  private var output = [UInt8](repeating: 0, count: 1 << 16)
  /// Packed bytes that were read.
  public private(set) var read = 0
  /// The last member or frame was complete, and nothing of another stands behind it.
  public private(set) var isComplete = false

  public init(_ kind: Kind) throws(Fault) {
    guard let opened = unsafe trammel_unpacker_open(kind.rawValue) else { throw .memory }
    unsafe unpacker = opened
  }

  deinit { unsafe trammel_unpacker_close(unpacker) }

  /// Unpacks a piece of the input; `body` gets what comes out, and says no to end early.
  public mutating func unpack(_ input: Span<UInt8>, _ body: (Span<UInt8>) -> Bool) throws(Fault) {
    var offset = 0
    var wantsMore = true
    while wantsMore {
      var consumed = 0
      var produced = 0
      let rest = input.extracting(offset..<input.count)
      let capacity = output.count
      let result = unsafe rest.withUnsafeBufferPointer { source in
        unsafe output.withUnsafeMutableBufferPointer { target in
          unsafe trammel_unpack(
            unpacker, source.baseAddress, source.count, &consumed, target.baseAddress, capacity, &produced)
        }
      }
      offset += consumed
      read += consumed
      guard result >= 0 else {
        // What came out before the damage is whole.
        if produced > 0 { _ = body(output.span.extracting(0..<produced)) }
        isComplete = false
        throw .damaged(at: read)
      }
      // A call that moved nothing, behind the end of a member, says nothing new.
      if result == 1 || consumed > 0 || produced > 0 { isComplete = result == 1 }
      if produced > 0, !body(output.span.extracting(0..<produced)) { return }
      // Full output means that more may wait inside; otherwise the input is used up.
      wantsMore = produced == capacity || (offset < input.count && (consumed > 0 || produced > 0))
    }
  }
}
