import Monitoring
import Records
import Testing
import Windowing

@testable import Service

/// What stands beside a committed offset survives the trip, and nothing else is believed.
@Suite struct CommitMetadataTests {
  private static let full = CommitMetadata(
    point: ResumePoint(
      offset: 42,
      clock: PartitionClock.Memory(
        watermark: Timestamp(microseconds: 1_600_000_000_000_000),
        recent: (0..<64).map { 1_600_000_000_000_000 + $0 * 1_000_003 },
        farPanes: [500, 7_000]
      ),
      timeUnit: .milliseconds
    ),
    trust: .broker,
    closedThrough: Timestamp(microseconds: 1_599_999_000_000_000),
    catchUp: CatchUp(offset: 99, closedThrough: Timestamp(microseconds: 5)),
    windows: "0123456789abcdef"
  )

  private static let empty = CommitMetadata(
    point: ResumePoint(offset: 7, clock: ResumePoint.beginning.clock, timeUnit: nil),
    trust: nil,
    closedThrough: nil,
    catchUp: nil,
    windows: ""
  )

  @Test(arguments: 0..<2)
  func textReadsBackAsItWas(number: Int) throws {
    let metadata = [Self.full, Self.empty][number]
    let text = try metadata.text()
    #expect(CommitMetadata(offset: metadata.point.offset, text: text) == metadata)
    #expect(text.utf8.allSatisfy { $0 < 128 })
    #expect(text.utf8.count < CommitMetadata.sizeLimit)
  }

  @Test func farPanesThatDoNotFitAreLeftOut() throws {
    var metadata = Self.full
    metadata.point.clock.farPanes = (0..<500).map { 1_000_000_000 + $0 }
    let text = try metadata.text()
    #expect(text.utf8.count < CommitMetadata.sizeLimit)
    metadata.point.clock.farPanes = []
    #expect(CommitMetadata(offset: 42, text: text) == metadata)
  }

  @Test func textOfOthersIsRefused() throws {
    let text = try Self.full.text()
    for bad in [
      "", "{}", "null", text.replacing("\"v\":1", with: "\"v\":2"), String(text.dropLast()),
    ] {
      #expect(CommitMetadata(offset: 0, text: bad) == nil)
    }
    let extreme = text.replacing("1599999000000000", with: "9223372036854775807")
    #expect(CommitMetadata(offset: 0, text: extreme) == nil)
  }
}
