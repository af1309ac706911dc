import ArgumentParser
import Model

/// A point in time as people give it: `2h` (ago), a date, or RFC 3339.
struct Moment: ExpressibleByArgument {
  enum Kind { case ago(Double), at(Timestamp) }
  let kind: Kind

  init?(argument: String) {
    if let time = Timestamp(rfc3339: argument) {
      kind = .at(time)
      return
    }
    let units: [Character: Double] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
    guard let unit = argument.last.flatMap({ units[$0] }), let count = Int32(argument.dropLast()), count >= 0 else {
      return nil
    }
    kind = .ago(Double(count) * unit)
  }

  func timestamp(now: Timestamp) -> Timestamp {
    switch kind {
    case .ago(let seconds): now.advanced(bySeconds: -seconds)
    case .at(let time): time
    }
  }
}
