#if canImport(Glibc)
  import Glibc
#endif

/// Bytes that come once, from front to back: a pipe, a FIFO, standard input.
///
/// A FIFO is opened without waiting for its writer, so that the wait can be given up; standard input is shared with whoever
/// started the program and keeps its flags. The buffer is the reader's own and outlives each call.
public struct PipedInput: ~Copyable {
  /// What a reading brought.
  public enum Event: Sendable, Hashable {
    /// In `bytes`.
    case bytes
    /// Nothing within the time.
    case none
    case end
  }

  private let descriptor: Descriptor
  private var buffer = [UInt8](repeating: 0, count: 1 << 16)
  private var count = 0
  public let path: String

  /// Names of standard input.
  private static let standard: Set<String> = ["-", "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"]

  /// Whether the path is to be read so: `-`, a FIFO, or another name of standard input where that is no regular file.
  ///
  /// Asked before anything is opened: a FIFO that is opened and closed again ends its writer.
  public static func isNeeded(for path: String) -> Bool {
    if path == "-" { return true }
    var info = stat()
    let isKnown = unsafe stat(path, &info) == 0
    guard isKnown else { return false }
    switch info.st_mode & S_IFMT {
    case S_IFIFO: return true
    case S_IFSOCK: return standard.contains(path)
    default: return false
    }
  }

  /// - Throws: `.notRegular` for a terminal, a folder, a device.
  public init(_ path: String) throws(FileError) {
    descriptor = try Self.open(path)
    self.path = path
  }

  private static func open(_ path: String) throws(FileError) -> Descriptor {
    let raw =
      standard.contains(path)
      ? fcntl(0, F_DUPFD_CLOEXEC, 3) : unsafe Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
    guard raw >= 0 else { throw FileError(path, SystemFiles.code(errno)) }
    let descriptor = Descriptor(owning: raw)
    var info = stat()
    guard unsafe fstat(raw, &info) == 0 else { throw FileError(path, SystemFiles.code(errno)) }
    switch info.st_mode & S_IFMT {
    case S_IFIFO, S_IFSOCK, S_IFREG: return descriptor
    default: throw FileError(path, .notRegular)
    }
  }

  /// Waits so long for the next bytes.
  public mutating func read(waiting milliseconds: Int32) throws(FileError) -> Event {
    count = 0
    var wait = pollfd(fd: descriptor.raw, events: Int16(POLLIN), revents: 0)
    let ready = unsafe poll(&wait, 1, milliseconds)
    if ready == 0 || ready < 0 && errno == EINTR { return .none }
    guard ready > 0 else { throw FileError(path, SystemFiles.code(errno)) }
    let got = unsafe buffer.withUnsafeMutableBytes { unsafe Glibc.read(descriptor.raw, $0.baseAddress, $0.count) }
    if got < 0, errno == EINTR || errno == EAGAIN { return .none }
    guard got >= 0 else { throw FileError(path, SystemFiles.code(errno)) }
    count = got
    return got == 0 ? .end : .bytes
  }

  /// What the last reading brought.
  public var bytes: Span<UInt8> {
    @_lifetime(borrow self)
    get { buffer.span.extracting(first: count) }
  }
}
