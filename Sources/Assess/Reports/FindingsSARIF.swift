public import Model

/// Findings as SARIF 2.1.0 (OASIS), for code hosts and other tools that take the results of scanners.
public enum FindingsSARIF {
  /// - Parameter version: of Trammel.
  public static func value(_ findings: [Finding], version: String) -> Value {
    var rules: [Finding] = []
    var places: [String: Int] = [:]
    for finding in findings where places[finding.rule] == nil {
      places[finding.rule] = rules.count
      rules.append(finding)
    }
    return [
      "$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0",
      "runs": [
        [
          "tool": [
            "driver": [
              "name": "Trammel", "semanticVersion": .string(version), "rules": .array(rules.map(rule)),
            ]
          ],
          // Positions count Unicode scalars.
          "columnKind": "unicodeCodePoints",
          "results": .array(findings.map { result($0, index: places[$0.rule] ?? 0) }),
          "invocations": [["executionSuccessful": true]],
        ]
      ],
    ]
  }

  private static func rule(_ finding: Finding) -> Value {
    var properties: Value.Members = [
      "security-severity": .string(score(finding.severity)), "tags": .strings(["security"] + cwe(finding)),
    ]
    properties["tier"] = finding.tier.map { .int(Int64($0)) }
    properties["requirement"] = finding.requirement.map(Value.string)
    properties["openclaw_check_id"] = finding.openclawCheckID.map(Value.string)
    return [
      "id": .string(finding.rule), "shortDescription": ["text": .string(finding.title)],
      "fullDescription": ["text": .string(finding.why)], "help": ["text": .string(finding.fix.text)],
      "defaultConfiguration": ["level": .string(level(finding.severity))], "properties": .object(properties),
    ]
  }

  private static func result(_ finding: Finding, index: Int) -> Value {
    var members: Value.Members = ["ruleId": .string(finding.rule), "ruleIndex": .int(Int64(index))]
    switch finding.outcome {
    case .fail:
      members["kind"] = "fail"
      members["level"] = .string(level(finding.severity))
      members["message"] = ["text": .string("\(finding.title): \(finding.evidence)")]
    case .pass:
      members["kind"] = "pass"
      members["level"] = "none"
      members["message"] = ["text": .string(finding.evidence)]
    case .notMeasured(let reason):
      // §3.27.9: asked, and too little to tell.
      members["kind"] = "open"
      members["level"] = "none"
      members["message"] = ["text": .string("not measured: \(reason)")]
    }
    if let place = location(finding.location) { members["locations"] = [place] }
    members["partialFingerprints"] = ["trammelIdentity/v1": .string(fingerprint(finding.identity))]
    var properties: Value.Members = ["severity": .string(finding.severity.rawValue)]
    properties["agent"] = finding.agent.map(Value.string)
    properties["fix"] = .string(finding.fix.text)
    properties["command"] = finding.fix.command.map(Value.string)
    members["properties"] = .object(properties)
    return .object(members)
  }

  private static func location(_ location: Finding.Location) -> Value? {
    var members: Value.Members = [:]
    if let file = location.file {
      var physical: Value.Members = ["artifactLocation": ["uri": .string(uri(file))]]
      if let line = location.line, line > 0 { physical["region"] = ["startLine": .int(Int64(line))] }
      members["physicalLocation"] = .object(physical)
    }
    if let name = location.key ?? location.address {
      members["logicalLocations"] = [["fullyQualifiedName": .string(name)]]
    }
    return members.isEmpty ? nil : .object(members)
  }

  /// RFC 8089; what is no unreserved character of RFC 3986 is escaped.
  static func uri(_ path: String) -> String {
    var out = path.hasPrefix("/") ? "file://" : ""
    for byte in path.utf8 {
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "/"), UInt8(ascii: "-"), UInt8(ascii: "."),
        UInt8(ascii: "_"), UInt8(ascii: "~"):
        out.unicodeScalars.append(Unicode.Scalar(byte))
      default:
        let hex = String(byte, radix: 16, uppercase: true)
        out += "%" + (hex.count < 2 ? "0" : "") + hex
      }
    }
    return out
  }

  /// FNV-1a, 64 bits: the same finding has the same one in every run. Nothing secret goes in.
  private static func fingerprint(_ text: String) -> String {
    let hash = text.utf8.reduce(UInt64(0xCBF2_9CE4_8422_2325)) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    let hex = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - hex.count) + hex
  }

  private static func cwe(_ finding: Finding) -> [String] {
    finding.references.filter { $0.hasPrefix("CWE-") }.map { "external/cwe/" + $0.lowercased() }
  }

  static func level(_ severity: Severity) -> String {
    switch severity {
    case .critical, .high: "error"
    case .medium: "warning"
    case .low, .info: "note"
    }
  }

  /// The bands in which code hosts show a number as critical, high, medium and low.
  private static func score(_ severity: Severity) -> String {
    switch severity {
    case .critical: "9.5"
    case .high: "8.0"
    case .medium: "5.5"
    case .low: "3.0"
    case .info: "0.0"
    }
  }
}
