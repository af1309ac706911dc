import Model
public import Platform
public import Wire

/// Reads capture files into `Traffic`.
public enum CaptureSource {
  /// What became of one file.
  public struct Outcome: Sendable {
    public var path: String
    public var statistics: CaptureStatistics
    /// The first place where bytes made no sense.
    public var fault: CaptureFault?
    /// Bytes of the file.
    public var size: Int
  }

  public enum Problem: Error, Sendable {
    case file(FileError)
    case format(CaptureFault)
  }

  /// Frames between two calls of `progress`.
  private static let step = 1 << 16

  /// Reads a file to its end, or until `progress` says no.
  ///
  /// - Parameter progress: called from time to time with the bytes that were read of how many; false ends the reading.
  public static func read(
    _ path: String, into traffic: inout Traffic, progress: (Int, Int) -> Bool = { _, _ in true }
  ) throws(Problem) -> Outcome {
    let file: MappedFile
    do throws(FileError) { file = try MappedFile(path) } catch { throw .file(error) }
    do throws(CaptureFault) {
      var reader = try CaptureReader(file.bytes)
      var left = step
      while let frame = reader.next() {
        traffic.take(reader.bytes(of: frame), link: frame.link, time: frame.time, length: frame.length)
        left -= 1
        if left == 0 {
          left = step
          guard progress(reader.offset, file.count) else { break }
        }
      }
      for name in reader.names { traffic.learn(name.name, of: name.address) }
      return Outcome(path: path, statistics: reader.statistics, fault: reader.fault, size: file.count)
    } catch { throw .format(error) }
  }
}

extension Traffic {
  /// A name that the capture file itself gives to an address: it holds for every client.
  mutating func learn(_ name: String, of address: IP) {
    let id = names.intern(Array(name.lowercased().utf8)).id
    addressNames.learn(.none, address, name: id, until: .max)
  }
}
