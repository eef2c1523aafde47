import Records
import TestSupport
import Testing
import Windowing

/// The watermark and lateness of one partition: scripts of times in, admissions out.
@Suite struct PartitionClockTests {
  private static let minute = WindowSpecification(size: .seconds(60))

  private func clock(
    lateness: Duration = .zero,
    trust: PartitionClock.Trust = .producers,
    limits: Limits = Limits()
  ) -> PartitionClock {
    PartitionClock(
      grid: PaneGrid([Self.minute]),
      lateness: lateness,
      maxFuture: .seconds(300),
      trust: trust,
      limits: limits
    )
  }

  private func second(_ second: Int64) -> Timestamp {
    Timestamp(microseconds: second * 1_000_000)
  }

  @Test func watermarkIsTheThirdLargestOfTheTimesAccepted() {
    var clock = clock()
    var watermarks: [Int64?] = []
    for time: Int64 in [10, 30, 20, 40, 5, 50] {
      _ = clock.admit(second(time))
      watermarks.append(clock.watermark.map { $0.microseconds / 1_000_000 })
    }
    #expect(watermarks == [nil, nil, 10, 20, 20, 30])
  }

  @Test func watermarkFollowsTheThirdLargestOfTheLast64OnAnyStream() {
    var random = SplitMix64(seed: 64)
    for spread: Int64 in [0, 1, 3, 100, 2000] {
      var clock = clock(lateness: .seconds(1_000_000))
      var (recent, expected): ([Int64], Int64?) = ([], nil)
      for row: Int64 in 0..<1000 {
        // in runs of equal times, as fast streams have them
        let time = row / 7 + Int64(random.uniform() * Double(spread + 1))
        _ = clock.admit(second(time))
        recent = Array((recent + [time]).suffix(64))
        if recent.count >= 3 { expected = max(expected ?? .min, recent.sorted()[recent.count - 3]) }
        #expect(clock.watermark == expected.map(second), "row \(row), spread \(spread)")
        if row == 500 {
          let memory = clock.memory
          clock = self.clock(lateness: .seconds(1_000_000))
          clock.memory = memory
        }
      }
    }
  }

