import Formats
import Model
import Testing

/// A log, and what each of its lines gives: `.` for a line that tells nothing about traffic, `!` for none of the format.
struct LogFixture: CustomTestStringConvertible, Sendable {
  var name: String
  var format: LogFormat
  var bytes: [UInt8]
  var expected: [String]

  /// When the fixtures are read.
  static let now = Timestamp(seconds: 1_795_720_000)

  init(_ name: String, _ format: LogFormat, lineEnd: String = "\n", _ log: String, _ expected: String) {
    let lines = log.split(separator: "\n", omittingEmptySubsequences: false).map { $0 + lineEnd }
    self.init(name, format, bytes: Array(lines.joined().utf8), expected)
  }

  init(_ name: String, _ format: LogFormat, bytes: [UInt8], _ expected: String) {
    self.name = name
    self.format = format
    self.bytes = bytes
    self.expected = expected.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  var testDescription: String { name }

  static let lines = recorded + recordedProxies + resolvers + sensors
  static let all = lines + [dnstap]

  /// The pieces of the log, each with its line end.
  var pieces: [[UInt8]] {
    bytes.split(separator: 0x0A, omittingEmptySubsequences: false).map { Array($0) }.filter { !$0.isEmpty }
  }
}
