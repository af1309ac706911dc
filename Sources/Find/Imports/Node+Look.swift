import Formats

/// Look-ups of records. Not inlined: chains of them in one function made the optimiser of Swift 6.3.1 crash in
/// CopyPropagation.
extension Node {
  /// The first member of these names that is a text with something in it.
  @inline(never)
  func text(_ names: String...) -> String? {
    for name in names {
      if let text = self[name]?.string, !text.isEmpty { return text }
    }
    return nil
  }

  /// The first member of these names that is a number.
  @inline(never)
  func number(_ names: String...) -> Double? {
    for name in names {
      if let number = self[name]?.number { return number }
    }
    return nil
  }

  /// Elements of the member of that name; none where it is no list.
  @inline(never)
  func list(_ name: String) -> [Node] { self[name]?.array ?? [] }

  /// Members of the member of that name; none where it is no object.
  @inline(never)
  func object(_ name: String) -> [Member] { self[name]?.members ?? [] }

  /// A pid that can be one.
  @inline(never)
  func pid(_ name: String) -> Int32? {
    guard let number = number(name), let pid = Int32(exactly: number), pid > 0 else { return nil }
    return pid
  }

  @inline(never)
  func port(_ names: String...) -> UInt16? {
    for name in names {
      if let number = self[name]?.number, let port = UInt16(exactly: number), port > 0 { return port }
    }
    return nil
  }
}
