import Databases
public import Model
import Platform

/// Follows one log, or Pi-hole's database, into a `WireFeed`, and knows what keeps it from being read.
public struct LogFollower: Sendable {
  public let path: String
  /// Where the log stands in its feed.
  private let place: Int
  private var file: FileFollower?
  private var database: Turn?
  private var problem: Problem?

  private enum Problem: Sendable, Hashable {
    case file(FileError.Code)
    case database(Database.Fault)
    case otherDatabase, gone, unknown
  }

  /// How far a database was read, and how its files looked then.
  private struct Turn: Sendable {
    var last: Int64?
    var looks: [FileStatus?] = []
    var hasMore = true
    var next = Timestamp(nanoseconds: .min)
  }

  /// - Parameter place: the log's place in the feed.
  public init(_ path: String, place: Int) {
    self.path = path
    self.place = place
  }

  /// Takes what came since the last call; whether there was something.
  ///
  /// What cannot be read is tried again with each call: `trouble` tells why.
  public mutating func feed(_ feed: inout WireFeed, now: Timestamp) -> Bool {
    do throws(FileError) {
      if file == nil, database == nil { try open() }
      if database != nil { return read(into: &feed, now: now) }
      let bytes = try file?.read() ?? []
      if !bytes.isEmpty { feed.take(bytes, of: place, now: now) }
      problem = file?.isGone ?? false ? .gone : feed.isUnknown(place) ? .unknown : nil
      return !bytes.isEmpty
    } catch {
      problem = .file(error.code)
      return false
    }
  }

  private mutating func open() throws(FileError) {
    // Also what is empty is followed: a log begins so.
    if Database.isDatabase(try MappedFile(path).bytes) { database = Turn() } else { file = try FileFollower(path) }
  }

  // MARK: Databases

  /// Seconds between two looks at a database: its writer stores what it has once in a minute.
  private static let pause = 5.0

  /// It is opened for each reading: no lock on it outlives that, and a new file under its name is read.
  private mutating func read(into feed: inout WireFeed, now: Timestamp) -> Bool {
    guard var turn = database, turn.hasMore || now >= turn.next else { return false }
    turn.next = now.advanced(bySeconds: Self.pause)
    defer { database = turn }
    let files = SystemFiles()
    let looks = [path, path + "-wal"].map { try? files.status($0, followingLinks: true) }
    guard turn.hasMore || looks != turn.looks else { return false }
    turn.looks = looks
    turn.hasMore = false
    do throws(Database.Fault) {
      var source = try PiholeDatabase(path, after: turn.last)
      let before = source.last
      defer { turn.last = source.last }
      turn.hasMore = try feed.take(&source, now: now)
      problem = nil
      return source.last != before
    } catch {
      // Tried again after the pause, changed or not.
      turn.looks = []
      switch error {
      case .noTable, .noColumn: problem = .otherDatabase
      case .file(let error): problem = .file(error.code)
      default: problem = .database(error)
      }
      return false
    }
  }

  // MARK: Trouble

  /// What keeps the log from being read, and what helps; nil while it is read.
  public var trouble: SourceStatus.Blind? {
    guard let problem else { return nil }
    switch problem {
    case .file(.notFound), .gone:
      return .init("\(path): no such file", remedy: "check the path, and that its program is told to write it")
    case .file(.denied):
      return .init(
        "\(path): may not be read", remedy: "give this account the group that may (ls -l \(path)), or run it as root")
    case .file(.notRegular), .file(.notDirectory):
      return .init("\(path): no regular file", remedy: "name the file that the log is written to")
    case .file(let code):
      return .init("\(path): cannot be read (\(code))", remedy: "check its disk and where that is mounted")
    case .unknown:
      return .init(
        "\(path): nothing in it is known by its form", remedy: "see which are read: trammel help find dns")
    case .otherDatabase:
      return .init("\(path): a database of another program", remedy: "of databases name Pi-hole's, pihole-FTL.db")
    case .database(.busy):
      return .init("\(path): its writer keeps it locked", remedy: "follow the log beside it, pihole.log")
    case .database(let fault):
      return .init(
        "\(path): the database cannot be read (\(fault))", remedy: "follow Pi-hole's log instead, pihole.log")
    }
  }
}
