import Records
import Sketches
import TestSupport
import Testing
import Windowing

@testable import Monitoring

/// What stands beside a committed offset: small, and enough to go on as if nothing had happened.
@Suite struct SourcePlaceTests {
  /// Times of any unit, as far apart as they can be, and panes of a microsecond.
  @Test(arguments: 0..<20 as Range<UInt64>)
  func theWorstClockFitsBesideAnOffset(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let reach = 253_402_300_799_000_000 as Int64
    let grid = PaneGrid([WindowSpecification(size: .microseconds(1))])
    var clock = PartitionClock(
      grid: grid,
      lateness: .zero,
      maxFuture: .zero,
      trust: .producers
    )
    // The clock can hold no more far panes than this, nor times of a wider range.
    for index in 0..<2_000 as Range<Int64> {
      let time = index < 62 ? -reach : Int64.random(in: -reach...reach, using: &random)
      _ = clock.admit(Timestamp(microseconds: time))
      clock.memory.watermark = Timestamp(microseconds: -reach)
    }
    let memory = clock.memory
    #expect(memory.recent.count == 64)
    #expect(memory.farPanes.count == Limits().openPanes / 4)
    var place = SourcePlace(offset: .max, clock: memory, timeUnit: .rfc3339, trust: .producers)
    #expect(place.metadata.count < 3_000)
    // As much again with panes spread evenly, where each distance takes most bytes.
    let step = reach / 125
    place.clock.farPanes = (0..<250).map { $0 * step - reach }
    place.clock.watermark = Timestamp(microseconds: reach)
    place.clock.recent = Array(repeating: -reach, count: 64)
    #expect(place.metadata.count < 3_000)
    #expect(SourcePlace(offset: .max, metadata: place.metadata) == place)
  }

  @Test(arguments: 0..<8 as Range<UInt64>)
  func aClockGoesOnExactly(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let trust: PartitionClock.Trust = seed.isMultiple(of: 2) ? .producers : .broker
    var limits = Limits()
    limits.openPanes = 12
    func clock() -> PartitionClock {
      PartitionClock(
        grid: PaneGrid([WindowSpecification(size: .seconds(60))]),
        lateness: .seconds(30),
        maxFuture: .seconds(600),
        trust: trust,
        limits: limits
      )
    }
    var (whole, restarted) = (clock(), clock())
    for step in 0..<1_500 as Range<Int64> {
      let jump = Int.random(in: 0..<40, using: &random) == 0 ? 100_000 as Int64 : 300
      let time = Timestamp(
        microseconds: (step * 7 + Int64.random(in: -300...jump, using: &random)) * 1_000_000
      )
      #expect(whole.admit(time) == restarted.admit(time))
      guard Int.random(in: 0..<10, using: &random) == 0 else { continue }
      let place = SourcePlace(offset: step, clock: restarted.memory, timeUnit: nil, trust: trust)
      let restored = SourcePlace(offset: step, metadata: place.metadata)
      #expect(restored == place)
      restarted = clock()
      restarted.memory = restored.clock
      #expect(restarted.memory == whole.memory)
    }
    #expect(!whole.memory.recent.isEmpty)
  }

  @Test func everyUnitAndTrustComesBack() {
    for unit in [nil] + TimeUnit.allCases.map(Optional.some) {
      for trust in [nil, .broker, .producers] as [PartitionClock.Trust?] {
        var place = SourcePlace.beginning
        (place.timeUnit, place.trust, place.offset) = (unit, trust, 5)
        place.isFirst = false
        #expect(SourcePlace(offset: 5, metadata: place.metadata) == place)
      }
    }
  }

  @Test(arguments: 0..<8 as Range<UInt64>)
  func damageIsRefusedOrMeansWhatItSays(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let place = SourcePlace(
      offset: 9,
      clock: PartitionClock.Memory(
        watermark: Timestamp(microseconds: 1_600_000_000_000_000),
        recent: (0..<64).map { 1_600_000_000_000_000 + $0 * 1_000 },
        farPanes: [500_000, 500_001, 600_000]
      ),
      timeUnit: .seconds,
      trust: .producers
    )
    var taken = 0
    for _ in 0..<500 {
      let mutated = Mutation.of(place.metadata, using: &random)
      var reader = ByteReader(mutated)
      guard let found = try? SourcePlace(offset: 9, from: &reader), reader.remaining == 0 else {
        continue
      }
      taken += 1
      #expect(found.metadata == mutated)
      var clock = PartitionClock(
        grid: PaneGrid([WindowSpecification(size: .seconds(3_600))]),
        lateness: .seconds(60),
        maxFuture: .zero,
        trust: .producers
      )
      clock.memory = found.clock
      for second in 0..<5 as Range<Int64> {
        _ = clock.admit(Timestamp(microseconds: (1_600_000_000 + second) * 1_000_000))
      }
    }
    #expect(taken >= 200)
  }
}
