import Formats
import Model

/// Reads one file: JSON, CSV and lines for a person may follow each other, as they do where somebody pasted the output of
/// several commands.
struct FileReader {
  let file: String
  /// Said by the user; nil where the form is to be detected.
  let source: Source?
  /// Of what names no host itself: `--host`, else the file's name.
  let host: Host?
  let now: Timestamp

  /// Host of last resort. Several files without any name are one host: a netstat and the task list that belongs to it.
  static let nameless = Host(id: "import:unnamed", name: "unnamed")

  /// - Returns: the sources that were read, in the order of the file.
  func read(_ bytes: [UInt8], into intake: inout Intake) -> [Source] {
    var found: [Source] = []
    var offset = 0
    var pasted = PastedReader(
      file: file, source: source, host: host ?? Self.nameless, now: now)
    var isFirst = true
    while offset < bytes.count {
      if Records.isBlank(bytes[offset]), bytes[offset] == 0x0A {
        offset += 1
        pasted.blankLine()
        continue
      }
      let start = firstByte(bytes, offset)
      if Records.begin(bytes, at: start) {
        offset = records(bytes, start, pasted, &found, &intake)
        isFirst = false
        continue
      }
      if isFirst || source?.isStructured == true,
        let end = table(bytes, start, pasted, &found, &intake)
      {
        offset = end
        continue
      }
      var end = offset
      while end < bytes.count, bytes[end] != 0x0A { end += 1 }
      // A longer line is an argument list that nobody would read to its end.
      let line = String(decoding: bytes[offset..<min(end, offset + (64 << 10))], as: UTF8.self)
      pasted.read(line, into: &intake)
      isFirst = isFirst && pasted.found.isEmpty
      offset = end + 1
    }
    pasted.finish(into: &intake)
    for one in pasted.found where !found.contains(one) { found.append(one) }
    return found
  }

  private func firstByte(_ bytes: [UInt8], _ offset: Int) -> Int {
    var index = offset
    while index < bytes.count, bytes[index] == 0x20 || bytes[index] == 0x09 { index += 1 }
    return index
  }

  private func records(
    _ bytes: [UInt8], _ start: Int, _ pasted: PastedReader, _ found: inout [Source],
    _ intake: inout Intake
  ) -> Int {
    var records = Records(bytes, at: start)
    let before = found.count
    var isEmpty = true
    let reader = RecordReader(file: file, source: source, host: pasted.host, now: now)
    while let node = records.next() {
      isEmpty = false
      if let source = reader.read(node, into: &intake), !found.contains(source) {
        found.append(source)
      }
    }
    // A query without a row is an answer too.
    if let source, isEmpty, records.damaged == 0, found.count == before { found.append(source) }
    if records.damaged > 0 { intake.skip("damaged records", records.damaged) }
    return max(records.offset, start + 1)
  }

  /// A CSV export, to its end; nil where the line is no header of one.
  private func table(
    _ bytes: [UInt8], _ start: Int, _ pasted: PastedReader, _ found: inout [Source],
    _ intake: inout Intake
  ) -> Int? {
    guard let header = CSV.header(bytes, at: start),
      let source = RecordReader.source(ofColumns: Set(header.names), given: source)
    else { return nil }
    var csv = CSV(bytes, at: start, separator: header.separator)
    _ = csv.next()
    found.append(source)
    intake.understand()
    let reader = RecordReader(file: file, source: source, host: pasted.host, now: now)
    while let cells = csv.next() {
      if cells.count * 2 < header.names.count {
        intake.skip("damaged records")
      } else if reader.read(Fields(names: header.names, cells: cells), as: source, into: &intake)
        == nil
      {
        intake.skip("records of another kind")
      }
    }
    return bytes.count
  }
}
