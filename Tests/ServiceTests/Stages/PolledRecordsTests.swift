import Records
import Testing
import Windowing

@testable import Service

@Suite struct PolledRecordsTests {
  /// Partitions 0, 1 and 0 again, with a header each.
  private static func records() -> PolledRecords {
    var records = PolledRecords()
    for (slot, offset) in [(0, 5), (0, 6), (0, 7), (1, 0), (1, 1), (0, 8)] {
      records.append(slot: slot, trust: slot == 0 ? .broker : .producers) { batch in
        let (payload, name) = (Array("\(offset)".utf8), Array("h".utf8))
        batch.append(payload: payload.span, offset: Int64(offset))
        batch.appendHeader(name: name.span, value: payload.span)
      }
    }
    return records
  }

  private static func text(_ run: PolledRecords.Run) -> String { "\(run.slot): \(run.rows)" }

  @Test func recordsOfOnePartitionInARowAreARun() {
    let records = Self.records()
    #expect(records.runs.map(Self.text) == ["0: 0..<3", "1: 3..<5", "0: 5..<6"])
    #expect(records.runs.map(\.trust) == [.broker, .producers, .broker])
    #expect(!records.isEmpty && PolledRecords().isEmpty)
  }

  @Test(arguments: [
    (0, ["0: 0..<3", "1: 3..<5", "0: 5..<6"]),
    (2, ["0: 0..<1", "1: 1..<3", "0: 3..<4"]),
    (3, ["1: 0..<2", "0: 2..<3"]),
    (4, ["1: 0..<1", "0: 1..<2"]),
    (6, []),
  ])
  func whatIsLeftKeepsItsPartition(dropped: Int, runs: [String]) {
    var records = Self.records()
    records.removeFirst(dropped)
    #expect(records.runs.map(Self.text) == runs)
    #expect(records.isEmpty == runs.isEmpty)
    let offsets = (0..<records.batch.count).map { records.batch.offset($0) }
    #expect(offsets == Array([5, 6, 7, 0, 1, 8].dropFirst(dropped)))
    for row in offsets.indices {
      let value = records.batch.withHeader(row, at: 0) { _, value in
        guard let value else { return "" }
        return String(decoding: value.indices.map { value[$0] }, as: UTF8.self)
      }
      #expect(value == "\(offsets[row])")
    }
  }
}
