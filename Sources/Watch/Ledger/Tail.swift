import GRDB
import Model

/// New events as they are committed, by whichever process. It ends when its task is cancelled.
///
/// It asks SQLite for `PRAGMA data_version`, which costs microseconds where nothing happened, and reads only then.
public struct Tail: AsyncSequence, Sendable {
  public typealias Element = Entry
  public typealias Failure = any Error

  let store: Store
  let query: Query
  let pause: Duration

  public func makeAsyncIterator() -> Iterator { Iterator(tail: self) }

  public struct Iterator: AsyncIteratorProtocol {
    private let tail: Tail
    private var after: Int64
    private var version: Int64?
    private var buffer: ArraySlice<Entry> = []

    fileprivate init(tail: Tail) {
      self.tail = tail
      after = tail.query.after ?? 0
    }

    public mutating func next() async throws -> Entry? {
      while !Task.isCancelled {
        if let entry = buffer.popFirst() { return entry }
        let now = try tail.store.dataVersion
        if now != version {
          // What is committed from here on changes the number again, so nothing falls between the two.
          if try fill() { version = now }
          if !buffer.isEmpty { continue }
        }
        do { try await Task.sleep(for: tail.pause) } catch { return nil }
      }
      return nil
    }

    /// True where everything up to the end as it was is in the buffer.
    private mutating func fill() throws(StoreError) -> Bool {
      let head = try tail.store.head.seq
      var query = tail.query
      (query.order, query.limit, query.after, query.before) = (.oldestFirst, 500, after, head + 1)
      let page = try tail.store.query(query)
      buffer = page[...]
      let isAll = page.count < query.limit
      after = isAll ? Swift.max(head, after) : page.last?.seq ?? after
      return isAll
    }
  }
}

extension Store {
  /// Events after a place, oldest first, then each new one. Limit, order and `after` of the query do not count.
  public func tail(
    after seq: Int64, matching query: Query = Query(), every pause: Duration = .milliseconds(250)
  ) -> Tail {
    var query = query
    query.after = seq
    return Tail(store: self, query: query, pause: pause)
  }

  /// A number that changes when another connection commits.
  fileprivate var dataVersion: Int64 {
    get throws(StoreError) {
      try storing(path) { try reader.read { try Int64.fetchOne($0, sql: "PRAGMA data_version") ?? 0 } }
    }
  }
}
