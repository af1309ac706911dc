extension SourceStatus {
  /// Reads the JSON shape that `value` gives; nil where a required member is missing.
  public init?(value: Value) {
    guard let source = value["source"]?.string.flatMap(Observation.Source.init(rawValue:)),
      let looked = value["looked"]?.string
    else { return nil }
    self.init(source, looked: looked)
    blind = (value["blind"]?.array ?? []).compactMap { item in
      guard let what = item["what"]?.string, let remedy = item["remedy"]?.string else { return nil }
      return Blind(what, remedy: remedy)
    }
    for entry in value["skipped"]?.members?.entries ?? [] {
      if let count = entry.value.int { skipped[entry.name] = Int(count) }
    }
  }
}
