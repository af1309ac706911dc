// swift-tools-version: 6.2
// Reads like the tree in docs/architecture.md: one line a module, in the order in which a person uses the product.
import PackageDescription

let strict = Context.environment["TRAMMEL_WARNINGS_AS_ERRORS"] == "1"

let settings: [SwiftSetting] =
  [
    .swiftLanguageMode(.v6),
    .strictMemorySafety(),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableUpcomingFeature("InferIsolatedConformances"),
    .enableExperimentalFeature("Lifetimes"),
  ] + (strict ? [.treatAllWarnings(as: .error)] : [])

/// Fuzz/run.sh asks for it: the modules, and not the tools that build them, tell libFuzzer which branches an input took,
/// and let its targets see parsers that are no module's API.
let instrumented: [SwiftSetting] =
  Context.environment["TRAMMEL_INSTRUMENT"].map { [.unsafeFlags(["-sanitize=\($0)", "-enable-testing"])] } ?? []

/// A module of ours: where it lives follows from its group and name.
func module(
  _ group: String, _ name: String, on dependencies: [Target.Dependency] = [], data: Bool = false
) -> Target {
  .target(
    name: name, dependencies: dependencies, path: "Sources/\(group)/\(name)",
    exclude: data ? ["Data"] : [], swiftSettings: settings + instrumented, plugins: data ? ["EmbedData"] : [])
}

/// The tests of one module, in the same order of groups.
func tests(
  _ group: String, _ name: String, on dependencies: [Target.Dependency] = [], exclude: [String] = []
) -> Target {
  .testTarget(
    name: "\(name)Tests", dependencies: dependencies + (group == "System" ? [] : [.target(name: name)]),
    path: "Tests/\(group)/\(name)Tests", exclude: exclude, swiftSettings: settings)
}

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let sqlite = Target.Dependency.product(name: "GRDBSQLite", package: "GRDB.swift")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore = Target.Dependency.product(name: "HummingbirdCore", package: "hummingbird")
let mustache = Target.Dependency.product(name: "Mustache", package: "swift-mustache")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let unixSignals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")

