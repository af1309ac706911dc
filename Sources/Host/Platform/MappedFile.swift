internal import CLinux

#if canImport(Glibc)
  import Glibc
#endif

/// The bytes of a regular file, read as they are touched: files larger than memory cost no more than small ones.
///
/// The mapping is private, read-only, and as long as the file was when it was opened. Whoever cuts the file meanwhile ends
/// the program: a page behind the new end cannot be read, and `trammel_guard_mappings` turns the signal into one line and
/// exit code 2. That the span lives no longer than the mapping is what its lifetime says, and what is released lies within
/// the mapping and was never written to, so that it comes back as it was; nothing else is `unsafe` here.
/// Threads may share it: nobody can write to the bytes, and they are given back once, by the last one who holds the file.
@safe
public struct MappedFile: ~Copyable, @unchecked Sendable {
  private let base: UnsafeRawPointer?
  /// Bytes of the file.
  public let count: Int
  public let path: String

  /// - Throws: where there is no such file, or it is none that can be mapped (a pipe, a directory).
  public init(_ path: String) throws(FileError) {
    let (base, count) = try unsafe Self.map(path)
    unsafe self.base = base
    self.count = count
    self.path = path
  }

  private static func map(_ path: String) throws(FileError) -> (UnsafeRawPointer?, Int) {
    let raw = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
    guard raw >= 0 else { throw FileError(path, SystemFiles.code(errno)) }
    let descriptor = Descriptor(owning: raw)
    var info = stat()
    guard unsafe fstat(descriptor.raw, &info) == 0 else { throw FileError(path, SystemFiles.code(errno)) }
    guard info.st_mode & S_IFMT == S_IFREG else { throw FileError(path, .notRegular) }
    let count = Int(info.st_size)
    guard count > 0 else { return (nil, 0) }
    guard let mapped = unsafe mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor.raw, 0),
      unsafe mapped != MAP_FAILED
    else { throw FileError(path, SystemFiles.code(errno)) }
    trammel_guard_mappings()
    // Read from front to back: the kernel reads ahead and may drop what lies behind.
    _ = unsafe madvise(mapped, count, MADV_SEQUENTIAL)
    return (UnsafeRawPointer(mapped), count)
  }

  deinit {
    if let base = unsafe base { unsafe munmap(UnsafeMutableRawPointer(mutating: base), count) }
  }

  public var bytes: Span<UInt8> {
    @_lifetime(borrow self)
    get {
      let buffer = unsafe UnsafeRawBufferPointer(start: base, count: base == nil ? 0 : count)
      let span = unsafe Span<UInt8>(_unsafeBytes: buffer)
      return unsafe _overrideLifetime(span, borrowing: self)
    }
  }

  /// Gives the whole pages of a range back to the kernel. Who looks at them again gets them again.
  func release(_ range: Range<Int>) {
    let page = Int(getpagesize())
    let (start, end) = (range.lowerBound / page * page, min(count, range.upperBound) / page * page)
    guard let base = unsafe base, start >= 0, start < end else { return }
    _ = unsafe madvise(UnsafeMutableRawPointer(mutating: base + start), end - start, MADV_DONTNEED)
  }

  func lend<Result>(to body: (Span<UInt8>) throws -> Result) rethrows -> Result { try body(bytes) }
}
