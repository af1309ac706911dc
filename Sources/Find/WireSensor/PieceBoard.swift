import Model
import Platform
import Synchronization
import Wire

/// Hands out the pieces of capture files to threads that fill them, and, in their order, to the shards that take them.
///
/// Whoever comes asks for the next piece of its shard and, where that is not filled yet, gets one to fill: so a thread
/// whose hosts say little walks more of the file. How many pieces there are at once is bounded; one that all shards took is
/// filled again. It is asked a few times for each piece and not for a frame, so one lock is enough.
final class PieceBoard: Sendable {
  enum Work {
    /// The piece of that number: to be taken, and then given back.
    case take(CapturePiece)
    /// To be filled with that number's window.
    case fill(Int, CapturePiece.Window, CapturePiece)
    /// Others have to do something first; until then this is the version.
    case wait(Int)
    case halted
  }

  private struct Slot {
    var number: Int?
    var piece: CapturePiece?
    /// Shards that have not taken it.
    var left = 0
  }

  private struct State {
    var slots: [Slot]
    var spare: [CapturePiece] = []
    /// Number of the next piece to be filled, and where it starts.
    var next = 0
    var file = 0
    var source: CapturePiece.Source?
    var offset = 0
    var isHalted = false
    var version = 0
    var waiting: [CheckedContinuation<Void, Never>] = []
  }

  let paths: [String]
  let shards: Int
  /// Bytes of a piece.
  let window: Int
  private let state: Mutex<State>

  init(_ paths: [String], shards: Int, window: Int, pieces: Int) {
    self.paths = paths
    self.shards = shards
    self.window = window
    state = Mutex(State(slots: Array(repeating: Slot(), count: pieces)))
  }

  /// What is to be done by a shard that has taken all pieces before that number.
  func work(for number: Int) -> Work {
    state.withLock { state in
      if state.isHalted { return .halted }
      let slot = state.slots[number % state.slots.count]
      if slot.number == number, let piece = slot.piece { return .take(piece) }
      let free = state.next % state.slots.count
      guard state.slots[free].number == nil, let window = Self.window(&state, paths, window) else {
        return .wait(state.version)
      }
      let next = state.next
      state.next += 1
      state.slots[free].number = next
      return .fill(next, window, state.spare.popLast() ?? CapturePiece(window))
    }
  }

  private static func window(_ state: inout State, _ paths: [String], _ size: Int) -> CapturePiece.Window? {
    guard state.file < paths.count else { return nil }
    let source = state.source ?? open(paths[state.file])
    var window = CapturePiece.Window(
      file: state.file, source: source, range: state.offset..<state.offset, isFirst: state.offset == 0, isLast: true)
    if case .records(let file, _) = source {
      let end = min(state.offset + size, file.count)
      window.range = state.offset..<end
      window.isLast = end == file.count
    }
    state.source = window.isLast ? nil : source
    state.offset = window.isLast ? 0 : window.range.upperBound
    if window.isLast { state.file += 1 }
    return window
  }

  /// Whatever is wrong with a file, who reads it in the other way meets it again.
  private static func open(_ path: String) -> CapturePiece.Source {
    do {
      let file = try SharedFile(path)
      let place = try file.withBytes { try CapturePlace($0) }
      return RecordWalk(of: place) == nil ? .other : .records(file, place)
    } catch { return .other }
  }

  /// A piece that was filled.
  func put(_ piece: consuming CapturePiece, _ number: Int) {
    // Moved, not copied: who fills it again must be the only one that holds it.
    var piece = Optional(piece)
    change { state in
      let slot = number % state.slots.count
      state.slots[slot].piece = piece.take()
      state.slots[slot].left = shards
      return true
    }
  }

  /// A shard took the piece and holds nothing of it any more.
  func giveBack(_ number: Int) {
    var over: CapturePiece.Window?
    change { state in
      let slot = number % state.slots.count
      state.slots[slot].left -= 1
      guard state.slots[slot].left == 0 else { return false }
      if let piece = state.slots[slot].piece.take() {
        over = piece.window
        state.spare.append(piece)
      }
      state.slots[slot].number = nil
      return true
    }
    if let over, case .records(let file, _) = over.source { file.release(over.range) }
  }

  /// One shard cannot go on: the others need not either.
  func halt() {
    change { state in
      state.isHalted = true
      return true
    }
  }

  var isHalted: Bool { state.withLock { $0.isHalted } }

  /// Waits until there may be something to do.
  func change(since version: Int) async {
    await withCheckedContinuation { continuation in
      let isOld = state.withLock { state in
        if state.version == version { state.waiting.append(continuation) }
        return state.version != version
      }
      if isOld { continuation.resume() }
    }
  }

  private func change(_ body: (inout State) -> Bool) {
    let waiting = state.withLock { state -> [CheckedContinuation<Void, Never>] in
      guard body(&state) else { return [] }
      state.version += 1
      defer { state.waiting = [] }
      return state.waiting
    }
    for continuation in waiting { continuation.resume() }
  }
}
