import ArgumentParser

/// `30s`, `5m`, `2h`, `7d`.
struct DurationOption: ExpressibleByArgument, Sendable {
  var seconds: Int64
  var duration: Duration { .seconds(seconds) }

  init(seconds: Int64) { self.seconds = seconds }

  init?(argument: String) {
    guard let unit = argument.last, let number = Int64(argument.dropLast()), number > 0, number <= 1_000_000 else {
      return nil
    }
    switch unit {
    case "s": seconds = number
    case "m": seconds = number * 60
    case "h": seconds = number * 3600
    case "d": seconds = number * 86_400
    default: return nil
    }
  }

  var defaultValueDescription: String { "\(seconds)s" }
}
