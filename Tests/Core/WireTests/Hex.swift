import Model

/// Bytes from commented hexadecimal: everything behind `#` in a line is a comment.
func bytes(_ commented: String) -> [UInt8] {
  let digits = commented.split(separator: "\n").map { $0.split(separator: "#", omittingEmptySubsequences: false)[0] }
    .joined().filter { !$0.isWhitespace }
  return Model.hex(digits)
}

extension Model {
  static func hex(_ digits: String) -> [UInt8] { Hex.decode(digits) ?? [] }
}

/// A small generator with a fixed seed (splitmix64): the same mutations in every run.
struct Seeded: RandomNumberGenerator {
  var state: UInt64
  init(_ seed: UInt64) { state = seed }
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
    return value ^ value >> 31
  }
}

enum Fixture {
  /// What avahi 0.8 answers for an OpenClaw gateway, shortened to two attributes.
  static let answer = bytes(
    """
    0000 8400 0000 0001 0000 0003    # id, response + authoritative, 0 questions, 1 answer, 0, 3 additional
    0c 5f6f70656e636c61772d6777      # 12: _openclaw-gw
    04 5f746370 05 6c6f63616c 00     # 29: _tcp, 34: local
    000c 0001 00001194 0014          # PTR, IN, 4500 s, 20 bytes
    11 73747564696f20284f70656e436c617729  c00c   # studio (OpenClaw), and the type from byte 12
    c02f 0021 8001 00000078 000f     # owner at 47, SRV, cache flush, 120 s, 15 bytes
    0000 0000 4965 06 73747564696f c01e   # priority, weight, port 18789, studio.local
    c02f 0010 8001 00001194 0018     # TXT
    0c 726f6c653d67617465776179      # role=gateway
    0a 7373685 06f72743d3232          # sshPort=22
    c055 0001 8001 00000078 0004 0a4d0001   # studio.local A 10.77.0.1
    """)

  /// A query for two types with the QU bit, one known answer, and EDNS.
  static let query = bytes(
    """
    0000 0000 0001 0000 0000 0001
    0c 5f6f70656e636c61772d6777 04 5f746370 05 6c6f63616c 00
    000c 8001                        # PTR, IN with the QU bit
    00 0029 05a0 00001194 000c       # OPT: 1440 bytes, 12 bytes of options
    0004 0008 00e0 1122334455 66     # an owner option (deprecated, still sent by Apple devices)
    """)
}
