import Knowledge
import Model

// What sizes and pauses of calls say.
extension Judge {
  /// Signs of the chain that looks most like an agent's. Scripts beside it do not acquit it, and what two chains show is
  /// not counted twice.
  func drivenSigns() -> [Sign] {
    func odds(_ signs: [Sign]) -> Double { signs.reduce(0) { $0 + $1.weight } }
    return chains.map(workSigns).enumerated().max { a, b in
      odds(a.element) != odds(b.element) ? odds(a.element) < odds(b.element) : a.offset > b.offset
    }?.element ?? []
  }

  /// Sizes and pauses of one program's calls.
  func workSigns(_ group: ProgramChain) -> [Sign] {
    let steps = group.steps
    guard let first = steps.first else { return [] }
    var signs: [Sign] = []
    let work = Work(group)
    if let task = work.driven {
      signs.append(
        Sign(
          // In no order they may be a batch of documents, which is no agent's.
          "upload.steps", work.isOrdered ? .strong : .weak,
          "a first upload of \(bytes(steps[task.lowerBound].up)) and \(work.quick(task)) more calls, each within seconds of the answer before",
          steps[task].prefix(Sign.evidenceLimit).map(evidence)))
    }
    if first.up >= 10_000 {
      signs.append(
        first.isWholeConnection
          ? Sign("upload.first", .weak, "the first connection uploads \(bytes(first.up))", [evidence(first)])
          : Sign(
            "upload.first", .medium,
            "the first call uploads \(bytes(first.up)): more than a question, as prompts with tools are",
            [evidence(first)]))
    }
    if let (task, count) = work.fed {
      signs.append(
        Sign(
          "context.fed", .strong,
          "\(count) times the next upload grew by more than the answer said, within seconds: results of tools go back",
          steps[task].prefix(Sign.evidenceLimit).map(evidence)))
      if work.passesLarge(task) {
        signs.append(
          Sign(
            "upload.grown", .weak, "the work grows until a call uploads \(bytes(steps[task].map(\.up).max() ?? 0))"))
      }
    } else if let task = work.growing {
      signs.append(
        Sign(
          "context.grows", work.isFast(task) ? .medium : .weak,
          "\(task.count) uploads, each larger than the one before: what was said is sent again",
          steps[task].prefix(Sign.evidenceLimit).map(evidence)))
    }
    if signs.isEmpty || signs.allSatisfy({ $0.strength == .medium || $0.strength == .weak }), let words = work.batch {
      signs.append(Sign("batch", .counter, words, steps.prefix(4).map(evidence)))
    }
    if work.areAllSmall, group.contacts.allSatisfy({ !$0.isWebSocket }) {
      signs.append(
        Sign(
          "upload.small", .counter, weight: -1, "no upload is larger than \(bytes(steps.map(\.up).max() ?? 0))",
          steps.prefix(3).map(evidence)))
    }
    if let beacon = work.heartbeat {
      signs.append(
        Sign(
          "heartbeat", beacon.count >= 5 ? .medium : .weak,
          "a call every \(tenths(beacon.medianInterval)) s after silence, \(beacon.count) times",
          group.chain.tasks.prefix(6).map { evidence(steps[$0.lowerBound]) }))
    }
    return signs
  }
}
