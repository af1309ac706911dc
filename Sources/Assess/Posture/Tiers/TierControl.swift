/// One thing that a deployment tier asks for, in words for people, and the rules that tell whether it is there.
public struct TierControl: Sendable, Hashable {
  public var id: String
  /// 1 personal, 2 team, 3 enterprise. A tier asks for everything of the tiers below it.
  public var tier: Int
  /// What holds where it is met, as a sentence without a full stop.
  public var title: String
  /// The same for somebody who runs no computers, where `title` has a word of the trade.
  public var plain: String
  /// What may happen otherwise, in a sentence for somebody who runs no computers.
  public var consequence: String
  /// Ids of rules; `gateway.` and `gateway.node-` stand for all that start so, `*.advisories` for all that end so.
  /// Empty: nothing here can tell, see `unmeasured`.
  public var rules: [String]
  /// Why no rule can tell, and how a person can.
  public var unmeasured: String?
  /// Whether it is a question for every agent. Another one is left out where no rule asks it of such a product.
  public var concernsAll: Bool

  init(
    _ id: String, _ tier: Int, _ title: String, plain: String? = nil, otherwise consequence: String,
    concernsAll: Bool = true, rules: [String] = [], unmeasured: String? = nil
  ) {
    self.plain = plain ?? title
    self.concernsAll = concernsAll
    self.consequence = consequence
    self.id = id
    self.tier = tier
    self.title = title
    self.rules = rules
    self.unmeasured = unmeasured
  }

  func fits(_ rule: String) -> Bool { fit(rule) > 0 }

  /// How well a pattern of this control fits: 3 by name, 2 by its end, 1 by its beginning, 0 not at all.
  private func fit(_ rule: String) -> Int {
    rules.reduce(0) { best, pattern in
      if pattern == rule { return 3 }
      if pattern.hasPrefix("*"), rule.hasSuffix(pattern.dropFirst()) { return max(best, 2) }
      if pattern.hasSuffix(".") || pattern.hasSuffix("-"), rule.hasPrefix(pattern) { return max(best, 1) }
      return best
    }
  }

  /// The control that a rule stands for: where several fit, the one that names it most exactly, the earliest of these.
  static func asking(_ rule: String) -> TierControl? {
    var best: (control: TierControl, fit: Int)?
    for control in all {
      let fit = control.fit(rule)
      if fit > best?.fit ?? 0 { best = (control, fit) }
    }
    return best?.control
  }

  /// The same control as a higher tier asks for it: by the rules that first matter there.
  func inTier(_ higher: Int) -> TierControl {
    var control = self
    control.id = "\(id)-\(higher)"
    control.tier = higher
    return control
  }
}
