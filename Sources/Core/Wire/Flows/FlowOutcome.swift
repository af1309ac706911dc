/// The export protocols that are read.
public enum FlowFormat: UInt8, BitwiseCopyable, Sendable, Hashable, CaseIterable {
  /// Cisco NetFlow version 5.
  case netFlow5 = 5
  /// RFC 3954.
  case netFlow9 = 9
  /// RFC 7011.
  case ipfix = 10
  /// sFlow version 5, sflow.org.
  case sFlow = 105
}

/// What one datagram gave, beside its records.
public struct FlowOutcome: BitwiseCopyable, Sendable, Hashable {
  /// Nil where it is no flow export.
  public var format: FlowFormat?
  public var records = 0
  /// Templates and options templates that are new or changed.
  public var templates = 0
  public var withdrawn = 0
  /// Records of options: sampling, clocks.
  public var options = 0
  /// Data that speaks of no flow: counters of sFlow, records without an address.
  public var others = 0
  /// Data sets whose template is not known yet: they wait.
  public var held = 0
  /// Sets that waited and can be decoded now: call `decodeHeld`.
  public var ready = 0
  /// Data sets given up: their template did not come in time.
  public var withoutTemplate = 0
  /// Parts that break the rules of their format.
  public var damaged = 0
  /// The first thing that was wrong.
  public var fault: FlowFault?

  public init() {}

  mutating func note(_ fault: FlowFault) {
    damaged += 1
    if self.fault == nil { self.fault = fault }
  }
}

/// Why a datagram, or a part of one, is not what it claims to be.
public enum FlowFault: UInt8, BitwiseCopyable, Error, Sendable, Hashable {
  /// No version that is read.
  case version
  case truncated
  /// A length that is shorter than its own header.
  case length
  /// More records than the bytes can hold, or than are kept of one datagram.
  case count
  /// A template with too many fields, or whose records are empty or longer than a datagram.
  case template
  /// A set id that no version assigns.
  case set
  /// The exporter has as many templates as are kept.
  case tooManyTemplates
}
