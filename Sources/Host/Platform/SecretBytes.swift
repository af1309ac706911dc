#if canImport(Glibc)
  import Glibc
#endif

/// Room for bytes that may hold secrets: one owner, no copy, no description, wiped before it is given back.
///
/// All of `unsafe` here: the room is allocated once, never moves, and every access stays below `capacity`; a span of it
/// lives no longer than the value, as its lifetime says.
@safe
public struct SecretBytes: ~Copyable {
  private let base: UnsafeMutableRawPointer
  public let capacity: Int
  public private(set) var count = 0

  public init(capacity: Int) {
    self.capacity = max(capacity, 16)
    unsafe base = UnsafeMutableRawPointer.allocate(byteCount: self.capacity, alignment: 16)
  }

  deinit {
    unsafe explicit_bzero(base, capacity)
    unsafe base.deallocate()
  }

  public var bytes: Span<UInt8> {
    @_lifetime(borrow self)
    get {
      let span = unsafe Span<UInt8>(_unsafeBytes: UnsafeRawBufferPointer(start: base, count: count))
      return unsafe _overrideLifetime(span, borrowing: self)
    }
  }

  /// False where there is no room.
  @discardableResult
  public mutating func append(_ byte: UInt8) -> Bool {
    guard count < capacity else { return false }
    unsafe base.storeBytes(of: byte, toByteOffset: count, as: UInt8.self)
    count += 1
    return true
  }

  /// Forgets what it holds.
  public mutating func wipe() {
    unsafe explicit_bzero(base, count)
    count = 0
  }

  /// Replaces what it holds by at most `limit` bytes of a descriptor from `offset`. The number of the error, or 0.
  mutating func fill(from descriptor: borrowing Descriptor, offset: Int, limit: Int) -> Int32 {
    wipe()
    let most = min(limit, capacity)
    while count < most {
      let got = unsafe pread(descriptor.raw, base + count, most - count, off_t(offset + count))
      if got < 0 {
        if errno == EINTR { continue }
        return errno
      }
      if got == 0 { break }
      count += got
    }
    return 0
  }
}
