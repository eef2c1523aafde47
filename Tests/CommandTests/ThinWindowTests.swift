import Foundation
import TestSupport
import Testing

/// Windows with nothing or next to nothing in them are there, and nothing is claimed of them.
@Suite("thin windows", .ownThreads)
struct ThinWindowTests {
  private func bench() throws -> MonitorBench {
    let bench = try MonitorBench()
    try bench.learn(PlainStream.reference)
    return bench
  }

  /// The hour's records, all of whose values are as wrong as can be.
  private static func wrong(hour: Int, count: Int) -> [String] {
    var stream = PlainStream(seed: 3)
    return stream.records(hours: hour..<hour + 1, perHour: count).map { record in
      var record = record
      record.members.merge(
        ["x": "1e6", "c": "\"new\"", "ok": "null", "p": "{}", "k": "\"seven\"", "z": "1"]
      ) { _, new in new }
      return record.line
    }
  }

  @Test("an empty window is written, with counts of 0 and no value")
  func emptyWindow() throws {
    let quiet = PlainStream.lines(hours: 24..<25, seed: 2)
    let run = try bench().replay(quiet + PlainStream.lines(hours: 27..<28, seed: 3))
    run.expectConservation(read: 400)
    try #require(run.windows.map(\.data.records) == [200, 0, 0, 200])
    #expect(
      run.windows.map(\.data.window_start) == [
        "2023-11-15T22:00:00Z", "2023-11-15T23:00:00Z", "2023-11-16T00:00:00Z",
        "2023-11-16T01:00:00Z",
      ]
    )
    for window in run.windows[1...2] {
      #expect(window.data.offsets.isEmpty && window.data.fields.count == 5)
      for field in window.data.fields {
        #expect(field.n == 0 && field.missing == 0, "\(field)")
        for name in ["ks", "psi", "drift", "excess_drift", "missing", "unseen", "mean"] {
          #expect(field.value(name) == nil, "\(field.field) \(name)")
        }
      }
    }
    #expect(run.transitions == [])
  }

  @Test("the packs are silent on windows of eight ordinary records, a hundred in a row")
  func eightRecords() throws {
    var stream = PlainStream(seed: 4)
    let run = try bench().replay(stream.records(hours: 24..<124, perHour: 8).map(\.line))
    run.expectConservation(read: 800)
    #expect(run.windows.map(\.data.records) == Array(repeating: 8, count: 100))
    #expect(run.transitions == [])
    let window = try #require(run.windows.first)
    #expect((window.field("x")?.value("ks") ?? 0) > 0 && window.field("c")?.value("psi") != nil)
  }

  @Test("of eight wrong records the packs say only what is certain, of two hundred the rest too")
  func wrongRecords() throws {
    let quiet = PlainStream.lines(hours: 24..<25, seed: 2)
    let hour = "2023-11-15T23:00:00Z"
    let certain = [
      "pending FeatureStable(x) \(hour)", "firing MissingAsUsual(ok) \(hour)",
      "firing MissingAsUsual(p.y) \(hour)", "firing TypesAsLearned(k) \(hour)",
      "pending CategoriesKnown(c) \(hour)", "pending RangeAsLearned(x) \(hour)",
    ]
    let few = try bench().replay(quiet + Self.wrong(hour: 25, count: 8))
    few.expectConservation(read: 208)
    #expect(few.windows.map(\.data.records) == [200, 8])
    #expect(few.transitions == ["pending FeatureStable(x) \(hour)"])
    let many = try bench().replay(quiet + Self.wrong(hour: 25, count: 200))
    #expect(
      many.transitions
        == ["pending FeatureStable(c) \(hour)"] + certain + ["firing FieldsKnown \(hour)"]
    )
  }

  @Test("windows too thin to be judged neither begin, nor end, nor hold up an alert")
  func undecidedChangesNothing() throws {
    var lines = PlainStream.lines(hours: 24..<25, seed: 2)
    for (hour, count) in [(25, 200), (26, 2), (28, 200), (29, 2)] {
      lines += Self.wrong(hour: hour, count: count)
    }
    lines += PlainStream.lines(hours: 31..<33, seed: 5)
    let run = try bench().replay(lines)
    run.expectConservation(read: 1004)
    #expect(run.windows.map(\.data.records) == [200, 200, 2, 0, 200, 2, 0, 200, 200])
    #expect(
      run.transitions.filter { $0.contains("FeatureStable(x)") } == [
        "pending FeatureStable(x) 2023-11-15T23:00:00Z",
        "firing FeatureStable(x) 2023-11-16T02:00:00Z",
        "resolved FeatureStable(x) 2023-11-16T06:00:00Z",
      ]
    )
  }

  @Test("a thousand empty windows are written; one more becomes a gap record")
  func gapBeginsAfterAThousand() throws {
    for (hours, expected) in [(1000, [Int?](repeating: nil, count: 1002)), (1001, nil)] {
      let bench = try bench()
      let lines =
        PlainStream.lines(hours: 24..<25, seed: 2)
        + PlainStream.lines(hours: 25 + hours..<26 + hours, seed: 3)
      let run = try bench.replay(lines)
      run.expectConservation(read: 400)
      let gaps = expected ?? [Int?](repeating: nil, count: 1001) + [1, nil]
      #expect(run.windows.map(\.data.empty_windows) == gaps)
      #expect(run.printed("windows") == gaps.count)
      for (before, after) in zip(run.windows, run.windows.dropFirst()) {
        #expect(before.data.window_end == after.data.window_start)
      }
    }
  }
}
