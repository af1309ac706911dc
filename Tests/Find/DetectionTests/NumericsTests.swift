import Testing

@testable import Detection

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

@Suite struct NumericsTests {
  @Test(arguments: [-690, -41.5, -8, -1, -1e-9, 0, 1e-9, 0.3, 1, 2.5, 19.9, 333.3, 690])
  func `the exponential is that of the C library`(x: Double) {
    #expect((Numerics.exp(x) / exp(x) - 1).magnitude < 1e-12)
  }

  @Test func `the exponential saturates`() {
    #expect(Numerics.exp(1e300) == .infinity)
    #expect(Numerics.exp(-1e300) == 0)
    #expect(Numerics.exp(.nan).isNaN)
    #expect(Numerics.logistic(1e4) == 1 && Numerics.logistic(-1e4) == 0 && Numerics.logistic(0) == 0.5)
  }

  @Test(arguments: [1e-300, 0.001, 0.5, 0.999_999, 1, 1.000_001, 2, 10, 12345.678, 1e300])
  func `the logarithm is that of the C library`(x: Double) throws {
    #expect((try #require(Numerics.ln(x)) - log(x)).magnitude <= 1e-13 * max(1, log(x).magnitude))
  }

  @Test func `of what has no logarithm there is none`() {
    for x in [0, -1, .infinity, .nan] { #expect(Numerics.ln(x) == nil) }
  }

  @Test func `directions are those of the C library`() {
    for step in -4000...4000 {
      let turns = Double(step) / 773
      let (cosine, sine) = Numerics.circle(turns: turns)
      #expect((cosine - cos(2 * .pi * turns)).magnitude < 1e-12)
      #expect((sine - sin(2 * .pi * turns)).magnitude < 1e-12)
    }
    for turns in [Double.infinity, -.infinity, .nan, 1e308, -1e308] {
      let (cosine, sine) = Numerics.circle(turns: turns)
      #expect((cosine * cosine + sine * sine - 1).magnitude < 1e-9)
    }
  }

  @Test func `order is measured by Kendall's tau`() {
    #expect(Numerics.tau([1, 2, 3, 4]) == 1)
    #expect(Numerics.tau([4, 3, 2, 1]) == -1)
    #expect(Numerics.tau([1, 3, 2, 4]) == 4.0 / 6)
    #expect(Numerics.tau([5, 5, 5]) == 0)
    #expect(Numerics.tau([]) == 0)
  }

  @Test func `the middle of few and of many`() {
    #expect(Numerics.median([]) == nil)
    #expect(Numerics.median([3]) == 3)
    #expect(Numerics.median([4, 1, 3, 2]) == 2.5)
  }

  @Test func `moments at the ends of time have a distance`() {
    #expect(Numerics.seconds(from: .min, to: .max) > 1.8e10)
    #expect(Numerics.seconds(from: .max, to: .min) < -1.8e10)
    #expect(Numerics.seconds(from: 5, to: 1_000_000_005) == 1)
  }

  @Test func `sums of claims saturate`() {
    var sum = UInt64.max - 1
    sum.saturate(adding: 5)
    #expect(sum == .max)
  }
}

@Suite struct BeaconTests {
  func moments(_ count: Int, every period: Double, jitter: Double = 0, seed: UInt64 = 3) -> [Int64] {
    var state = seed
    var moment = 1.7e9
    return (0..<count).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let noise = (Double(state >> 11) / Double(1 << 53) - 0.5) * 2 * jitter
      defer { moment += period + noise }
      return Int64(moment * 1e9)
    }
  }

  @Test(arguments: [(30.0, 2.3), (45.0, 4.4), (1800.0, 60.0)])
  func `a timer set after the work has the period of interval and work`(interval: Double, work: Double) throws {
    let beacon = try #require(
      Beacon(moments(8, every: interval + work, jitter: 0.6), candidates: Beacon.knownPeriods))
    #expect((beacon.medianInterval - interval - work).magnitude < 1)
    #expect((beacon.period - interval - work).magnitude < 1.5)
    #expect(beacon.isSteady)
    #expect(beacon.resultant > 0.95)
    #expect(beacon.score > 0.7)
  }

  @Test func `moments without rhythm are no beacon`() throws {
    var state: UInt64 = 11
    var moment = 0.0
    let random = (0..<60).map { _ -> Int64 in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      moment += Double(state >> 54) / 10
      return Int64(moment * 1e9)
    }
    let beacon = try #require(Beacon(random, candidates: Beacon.knownPeriods))
    #expect(!beacon.isSteady)
    #expect(beacon.dispersionScore < 0.8)
    #expect(beacon.resultant < 0.6)
  }

  @Test func `of few moments nothing is said`() {
    #expect(Beacon([]) == nil)
    #expect(Beacon(moments(3, every: 10)) == nil)
    #expect(Beacon([5, 5, 5, 5, 5, 5]) == nil)
    #expect(Beacon(moments(4, every: 10))?.isSteady == false)
  }

  @Test func `a missing beat is no end of the rhythm, half of them missing is`() throws {
    var beats = moments(12, every: 60)
    beats.remove(at: 5)
    #expect(try #require(Beacon(beats)).isSteady)
    let sparse = beats.enumerated().filter { [0, 1, 2, 3, 9, 10].contains($0.offset) }.map(\.element)
    #expect(try #require(Beacon(sparse)).presence < 0.6)
  }

  @Test func `extreme moments do not trap`() {
    let series: [[Int64]] = [
      [.min, -1, 0, 1, .max], [.min, .min + 1, .min + 2, .min + 4, .min + 9], Array(repeating: .max, count: 9),
    ]
    for moments in series {
      _ = Beacon(moments, candidates: [1e-300, 1e300, .infinity, .nan, 0, -4] + Beacon.knownPeriods)
    }
  }
}
