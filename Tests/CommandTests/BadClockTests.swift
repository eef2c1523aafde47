import Foundation
import TestSupport
import Testing

/// Clocks that run ahead: what they can do to windows, and what they cannot.
@Suite("bad clocks", .ownThreads)
struct BadClockTests {
  private static let year = 365 * 24

  /// Six hours; after the first hundred records come some with a clock a year ahead.
  private func replay(badClocks: Int) throws -> Replayed {
    let bench = try MonitorBench()
    try bench.learn(PlainStream.reference)
    var stream = PlainStream(seed: 2)
    var lines = stream.records(hours: 24..<30).map(\.line)
    let ahead = (0..<badClocks).map { index in
      stream.record(at: PlainStream.time(hour: 24 + Self.year) + index).line
    }
    lines.insert(contentsOf: ahead, at: 100)
    let run = try bench.replay(lines)
    #expect(run.status == 0, "\(run.errors)")
    run.expectConservation(read: 1200 + badClocks)
    return run
  }

  @Test("two records a year ahead close no window early, and lose nothing")
  func twoBadClocks() throws {
    let run = try replay(badClocks: 2)
    #expect(run.printed("accepted") == 1202)
    #expect(run.windows.prefix(6).map(\.data.records) == Array(repeating: 200, count: 6))
    #expect(run.windows.allSatisfy { $0.data.late == 0 })
    #expect(run.transitions == [])
    // the hours until then, which nobody else says have come: one gap record
    try #require(run.windows.count == 6 + 1 + 1)
    let gap = run.windows[6].data
    #expect(gap.empty_windows == Self.year - 6)
    #expect(gap.window_start == run.windows[5].data.window_end)
    #expect(gap.window_end == "2024-11-14T22:00:00Z" && gap.fields.isEmpty && gap.records == 0)
    let last = run.windows[7].data
    #expect(last.window_start == "2024-11-14T22:00:00Z" && last.records == 2)
    #expect(last.offsets == [Replayed.Cover(partition: 0, start: 100, end: 102)])
  }

  @Test("a third moves the watermark: what comes after is late, counted, and alerted")
  func threeBadClocks() throws {
    let run = try replay(badClocks: 3)
    #expect(run.printed("accepted") == 103 && run.printed("late") == 1100)
    #expect(run.windows.first?.data.records == 100)
    #expect(run.windows.last?.data.records == 3 && run.windows.last?.data.late == 1100)
    #expect(run.transitions == ["firing RecordsInTime 2024-11-14T22:00:00Z"])
  }

  @Test("files of one record an hour wait for each other, however many hours a batch holds")
  func sparseFiles() throws {
    let bench = try MonitorBench()
    try bench.learn(PlainStream.reference)
    var stream = PlainStream(seed: 2)
    let files = [0, 1].map { file in
      (0..<1_100).map { Data(stream.record(at: PlainStream.time(hour: 24 + $0) + file).line.utf8) }
    }
    let run = try bench.replay(bytes: files)
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.windows.map(\.data.records) == Array(repeating: 2, count: 1_100))
    #expect(run.transitions == [])
    run.expectConservation(read: 2_200)
  }

  @Test("a record of 1970, of before, or of the last year that can be said harms nothing")
  func extremeTimes() throws {
    let bench = try MonitorBench()
    try bench.learn(PlainStream.reference)
    var stream = PlainStream(seed: 2)
    var lines = stream.records(hours: 24..<26).map(\.line)
    let odd = [0, -1_700_000_000_000, 99_999_999_999_999].map { stream.record(at: $0).line }
    lines.insert(contentsOf: odd, at: 300)
    let run = try bench.replay(lines)
    run.expectConservation(read: 403)
    #expect(run.printed("accepted") == 401 && run.printed("late") == 2)
    #expect(run.windows.prefix(2).map(\.data.records) == [200, 200])
    #expect(run.windows.last?.data.window_start == "5138-11-16T09:00:00Z")
    #expect(run.transitions == [])
  }

  @Test("a clock that runs ahead for ever is rejected by name and never crowds out the present")
  func paneLimit() throws {
    let bench = try MonitorBench()
    try bench.learn(PlainStream.reference)
    var stream = PlainStream(seed: 2)
    // One record in 41 lies a year ahead, each in an hour of its own.
    let present = stream.records(hours: 24..<125, perHour: 200)
    var lines: [String] = []
    for (index, record) in present.enumerated() {
      lines.append(record.line)
      guard index % 40 == 39 else { continue }
      let ahead = PlainStream.time(hour: 365 * 24 + index / 40)
      lines.append(stream.record(at: ahead).line)
    }
    let run = try bench.replay(lines)
    #expect(run.status == 0, "\(run.errors)")
    run.expectConservation(read: 20_705)
    #expect(run.printed("accepted") == 20_450 && run.printedReasons == ["pane_limit": 255])
    #expect(run.windows.prefix(101).map(\.data.records) == Array(repeating: 200, count: 101))
  }
}
