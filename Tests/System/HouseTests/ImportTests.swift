import Foundation
import Testing

/// The house is read from its sources: imports point up the page, and only named rooms touch the system or a third party.
@Suite struct ImportTests {
  /// Groups and their modules, in the order of docs/architecture.md.
  static let page: [(group: String, modules: [String])] = [
    ("Core", ["Model", "Matching", "Wire", "Formats", "Knowledge"]),
    ("Host", ["CLinux", "CCompression", "CSQLite", "CYAML", "Platform", "Databases", "YAML"]),
    ("Find", ["Inventory", "Detection", "Installations", "HostSensor", "WireSensor", "Probe", "Imports"]),
    ("Assess", ["Posture", "Exposure", "Repair", "Reports"]),
    ("Watch", ["Ledger", "Console", "Service"]),
    ("Lab", ["Demo"]),
    ("Commands", ["trammel"]),
  ]

  /// Where each third party may enter.
  static let guests: [String: Set<String>] = [
    "ArgumentParser": ["trammel"], "GRDB": ["Ledger"], "GRDBSQLite": ["Ledger"], "Hummingbird": ["Console"],
    "HummingbirdCore": ["Console"],
    "Mustache": ["Console"], "NIOCore": ["Console"], "HTTPTypes": ["Console"],
    // Exposure: fingerprints of credentials. Console: keyed hashes of session ids and one-time codes.
    "Crypto": ["Wire", "Exposure", "Ledger", "Console"],
    "ServiceLifecycle": ["Console", "Service", "trammel"], "UnixSignals": ["trammel"],
    "Logging": ["Console", "Service", "trammel"],
    "Synchronization": ["Posture", "Ledger", "Console", "Service", "WireSensor", "Probe", "trammel"],
    "Dispatch": ["Ledger", "WireSensor", "Probe"],
  ]
  /// Where the operating system may be named.
  static let system: Set<String> = ["Platform", "WireSensor", "Probe"]

  struct Source {
    var module: String
    var path: String
    var lines: [String]
    var imports: [String] {
      lines.compactMap { line in
        var words = line.split(separator: " ").map(String.init)
        while let first = words.first,
          ["public", "package", "internal", "private", "@testable", "@preconcurrency"].contains(first)
        {
          words.removeFirst()
        }
        guard words.first == "import", words.count >= 2 else { return nil }
        return words.last.map { String($0.split(separator: ".")[0]) }
      }
    }
  }

  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  static func sources() throws -> [Source] {
    var out: [Source] = []
    for (group, modules) in page {
      for module in modules {
        let folder = root.appending(path: "Sources/\(group)/\(module)")
        let names = FileManager.default.enumerator(atPath: folder.path())?.compactMap { $0 as? String } ?? []
        for name in names.sorted() where name.hasSuffix(".swift") {
          let text = try String(contentsOf: folder.appending(path: name), encoding: .utf8)
          out.append(
            Source(module: module, path: "\(group)/\(module)/\(name)", lines: text.components(separatedBy: "\n")))
        }
      }
    }
    return out
  }

  @Test func `every module stands on the page`() throws {
    let listed = Set(Self.page.flatMap { page in page.modules.map { "\(page.group)/\($0)" } })
    var found: Set<String> = []
    let sources = Self.root.appending(path: "Sources")
    for group in try FileManager.default.contentsOfDirectory(atPath: sources.path()) where group != "Tools" {
      for module in try FileManager.default.contentsOfDirectory(atPath: sources.appending(path: group).path()) {
        found.insert("\(group)/\(module)")
      }
    }
    #expect(found == listed)
  }

  @Test func `imports point up the page`() throws {
    let order = Self.page.flatMap(\.modules)
    let sources = try Self.sources()
    #expect(sources.count > 50, "the sources were not found below \(Self.root.path())")
    for source in sources {
      guard let own = order.firstIndex(of: source.module) else { continue }
      for name in source.imports {
        if let other = order.firstIndex(of: name) {
          #expect(other < own, "\(source.path) imports \(name), which stands below it")
        }
      }
    }
  }

  @Test func `third parties enter where they are named`() throws {
    let order = Set(Self.page.flatMap(\.modules))
    for source in try Self.sources() {
      for name in source.imports where !order.contains(name) && name != "Foundation" && name != "Glibc" {
        #expect(Self.guests[name]?.contains(source.module) == true, "\(source.path) imports \(name)")
      }
    }
  }

  @Test func `the core knows no Foundation, and only named rooms know the system`() throws {
    let core = Set(Self.page[0].modules)
    for source in try Self.sources() {
      if core.contains(source.module) { #expect(!source.imports.contains("Foundation"), "\(source.path)") }
      guard !Self.system.contains(source.module) else { continue }
      #expect(!source.imports.contains("Glibc") && !source.imports.contains("CLinux"), "\(source.path)")
      #expect(!source.lines.contains { $0.contains("#if os(") || $0.contains("canImport(Glibc)") }, "\(source.path)")
    }
  }
}
