import Records
import TestSupport
import Testing
import Windowing

/// What is left of a clock's memory decides every later record as all of it does.
@Suite struct ClockStartTests {
  private func clock(_ trust: PartitionClock.Trust) -> PartitionClock {
    var limits = Limits()
    limits.openPanes = 12
    return PartitionClock(
      grid: PaneGrid([WindowSpecification(size: .seconds(60))]),
      lateness: .seconds(30),
      maxFuture: .seconds(300),
      trust: trust,
      limits: limits
    )
  }

  /// A stream that goes on, stands still, jumps and goes back; some of its clocks are wrong.
  private func time(_ step: Int64, _ random: inout SplitMix64) -> Timestamp {
    let second: Int64
    switch Int.random(in: 0..<40, using: &random) {
    case 0: second = step * 5 + 600 * Int64.random(in: 1...40, using: &random)
    case 1: second = step * 5 - Int64.random(in: 0...2_000, using: &random)
    case 2: second = 4_000_000 + Int64.random(in: 0...100_000, using: &random)
    case 3...20: second = step * 5
    default: second = step * 5 + Int64.random(in: -90...90, using: &random)
    }
    return Timestamp(microseconds: second * 1_000_000)
  }

  @Test(arguments: 0..<20 as Range<UInt64>, [PartitionClock.Trust.broker, .producers])
  func aClockThatStartsFromItDecidesAlike(seed: UInt64, trust: PartitionClock.Trust) {
    var random = SplitMix64(seed: seed)
    var whole = clock(trust)
    // Each of them starts at another record, and goes on beside the whole one.
    var started: [PartitionClock] = []
    for step: Int64 in 0..<300 {
      if Int.random(in: 0..<15, using: &random) == 0 || step < 5 {
        let start = whole.start
        #expect(start.ahead.count <= PartitionClock.Start.mostAhead)
        var other = clock(trust)
        other.memory = start.memory
        #expect(other.start == start)
        started.append(other)
      }
      let time = time(step, &random)
      let brokerTime = Timestamp(
        microseconds: time.microseconds - Int64.random(in: 0...400, using: &random) * 1_000_000
      )
      let admission = whole.admit(time, brokerTime: brokerTime)
      for index in started.indices {
        #expect(started[index].admit(time, brokerTime: brokerTime) == admission)
        #expect(started[index].watermark == whole.watermark)
      }
    }
    #expect(started.count > 10 && started.allSatisfy { $0.start == whole.start })
  }

  @Test func threeBadClocksAreRememberedByTheirPlaces() {
    var clock = clock(.producers)
    for second: Int64 in [0, 60, 9_000, 61, 9_001, 62] {
      _ = clock.admit(Timestamp(microseconds: second * 1_000_000))
    }
    let start = clock.start
    #expect(start.recent == 6)
    #expect(start.ahead.map(\.place) == [2, 4])
    #expect(start.watermark == Timestamp(microseconds: 62_000_000))
    #expect(start.farPanes == [150])
  }
}
