@testable import Installations

/// The code of a plugin, as anybody may have written it. Whatever it says: nothing traps, and a sign names a line that is
/// there.
@Sendable func fuzzCodeScanner(_ bytes: [UInt8]) throws {
  let lines = bytes.count { $0 == 0x0A } + 1
  let signs = CodeScanner.signs(bytes)
  try hold(signs.values.allSatisfy { (1...lines).contains($0) }, "a sign beyond the file")
  // What stands on a line of its own before the rest adds one to every line, and no sign.
  let moved = CodeScanner.signs([0x0A] + bytes)
  try hold(moved == signs.mapValues { $0 + 1 }, "other signs behind an empty line")
}
