import Installations
import Matching
import Model

/// How easily the model is talked into something.
enum ModelRules {
  static let all = [old, weak, small]

  /// Models of the configuration, each with the scope that uses it.
  static func models(_ settings: Settings) -> [(id: String, scope: Settings.Section, location: Finding.Location)] {
    var out: [(String, Settings.Section, Finding.Location)] = []
    func add(_ setting: Configuration.Setting?, _ key: String, _ scope: Settings.Section) {
      guard let setting else { return }
      if let text = setting.string { out.append((text, scope, settings.place(setting, key: key))) }
      if let primary = setting.at("primary"), let text = primary.string {
        out.append((text, scope, settings.place(primary, key: key + ".primary")))
      }
      for fallback in setting.at("fallbacks")?.array ?? [] {
        if let text = fallback.string { out.append((text, scope, settings.place(fallback, key: key + ".fallbacks"))) }
      }
    }
    let common = settings.scopes[0]
    add(settings["agents.defaults.model"], "agents.defaults.model", common)
    // Beside the model, in January 2026.
    for fallback in settings["agents.defaults.modelFallbacks"]?.array ?? [] {
      if let text = fallback.string {
        out.append((text, common, settings.place(fallback, key: "agents.defaults.modelFallbacks")))
      }
    }
    for scope in settings.scopes.dropFirst() { add(scope.section.at("model"), scope.prefix + "model", scope) }
    return out
  }

  private static func judge(
    _ subject: Subject, _ pass: String, _ question: (Settings, String, Settings.Section, Finding.Location) -> Answer?
  ) -> [Answer] {
    Settings.judge(subject) { settings in
      let models = models(settings)
      guard !models.isEmpty else {
        return [.pass("no model is named: the product's default is used", at: settings.place("agents.defaults.model"))]
      }
      return Settings.outcome(
        models.compactMap { question(settings, $0.id.lowercased(), $0.scope, $0.location) },
        else: .pass("\(models.count) models: \(pass)", at: models[0].location))
    }
  }

  private static func shown(_ id: String) -> String { VisibleText.cutMiddle(VisibleText.terminal(id), to: 60) }

  static func isOld(_ id: String) -> Bool {
    ["gpt-3.5", "claude-instant", "claude-2", "gpt-4-0314", "gpt-4-0613"].contains { id.contains($0) }
  }

  /// Small siblings and earlier generations, which follow planted instructions more readily.
  static func isWeak(_ id: String) -> Bool {
    if id.contains("haiku") { return true }
    if let version = version(in: id, after: "gpt-") { return version.major < 5 }
    if id.contains("claude-"), let version = version(in: id, after: "claude-") {
      return (version.major, version.minor) < (4, 5)
    }
    return false
  }

  /// The first one or two short numbers behind a word: `claude-opus-4-5-20251101` is 4.5; dates are no versions.
  static func version(in id: String, after word: String) -> (major: Int, minor: Int)? {
    guard let start = id.firstRange(of: word)?.upperBound else { return nil }
    var numbers: [Int] = []
    for part in id[start...].split(whereSeparator: { "-.@:/_".contains($0) }) {
      let digits = part.prefix { $0.isASCII && $0.isNumber }
      guard !digits.isEmpty, digits.count <= 2, let number = Int(digits) else {
        if numbers.isEmpty { continue }
        break
      }
      numbers.append(number)
      if numbers.count == 2 || digits.count != part.count { break }
    }
    return numbers.first.map { ($0, numbers.count > 1 ? numbers[1] : 0) }
  }

  /// Thousand millions of parameters that a name gives: `qwen2.5-coder:32b` is 32, `mixtral-8x7b` is 56.
  static func parameters(_ id: String) -> Double? {
    for part in id.split(whereSeparator: { "-:/_@ ".contains($0) }) where part.hasSuffix("b") {
      let factors = part.dropLast().split(separator: "x", omittingEmptySubsequences: false).map { Double($0) }
      guard (1...2).contains(factors.count), !factors.contains(nil) else { continue }
      let product = factors.compactMap { $0 }.reduce(1, *)
      if product > 0, product.isFinite { return product }
    }
    return nil
  }

  static let old = Rule(
    "models.outdated", "An agent uses a model of an earlier time", .medium,
    because: "it was made before models were trained against planted instructions",
    reads: ["agents.defaults.model", "agents.*.model"],
    tier: 2, requirement: "H18", openclaw: ["models.legacy"],
    why: "A page or message talks such a model into anything with little effort.",
    remedy: "Choose a current model of the highest class."
  ) { subject in
    judge(subject, "none of an earlier time") { _, id, scope, location in
      isOld(id) ? .fail("\(shown(id)) (\(scope.name))", at: location) : nil
    }
  }

  static let weak = Rule(
    "models.weak", "An agent with tools uses a model of a lower class", .low,
    because: "all models can be misled; these more easily", reads: ["agents.defaults.model", "agents.*.model"], tier: 3,
    requirement: "H18", openclaw: ["models.weak_tier"],
    why: "Planted instructions are followed more often, and checks by the model itself fail more often.",
    remedy: "Use a model of the highest class for agents with tools, or take tools away from this one."
  ) { subject in
    judge(subject, "none of a lower class") { _, id, scope, location in
      isWeak(id) ? .fail("\(shown(id)) (\(scope.name))", at: location) : nil
    }
  }

  static let small = Rule(
    "models.small-with-tools", "A small model has tools and no sandbox", .high,
    because: "small models follow planted instructions readily; in a sandbox without the web it is only a note",
    reads: ["agents.defaults.model", "agents.*.model", "agents.*.sandbox.mode", "tools.deny"], tier: 1,
    requirement: "H18",
    openclaw: ["models.small_params"],
    why: "A page that it reads becomes a command on this host.",
    remedy: "Set the sandbox's mode to all and deny group:web and browser for this model, or use a larger one."
  ) { subject in
    judge(subject, "none is small and free") { settings, id, scope, location in
      guard let size = parameters(id), size <= 300, !id.contains("image"), !id.contains("diffusion") else { return nil }
      let web = Settings.ToolGroup(group: "group:web", names: ["web_fetch", "web_search", "x_search"])
      let ui = Settings.ToolGroup(group: "group:ui", names: ["browser"])
      let caged = settings.sandbox(scope).mode == .all
      let cut = settings.unavailable(web, in: scope) != nil && settings.unavailable(ui, in: scope) != nil
      let text = "\(shown(id)) has about \(Int(size)) thousand million parameters (\(scope.name))"
      return caged && cut
        ? .fail("\(text); it is caged and off the web", at: location, severity: .info) : .fail(text, at: location)
    }
  }
}
