// swift-tools-version: 6.2
// The fuzz driver, apart from the product: its flags instrument every module that it is built with. See run.sh.
import PackageDescription

let sanitizers = Context.environment["TRAMMEL_INSTRUMENT"] ?? "fuzzer"
/// The ledger brings a database and a cryptographic library with it, minutes of building for one small target.
let hasLedger = Context.environment["TRAMMEL_FUZZ_LEDGER"] == "1"

let package = Package(
  name: "fuzz",
  dependencies: [.package(name: "trammel", path: "..")],
  targets: [
    .executableTarget(
      name: "fuzz",
      dependencies: [.product(name: "Readers", package: "trammel")]
        + (hasLedger ? [.product(name: "Ledger", package: "trammel")] : []),
      swiftSettings: [
        .swiftLanguageMode(.v6), .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .unsafeFlags(["-parse-as-library", "-sanitize=\(sanitizers)"]),
      ] + (hasLedger ? [.define("LEDGER")] : []),
      linkerSettings: [.unsafeFlags(["-sanitize=\(sanitizers)"])])
  ]
)
