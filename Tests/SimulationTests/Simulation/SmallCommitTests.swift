import Testing
import Windowing

/// Batches that fill a commit in the middle: the rest of them waits, and nothing of it is lost.
@Suite struct SmallCommitTests {
  @Test(arguments: 0..<24 as Range<UInt64>)
  func commitsOfFewPanesChangeNoByte(seed: UInt64) throws {
    var stream = try Stream(seed: seed, partitions: 3, lines: 200)
    stream.limits.commitPanes = 2
    let world = try Simulation(stream, seed: seed, faultRate: seed.isMultiple(of: 2) ? 0.02 : 0)
    try world.run(steps: 400)
    #expect(world.differences() == [])
  }
}
