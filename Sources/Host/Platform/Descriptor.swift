#if canImport(Glibc)
  import Glibc
#endif

/// A file descriptor that is closed exactly once.
public struct Descriptor: ~Copyable, Sendable {
  public let raw: Int32

  /// Takes ownership of an open descriptor.
  public init(owning raw: Int32) { self.raw = raw }

  /// Gives ownership away without closing.
  public consuming func release() -> Int32 {
    let value = raw
    discard self
    return value
  }

  deinit { close(raw) }
}
