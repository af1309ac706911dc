import UnixSignals

/// Work that Ctrl-C ends early and cleanly.
enum Interruption {
  /// Runs the work and cancels it at the first SIGINT or SIGTERM; what it returns then is what it has until there.
  static func ends<Result: Sendable>(_ work: @escaping @Sendable () async -> Result) async -> Result {
    await withTaskGroup(of: Result?.self) { group in
      group.addTask { await work() }
      group.addTask {
        for await _ in await UnixSignalsSequence(trapping: .sigint, .sigterm) { break }
        return nil
      }
      var answer: Result?
      while let next = await group.next() {
        if let next { answer = next }
        group.cancelAll()
        if answer != nil { break }
      }
      if let answer { return answer }
      return await work()
    }
  }
}
