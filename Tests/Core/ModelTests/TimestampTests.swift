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
}
