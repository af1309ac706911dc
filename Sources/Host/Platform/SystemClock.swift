public import Model

#if canImport(Glibc)
  import Glibc
#endif

/// The time of the machine. Rooms that need time take a closure; this is what the program passes.
public enum SystemClock {
  public static func now() -> Timestamp {
    var time = timespec()
    // The only failures of clock_gettime(2) are a bad address and an unknown clock.
    unsafe clock_gettime(CLOCK_REALTIME, &time)
    return Timestamp(nanoseconds: Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec))
  }
}

/// Random bytes of the system's generator, fit for keys and ids.
public enum SystemRandom {
  public static func bytes(_ count: Int) -> [UInt8] {
    var generator = SystemRandomNumberGenerator()
    return (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
  }
}
