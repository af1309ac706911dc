import Model

/// The times of logs. Many have no year and no zone: `now` and `zone` stand for them.
struct LogTime: Sendable {
  /// A time without a year is the last that is not more than a day after this moment.
  var now: Timestamp {
    didSet {
      (year, lastYearless) = (now.civil.year, 0)
      lastText.forget()
    }
  }
  /// Seconds east of Greenwich, for times that give no zone.
  var zone: Int64
  private var year: Int
  /// The day of the last date, so that a day of lines costs one calculation.
  private var lastDate: UInt64 = .max
  private var lastDay: Int64 = 0
  private var lastYearless = 0
  private var lastYearlessDay: Int64 = 0
  /// The last time that was written in whole seconds: most lines of a busy log repeat it.
  private var lastText = RepeatedText()
  private var lastMoment: Int64 = 0

  init(now: Timestamp, zone: Int64) {
    self.now = now
    self.zone = zone
    year = now.civil.year
  }

  /// Days since 1970-01-01, after Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms". Nil where the month has
  /// no such day or the year is outside of 1677…2262.
  static func day(_ year: Int, _ month: Int, _ day: Int) -> Int64? {
    guard (1677...2262).contains(year), (1...12).contains(month), day >= 1 else { return nil }
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    let longest = month == 2 ? (isLeap ? 29 : 28) : (month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31)
    guard day <= longest else { return nil }
    let y = month <= 2 ? year - 1 : year
    let yearOfEra = y - y / 400 * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    return Int64(y / 400 * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468)
  }

  mutating func day(year: Int, month: Int, day: Int) -> Int64? {
    let date = UInt64(truncatingIfNeeded: year) &* 512 &+ UInt64(truncatingIfNeeded: month &* 32 &+ day)
    if date == lastDate { return lastDay }
    guard let found = Self.day(year, month, day) else { return nil }
    lastDate = date
    lastDay = found
    return found
  }

  /// The moment in nanoseconds; `zone` nil for the zone of the log.
  @inline(__always)
  func moment(day: Int64, second: Int, nanosecond: Int64, zone given: Int64? = nil) -> Int64 {
    let seconds = day &* 86_400 &+ Int64(second) &- (given ?? zone)
    let (value, isOutside) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    return isOutside ? LogRecord.unknownTime : value &+ nanosecond
  }

  /// The year for a date without one: Feb 29 goes back to a leap year.
  @inline(__always)
  mutating func dayWithoutYear(month: Int, day: Int, second: Int) -> Int64? {
    if month &* 32 &+ day == lastYearless { return lastYearlessDay }
    return searchYear(month: month, day: day, second: second)
  }

  private mutating func searchYear(month: Int, day: Int, second: Int) -> Int64? {
    let latest = now.seconds &+ 86_400
    var candidate = year + 1
    while candidate > year - 9 {
      if let found = self.day(year: candidate, month: month, day: day),
        found &* 86_400 &+ Int64(second) &- zone <= latest
      {
        // Not on the day on which it depends on the second.
        if found &* 86_400 &+ 86_400 &- zone <= latest {
          lastYearless = month &* 32 &+ day
          lastYearlessDay = found
        }
        return found
      }
      candidate -= 1
    }
    return nil
  }

  /// Three letters of an English month, 1…12.
  @inline(__always)
  static func month(_ line: Span<UInt8>, at index: Int) -> Int? {
    let letters =
      UInt32(line.byte(index) | 0x20) << 16 | UInt32(line.byte(index + 1) | 0x20) << 8
      | UInt32(line.byte(index + 2) | 0x20)
    return switch letters {
    case 0x6A616E: 1
    case 0x666562: 2
    case 0x6D6172: 3
    case 0x617072: 4
    case 0x6D6179: 5
    case 0x6A756E: 6
    case 0x6A756C: 7
    case 0x617567: 8
    case 0x736570: 9
    case 0x6F6374: 10
    case 0x6E6F76: 11
    case 0x646563: 12
    default: nil
    }
  }

