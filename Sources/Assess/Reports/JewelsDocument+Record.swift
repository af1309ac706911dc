import Exposure
public import Model

extension JewelsDocument {
  /// What the ledger keeps of a look: counts, kinds, weights and keyed fingerprints. No value, no path, no fact of a file.
  public var recorded: Value.Members {
    var counts: Value.Members = [:]
    for severity in Severity.allCases.reversed() {
      counts[severity.rawValue] = .int(
        Int64(radius.sentences.count { Self.severity($0.severity) == severity }))
    }
    return [
      "credentials": .int(Int64(look.jewels.count)), "out_of_reach": .int(Int64(radius.out)),
      "not_measured": .int(Int64(radius.unmeasured)), "harmless": .int(Int64(radius.harmless)),
      "counts": .object(counts),
      "sentences": .array(
        radius.sentences.prefix(20).map { sentence in
          [
            "kind": .string(sentence.kind), "severity": .string(Self.severity(sentence.severity).rawValue),
            "action": .string(sentence.action), "values": .int(Int64(sentence.values)),
          ]
        }),
      "what_if": .array(
        whatIf.prefix(8).map { entry in
          [
            "control": .string(entry.control.rawValue), "title": .string(entry.control.title),
            "removed": .int(Int64(entry.removed)), "milder": .int(Int64(entry.milder)),
          ]
        }), "fingerprints": .strings(Array(Set(look.jewels.compactMap(\.fingerprint)).sorted().prefix(500))),
    ]
  }
}