let package = Package(
  name: "trammel",
  products: [
    .executable(name: "trammel", targets: ["trammel"]),
    .library(name: "Model", targets: ["Model"]),
    .library(name: "Ledger", targets: ["Ledger"]),
    .library(name: "Wire", targets: ["Model", "Wire"]),
    .library(name: "WireSensor", targets: ["WireSensor"]),
    .library(name: "Formats", targets: ["Formats"]),
    // Every module that reads bytes from outside, but for the ledger.
    .library(
      name: "Readers",
      targets: [
        "Model", "Matching", "Wire", "Formats", "Knowledge", "Platform", "Databases", "YAML", "Inventory", "Detection",
        "Installations",
        "HostSensor", "WireSensor", "Probe", "Imports", "Posture", "Exposure",
      ]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-http-types", from: "1.5.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
    .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
  ],
  targets: [
    module("Core", "Model"),
    module("Core", "Matching", on: ["Model"]),
    module("Core", "Wire", on: ["Model", crypto]),
    module("Core", "Formats", on: ["Model"]),
    module("Core", "Knowledge", on: ["Model", "Matching"], data: true),

    .target(name: "CLinux", path: "Sources/Host/CLinux"),
    .target(
      name: "CCompression", path: "Sources/Host/CCompression",
      linkerSettings: [.linkedLibrary("z"), .linkedLibrary("zstd")]),
    module("Host", "Platform", on: ["Model", "CLinux", "CCompression"]),
    // Without pkg-config: its -L would come before that of the static copies which a release links.
    .systemLibrary(name: "CSQLite", path: "Sources/Host/CSQLite", providers: [.apt(["libsqlite3-dev"])]),
    module("Host", "Databases", on: ["Platform", "CSQLite"]),
    .systemLibrary(
      name: "CYAML", path: "Sources/Host/CYAML", providers: [.apt(["libyaml-dev"])]),
    module("Host", "YAML", on: ["Formats", "CYAML"]),

    module("Find", "Inventory", on: ["Model"]),
    module("Find", "Detection", on: ["Model", "Matching", "Knowledge"]),
    module("Find", "Installations", on: ["Model", "Matching", "Formats", "Platform", "Databases", "YAML"]),
    module("Find", "HostSensor", on: ["Model", "Matching", "Formats", "Knowledge", "Platform", "Installations"]),
    module(
      "Find", "WireSensor",
      on: ["Model", "Matching", "Wire", "Formats", "Knowledge", "CLinux", "Platform", "Databases", "Detection"]),
    module("Find", "Probe", on: ["Model", "Wire", "Knowledge", "CLinux", "Platform"]),
    module("Find", "Imports", on: ["Model", "Matching", "Formats", "Knowledge"]),

    module(
      "Assess", "Posture",
      on: ["Model", "Matching", "Formats", "Knowledge", "Platform", "Inventory", "Installations"]),
    module("Assess", "Exposure", on: ["Model", "Matching", "Formats", "Knowledge", "Platform", crypto]),
    module("Assess", "Repair", on: ["Model", "Formats", "Platform"]),
    module("Assess", "Reports", on: ["Model", "Matching", "Posture", "Exposure"]),

    module("Watch", "Ledger", on: ["Model", "Platform", grdb, sqlite, crypto]),
    module(
      "Watch", "Console",
      on: [
        "Model", "Matching", "Platform", "Posture", hummingbird, hummingbirdCore, mustache, lifecycle, logging, nioCore,
        httpTypes,
        crypto,
      ], data: true),
    module(
      "Watch", "Service",
      on: [
        "Model", "Platform", "Inventory", "Detection", "Installations", "HostSensor", "WireSensor", "Posture", "Ledger",
        "Console", lifecycle, logging,
      ]),

    module("Lab", "Demo", on: ["Model", "Wire", "Platform"]),

    .executableTarget(
      name: "trammel",
      dependencies: [
        "Model", "Matching", "Wire", "Formats", "Knowledge", "Platform", "Databases", "Inventory", "Detection",
        "Installations",
        "HostSensor", "WireSensor", "Probe", "Imports", "Posture", "Exposure", "Repair", "Reports", "Ledger", "Console",
        "Service",
        "Demo",
        argumentParser,
        lifecycle, unixSignals, logging,
      ],
      path: "Sources/Commands/trammel", swiftSettings: settings),

    .target(
      name: "ConsoleSamples", dependencies: ["Model", "Console"], path: "Tests/Watch/ConsoleSamples",
      swiftSettings: settings),
    .executableTarget(
      name: "console-sample", dependencies: ["Model", "Console", "ConsoleSamples"],
      path: "Sources/Tools/console-sample", swiftSettings: settings),
    .executableTarget(
      name: "ledger-load", dependencies: ["Model", "Platform", "Ledger"], path: "Sources/Tools/ledger-load",
      swiftSettings: settings),
    .executableTarget(name: "embed-data", path: "Sources/Tools/embed-data", swiftSettings: settings),
    .plugin(name: "EmbedData", capability: .buildTool(), dependencies: ["embed-data"]),

    tests("Core", "Model"),
    tests("Core", "Matching"),
    tests("Core", "Wire", on: ["Model"]),
    tests("Core", "Formats"),
    tests("Core", "Knowledge", on: ["Model"]),
    tests("Host", "Platform"),
    tests("Host", "Databases", on: ["CSQLite", "Platform"]),
    tests("Host", "YAML", on: ["Formats"]),
    tests("Find", "Inventory", on: ["Model"]),
    tests("Find", "Detection", on: ["Model", "Knowledge"]),
    tests("Find", "Installations", on: ["Model", "Matching", "Formats", "Platform", "Databases", "CSQLite", "YAML"]),
    tests("Find", "HostSensor", on: ["Model", "Formats", "Knowledge", "Platform", "Installations"]),
    tests(
      "Find", "WireSensor",
      on: ["Model", "Matching", "Wire", "Formats", "Knowledge", "Platform", "Databases", "CSQLite", "Detection"]),
    tests("Find", "Probe", on: ["Model", "Wire", "Platform"]),
    tests("Find", "Imports", on: ["Model", "Formats"], exclude: ["Fixtures"]),
    tests(
      "Assess", "Posture", on: ["Model", "Matching", "Formats", "Knowledge", "Platform", "Installations", "Reports"]),
    tests("Assess", "Exposure", on: ["Model", "Knowledge", "Platform", "Matching"]),
    tests("Assess", "Repair", on: ["Model", "Platform"]),
    tests("Assess", "Reports", on: ["Model", "Posture", "Exposure", "Knowledge", "Platform"]),
    tests("Watch", "Ledger", on: ["Model", "Platform", "ledger-load", grdb, crypto]),
    tests("Watch", "Console", on: ["Model", "ConsoleSamples", logging, lifecycle, nioCore, nioPosix]),
    tests("System", "House"),
    // The fuzz targets with their seeds, as ordinary tests.
    .testTarget(
      name: "FuzzTests",
      dependencies: [
        "Model", "Matching", "Wire", "Formats", "Knowledge", "Platform", "Databases", "YAML", "Inventory", "Detection",
        "Installations",
        "HostSensor", "WireSensor", "Probe", "Imports", "Posture", "Exposure", "Ledger",
      ],
      path: "Fuzz", exclude: ["Corpus", "Words", "Package.swift", "run.sh", "Sources/fuzz/Driver.swift"],
      sources: ["Sources/fuzz/Targets", "Tests"], swiftSettings: settings + [.define("LEDGER")]),
  ]
)
