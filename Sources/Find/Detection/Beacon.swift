/// How regular a series of moments is.
///
/// The scores follow RITA v5 (activecm/rita, analysis/beacons.go), with two changes: moments have fractions of a second,
/// and the period is looked for in the series itself, since a timer that is set after the work gives the configured
/// interval plus the time that the work takes.
public struct Beacon: Sendable, Hashable {
  public var count: Int
  /// Seconds.
  public var medianInterval: Double
  /// 1 where the middle half of the intervals lies evenly about the median (Bowley), 0 where it does not.
  public var skewScore: Double
  /// 1 less the median deviation from the median, as a share of it.
  public var dispersionScore: Double
  /// Mean of the two, 0 to 1.
  public var score: Double
  /// Length of the mean of the moments as directions on a circle of one period (Rayleigh), 0 to 1.
  public var resultant: Double
  /// The period for which it is longest, in seconds.
  public var period: Double
  /// Chance of a resultant as long among moments without rhythm, for this one period: e^(-n·R²).
  public var chance: Double
  /// Share of the expected moments between first and last that are there.
  public var presence: Double

  /// Periods of agents that are known, in seconds: polls and ticks, heartbeats of gateways.
  public static let knownPeriods = [10, 15, 30, 41.25, 50, 60, 300, 900, 1800, 3600]

  /// Nil of fewer than four moments with different times. Only the last 512 count.
  public init?(_ moments: [Int64], candidates: [Double] = []) {
    let sorted = moments.sorted().suffix(512)
    guard let first = sorted.first, let last = sorted.last else { return nil }
    let intervals = zip(sorted, sorted.dropFirst()).map { Numerics.seconds(from: $0, to: $1) }.filter { $0 > 0 }
    guard intervals.count >= 3, let median = Numerics.median(intervals), median > 0,
      let deviation = Numerics.median(intervals.map { ($0 - median).magnitude })
    else { return nil }
    count = intervals.count + 1
    medianInterval = median
    dispersionScore = max(0, 1 - deviation / median)
    let ordered = intervals.sorted()
    let (low, high) = (ordered[ordered.count / 4], ordered[(ordered.count * 3) / 4])
    // A spread that hardly is one has no shape.
    let skew = high - low < median / 10 ? 0 : (high + low - 2 * median) / (high - low)
    skewScore = max(0, 1 - min(1, skew.magnitude))
    score = (skewScore + dispersionScore) / 2

    var best = (resultant: -1.0, period: median)
    for period in [median] + candidates where period > 0 {
      var (x, y) = (0.0, 0.0)
      for moment in sorted {
        let (cosine, sine) = Numerics.circle(turns: Numerics.seconds(from: first, to: moment) / period)
        x += cosine
        y += sine
      }
      let n = Double(sorted.count)
      let length = ((x * x + y * y).squareRoot() / n)
      // A period far below the spacing fits everything that comes in whole seconds.
      if length > best.resultant + 0.02, period >= median / 1.5 { best = (length, period) }
    }
    (resultant, period) = (max(0, best.resultant), best.period)
    chance = Numerics.exp(-Double(sorted.count) * resultant * resultant)
    let expected = Numerics.seconds(from: first, to: last) / median + 1
    presence = expected > 0 ? min(1, Double(count) / expected) : 0
  }

  /// Intervals that hardly differ, and none of the beats missing: needs five moments.
  public var isSteady: Bool { count >= 5 && dispersionScore >= 0.9 && skewScore >= 0 && presence >= 0.6 }
}
