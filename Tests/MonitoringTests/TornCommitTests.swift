import Records
import Sketches
import TestSupport
import Testing

@testable import Monitoring

/// Commits that are not whole, and records that nobody wrote: left out, counted, never half taken.
@Suite struct TornCommitTests {
  private let world: World
  private let delta: Delta
  private let records: [[UInt8]]

  init() throws {
    world = try World(
      monitor: HostileStream.monitor,
      rules: [HostileStream.rules],
      reference: HostileStream.reference
    )
    delta = Commits.delta(world, HostileStream.lines(seed: 1, count: 60))
    records = Commits(world).records(delta)
  }

  /// What is left out of a torn commit leaves the next one whole.
  private func expectLeftOut(
    _ torn: [[UInt8]],
    _ what: String,
    _ location: SourceLocation = #_sourceLocation
  ) {
    var commits = Commits(world)
    #expect(commits.take(torn) == [], "\(what)", sourceLocation: location)
    #expect(commits.oddities.reduce(0, +) >= 1, "\(what)", sourceLocation: location)
    #expect(commits.assembler.commits == 0, "\(what)", sourceLocation: location)
    let next = commits.take(commits.records(delta, 2))
    #expect(next == [delta], "\(what)", sourceLocation: location)
  }

  @Test func piecesMissingDoubledOrInAnotherOrder() {
    for index in records.indices.dropLast() {
      var torn = records
      torn.remove(at: index)
      expectLeftOut(torn, "without piece \(index)")
      torn = records
      torn.insert(records[index], at: index)
      // The first piece twice is a second attempt, and whole.
      if index > 0 { expectLeftOut(torn, "piece \(index) twice") }
    }
    for index in 1..<records.count - 1 {
      var torn = records
      torn.swapAt(index - 1, index)
      expectLeftOut(torn, "piece \(index) first")
    }
    expectLeftOut([records[records.count - 1]], "no piece")
    expectLeftOut([records[records.count - 1]] + records.dropLast(), "the end first")
  }

  @Test func piecesOfAnotherCommit() {
    let other = Commits(world).records(
      Commits.delta(world, HostileStream.lines(seed: 2, count: 60)),
      1
    )
    var torn = records
    torn[1] = other[1]
    expectLeftOut(torn, "a piece with another content")
    torn = records
    torn[torn.count - 1] = Commits(world).records(delta, 9)[records.count - 1]
    expectLeftOut(torn, "the end of a later commit")
  }

  @Test func truncatedRecordsAreUnreadable() {
    for (index, record) in records.enumerated() {
      for length in record.indices {
        var commits = Commits(world)
        var torn = records
        torn[index] = Array(record.prefix(length))
        #expect(commits.take(torn) == [])
        #expect(commits.oddities[3] == 1)
      }
    }
  }

  /// Each mutation is noticed, or is of something that says nothing.
  @Test(arguments: 0..<8 as Range<UInt64>)
  func mutatedRecordsAddNothingWrong(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    for _ in 0..<400 {
      let index = Int.random(in: records.indices, using: &random)
      var mutated = records
      mutated[index] = Mutation.of(records[index], using: &random)
      var commits = Commits(world)
      let found = commits.take(mutated)
      #expect(found.isEmpty || found == [delta])
    }
  }

  /// A writer gone mad: the checksum is right, what it is of is not.
  ///
  /// Whatever is taken can be folded, judged, written and kept.
  @Test(arguments: 0..<12 as Range<UInt64>)
  func hostilePiecesCrashNothing(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    var evaluator = LogStage.evaluator(world)
    let writer = EventWriter(plan: world.plan, references: world.references)
    var offset: Int64 = 0
    for sequence in 1...150 as ClosedRange<UInt64> {
      for record in Mutation.resealed(records, sequence, using: &random) {
        for outcome in evaluator.take(record, at: offset) { _ = writer.record(outcome) }
        offset += 1
      }
      guard sequence.isMultiple(of: 25) else { continue }
      let snapshot = evaluator.snapshot()
      var other = LogStage.evaluator(world)
      #expect(try other.restore(snapshot) == .whole)
      #expect(other.snapshot() == snapshot)
    }
    #expect(evaluator.position.commits > 0)
  }
}
