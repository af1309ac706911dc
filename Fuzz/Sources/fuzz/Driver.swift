// One driver for every decoder: TRAMMEL_FUZZ names the target, Corpus/<target>/ has its seeds.
#if canImport(Glibc)
  import Glibc
#endif

private let targets: [String: @Sendable ([UInt8]) -> Void] = ["dns": fuzzDNS]

private let target: @Sendable ([UInt8]) -> Void = {
  let name = getenv("TRAMMEL_FUZZ").map { String(cString: $0) } ?? "dns"
  guard let target = targets[name] else {
    fatalError("TRAMMEL_FUZZ=\(name): choose one of \(targets.keys.sorted().joined(separator: ", "))")
  }
  return target
}()

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  target(Array(UnsafeBufferPointer(start: start, count: count)))
  return 0
}

/// libFuzzer's own `main` does just this; SwiftPM wants the entry point of an executable under the target's name.
@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
  _ count: UnsafeMutablePointer<CInt>,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>,
  _ one: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

@_cdecl("fuzz_main")
public func fuzzMain(_ count: CInt, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) -> CInt {
  var count = count
  var arguments = arguments
  return runDriver(&count, &arguments) { fuzzOne($0, $1) }
}
