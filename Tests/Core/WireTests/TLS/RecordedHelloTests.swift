import Testing
import Wire

@Suite struct RecordedHelloTests {
  private func hello(_ recorded: RecordedHello) throws -> ClientHello {
    guard case .hello(let hello) = TLSRecords.read(recorded.record) else { throw Missing() }
    return hello
  }
  private struct Missing: Error {}

  @Test(arguments: RecordedHello.all)
  func `a real client's hello gives its name and its fingerprints`(recorded: RecordedHello) throws {
    let hello = try hello(recorded)
    #expect(hello.serverName == recorded.serverName)
    #expect(!hello.hasBadServerName && hello.damaged == 0 && hello.unread == 0)
    #expect(hello.ja4(.tcp) == recorded.ja4)
    #expect(hello.ja3() == recorded.ja3)
    #expect(hello.length == recorded.record.count - 5)
    #expect(!hello.hasGREASE && !hello.hasECH && !hello.isResumption && !hello.hasEarlyData)
  }

  @Test(arguments: RecordedHello.all)
  func `a hello that is cut anywhere is awaited, and how much of it is said`(recorded: RecordedHello) throws {
    let record = recorded.record
    let whole = TLSRecords.read(record)
    for count in record.indices {
      guard case .needMore(let total) = TLSRecords.read(Array(record[..<count])) else {
        Issue.record("cut at \(count)")
        continue
      }
      #expect(count < 9 || total == record.count)
    }
    #expect(TLSRecords.read(record + [23, 3, 3, 0, 1, 0]) == whole)
  }

  @Test(arguments: RecordedHello.all, [1, 2, 3, 40, 300])
  func `records of any size give the same hello`(recorded: RecordedHello, size: Int) throws {
    let message = recorded.record.dropFirst(5)
    var split: [UInt8] = []
    var index = message.startIndex
    while index < message.endIndex {
      let end = min(message.endIndex, index + size)
      split += record(message[index..<end])
      index = end
    }
    let outcome = TLSRecords.read(split)
    guard message.count <= size * TLSRecords.recordLimit else {
      #expect(outcome == .tooLarge)
      return
    }
    #expect(outcome == .hello(try hello(recorded)))
    for count in split.indices {
      guard case .needMore(let total) = TLSRecords.read(Array(split[..<count])) else {
        Issue.record("cut at \(count)")
        return
      }
      #expect(count < total && total <= split.count)
    }
  }
}