  /// `hh:mm:ss` as second of the day. 60 is a leap second.
  @inline(__always)
  static func clock(_ line: Span<UInt8>, at index: Int) -> Int? {
    guard let hour = line.two(index), line.byte(index + 2) == 0x3A, let minute = line.two(index + 3),
      line.byte(index + 5) == 0x3A, let second = line.two(index + 6), hour < 24, minute < 60, second <= 60
    else { return nil }
    return hour &* 3600 &+ minute &* 60 &+ second
  }

  /// Reads `.123` or `,123` at `index` and steps over it.
  @inline(__always)
  static func fraction(_ line: Span<UInt8>, at index: inout Int) -> Int64 {
    guard line.byte(index) == 0x2E || line.byte(index) == 0x2C, line.isDigit(index + 1) else { return 0 }
    index &+= 1
    var value: Int64 = 0
    var scale: Int64 = 100_000_000
    while line.isDigit(index) {
      value &+= Int64(line.byte(index) &- 0x30) &* scale
      scale /= 10
      index &+= 1
    }
    return value
  }

  /// Reads `Z`, `+01:00` or `+0100` at `index` and steps over it; nil where there is none.
  static func offset(_ line: Span<UInt8>, at index: inout Int) -> Int64? {
    switch line.byte(index) {
    case 0x5A, 0x7A:
      index += 1
      return 0
    case 0x2B, 0x2D:
      let sign: Int64 = line.byte(index) == 0x2D ? -1 : 1
      guard let hours = line.two(index + 1) else { return nil }
      let colon = line.byte(index + 3) == 0x3A ? 1 : 0
      let minutes = line.two(index + 3 + colon)
      index += minutes == nil ? 3 : 5 + colon
      guard hours < 24, (minutes ?? 0) < 60 else { return nil }
      return sign * Int64(hours * 3600 + (minutes ?? 0) * 60)
    default: return nil
    }
  }

  /// `yyyy-mm-dd hh:mm:ss[.fff][zone]` with `-` or `/` and `T` or a blank; steps over it.
  @inline(__always)
  mutating func iso(_ line: Span<UInt8>, at index: inout Int) -> Int64? {
    let separator = line.byte(index + 4)
    guard separator == 0x2D || separator == 0x2F, line.byte(index + 7) == separator,
      let century = line.two(index), let rest = line.two(index + 2), let month = line.two(index + 5),
      let date = line.two(index + 8),
      line.byte(index + 10) | 0x20 == 0x74 || line.byte(index + 10) == 0x20,
      let second = Self.clock(line, at: index + 11),
      let day = day(year: century &* 100 &+ rest, month: month, day: date)
    else { return nil }
    var next = index + 19
    let nanosecond = Self.fraction(line, at: &next)
    let zone = Self.offset(line, at: &next)
    index = next
    return moment(day: day, second: second, nanosecond: nanosecond, zone: zone)
  }

  /// `Nov 26 16:50:19`, also with a fraction, a year behind it or a day of the week before it; steps over it.
  @inline(__always)
  mutating func syslog(_ line: Span<UInt8>, at index: inout Int) -> Int64? {
    var start = index
    if line.byte(start + 3) == 0x20, line.byte(start + 7) == 0x20, let month = Self.month(line, at: start + 4),
      month > 0, line.byte(start) > 0x40
    {
      start += 4
    }
    guard let month = Self.month(line, at: start), line.byte(start + 3) == 0x20 else { return nil }
    let tens = line.byte(start + 4)
    let ones = line.byte(start + 5) &- 0x30
    guard ones < 10, tens == 0x20 || tens &- 0x30 < 4, line.byte(start + 6) == 0x20,
      let second = Self.clock(line, at: start + 7)
    else { return nil }
    let date = Int(tens == 0x20 ? 0 : tens &- 0x30) &* 10 &+ Int(ones)
    var next = start + 15
    let nanosecond = Self.fraction(line, at: &next)
    var day: Int64?
    if line.byte(next) == 0x20, let century = line.two(next + 1), let rest = line.two(next + 3),
      line.byte(next + 5) == 0x20 || next + 5 >= line.count, (1970...2262).contains(century &* 100 &+ rest)
    {
      day = self.day(year: century &* 100 &+ rest, month: month, day: date)
      next += 5
    } else {
      day = dayWithoutYear(month: month, day: date, second: second)
    }
    guard let day else { return nil }
    index = next
    return moment(day: day, second: second, nanosecond: nanosecond)
  }

