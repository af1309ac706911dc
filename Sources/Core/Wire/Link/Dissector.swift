/// Reads the headers of frames, from the link layer through tunnels to the ports.
///
/// A tunnel is known by the destination port or the protocol number and by what is in it: where that cannot be read, the
/// packet around it is the answer. At most four tunnels are entered. No checksum is verified: a sender's offload leaves
/// them wrong.
public struct Dissector: Sendable {
  /// Tunnels inside each other.
  static let nestingLimit = 4

  /// How frames were judged so far.
  public private(set) var counts = Dissection.Counts()

  public init() {}

  /// Counts what another one judged as if it had been this one.
  public mutating func add(_ other: Dissection.Counts) {
    for reason in Dissection.Reason.allCases { counts[reason] &+= other[reason] }
  }

  /// Fills `packet` anew with what the headers of `frame` say; no field of an earlier frame stays.
  ///
  /// A frame that the capture cut is read as far as it goes. Only the first `CaptureReader.frameLimit` bytes are looked at.
  public mutating func dissect(_ frame: Span<UInt8>, link: LinkType, into packet: inout Packet) -> Dissection {
    packet = Packet()
    let end = min(frame.count, CaptureReader.frameLimit)
    let reason =
      link == .ethernet
      ? Layers(frame, end, depth: 0).ethernet(0, &packet) : Layers(frame, end, depth: 0).link(link, &packet)
    counts[reason] &+= 1
    return reason.dissection
  }
}

/// One frame while its layers are read: the bytes, where they end, how many tunnels we are in.
struct Layers: ~Escapable {
  typealias Reason = Dissection.Reason

  let bytes: Span<UInt8>
  /// Behind the last byte that belongs to the layer that is read: never behind the last byte of the frame.
  var end: Int
  let depth: Int

  @inline(__always)
  @_lifetime(copy bytes)
  init(_ bytes: Span<UInt8>, _ end: Int, depth: Int) {
    self.bytes = bytes
    self.end = end
    self.depth = depth
  }

  /// The same bytes, up to an earlier end.
  @inline(__always)
  @_lifetime(copy self)
  func cut(_ at: Int) -> Layers { Layers(bytes, min(end, at), depth: depth) }
}
