// One driver for every target: TRAMMEL_FUZZ names it, Corpus/<target>/ has its seeds.
#if canImport(Glibc)
  import Glibc
#endif

private let target: @Sendable ([UInt8]) throws -> Void = {
  let name = getenv("TRAMMEL_FUZZ").map { String(cString: $0) } ?? "dns"
  guard let target = Targets.all[name] else {
    fatalError("TRAMMEL_FUZZ=\(name): choose one of \(Targets.all.keys.sorted().joined(separator: ", "))")
  }
  return target
}()

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  do { try target(Array(UnsafeBufferPointer(start: start, count: count))) } catch { fatalError("\(error)") }
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
  if CommandLine.arguments.count == 2, CommandLine.arguments[1] == "list" {
    for name in Targets.all.keys.sorted() { print(name) }
    return 0
  }
  var count = count
  var arguments = arguments
  return runDriver(&count, &arguments) { fuzzOne($0, $1) }
}
