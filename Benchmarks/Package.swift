// swift-tools-version: 6.2
// Measures hot paths beside a named peer. Not part of the product: run with `swift run -c release --package-path Benchmarks`.
import PackageDescription

let package = Package(
  name: "benchmarks",
  dependencies: [
    .package(name: "trammel", path: ".."),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
  ],
  targets: [
    .executableTarget(
      name: "ledger-benchmark",
      dependencies: [
        .product(name: "Model", package: "trammel"), .product(name: "Ledger", package: "trammel"),
        .product(name: "GRDB", package: "GRDB.swift"),
      ],
      path: "Sources/Ledger", swiftSettings: [.swiftLanguageMode(.v6), .strictMemorySafety()]),
    .executableTarget(
      name: "advisories-benchmark",
      dependencies: [.product(name: "Readers", package: "trammel")],
      path: "Sources/Advisories", swiftSettings: [.swiftLanguageMode(.v6), .strictMemorySafety()]),
  ]
)
