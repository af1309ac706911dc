import Model

@testable import Probe

/// A server that answers every question with these bytes: on ports of OpenClaw, of the kin and of nobody, whole and in
/// single bytes. The interview ends, what it keeps is short and safe to show, and how the bytes were cut changes nothing.
@Sendable func fuzzProbe(_ bytes: [UInt8]) throws {
  guard let address = Address(bytes: [192, 0, 2, 7]) else { return }
  for (port, isNamed) in [
    (18789, true), (18790, false), (42617, true), (9119, true), (4096, false), (3000, true), (7, true),
  ]
    as [(UInt16, Bool)]
  {
    let endpoint = Endpoint(address: address, port: port, isNamed: isNamed)
    var interview = Interview(endpoint)
    var question: Question? = interview.begin()
    var count = 0
    while let asked = question {
      count += 1
      try hold(count <= 6, "an interview without end")
      var whole = Intake(asked)
      whole.take(bytes)
      var single = Intake(asked)
      for byte in bytes.prefix(4096) { single.take([byte]) }
      if bytes.count <= 4096, whole.isComplete, single.isComplete {
        try hold(whole.reply == single.reply, "another reply to single bytes")
      }
      whole.end()
      question = interview.take(whole.reply)
    }
    let verdict = interview.verdict
    let texts =
      [verdict.version, verdict.server, verdict.banner, verdict.redirect, verdict.tlsVersion].compactMap { $0 }
      + verdict.reasons + verdict.asked
    try hold(texts.allSatisfy { isSafe($0) }, "a text with controls")
    try hold(texts.allSatisfy { $0.utf8.count <= 512 } && verdict.reasons.count <= 8, "a long text")
    try hold(verdict.state == .open, "an answer from a port that is not open")
    try hold(verdict.kind != nil || verdict.confidence == .low, "confidence in nothing")
    let host = Host(id: "h", name: "h")
    let result = Outcome(endpoint: endpoint, verdict: verdict, from: address)
      .located(in: Surroundings(host: host, own: [], neighbours: [:]))
    if let seen = result.observation(now: Timestamp(seconds: 0)) {
      try hold(isSafe(seen.detail) && isSafe(seen.proof ?? ""), "an observation with controls")
    }
    try hold(isSafe(result.value.json()), "a document with controls")
  }
}
