/// How unpredictable a text is, by Shannon, from the frequencies of its own characters.
///
/// An upper bound for what a person chose: `correcthorse` measures 3 bits a character and is a guess away. It tells random
/// text from words and repetition, no more.
public enum Entropy {
  /// Bits a character; 0 for an empty text or one character repeated.
  public static func perCharacter(_ text: String) -> Double {
    var counts: [Unicode.Scalar: Int] = [:]
    var total = 0
    for scalar in text.unicodeScalars {
      counts[scalar, default: 0] += 1
      total += 1
    }
    guard total > 0 else { return 0 }
    // Added up in one order, so that equal texts give equal bits to the last digit.
    return counts.values.sorted().reduce(0) { sum, count in
      let share = Double(count) / Double(total)
      return sum - share * log2(share)
    }
  }

  /// Bits of the whole text: bits a character times characters.
  public static func total(_ text: String) -> Double {
    perCharacter(text) * Double(text.unicodeScalars.count)
  }

  /// Logarithm to base 2 of a positive, finite number; the standard library has none. Error below 1e-15.
  static func log2(_ value: Double) -> Double {
    // value = significand · 2^exponent with the significand in 1..<2; ln(m) = 2·artanh((m-1)/(m+1)), whose argument is
    // at most 1/3, so that 18 terms suffice.
    let ratio = (value.significand - 1) / (value.significand + 1)
    var power = ratio
    var sum = 0.0
    for term in 0..<18 {
      sum += power / Double(2 * term + 1)
      power *= ratio * ratio
    }
    return Double(value.exponent) + 2 * sum / 0.693_147_180_559_945_3
  }
}
