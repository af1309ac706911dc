#if canImport(Glibc)
  import Glibc
#endif

/// One question and one answer over a stream socket that has a path: how container engines are asked.
public protocol LocalSocket: Sendable {
  /// Sends a request and reads until the other side closes.
  ///
  /// Throws `.tooLarge` beyond `limit` bytes, and `.system(ETIMEDOUT)` where the whole exchange takes longer than
  /// `milliseconds`: whoever listens there may be anybody, and may never answer.
  func exchange(_ path: String, _ request: [UInt8], limit: Int, milliseconds: Int) throws(FileError) -> [UInt8]
}

/// A machine on which nobody answers: the demo's, and that of tests.
public struct NoSockets: LocalSocket {
  public init() {}
  public func exchange(_ path: String, _ request: [UInt8], limit: Int, milliseconds: Int) throws(FileError) -> [UInt8] {
    throw FileError(path, .notFound)
  }
}

/// The sockets of this machine.
public struct SystemSockets: LocalSocket {
  public init() {}

  public func exchange(_ path: String, _ request: [UInt8], limit: Int, milliseconds: Int) throws(FileError) -> [UInt8] {
    let deadline = Self.clock() + Int64(milliseconds)
    let raw = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
    guard raw >= 0 else { throw FileError(path, SystemFiles.code(errno)) }
    let socket = Descriptor(owning: raw)
    try Self.connect(socket.raw, path)

    var sent = 0
    while sent < request.count {
      // MSG_NOSIGNAL: a listener that hangs up must not end the program.
      let count = unsafe request[sent...].withUnsafeBytes { bytes in
        unsafe Glibc.send(socket.raw, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
      }
      if count > 0 {
        sent += count
      } else if errno == EAGAIN || errno == EINTR {
        try Self.wait(socket.raw, for: Int16(POLLOUT), until: deadline, path)
      } else {
        throw FileError(path, SystemFiles.code(errno))
      }
    }

    var answer: [UInt8] = []
    while true {
      var failure: Int32 = 0
      let piece = unsafe [UInt8](unsafeUninitializedCapacity: min(65536, limit - answer.count + 1)) { buffer, count in
        let got = unsafe Glibc.recv(socket.raw, buffer.baseAddress, buffer.count, 0)
        if got < 0 { failure = errno }
        count = max(0, got)
      }
      if failure == EAGAIN || failure == EINTR {
        try Self.wait(socket.raw, for: Int16(POLLIN), until: deadline, path)
        continue
      }
      guard failure == 0 else { throw FileError(path, SystemFiles.code(failure)) }
      if piece.isEmpty { return answer }
      answer += piece
      guard answer.count <= limit else { throw FileError(path, .tooLarge) }
      // A listener that drips a byte at a time never lets a wait run out.
      guard Self.clock() < deadline else { throw FileError(path, .system(ETIMEDOUT)) }
    }
  }

  private static func connect(_ socket: Int32, _ path: String) throws(FileError) {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let bytes = Array(path.utf8)
    // One byte stays for the NUL that ends the path (unix(7)).
    let room = MemoryLayout.size(ofValue: address.sun_path)
    guard bytes.count < room, !bytes.contains(0) else { throw FileError(path, .system(ENAMETOOLONG)) }
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: bytes) }
    let result = unsafe withUnsafePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe Glibc.connect(socket, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    // A full queue answers EAGAIN at once here: a listener that takes nobody is no engine to wait for.
    guard result == 0 else { throw FileError(path, SystemFiles.code(errno)) }
  }

  private static func wait(_ socket: Int32, for events: Int16, until deadline: Int64, _ path: String) throws(FileError)
  {
    let left = deadline - clock()
    guard left > 0 else { throw FileError(path, .system(ETIMEDOUT)) }
    var entry = pollfd(fd: socket, events: events, revents: 0)
    let ready = unsafe poll(&entry, 1, Int32(clamping: left))
    if ready < 0, errno != EINTR { throw FileError(path, SystemFiles.code(errno)) }
  }

  /// Milliseconds that only go forward.
  private static func clock() -> Int64 {
    var time = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) &* 1000 &+ Int64(time.tv_nsec) / 1_000_000
  }
}

/// Canned answers by path and beginning of the request, for tests and for a mounted image, where nobody answers.
public struct MemorySockets: LocalSocket {
  private var answers: [String: [(prefix: String, answer: [UInt8])]] = [:]
  private var refusals: [String: FileError.Code] = [:]

  public init() {}

  /// - Parameter request: how the request begins: `GET /containers/json`.
  public mutating func add(_ path: String, request: String, answer: [UInt8]) {
    answers[path, default: []].append((request, answer))
  }

  public mutating func refuse(_ path: String, _ code: FileError.Code) { refusals[path] = code }

  public func exchange(_ path: String, _ request: [UInt8], limit: Int, milliseconds: Int) throws(FileError) -> [UInt8] {
    if let code = refusals[path] { throw FileError(path, code) }
    guard let found = answers[path]?.first(where: { request.starts(with: $0.prefix.utf8) }) else {
      throw FileError(path, .notFound)
    }
    guard found.answer.count <= limit else { throw FileError(path, .tooLarge) }
    return found.answer
  }
}
