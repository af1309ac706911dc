import Model
import Testing

@Suite struct TimestampTests {
  @Test(arguments: [
    (Int64(0), "1970-01-01T00:00:00Z"), (951_782_400, "2000-02-29T00:00:00Z"), (-1, "1969-12-31T23:59:59Z"),
    (1_795_700_000, "2026-11-26T13:33:20Z"),
  ])
  func `writes and reads RFC 3339`(seconds: Int64, text: String) {
    let time = Timestamp(seconds: seconds)
    #expect(time.rfc3339() == text)
    #expect(Timestamp(rfc3339: text) == time)
  }

  @Test func `an offset moves the moment`() {
    #expect(Timestamp(rfc3339: "2026-01-01T01:30:00.250+01:30") == Timestamp(nanoseconds: 1_767_225_600_250_000_000))
  }

  @Test(arguments: [
    "", "2026", "2026-13-01", "2026-01-01T", "2026-01-01T00:00", "2026-01-01T00:00:00", "2026-01-01T00:00:00Zx",
  ])
  func `refuses anything else`(text: String) { #expect(Timestamp(rfc3339: text) == nil) }

  /// Found by fuzzing: an offset led to a moment whose own text was refused.
  @Test(arguments: [Int64.min, .min + 1, -1, 0, .max - 1, .max])
  func `every moment is read back from its text`(nanoseconds: Int64) {
    let time = Timestamp(nanoseconds: nanoseconds)
    #expect(Timestamp(rfc3339: time.rfc3339(digits: 9)) == time)
  }

  @Test(arguments: [
    ("1679-01-01T00:00:00+23:59", "1678-12-31T00:01:00Z"), ("2261-12-31T23:59:60-23:59", "2262-01-01T23:59:00Z"),
  ])
  func `an offset may lead into the year before or after`(text: String, written: String) {
    #expect(Timestamp(rfc3339: text)?.rfc3339() == written)
  }

  @Test(arguments: [
    "1677-09-21T00:12:43.145224191Z", "2262-04-11T23:47:16.854775808Z", "1677-01-01", "2262-12-31",
    "2262-04-11T23:59:60-23:59",
  ])
  func `a moment that has no number is refused`(text: String) { #expect(Timestamp(rfc3339: text) == nil) }
}
