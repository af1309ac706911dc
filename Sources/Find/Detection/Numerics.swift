/// The transcendental functions that the standard library leaves to the C library. Same bits on every machine.
enum Numerics {
  private static let ln2 = 0.693_147_180_559_945_3

  /// e to the power of `x`, relative error below 1e-13; saturates to 0 and infinity.
  static func exp(_ x: Double) -> Double {
    guard x > -700 else { return x.isNaN ? x : 0 }
    guard x < 700 else { return .infinity }
    // e^x = 2^k · e^r with |r| ≤ ln 2 / 2, where 16 terms of the series are exact to the last digit.
    let k = (x / ln2).rounded()
    let r = x - k * ln2
    var term = 1.0
    var sum = 1.0
    for n in 1...16 {
      term *= r / Double(n)
      sum += term
    }
    return Double(sign: .plus, exponent: Int(k), significand: sum)
  }

  /// Natural logarithm of a positive, finite number, error below 1e-14; nil for others.
  static func ln(_ x: Double) -> Double? {
    guard x > 0, x.isFinite else { return nil }
    // ln m = 2·artanh((m-1)/(m+1)) for the significand m in 1..<2, whose argument is at most 1/3.
    let ratio = (x.significand - 1) / (x.significand + 1)
    var power = ratio
    var sum = 0.0
    for term in 0..<18 {
      sum += power / Double(2 * term + 1)
      power *= ratio * ratio
    }
    return Double(x.exponent) * ln2 + 2 * sum
  }

  /// Cosine and sine of an angle in turns, error below 1e-13; of what is not finite, (1, 0).
  static func circle(turns: Double) -> (cosine: Double, sine: Double) {
    guard turns.isFinite else { return (1, 0) }
    // Reduced to a quarter turn about the nearest quarter, so that the series runs to π/4 only.
    let whole = turns - turns.rounded(.down)
    let quarter = (whole * 4).rounded()
    let angle = (whole - quarter / 4) * 2 * Double.pi
    let square = angle * angle
    var (cosine, sine) = (1.0, angle)
    var (c, s) = (1.0, angle)
    for n in 1...9 {
      c *= -square / Double((2 * n - 1) * 2 * n)
      s *= -square / Double(2 * n * (2 * n + 1))
      cosine += c
      sine += s
    }
    switch Int(quarter) & 3 {
    case 0: return (cosine, sine)
    case 1: return (-sine, cosine)
    case 2: return (-cosine, -sine)
    default: return (sine, -cosine)
    }
  }

  /// 1 / (1 + e^-x)
  static func logistic(_ x: Double) -> Double { 1 / (1 + exp(-x)) }

  /// Middle value; of an even count the mean of the two; nil of none.
  static func median(_ values: [Double]) -> Double? {
    guard !values.isEmpty else { return nil }
    let sorted = values.sorted()
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }

  /// Kendall's tau of values against their order: 1 where each is larger than all before, -1 where smaller, 0 where there
  /// is no order. Ties count as neither. Looks at the first 128.
  static func tau(_ values: [Double]) -> Double {
    let values = values.prefix(128)
    guard values.count > 1 else { return 0 }
    var score = 0
    for j in 1..<values.count {
      for i in 0..<j { score += values[i] < values[j] ? 1 : values[i] > values[j] ? -1 : 0 }
    }
    return Double(score) / Double(values.count * (values.count - 1) / 2)
  }

  /// Seconds between two moments in nanoseconds, whatever they are.
  @inline(__always)
  static func seconds(from a: Int64, to b: Int64) -> Double {
    let (difference, overflow) = b.subtractingReportingOverflow(a)
    return overflow ? (Double(b) - Double(a)) / 1e9 : Double(difference) / 1e9
  }
}

extension UInt64 {
  /// Adds without ever trapping: an export may claim any count.
  @inline(__always)
  mutating func saturate(adding other: UInt64) {
    let (sum, overflow) = addingReportingOverflow(other)
    self = overflow ? .max : sum
  }
}
