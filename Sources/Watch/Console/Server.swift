import Hummingbird
import HummingbirdCore
public import Logging
public import Model
import NIOCore
public import ServiceLifecycle
import Synchronization

/// The console as a service: listens on a loopback address until it is told to stop.
public struct Server: Service {
  /// A source of randomness: as many bytes as asked for, fit for secrets.
  public typealias Random = @Sendable (Int) -> [UInt8]
  public typealias Clock = @Sendable () -> Timestamp

  private let address: Address
  private let port: Int
  private let logger: Logger
  private let desk: Desk
  private let bound: Bound

  /// - Parameters:
  ///   - address: an address of the loopback interface; anything else is refused.
  ///   - port: 0 for any free one.
  public init(
    reading: any Reading, address: String = "127.0.0.1", port: Int = Console.defaultPort, clock: @escaping Clock,
    random: @escaping Random, logger: Logger? = nil
  ) throws(Console.Failure) {
    guard let parsed = Address(address == "localhost" ? "127.0.0.1" : address), parsed.isLoopback else {
      throw .notLoopback(address)
    }
    self.address = parsed
    self.port = port
    var quiet = Logger(label: "trammel.console")
    quiet.logLevel = .critical
    self.logger = logger ?? quiet
    bound = Bound(port: port)
    desk = Desk(reading: reading, templates: try Templates(), clock: clock, random: random, bound: bound)
  }

  /// A fresh link that signs one person in, once, within ten minutes.
  public func signInLink() -> String {
    "\(origin)/sign-in?code=\(desk.signIn.code(now: desk.clock()))"
  }

  /// The line for somebody whose browser is on another machine.
  public func sshHint(user: String = "user", host: String) -> String {
    "ssh -L \(bound.port):\(address.isIPv4 ? address.description : "[\(address)]"):\(bound.port) \(user)@\(host)"
  }

  /// `http://trammel.localhost:7717`
  public var origin: String { "http://\(Console.name):\(bound.port)" }

  /// The port that is listened on, once it is; nil where the server ended before.
  public func started() async -> Int? { await bound.started() }

  public func run() async throws {
    defer { bound.ended() }
    var quiet = logger
    quiet.logLevel = max(quiet.logLevel, .warning)
    let bound = bound
    let application = Application(
      responder: desk,
      server: .http1(
        configuration: .init(
          idleTimeout: .seconds(60),
          httpDecoderConfiguration: .init(
            maxHeaderFieldSize: 8 * 1024, maxHeaderListSize: 16 * 1024, maxHeaderFieldCount: 64))),
      configuration: ApplicationConfiguration(
        address: .hostname(address.description, port: port),
        availableConnectionsDelegate: MaximumAvailableConnections(256, logger: quiet)),
      onServerRunning: { channel in bound.began(port: channel.localAddress?.port) },
      logger: quiet)
    do {
      try await application.run()
    } catch let error as IOError where error.errnoCode == Self.addressInUse {
      throw Console.Failure.portTaken(address: address.description, port: port)
    }
  }

  /// EADDRINUSE of Linux.
  private static let addressInUse: Int32 = 98
}

/// Where the server listens, known once it does.
final class Bound: Sendable {
  private struct State {
    var port: Int
    var isOver = false
    var isListening = false
    var waiting: [CheckedContinuation<Int?, Never>] = []
  }
  private let state: Mutex<State>

  init(port: Int) { state = Mutex(State(port: port)) }

  var port: Int { state.withLock { $0.port } }

  func began(port: Int?) {
    let (waiting, port) = state.withLock { state in
      if let port { state.port = port }
      state.isListening = true
      defer { state.waiting = [] }
      return (state.waiting, state.port)
    }
    for continuation in waiting { continuation.resume(returning: port) }
  }

  func ended() {
    let waiting = state.withLock { state in
      state.isOver = true
      defer { state.waiting = [] }
      return state.waiting
    }
    for continuation in waiting { continuation.resume(returning: nil) }
  }

  func started() async -> Int? {
    await withCheckedContinuation { continuation in
      let answer = state.withLock { state -> Int?? in
        if state.isOver { return .some(nil) }
        if state.isListening { return .some(state.port) }
        state.waiting.append(continuation)
        return nil
      }
      if let answer { continuation.resume(returning: answer) }
    }
  }
}
