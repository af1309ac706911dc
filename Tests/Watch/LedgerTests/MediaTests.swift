import Foundation
import Platform
import Testing

@testable import Ledger

/// A full disk and read-only media, each a small file system of its own that nobody else sees.
@Suite struct MediaTests {
  /// Whether mount namespaces can be made here.
  static let canMount: Bool =
    (try? LoadDriver.run(
      URL(fileURLWithPath: "/usr/bin/unshare"), ["-m", "mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", "/mnt"]))?
    .status == 0

  func inside(_ script: String) throws -> (status: Int32, output: String) {
    let bench = Bench()
    try PrivateFiles.makeDirectory(bench.directory)
    let program = try LoadDriver.executable.path
    return try LoadDriver.run(
      URL(fileURLWithPath: "/usr/bin/unshare"),
      ["-m", "--propagation", "private", "/bin/bash", "-c", "cd / ; " + script, program, bench.directory])
  }

  @Test(.enabled(if: canMount, "needs the right to mount: run as root"))
  func `on a full disk writing stops with one clear line, and what was acknowledged is there`() throws {
    let (status, output) = try inside(
      """
      mount -t tmpfs -o size=3m tmpfs "$1" && mkdir "$1/out" && mount -t tmpfs -o size=8m tmpfs "$1/out" || exit 90
      "$0" write "$1" 3 > "$1/out/answers" 2> "$1/out/error" && exit 91
      cat "$1/out/error"
      test -s "$1/out/answers" || exit 92
      "$0" check "$1" "$1/out/answers" || exit 93
      # With room again the same ledger goes on.
      mount -o remount,size=8m "$1" && "$0" write "$1" 1 50 >> "$1/out/answers" && "$0" check "$1" "$1/out/answers"
      """)
    #expect(status == 0, "\(output)")
    let lines = output.split(separator: "\n")
    #expect(lines.count == 3, "\(output)")
    #expect(lines.first?.contains("no room left to write") == true, "\(output)")
    #expect(lines.first?.contains("ledger.sqlite; free some space") == true, "\(output)")
  }

  @Test(.enabled(if: canMount, "needs the right to mount: run as root"))
  func `on read-only media writing is refused with one clear line, and reading works`() throws {
    let (status, output) = try inside(
      """
      mount -t tmpfs -o size=8m tmpfs "$1" || exit 90
      "$0" write "$1" 2 100 > /dev/null || exit 91
      mount -o remount,ro "$1" || exit 92
      "$0" write "$1" 1 10 && exit 93
      "$0" check "$1"
      """)
    #expect(status == 0, "\(output)")
    let lines = output.split(separator: "\n")
    #expect(lines.count == 2, "\(output)")
    #expect(lines.first?.contains("is on read-only media") == true, "\(output)")
    #expect(lines.last?.hasSuffix("verified") == true, "\(output)")
  }

  @Test(.enabled(if: canMount, "needs the right to mount: run as root"))
  func `a log that was left behind on read-only media is not passed over`() throws {
    let (status, output) = try inside(
      """
      mount -t tmpfs -o size=8m tmpfs "$1" || exit 90
      "$0" write "$1" 2 > /dev/null & pid=$!
      n=0; while [ ! -s "$1/ledger.sqlite-wal" ] && [ $n -lt 200 ]; do n=$((n+1)); sleep 0.05; done
      kill -9 $pid; wait $pid
      rm -f "$1/ledger.sqlite-shm"
      mount -o remount,ro "$1" || exit 92
      "$0" check "$1" && exit 93
      exit 0
      """)
    #expect(status == 0, "\(output)")
    #expect(output.contains("copy ledger.sqlite and ledger.sqlite-wal together"), "\(output)")
  }
}
