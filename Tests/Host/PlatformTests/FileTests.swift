import Foundation
import Platform
import Testing

#if canImport(Glibc)
  import Glibc
#endif

/// A folder of its own, gone at the end.
private final class Scratch: Sendable {
  let path = "/tmp/trammel-files-\(UInt64.random(in: 0 ... .max))"
  init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false) }
  deinit { try? FileManager.default.removeItem(atPath: path) }

  func write(_ text: String, _ name: String = "log") throws -> String {
    let path = "\(path)/\(name)"
    try OutputFile(path).write(Array(text.utf8))
    return path
  }

  func append(_ text: String, _ name: String = "log") throws {
    let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: "\(path)/\(name)"))
    try handle.seekToEnd()
    try handle.write(contentsOf: Data(text.utf8))
    try handle.close()
  }
}

private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

@Suite struct MappedFileTests {
  @Test func `a file's bytes are those on disk`() throws {
    let scratch = try Scratch()
    let path = try scratch.write("hello")
    let file = try MappedFile(path)
    let bytes = file.bytes
    var copy: [UInt8] = []
    for index in 0..<bytes.count { copy.append(bytes[index]) }
    #expect(text(copy) == "hello")
    let count = file.count
    #expect(count == 5 && file.path == path)
  }

  @Test func `bytes that were released are there again for whoever looks, in every thread`() async throws {
    let scratch = try Scratch()
    let file = try SharedFile(try scratch.write(String(repeating: "0123456789", count: 4000)))
    for range in [0..<40_000, 4097..<20_000, 39_999..<40_000, 5000..<5000, 0..<1 << 40] {
      file.release(range)
      let sums = await withTaskGroup(of: Int.self) { group in
        for _ in 0..<3 {
          group.addTask {
            file.withBytes { bytes in bytes.indices.reduce(0) { $0 + Int(bytes[$1]) } }
          }
        }
        var sums: [Int] = []
        for await sum in group { sums.append(sum) }
        return sums
      }
      #expect(sums == [2_100_000, 2_100_000, 2_100_000])
    }
    #expect(file.count == 40_000)
  }

  @Test func `an empty file has no bytes`() throws {
    let scratch = try Scratch()
    let file = try MappedFile(try scratch.write(""))
    let count = file.bytes.count
    #expect(count == 0)
  }

  @Test func `what is no regular file is refused, and a pipe does not block`() throws {
    let scratch = try Scratch()
    let pipe = "\(scratch.path)/pipe"
    #expect(unsafe mkfifo(pipe, 0o600) == 0)
    for (path, code) in [
      (scratch.path, FileError.Code.notRegular), (pipe, .notRegular), ("/dev/null", .notRegular),
      ("\(scratch.path)/none", .notFound),
    ] {
      var found: FileError.Code?
      do throws(FileError) { _ = try MappedFile(path) } catch { found = error.code }
      #expect(found == code)
    }
  }

  @Test func `a file that is cut while it is read ends the program with exit code 2`() async {
    await #expect(processExitsWith: .exitCode(2)) { try readAfterCut() }
  }
}

/// Returns where the file can be read though it was cut.
private func readAfterCut() throws {
  let path = "/tmp/trammel-cut-\(UInt64.random(in: 0 ... .max))"
  try OutputFile(path).write([UInt8](repeating: 1, count: 1 << 16))
  let file = try MappedFile(path)
  _ = unsafe truncate(path, 0)
  _ = unsafe unlink(path)
  for index in 0..<file.count where file.bytes[index] == 0 { return }
}

@Suite struct OutputFileTests {
  @Test func `a file is its owner's alone, and one that is there is emptied`() throws {
    let scratch = try Scratch()
    let path = try scratch.write("something long")
    let file = try OutputFile(path)
    try file.write(Array("a".utf8))
    try file.write([])
    try file.write(Array("bc".utf8))
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "abc")
    let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    #expect(mode == 0o600)
    let name = file.path
    #expect(name == path)
  }

  @Test func `a link is not followed, and a folder that is not there is said to be missing`() throws {
    let scratch = try Scratch()
    let target = try scratch.write("precious", "target")
    try FileManager.default.createSymbolicLink(atPath: "\(scratch.path)/link", withDestinationPath: target)
    for (path, code) in [
      ("\(scratch.path)/link", FileError.Code.symlinkLoop), ("\(scratch.path)/none/file", .notFound),
    ] {
      var found: FileError.Code?
      do throws(FileError) { _ = try OutputFile(path) } catch { found = error.code }
      #expect(found == code)
    }
    #expect(try String(contentsOfFile: target, encoding: .utf8) == "precious")
  }

  @Test func `a disk that is full is said to be full`() throws {
    let file = try OutputFile("/dev/full")
    var found: FileError.Code?
    do throws(FileError) { try file.write([1]) } catch { found = error.code }
    #expect(found == .system(ENOSPC))
  }
}

