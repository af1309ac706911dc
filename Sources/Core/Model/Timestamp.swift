/// A moment in UTC, in nanoseconds since 1970-01-01T00:00:00Z. Range: years 1678 to 2262.
///
/// Time is always a parameter: nothing in Core reads a clock.
public struct Timestamp: Sendable, Hashable, Comparable, Codable {
  public var nanoseconds: Int64

  public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }
  public init(seconds: Int64) {
    let (value, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    self.nanoseconds = overflow ? (seconds < 0 ? .min : .max) : value
  }

  public static func < (a: Timestamp, b: Timestamp) -> Bool { a.nanoseconds < b.nanoseconds }

  /// Whole seconds, rounded towards the past.
  public var seconds: Int64 {
    let (quotient, remainder) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
    return remainder < 0 ? quotient - 1 : quotient
  }

  /// Whole milliseconds, rounded towards the past: the time part of a UUIDv7.
  public var milliseconds: Int64 {
    let (quotient, remainder) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000)
    return remainder < 0 ? quotient - 1 : quotient
  }

  /// Moves by a number of seconds, saturating at the ends of the range.
  public func advanced(bySeconds seconds: Double) -> Timestamp {
    let delta = (seconds * 1e9).rounded()
    guard delta.isFinite else { return self }
    let clamped = delta >= 9.2e18 ? Int64.max : (delta <= -9.2e18 ? Int64.min : Int64(delta))
    let (sum, overflow) = nanoseconds.addingReportingOverflow(clamped)
    return Timestamp(nanoseconds: overflow ? (clamped < 0 ? .min : .max) : sum)
  }

  /// Seconds from `earlier` to this moment.
  public func seconds(since earlier: Timestamp) -> Double {
    Double(nanoseconds) / 1e9 - Double(earlier.nanoseconds) / 1e9
  }
}

// Calendar arithmetic after Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms".
extension Timestamp {
  /// The civil date and time of day in UTC.
  public struct Civil: Sendable, Hashable {
    public var year: Int, month: Int, day: Int
    public var hour: Int, minute: Int, second: Int, nanosecond: Int
  }

  public var civil: Civil {
    let whole = seconds
    let nanosecond = Int(nanoseconds &- whole &* 1_000_000_000)
    var days = whole / 86_400
    var rest = Int(whole % 86_400)
    if rest < 0 {
      rest += 86_400
      days -= 1
    }
    let z = Int(days) + 719_468
    let era = (z >= 0 ? z : z - 146_096) / 146_097
    let dayOfEra = z - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shifted = (5 * dayOfYear + 2) / 153
    let month = shifted < 10 ? shifted + 3 : shifted - 9
    return Civil(
      year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month: month,
      day: dayOfYear - (153 * shifted + 2) / 5 + 1,
      hour: rest / 3600, minute: rest / 60 % 60, second: rest % 60, nanosecond: nanosecond)
  }

  /// RFC 3339 in UTC with as many digits of a second as asked for: 0, 3, 6 or 9.
  public func rfc3339(digits: Int = 0) -> String {
    let c = civil
    func pad(_ value: Int, _ width: Int) -> String {
      let text = String(value)
      return String(repeating: "0", count: max(0, width - text.utf8.count)) + text
    }
    var text =
      "\(pad(c.year, 4))-\(pad(c.month, 2))-\(pad(c.day, 2))T\(pad(c.hour, 2)):\(pad(c.minute, 2)):\(pad(c.second, 2))"
    if digits > 0 {
      text += "." + pad(c.nanosecond, 9).prefix(min(digits, 9))
    }
    return text + "Z"
  }

  /// Reads RFC 3339 (`2026-11-26T13:00:00.5+01:00`, also with a blank for the `T`) or a date alone; nil for anything else
  /// and for what is out of range.
  public init?(rfc3339 text: String) {
    var bytes = Array(text.utf8)[...]
    func number(_ width: Int) -> Int? {
      guard bytes.count >= width else { return nil }
      var value = 0
      for byte in bytes.prefix(width) {
        guard byte >= 0x30, byte <= 0x39 else { return nil }
        value = value * 10 + Int(byte - 0x30)
      }
      bytes = bytes.dropFirst(width)
      return value
    }
    func take(_ character: Character) -> Bool {
      guard let byte = bytes.first, byte == character.asciiValue else { return false }
      bytes = bytes.dropFirst()
      return true
    }
    guard let year = number(4), take("-"), let month = number(2), take("-"), let day = number(2),
      (1...12).contains(month), (1...31).contains(day), (1677...2262).contains(year)
    else { return nil }
    var hour = 0, minute = 0, second = 0, fraction = 0, offset = 0
    if !bytes.isEmpty {
      guard take("T") || take("t") || take(" "), let h = number(2), take(":"), let m = number(2), take(":"),
        let s = number(2), h < 24, m < 60, s <= 60
      else { return nil }
      (hour, minute, second) = (h, m, s)
      if take(".") {
        var digits = 0
        while let byte = bytes.first, byte >= 0x30, byte <= 0x39 {
          if digits < 9 { fraction = fraction * 10 + Int(byte - 0x30) }
          digits += 1
          bytes = bytes.dropFirst()
        }
        guard digits > 0 else { return nil }
        for _ in 0..<max(0, 9 - digits) { fraction *= 10 }
      }
      if take("Z") || take("z") {
      } else if let sign = bytes.first, sign == 0x2B || sign == 0x2D {
        bytes = bytes.dropFirst()
        guard let h = number(2), take(":"), let m = number(2), h < 24, m < 60 else { return nil }
        offset = (h * 60 + m) * 60 * (sign == 0x2D ? -1 : 1)
      } else {
        return nil
      }
    }
    guard bytes.isEmpty else { return nil }
    let y = month <= 2 ? year - 1 : year
    let era = y / 400
    let yearOfEra = y - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    let days = era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    let total = days * 86_400 + hour * 3600 + minute * 60 + second - offset
    // Before 1970 the fraction leads back towards it: the first moments of the range are within it only together.
    let isBefore = total < 0 && fraction > 0
    let (whole, isOutside) = Int64(isBefore ? total + 1 : total).multipliedReportingOverflow(by: 1_000_000_000)
    let (sum, isOver) = whole.addingReportingOverflow(Int64(isBefore ? fraction - 1_000_000_000 : fraction))
    guard !isOutside, !isOver else { return nil }
    self.init(nanoseconds: sum)
  }
}
