import Foundation
import Records
import Service
import Testing

@Suite("Reading files of lines")
struct NDJSONReaderTests {
  private func records(
    _ bytes: [UInt8],
    limits: RecordLimits = RecordLimits(),
    maxRecords: Int = 4096
  ) throws -> [String?] {
    let folder = try Folder()
    let file = try folder.write(bytes, to: "rows.ndjson")
    var reader = try NDJSONReader(InputFile(file), limits: limits)
    var batch = RecordBatch()
    var records: [String?] = []
    while try reader.nextBatch(into: &batch, maxRecords: maxRecords) {
      #expect(batch.count <= maxRecords)
      for row in 0..<batch.count {
        #expect(batch.offset(row) == Int64(records.count))
        let range = batch.payloadRange(row)
        records.append(range.map { String(decoding: batch.bytes[$0], as: UTF8.self) })
      }
    }
    let isMore = try reader.nextBatch(into: &batch)
    #expect(!isMore && batch.count == 0)
    return records
  }

  @Test(arguments: [1, 2, 100])
  func linesAreRecordsHoweverTheyEnd(maxRecords: Int) throws {
    let text = "\u{FEFF}{\"a\":1}\n\n{}\r\n\r\nlast"
    let found = try records(Array(text.utf8), maxRecords: maxRecords)
    #expect(found == ["{\"a\":1}", nil, "{}", nil, "last"])
    #expect(try records([]) == [])
    #expect(try records(Array("\n".utf8)) == [nil])
    #expect(try records(Array("x\n".utf8)) == ["x"])
    #expect(try records(Array("x\r".utf8)) == ["x"])
  }

  @Test func linesMayCrossChunks() throws {
    let lines = (0..<5000).map { number in
      "{\"n\":\(number),\"pad\":\"\(String(repeating: "x", count: number % 300))\"}"
    }
    #expect(try records(Array(lines.joined(separator: "\n").utf8)) == lines)
  }

  @Test func aLineOverTheLimitIsOneRejectedRecord() throws {
    var limits = RecordLimits()
    limits.recordBytes = 1000
    let long = "{\"x\":\"" + String(repeating: "y", count: 3 << 20) + "\"}"
    let found = try records(Array("{}\n\(long)\n{}\n".utf8), limits: limits)
    #expect(found.count == 3 && found[0] == "{}" && found[2] == "{}")
    let kept = try #require(found[1])
    #expect(kept.utf8.count > 1000 && kept.utf8.count <= 1002)
    let exact = String(repeating: "z", count: 1000)
    #expect(try records(Array("\(exact)\r\n".utf8), limits: limits) == [exact])
    // A mark is no part of the line, in one chunk and in several.
    for (line, kept) in [(exact, 1000), (exact + "\r", 1000), (exact + "z", 1001), (long, 1002)] {
      let marked = try records(Array("\u{FEFF}\(line)\n\(line)\n".utf8), limits: limits)
      #expect(marked.map { $0?.utf8.count } == [kept, kept] && marked[0] == marked[1])
    }
    let gap = 1 << 18
    limits.recordBytes = gap + 1000
    let wide = "{" + String(repeating: " ", count: gap + 998) + "}"
    #expect(try records(Array("\u{FEFF}\(wide)\n".utf8), limits: limits) == [wide])
  }
}