@Suite struct FileFollowerTests {
  @Test func `what is there is read first, then what is appended`() throws {
    let scratch = try Scratch()
    let path = try scratch.write("one\n")
    var follower = try FileFollower(path)
    #expect(follower.path == path)
    var seen = [text(try follower.read()), text(try follower.read())]
    try scratch.append("two\n")
    seen.append(text(try follower.read()))
    #expect(seen == ["one\n", "", "two\n"])
  }

  @Test func `a log that is rotated is read to its end, then the new one from its start`() throws {
    let scratch = try Scratch()
    let path = try scratch.write("one\n")
    var follower = try FileFollower(path)
    _ = try follower.read()
    try FileManager.default.moveItem(atPath: path, toPath: "\(path).1")
    try scratch.append("last of the old\n", "log.1")
    var seen = [text(try follower.read())]
    // Between the two there is no file of the name.
    seen.append(text(try follower.read()))
    _ = try scratch.write("first of the new\n")
    // A writer that has the old file open still may write its last line.
    seen.append(text(try follower.read()))
    try scratch.append("very last\n", "log.1")
    seen.append(text(try follower.read()))
    seen.append(try next(&follower))
    seen.append(text(try follower.read()))
    #expect(seen == ["last of the old\n", "", "", "very last\n", "first of the new\n", ""])
  }

  @Test func `a new file without a word is taken for the log's after a while`() throws {
    let scratch = try Scratch()
    let path = try scratch.write("one\n")
    var follower = try FileFollower(path)
    _ = try follower.read()
    try FileManager.default.removeItem(atPath: path)
    _ = try scratch.write("")
    #expect(try next(&follower).isEmpty)
    try scratch.append("two\n")
    #expect(text(try follower.read()) == "two\n")
  }

  /// The next thing that comes within as many calls as a rotation may take.
  private func next(_ follower: inout FileFollower) throws -> String {
    for _ in 0..<25 {
      let bytes = try follower.read()
      if !bytes.isEmpty { return text(bytes) }
    }
    return ""
  }

  @Test func `a log that is copied and emptied begins anew`() throws {
    let scratch = try Scratch()
    let path = try scratch.write("a long first part\n")
    var follower = try FileFollower(path)
    _ = try follower.read()
    _ = unsafe truncate(path, 0)
    var seen = [text(try follower.read())]
    try scratch.append("new\n")
    seen.append(text(try follower.read()))
    #expect(seen == ["", "new\n"])
  }

  @Test func `a reading has a limit, and nothing is left out`() throws {
    let scratch = try Scratch()
    let path = "\(scratch.path)/log"
    try OutputFile(path).write([UInt8](repeating: 0x61, count: FileFollower.limit + 5))
    var follower = try FileFollower(path)
    let counts = [try follower.read().count, try follower.read().count, try follower.read().count]
    #expect(counts == [FileFollower.limit, 5, 0])
  }

  @Test func `what is no regular file is not followed`() throws {
    let scratch = try Scratch()
    for (path, code) in [(scratch.path, FileError.Code.notRegular), ("\(scratch.path)/none", .notFound)] {
      var found: FileError.Code?
      do throws(FileError) { _ = try FileFollower(path) } catch { found = error.code }
      #expect(found == code)
    }
  }

  @Test func `a pipe under the name of a log that was rotated is refused, and the follower goes on after it`() throws {
    let scratch = try Scratch()
    let path = try scratch.write("one\n")
    var follower = try FileFollower(path)
    _ = try follower.read()
    try FileManager.default.removeItem(atPath: path)
    #expect(unsafe mkfifo(path, 0o600) == 0)
    var found: FileError.Code?
    for _ in 0..<25 where found == nil {
      do throws(FileError) { _ = try follower.read() } catch { found = error.code }
    }
    #expect(found == .notRegular)
    try FileManager.default.removeItem(atPath: path)
    _ = try scratch.write("two\n")
    #expect(try next(&follower) == "two\n")
  }
}
