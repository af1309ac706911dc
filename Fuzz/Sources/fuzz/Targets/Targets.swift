// Targets: for each parser of bytes from outside, what is done with them and what must hold afterwards.
//
// They run twice: under libFuzzer, where a violation is a crash with its input (Driver.swift), and in the ordinary tests,
// with every seed of Corpus/ and every truncation of it (Tests/SeedTests.swift).

/// A rule that did not hold for an input.
struct Broken: Error, CustomStringConvertible {
  var description: String
  init(_ what: String) { description = what }
}

func hold(_ condition: Bool, _ what: @autoclosure () -> String) throws(Broken) {
  if !condition { throw Broken(what()) }
}

enum Targets {
  /// By name; Corpus/NAME/ has the seeds.
  static let all: [String: @Sendable ([UInt8]) throws -> Void] = {
    var all: [String: @Sendable ([UInt8]) throws -> Void] = [
      "agents-match": fuzzAgentsMatch, "capture": fuzzCapture, "capture-pieces": fuzzCapturePieces, "cbor": fuzzCBOR,
      "containers": fuzzContainers,
      "detect": fuzzDetect, "dns": fuzzDNS, "dotenv": fuzzDotenv, "flow-source": fuzzFlowSource, "flows": fuzzFlows,
      "hello": fuzzHello, "http": fuzzHTTP, "imports": fuzzImports, "inventory": fuzzInventory, "json5": fuzzJSON5,
      "code": fuzzCodeScanner, "jewels": fuzzJewels, "json5-edit": fuzzJSON5Edit, "proxy-header": fuzzProxyHeader,
      "socks": fuzzSOCKS,
      "link": fuzzLink, "log-source": fuzzLogSource, "logs": fuzzLogs, "openclaw": fuzzOpenClaw, "probe": fuzzProbe,
      "proc": fuzzProc, "quic": fuzzQUIC, "requests": fuzzRequests, "secret": fuzzSecret, "text": fuzzText,
      "traffic": fuzzTraffic, "tunnels": fuzzTunnels, "unit": fuzzUnit, "unpack": fuzzUnpack, "visible": fuzzVisible,
      "machine": fuzzMachine, "property-list": fuzzPropertyList, "shell": fuzzShell,
      "state-database": fuzzStateDatabase, "toml": fuzzTOML, "yaml": fuzzYAML,
    ]
    #if LEDGER
      all["checkpoint"] = fuzzCheckpoint
    #endif
    return all
  }()
}

/// What a terminal would obey, or a page would reorder. A list of its own, so that it does not share the mistakes of ours.
func isSafe(_ text: String) -> Bool {
  !text.unicodeScalars.contains { scalar in
    switch scalar.value {
    case 0..<0x20, 0x7F..<0xA0, 0x061C, 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x206F, 0xFEFF, 0xFFF9...0xFFFB,
      0xE0000...0xE007F:
      true
    default: false
    }
  }
}

/// Several files in one input, so that a seed can be read: a line `=== NAME` begins each. What stands before the first
/// has no name.
struct Parts {
  private(set) var all: [(name: String, bytes: [UInt8])] = []

  init(_ bytes: [UInt8], atMost limit: Int = 24) {
    let mark = Array("=== ".utf8)
    var name = ""
    var body: [UInt8] = []
    var isFirst = true
    func strip(_ body: [UInt8]) -> [UInt8] { body.last == 0x0A ? Array(body.dropLast()) : body }
    for line in bytes.split(separator: 0x0A, omittingEmptySubsequences: false) {
      if line.starts(with: mark), all.count < limit {
        if !(isFirst && body.isEmpty) { all.append((name, strip(body))) }
        name = String(decoding: line.dropFirst(mark.count), as: UTF8.self)
        body = []
      } else {
        body += line
        body.append(0x0A)
      }
      isFirst = false
    }
    if !body.isEmpty { body.removeLast() }
    all.append((name, body))
  }

  /// The first of that name.
  subscript(name: String) -> [UInt8]? { all.first { $0.name == name }?.bytes }
  func text(_ name: String) -> String? { self[name].map { String(decoding: $0, as: UTF8.self) } }
  func all(_ name: String) -> [[UInt8]] { all.filter { $0.name == name }.map(\.bytes) }
}