  @Test func twoClocksAYearAheadCloseNothing() {
    var clock = clock()
    let year: Int64 = 365 * 86_400
    for time in [year, year + 1] { _ = clock.admit(second(time)) }
    for time: Int64 in 0..<200 { #expect(clock.admit(second(time)) == .accepted(pane: time / 60)) }
    #expect(clock.watermark == second(197))
    _ = clock.admit(second(year + 2))
    #expect(clock.watermark == second(198))
    // The third such clock among 64 records is believed.
    for _ in 0..<2 { _ = clock.admit(second(year + 2)) }
    #expect(clock.watermark == second(year + 2))
  }

  @Test func withABrokersStampTheLargestTimeCounts() {
    var clock = clock(trust: .broker)
    #expect(clock.admit(second(100), brokerTime: second(100)) == .accepted(pane: 1))
    #expect(clock.watermark == second(100))
    #expect(clock.admit(second(401), brokerTime: second(100)) == .rejected(.futureTime))
    #expect(clock.admit(second(400), brokerTime: second(100)) == .accepted(pane: 6))
    #expect(clock.watermark == second(400))
  }

  @Test func aRecordIsLateWhenItsPaneEndedALatenessAgo() {
    var clock = clock(lateness: .seconds(30), trust: .broker)
    _ = clock.admit(second(89))
    #expect(clock.admit(second(59)) == .accepted(pane: 0))
    _ = clock.admit(second(90))
    #expect(clock.admit(second(59)) == .late)
    #expect(clock.admit(second(60)) == .accepted(pane: 1))
    #expect(clock.currentPane == 1)
  }

  @Test func timesBeforeTheEpochHaveNegativePanes() {
    var clock = clock()
    #expect(clock.admit(second(-1)) == .accepted(pane: -1))
    #expect(clock.admit(second(-60)) == .accepted(pane: -1))
    #expect(clock.admit(second(-61)) == .accepted(pane: -2))
  }

  @Test func farPanesAreAQuarterOfTheLimitAndNearOnesTheRest() {
    var limits = Limits()
    limits.openPanes = 8
    var clock = clock(limits: limits)
    for time: Int64 in [0, 1, 2] { _ = clock.admit(second(time)) }
    #expect(clock.memory.farPanes == [0])
    let watermark = second(2)
    // Six panes behind that of the watermark are near, in any number.
    for pane: Int64 in [6, 1, 5] {
      #expect(clock.admit(second(pane * 60)) == .accepted(pane: pane))
      clock.memory.watermark = watermark
    }
    #expect(clock.memory.farPanes == [0])
    // Two more may lie anywhere beyond; the first one, no longer far, is forgotten.
    for pane: Int64 in [1_000, 7] {
      #expect(clock.admit(second(pane * 60)) == .accepted(pane: pane))
      clock.memory.watermark = watermark
    }
    #expect(clock.memory.farPanes == [7, 1_000])
    #expect(clock.admit(second(8 * 60)) == .rejected(.paneLimit))
    clock.memory.watermark = watermark
    #expect(clock.admit(second(1_000 * 60 + 59)) == .accepted(pane: 1_000))
    clock.memory.watermark = watermark
    #expect(clock.admit(second(2 * 60)) == .accepted(pane: 2))
    // A watermark that moves on makes room.
    clock.memory.watermark = second(60)
    #expect(clock.admit(second(8 * 60)) == .accepted(pane: 8))
    #expect(clock.memory.farPanes == [8, 1_000])
  }

  @Test func aClockThatRunsAheadForeverNeverCrowdsOutThePresent() {
    var limits = Limits()
    limits.openPanes = 10
    var clock = clock(limits: limits)
    var rejected = 0
    for minute: Int64 in 0..<200 {
      for step: Int64 in 0..<40 {
        let time = minute * 60 + step
        #expect(clock.admit(second(time)) == .accepted(pane: minute))
      }
      let ahead = clock.admit(second(minute * 60 + 365 * 86_400))
      if ahead == .rejected(.paneLimit) { rejected += 1 }
    }
    #expect(rejected == 198)
    #expect((clock.watermark ?? second(0)) > second(198 * 60))
  }

  @Test func aLongPauseCostsTwoRecordsWhenFarPanesAreFull() {
    var limits = Limits()
    limits.openPanes = 10
    var clock = clock(limits: limits)
    for pane: Int64 in 0..<5 {
      for time: Int64 in 0..<64 { _ = clock.admit(second(pane * 64 + time)) }
      _ = clock.admit(second(1_000_000 + pane * 60))
    }
    for time: Int64 in 320..<384 { _ = clock.admit(second(time)) }
    let after = (0..<5).map { clock.admit(second(6_000 + Int64($0))) }
    #expect(after.prefix(2) == [.rejected(.paneLimit), .rejected(.paneLimit)])
    #expect(after.suffix(2) == [.accepted(pane: 100), .accepted(pane: 100)])
  }

  @Test(arguments: 0..<20 as Range<UInt64>)
  func watermarkNeverFallsAndEqualsTheDefinition(seed: UInt64) {
    var generator = SplitMix64(seed: seed)
    var clock = clock(lateness: .seconds(120))
    var accepted: [Int64] = []
    var largest = Int64.min
    for step: Int64 in 0..<500 {
      let time = step * 5 + Int64.random(in: -300...300, using: &generator)
      let before = clock.watermark
      let admission = clock.admit(second(time))
      let paneEnd = (time < 0 ? (time - 59) / 60 : time / 60) * 60 + 60
      let isLate = before.map { second(paneEnd + 120) <= $0 } ?? false
      #expect((admission == .late) == isLate)
      guard !isLate else { continue }
      accepted.append(time)
      let recent = accepted.suffix(64).sorted(by: >)
      if recent.count >= 3 { largest = max(largest, recent[2]) }
      #expect(clock.watermark == (largest == .min ? nil : second(largest)))
    }
  }
}
