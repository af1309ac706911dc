import Model

/// Times as a page shows them: how long ago, with the exact moment on hover.
enum Moment {
  static func ago(_ time: Timestamp, now: Timestamp) -> String {
    let seconds = Int(max(0, now.seconds(since: time)))
    return switch seconds {
    case ..<60: "\(seconds) s ago"
    case ..<3600: "\(seconds / 60) min ago"
    case ..<86_400: "\(seconds / 3600) h ago"
    default: "\(seconds / 86_400) d ago"
    }
  }

  /// `4 min`, for how long something has lasted.
  static func span(_ seconds: Double) -> String {
    String(ago(Timestamp(seconds: 0), now: Timestamp(seconds: 0).advanced(bySeconds: seconds)).dropLast(4))
  }

  /// `24 Nov 2026, 09:44:48 UTC`
  static func exact(_ time: Timestamp) -> String {
    let civil = time.civil
    return "\(civil.day) \(months[civil.month - 1]) \(civil.year), \(clock(time)) UTC"
  }

  /// `09:44:48`
  static func clock(_ time: Timestamp) -> String { String(time.rfc3339().dropFirst(11).prefix(8)) }
  /// `24 Nov`
  static func day(_ time: Timestamp) -> String { "\(time.civil.day) \(months[time.civil.month - 1])" }

  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]

  static func relative(_ time: Timestamp, now: Timestamp) -> Markup { element(time, ago(time, now: now)) }
  static func element(_ time: Timestamp, _ text: String) -> Markup {
    "<time datetime=\"\(time.rfc3339())\" title=\"\(exact(time))\">\(text)</time>"
  }
}
