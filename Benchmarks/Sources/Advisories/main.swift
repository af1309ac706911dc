// advisories-benchmark [ROUNDS]: every row of the table of advisories against every release of two years in every form that
// a version is written in; in milliseconds of processor. The first line is the reading of the table itself.
import Knowledge
import Model

#if canImport(Glibc)
  import Glibc
#endif

/// Processor time of this process.
func milliseconds() -> Double {
  var time = timespec()
  unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
  return Double(time.tv_sec) * 1e3 + Double(time.tv_nsec) / 1e6
}

func written(_ number: Double) -> String {
  let tenths = Int((number * 100).rounded())
  return "\(tenths / 100).\(tenths % 100 < 10 ? "0" : "")\(tenths % 100)"
}

let rounds = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 5
let begin = milliseconds()
let table = Advisories.openClaw
print("reading the table of \(table.all.count) rows: \(written(milliseconds() - begin)) ms")

let forms = (1...12).flatMap { month in
  (1...28).flatMap { day in
    ["", "-beta.1", "-beta.2", "-1", "-2"].map { "2026.\(month).\(day)\($0)" }
  }
}
var best = Double.infinity
var open = 0
for _ in 0..<rounds {
  let start = milliseconds()
  open = 0
  for form in forms {
    guard let version = OpenClawVersion(form) else { continue }
    for advisory in table.all where advisory.affects(version) { open += 1 }
  }
  best = min(best, milliseconds() - start)
}
print("\(forms.count) versions × \(table.all.count) rows: \(written(best)) ms, \(open) of them open")

best = .infinity
for _ in 0..<rounds {
  guard let version = OpenClawVersion("2026.3.3") else { break }
  let start = milliseconds()
  open = table.open(in: version).count
  best = min(best, milliseconds() - start)
}
print("one version, with the answer in order: \(written(best)) ms, \(open) open")
