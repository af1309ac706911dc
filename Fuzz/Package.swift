// swift-tools-version: 6.2
// The fuzz driver, apart from the product: its flags instrument every module that it is built with. See run.sh.
import PackageDescription

let package = Package(
  name: "fuzz",
  dependencies: [.package(name: "trammel", path: "..")],
  targets: [
    .executableTarget(
      name: "fuzz",
      dependencies: [
        .product(name: "Wire", package: "trammel"), .product(name: "WireSensor", package: "trammel"),
      ],
      swiftSettings: [
        .swiftLanguageMode(.v6), .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("MemberImportVisibility"), .unsafeFlags(["-parse-as-library", "-sanitize=fuzzer"]),
      ],
      linkerSettings: [.unsafeFlags(["-sanitize=fuzzer"])])
  ]
)