  /// `26-Nov-2026 16:50:19.123` (BIND) or `26/Nov/2026:16:50:19 +0000` (web servers); steps over it.
  mutating func dayFirst(_ line: Span<UInt8>, at index: inout Int) -> Int64? {
    guard let date = line.two(index), line.byte(index + 2) == 0x2D || line.byte(index + 2) == 0x2F,
      let month = Self.month(line, at: index + 3), line.byte(index + 6) == line.byte(index + 2),
      let century = line.two(index + 7), let rest = line.two(index + 9),
      line.byte(index + 11) == 0x20 || line.byte(index + 11) == 0x3A,
      let second = Self.clock(line, at: index + 12),
      let day = day(year: century &* 100 &+ rest, month: month, day: date)
    else { return nil }
    var next = index + 20
    let nanosecond = Self.fraction(line, at: &next)
    var zone: Int64?
    if line.byte(next) == 0x20, line.byte(next + 1) == 0x2B || line.byte(next + 1) == 0x2D {
      var place = next + 1
      zone = Self.offset(line, at: &place)
      if zone != nil { next = place }
    }
    index = next
    return moment(day: day, second: second, nanosecond: nanosecond, zone: zone)
  }

  /// Any of the above, or `[1795220801]`, at `index`; steps over it and the blanks behind it. `unknownTime`, and `index`
  /// as it was, where there is none. A syslog priority and version before it are stepped over as well.
  @inline(__always)
  mutating func leading(_ line: Span<UInt8>, at index: inout Int) -> Int64 {
    var place = index
    // Behind it stands a blank and a letter or bracket: else it may go on with a year or a zone.
    if lastText.isAt(index, in: line) {
      place = index &+ lastText.count
      if line.byte(place) == 0x20, line.byte(place &+ 1) > 0x40 {
        repeat { place &+= 1 } while line.byte(place) == 0x20
        index = place
        return lastMoment
      }
      place = index
    }
    if line.byte(place) == 0x3C {
      let end = line.first(0x3E, from: place, to: min(line.count, place + 5))
      if line.byte(end) == 0x3E {
        place = end + 1
        if line.isDigit(place), line.byte(place + 1) == 0x20 { place += 2 }
      }
    }
    var found: Int64?
    let head = line.byte(place)
    if head == 0x5B {
      let end = line.first(0x5D, from: place, to: min(line.count, place + 24))
      if line.byte(end) == 0x5D, let seconds = line.nano(from: place + 1, to: end) {
        found = seconds
        place = end + 1
      }
    } else if head > 0x40 {
      found = syslog(line, at: &place)
    } else if line.byte(place + 2) == 0x2D || line.byte(place + 2) == 0x2F {
      found = dayFirst(line, at: &place)
    } else {
      found = iso(line, at: &place)
    }
    guard let found else { return LogRecord.unknownTime }
    if line.byte(place) == 0x20, line.byte(place &+ 1) > 0x40 {
      lastText.keep(line, from: index, to: place)
      lastMoment = found
    }
    while line.byte(place) == 0x20 { place &+= 1 }
    index = place
    return found
  }

  /// A number of seconds, milliseconds, microseconds or nanoseconds since 1970, told apart by its size.
  static func epoch(_ line: Span<UInt8>, from: Int, to: Int) -> Int64? {
    let dot = line.first(0x2E, from: from, to: to)
    guard let whole = line.number(from: from, to: dot) else { return nil }
    switch whole {
    case 0..<100_000_000_000: return line.nano(from: from, to: to)
    case 0..<9_200_000_000_000: return Int64(whole) &* 1_000_000
    case 100_000_000_000_000..<9_200_000_000_000_000: return Int64(whole) &* 1000
    default: return Int64(exactly: whole)
    }
  }
}
