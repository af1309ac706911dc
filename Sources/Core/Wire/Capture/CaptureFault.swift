/// Why bytes are no capture file that can be read, or where one is broken.
public enum CaptureFault: Error, Sendable, Hashable {
  /// The file ends within its own header. The value is its size.
  case tooShort(Int)
  /// Nothing that we know: the first four bytes, the first in the highest place.
  case unknownFormat(UInt32)
  /// A relative of pcap that is not read, by name.
  case unsupportedFormat(String)
  /// To be unpacked first: `CaptureStream` takes the result as it comes.
  case compressed(Compression)
  /// A version of pcap or pcapng that nobody wrote down.
  case unsupportedVersion(major: UInt16, minor: UInt16)
  /// From here on bytes make no sense; reading went on at the next record that does.
  case damaged(at: Int)

  public enum Compression: String, Sendable, Hashable, CaseIterable {
    case gzip, zstd, xz, bzip2, lz4
  }

  /// Names a file by its first four bytes, the first in the highest place; nil for pcap, pcapng and what is unknown.
  static func known(_ magic: UInt32) -> CaptureFault? {
    switch magic {
    case 0x1F8B_0000...0x1F8B_FFFF: .compressed(.gzip)
    case 0x28B5_2FFD: .compressed(.zstd)
    case 0xFD37_7A58: .compressed(.xz)
    case 0x425A_6800...0x425A_68FF: .compressed(.bzip2)
    case 0x0422_4D18: .compressed(.lz4)
    case 0xA1B2_CD34, 0x34CD_B2A1: .unsupportedFormat("modified pcap (records of 24 bytes)")
    case 0x1C00_01AC, 0xAC01_001C, 0x1C00_01AB, 0xAB01_001C: .unsupportedFormat("IXIA lcap")
    case 0xA12B_3C4D, 0x4D3C_2BA1: .unsupportedFormat("Navtel pcap")
    case 0x736E_6F6F: .unsupportedFormat("snoop")
    case 0x474D_4255: .unsupportedFormat("Microsoft Network Monitor 2")
    case 0x5254_5353: .unsupportedFormat("Microsoft Network Monitor 1")
    default: nil
    }
  }
}
