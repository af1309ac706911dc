import Knowledge
import Matching
import Model

@testable import HostSensor

/// Text made visible holds nothing that a terminal obeys, keeps everything else, and is itself visible.
@Sendable func fuzzVisible(_ bytes: [UInt8]) throws {
  let text = String(decoding: bytes, as: UTF8.self)
  let shown = VisibleText.terminal(text)
  try hold(isSafe(shown), "a control is left")
  try hold(VisibleText.terminal(shown) == shown, "visible text changes when made visible")
  let pieces = VisibleText.pieces(text, keepingLines: true)
  var controls = 0
  var kept = 0
  for piece in pieces {
    switch piece {
    case .plain(let text):
      let rest = text.filter { $0 != "\n" && $0 != "\t" }
      try hold(
        !text.isEmpty && isSafe(String(rest.unicodeScalars.filter { $0 != "\n" && $0 != "\t" })),
        "a control is left in a page")
      kept += text.unicodeScalars.count
    case .control(let name):
      try hold(name.hasPrefix("U+") && name.utf8.count >= 6 && name.utf8.allSatisfy { $0 < 0x7F }, "a name \(name)")
      controls += 1
    }
  }
  try hold(kept + controls == text.unicodeScalars.count, "a character is lost")
  for count in [-1, 0, 1, 2, 3, 10, 64] {
    let cut = VisibleText.cutMiddle(shown, to: count)
    try hold(cut.count <= max(0, count) && isSafe(cut), "cut to \(count) it has \(cut.count) characters")
    try hold(cut.isEmpty || count >= shown.count || cut.contains("…"), "cut without a mark")
  }
}

/// Credentials and their measure: what is cut out is not shown, and measuring is finite.
@Sendable func fuzzSecret(_ bytes: [UInt8]) throws {
  for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false).prefix(20)
  {
    let text = String(line)
    let (shown, secrets) = Secret.cut(text, replacement: "<redacted>")
    try hold(secrets.isEmpty == (shown == text), "cut without a secret, or the other way")
    let again = Secret.cut(shown, replacement: "<redacted>")
    try hold(again.secrets.isEmpty && again.text == shown, "a secret was left: \(text)")
    let bits = Entropy.total(text)
    try hold(bits >= 0 && bits.isFinite && bits <= 21 * Double(text.unicodeScalars.count) + 1e-6, "entropy \(bits)")
    _ = (WeakSecret.isWellKnown(text), Secret.looksRandom(text), Secret.isPlaceholder(text))
    let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
    if parts.count == 2 {
      _ = Secret.looksLikeCredential(name: parts[0], value: parts[1])
      _ = Secret.isCredentialName(parts[0])
    }
    let tags = KeyedTag(key: 1, 2)
    try hold(tags.tag(text) == tags.tag(Array(text.utf8)), "a tag that depends on who asks")
  }
}

/// Argument lists: recognition never traps, and what is shown of them is names of switches and words of a fixed list.
@Sendable func fuzzAgentsMatch(_ bytes: [UInt8]) throws {
  let arguments = bytes.split(separator: 0, maxSplits: 64, omittingEmptySubsequences: false).map {
    String(decoding: $0, as: UTF8.self)
  }
  let first = arguments[0]
  for look in [
    ProcessLook(command: String(first.lastPathPart.prefix(15)), executable: nil, arguments: arguments),
    ProcessLook(
      command: "node", executable: "/usr/bin/node", arguments: ["node"] + arguments, variables: Set(arguments.prefix(8))
    ),
    ProcessLook(command: "ssh", executable: first, arguments: ["ssh"] + arguments),
  ] {
    let hits = Fingerprints.embedded.match(look)
    for (a, b) in zip(hits, hits.dropFirst()) {
      try hold(a.row.confidence >= b.row.confidence, "a weaker hit before a stronger one")
    }
    try hold(hits.allSatisfy { $0.reason.count <= 300 }, "a reason as long as an argument list")
    _ = Fingerprints.embedded.variables(look)
    let ssh = SSHArguments(look.arguments)
    try hold(ssh.remoteForwards.count <= look.arguments.count, "more forwards than arguments")
    for forward in ssh.remoteForwards { _ = SSHForward(forward) }
  }
  let secret = "8f1c-fuzz-secret-2b77"
  let planted = Switches.shown(["x"] + arguments.filter { $0 != "--" } + ["--token=\(secret)", "--api-key", secret])
  try hold(planted.count <= 64, "more switches than are kept")
  try hold(!planted.contains { $0.contains(secret) }, "the value of a switch is shown")
  try hold(planted.allSatisfy { $0.hasPrefix("-") && $0.utf8.count <= 128 }, "an argument that is no switch is shown")
  if arguments.count >= 2, arguments[0].utf8.count <= 24, arguments[1].utf8.count <= 64 {
    let (pattern, text) = (arguments[0], arguments[1])
    if !pattern.contains("[") {
      try hold(
        Glob.matches(pattern, text) == matches(Array(pattern.utf8)[...], Array(text.utf8)[...]),
        "`\(pattern)` on `\(text)`")
    } else {
      _ = Glob.matches(pattern, text)
    }
  }
}

/// The same by the definition, one table row a byte of the pattern.
private func matches(_ pattern: ArraySlice<UInt8>, _ text: ArraySlice<UInt8>) -> Bool {
  var reach = Array(repeating: false, count: text.count + 1)
  reach[0] = true
  for element in pattern {
    var next = Array(repeating: false, count: text.count + 1)
    if element == UInt8(ascii: "*") {
      var any = false
      for index in reach.indices {
        any = any || reach[index]
        next[index] = any
      }
    } else {
      for (index, byte) in text.enumerated()
      where reach[index] && (element == UInt8(ascii: "?") || element == byte) {
        next[index + 1] = true
      }
    }
    reach = next
  }
  return reach[text.count]
}
