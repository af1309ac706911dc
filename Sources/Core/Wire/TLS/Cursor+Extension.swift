extension Cursor {
  /// Steps over the next extension of a hello (RFC 8446 §4.2): its type, and where its data is.
  ///
  /// - Parameter end: of the list of extensions, at most the end of the bytes.
  @inline(__always)
  @_lifetime(self: copy self)
  mutating func helloExtension(before end: Int) throws(Fault) -> (type: UInt16, data: Range<Int>) {
    let at = offset
    guard end - at >= 4 else { throw .truncated(at: at) }
    let type = try word()
    let count = Int(try word())
    guard count <= end - offset else { throw .dataLength(type: type, at: at) }
    let start = offset
    try skip(count)
    return (type, start..<offset)
  }
}
