import Knowledge
import Model

extension Judge {
  func confidence(
    _ candidate: Examination.Candidate, _ kind: CredentialKind, _ verdict: Checksum.Verdict, _ setting: Setting,
    _ text: Span<UInt8>
  ) -> Confidence {
    var rank: Int
    switch candidate.source {
    case .header: rank = candidate.key != nil && candidate.isRooted ? 3 : 2
    case .key, .whole: rank = candidate.isOwn ? 2 : 1
    case .anywhere: rank = candidate.literal >= 3 && !Self.loose.contains(kind.name) ? 2 : 1
    case .inPlace, .named: rank = 1
    case .variable: rank = candidate.likeness == .nothing ? 0 : 1
    case .entropy: rank = 0
    }
    switch verdict {
    case .verified: rank = 3
    case .doubtful: rank -= 1
    case .failed: rank = 0
    case .none: break
    }
    if setting.isTest, verdict == .none || verdict == .doubtful {
      rank -= candidate.key != nil || Self.loose.contains(kind.name) || kind.name == "database_url" ? 2 : 1
    }
    let levels: [Confidence] = [.low, .medium, .high, .certain]
    return levels[max(0, min(rank, 3))]
  }

  /// An AWS key is a pair: the id tells the account, the secret is the value.
  func pairAWS(_ jewels: [Jewel]) -> [Jewel] {
    var jewels = jewels
    let isId = { (jewel: Jewel) in jewel.kind == "aws_access_key" && jewel.facts.contains { $0.name == "part" } }
    for secret in jewels.indices where jewels[secret].kind == "aws_access_key" && !isId(jewels[secret]) {
      let line = jewels[secret].place.line ?? 0
      guard
        let id = jewels.indices.filter({ isId(jewels[$0]) && !jewels[$0].facts.contains { $0.name == "paired" } })
          .min(by: { abs((jewels[$0].place.line ?? 0) - line) < abs((jewels[$1].place.line ?? 0) - line) }),
        abs((jewels[id].place.line ?? 0) - line) <= 10
      else { continue }
      jewels[secret].facts += jewels[id].facts.filter { $0.name != "part" && !jewels[secret].facts.contains($0) }
      jewels[secret].confidence = max(jewels[secret].confidence, .high)
      jewels[id].facts.append(Jewel.Fact("paired", ""))
    }
    return jewels.filter { !$0.facts.contains { $0.name == "paired" } }
  }
}
