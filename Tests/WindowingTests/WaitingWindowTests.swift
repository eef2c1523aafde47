import Records
import TestSupport
import Testing
import Windowing

/// Windows that wait for records: how far they grow, and that they keep the order of ends.
@Suite struct WaitingWindowTests {
  private static let hour: Int64 = 3_600_000_000

  private func hour(_ hour: Int64) -> Timestamp { Timestamp(microseconds: hour * Self.hour) }

  private static func waiting(
    _ minRecords: UInt64,
    size: Int64 = 1,
    atMost: Int64
  ) -> WindowSpecification {
    WindowSpecification(
      size: .seconds(3_600 * size),
      minRecords: minRecords,
      atMost: .seconds(3_600 * atMost)
    )
  }

  /// What closes up to a horizon, when an hour holds so many records.
  private func closings(
    _ schedule: inout WindowSchedule,
    _ horizon: WindowSchedule.Horizon,
    _ counts: [Int64: UInt64]
  ) -> [[Int64]] {
    var closed: [[Int64]] = []
    while true {
      schedule.grow(horizon) { span in
        (span.lowerBound.microseconds / Self.hour..<span.upperBound.microseconds / Self.hour)
          .reduce(0) { $0 + (counts[$1] ?? 0) }
      }
      guard let window = schedule.next(horizon) else { return closed }
      let hours = [window.start, window.end].map { $0.microseconds / Self.hour }
      closed.append([Int64(window.specification)] + hours)
      schedule.close(window)
    }
  }

  @Test func aWindowGrowsByItsSizeUntilItIsFull() {
    var schedule = WindowSchedule([Self.waiting(5, size: 2, atMost: 8)], lateness: .zero)
    schedule.begin(at: hour(3))
    let counts: [Int64: UInt64] = [3: 4, 6: 1, 7: 1, 8: 5, 20: 9]
    #expect(closings(&schedule, .watermark(hour(7)), counts) == [])
    #expect(schedule.nextWindows.map(\.end) == [hour(8)])
    #expect(closings(&schedule, .watermark(hour(11)), counts) == [[0, 2, 8], [0, 8, 10]])
    #expect(closings(&schedule, .watermark(hour(20)), counts) == [[0, 10, 18]])
    #expect(closings(&schedule, .endOfInput(hour(21)), counts) == [[0, 18, 22]])
  }

  @Test func latenessHoldsBackGrowthAsItHoldsBackClosing() {
    var schedule = WindowSchedule([Self.waiting(2, atMost: 9)], lateness: .seconds(3_600))
    schedule.begin(at: hour(0))
    #expect(closings(&schedule, .watermark(hour(1)), [:]) == [])
    #expect(schedule.nextWindows.map(\.end) == [hour(1)])
    // The second record of the first hour came within its lateness.
    #expect(closings(&schedule, .watermark(hour(2)), [0: 2]) == [[0, 0, 1]])
  }

  @Test func whatRemainsClosesShortAtTheEndOfInput() {
    var schedule = WindowSchedule([Self.waiting(10, atMost: 24)], lateness: .seconds(3_600))
    schedule.begin(at: hour(0))
    #expect(closings(&schedule, .watermark(hour(3)), [0: 1, 4: 1]) == [])
    #expect(closings(&schedule, .endOfInput(hour(5)), [0: 1, 4: 1]) == [[0, 0, 5]])
    #expect(closings(&schedule, .endOfInput(hour(5)), [0: 1, 4: 1]) == [])
  }

  /// Only records of a partition that was idle can make an end full that was passed: it stays so.
  @Test func aWindowTakesBackNoGrowth() {
    var schedule = WindowSchedule([Self.waiting(3, atMost: 9)], lateness: .zero)
    schedule.begin(at: hour(0))
    #expect(closings(&schedule, .watermark(hour(2)), [0: 1]) == [])
    #expect(closings(&schedule, .watermark(hour(1)), [0: 3]) == [])
    #expect(closings(&schedule, .watermark(hour(3)), [0: 3]) == [[0, 0, 3]])
  }

  @Test func emptyWindowsAreSkippedAsLongAsTheyGet() {
    var schedule = WindowSchedule([Self.waiting(3, atMost: 4)], lateness: .zero)
    schedule.begin(at: hour(1))
    #expect(closings(&schedule, .watermark(hour(5)), [:]) == [[0, 1, 5]])
    schedule.skip(0, to: hour(30), .watermark(hour(15)))
    #expect(schedule.nextWindows.map(\.start) == [hour(13)])
    schedule.skip(0, to: hour(30), .watermark(hour(40)))
    #expect(schedule.nextWindows.map(\.start) == [hour(29)])
    schedule.skip(0, to: hour(30), .endOfInput(hour(31)))
    #expect(schedule.nextWindows.map(\.start) == [hour(29)])
    #expect(closings(&schedule, .endOfInput(hour(31)), [30: 1]) == [[0, 29, 31]])
  }

  @Test func onlyWholeWindowsAreLeftAfterAnInstant() {
    var schedule = WindowSchedule([Self.waiting(3, size: 2, atMost: 4)], lateness: .zero)
    schedule.skipWindows(before: hour(3))
    #expect(schedule.nextWindows.map(\.start) == [hour(4)])
    #expect(schedule.nextWindows.map(\.end) == [hour(6)])
  }

  @Test func aRecordCountBeyondAllMeasureIsEnough() {
    var schedule = WindowSchedule([Self.waiting(.max, atMost: 9)], lateness: .zero)
    schedule.begin(at: hour(0))
    let counts: [Int64: UInt64] = [0: .max - 1, 1: 7]
    #expect(closings(&schedule, .watermark(hour(2)), counts) == [[0, 0, 2]])
  }

  /// However the horizon advances, the same windows close in the same order: by end, ties by plan.
  @Test(arguments: 0..<60 as Range<UInt64>)
  func stepsOfTheHorizonLeaveNoTrace(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    var counts: [Int64: UInt64] = [:]
    for hour in 0..<80 as Range<Int64> where Int.random(in: 0..<3, using: &random) == 0 {
      counts[hour] = UInt64.random(in: 0...9, using: &random)
    }
    let specifications = [
      Self.waiting(
        .random(in: 1...30, using: &random),
        atMost: .random(in: 1...20, using: &random)
      ),
      WindowSpecification(size: .seconds(3_600 * .random(in: 1...4, using: &random))),
      Self.waiting(.random(in: 1...9, using: &random), size: 3, atMost: 12),
      WindowSpecification(size: .seconds(3_600 * 6), every: .seconds(3_600 * 2)),
    ]
    var atOnce = WindowSchedule(specifications, lateness: .seconds(7_200))
    atOnce.begin(at: hour(5))
    var inSteps = atOnce
    let expected = closings(&atOnce, .watermark(hour(70)), counts)
    var steps: [[Int64]] = []
    var now: Int64 = 0
    while now < 70 {
      now = min(70, now + .random(in: 0...6, using: &random))
      // What lies behind the horizon is not known yet.
      let known = counts.filter { $0.key < now || Bool.random(using: &random) }
      steps += closings(&inSteps, .watermark(hour(now)), known)
    }
    #expect(steps == expected && inSteps == atOnce)
    let keys = expected.map { ($0[2], $0[0]) }
    #expect(zip(keys, keys.dropFirst()).allSatisfy { $0 <= $1 })
    for index in specifications.indices where index != 3 {
      let own = expected.filter { $0[0] == Int64(index) }
      #expect(!own.isEmpty && zip(own, own.dropFirst()).allSatisfy { $0[2] == $1[1] })
    }
  }
}
