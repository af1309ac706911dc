import Imports
import Model

/// Exports and pasted output of other hosts, several files in one input; a part's name may say the source behind a colon
/// (`web1.txt:ss`). Whatever is in them, nothing may be taken for this host's, and nothing may be shown that a terminal
/// would obey.
@Sendable func fuzzImports(_ bytes: [UInt8]) throws {
  let parts = Parts(bytes)
  var one = Import(host: nil, source: .demo, now: Timestamp(seconds: 1_795_690_800))
  for (name, part) in parts.all {
    let words = name.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    let source = words.count == 2 ? Imports.Source(rawValue: words[1]) : nil
    let detected = Imports.Source.detect(part)
    do {
      try one.add(file: words.first ?? "", bytes: part, source: source)
    } catch {
      try hold(source != nil || detected == nil || part.count > 256 << 10, "detected, and then refused: \(error)")
      try hold(isSafe(error.description), "a message with controls")
    }
  }
  let sweep = one.finish()
  try hold(sweep.status.count == 1, "\(sweep.status.count) states of one import")
  for observation in sweep.observations {
    try hold(observation.host.id.hasPrefix("import:"), "a host of ours: \(observation.host.id)")
    try hold(!observation.keys.isEmpty && observation.keys.count <= 70, "\(observation.keys.count) keys")
    try hold(
      observation.keys.allSatisfy { $0.description.contains(":\(observation.host.id):") }, "a key of another host")
    try hold(!observation.facts.reasons.isEmpty || observation.facts.status == nil, "no reason: \(observation.detail)")
    try hold(observation.facts.listeners.allSatisfy { $0.port > 0 }, "port 0")
    try hold(observation.kind?.isEmpty == false, "an agent of no kind")
    let texts = [
      observation.detail, observation.host.name, observation.host.id, observation.facts.user ?? "",
      observation.facts.executable ?? "", observation.facts.version ?? "", observation.facts.stateDirectory ?? "",
    ]
    try hold((texts + observation.facts.reasons).allSatisfy(isSafe), "controls in \(texts)")
    try hold(observation.detail.count < 1200, "a detail of \(observation.detail.count) characters")
    try hold(observation.facts.data.entries.allSatisfy { $0.value.string.map(isSafe) ?? true }, "controls in the data")
  }
  for status in sweep.status {
    try hold(isSafe(status.looked) && status.blind.allSatisfy { isSafe($0.what) }, "a state with controls")
    try hold(status.skipped.allSatisfy { $0.value > 0 && isSafe($0.key) }, "nothing skipped, and counted")
  }
}
