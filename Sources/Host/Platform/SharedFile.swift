/// A mapped file that several threads hold, each of which looks at pieces of it.
public final class SharedFile: Sendable {
  private let file: MappedFile

  /// - Throws: where there is no such file, or it is none that can be mapped (a pipe, a directory).
  public init(_ path: String) throws(FileError) { file = try MappedFile(path) }

  /// Bytes of the file.
  public var count: Int { file.count }

  /// Lends the bytes of the file.
  public func withBytes<Result>(_ body: (Span<UInt8>) throws -> Result) rethrows -> Result { try file.lend(to: body) }

  /// Says that nobody will look at these bytes soon: threads that do so take from each other the work of unmapping the
  /// whole at the end. The bytes stay what they are.
  public func release(_ range: Range<Int>) { file.release(range) }
}
