import Records
import Rules
import Testing
import Windowing

@testable import Monitoring

/// Which of the windows that were stored are those of a size that waits for records.
@Suite struct StoredWindowSizeTests {
  private static let specification = WindowSpecification(
    size: .seconds(3_600),
    minRecords: 50,
    atMost: .seconds(4 * 3_600)
  )

  private static func window(
    _ hours: Range<Int64>,
    _ records: UInt64,
    size: String = "1h",
    minRecords: UInt64? = nil
  ) -> StoredWindow {
    let (start, end) = (hours.lowerBound * 3_600_000_000, hours.upperBound * 3_600_000_000)
    return StoredWindow(
      start: Timestamp(microseconds: start),
      end: Timestamp(microseconds: end),
      size: size,
      minRecords: minRecords,
      totals: StreamTotals(accepted: 0, window: .microseconds(end - start)),
      populations: [
        StoredWindow.Population(version: nil, segment: "all", records: records, fields: [:])
      ]
    )
  }

  private func taken(
    _ windows: [StoredWindow],
    _ specification: WindowSpecification = specification,
    hasEnded: Bool = true
  ) -> (windows: [String], isComplete: Bool) {
    let size = StoredWindowSize(specification, among: windows, hasEnded: hasEnded)
    let taken = size.places.sorted().map { place in
      [windows[place].start, windows[place].end]
        .map { "\($0.microseconds / 3_600_000_000)" }.joined(separator: "-")
    }
    return (taken, size.isComplete)
  }

  @Test func whatIsWrittenUnderAnotherSizeIsTakenInARow() {
    let all = taken([
      Self.window(0..<1, 60), Self.window(1..<2, 20), Self.window(2..<3, 20),
      Self.window(1..<4, 60, minRecords: 50), Self.window(3..<4, 20), Self.window(4..<5, 50),
      Self.window(5..<6, 0), Self.window(6..<7, 0), Self.window(7..<8, 0),
      Self.window(4..<8, 50, size: "4h"), Self.window(5..<9, 7, size: "4h"),
      Self.window(8..<9, 7), Self.window(9..<10, 51),
    ])
    #expect(all.windows == ["0-1", "1-4", "4-5", "5-9", "9-10"])
    #expect(all.isComplete)
  }

  /// The next one is where the gap ends.
  @Test func aGapIsNoWindow() {
    var gap = Self.window(1..<9, 0, minRecords: 50)
    gap.isGap = true
    let all = taken([Self.window(0..<1, 60), gap, Self.window(9..<10, 60)])
    #expect(all.windows == ["0-1", "9-10"] && all.isComplete)
  }

  /// A gap ends where the next window of its size begins, and before those do that reach into it.
  @Test func aGapHidesNoWindowThatOverlapsIt() {
    var gap = Self.window(4..<8, 0, size: "4h")
    gap.isGap = true
    let all = taken(
      [
        Self.window(0..<4, 9, size: "4h"), Self.window(1..<5, 9, size: "4h"),
        Self.window(2..<6, 9, size: "4h"), gap, Self.window(3..<7, 9, size: "4h"),
        Self.window(8..<12, 9, size: "4h"),
      ].sorted { ($0.end, $0.start) < ($1.end, $1.start) },
      WindowSpecification(size: .seconds(4 * 3_600), every: .seconds(3_600))
    )
    #expect(all.windows == ["0-4", "1-5", "2-6", "3-7", "8-12"] && all.isComplete)
  }

  /// A size of which windows are missing is named, wherever they are; not for those in a gap.
  @Test func aHoleInAFixedSizeIsSeen() {
    let specification = WindowSpecification(size: .seconds(7_200))
    let all = [
      Self.window(0..<1, 9), Self.window(0..<2, 9, size: "2h"), Self.window(2..<3, 9),
      Self.window(2..<4, 9, size: "2h"), Self.window(4..<6, 9, size: "2h"), Self.window(5..<6, 9),
    ]
    #expect(taken(all, specification).isComplete)
    for missing in [1, 3, 4] {
      var windows = all
      windows.remove(at: missing)
      #expect(!taken(windows, specification).isComplete, "\(missing)")
    }
    // Where more may come, the last one may be open.
    let open = all[0...3] + [Self.window(4..<5, 9)]
    #expect(taken(Array(open), specification, hasEnded: false).isComplete)
    #expect(!taken(Array(open), specification).isComplete)
    var gap = Self.window(2..<4, 0, size: "2h")
    gap.isGap = true
    #expect(taken([all[0], all[1], gap, all[4], all[5]], specification).isComplete)
  }

  /// The stream begins at 0; the others begin before it.
  @Test func aWindowThatHopsAndBeginsBeforeTheStreamIsNotTheFirst() {
    let specification = WindowSpecification(
      size: .seconds(7_200),
      minRecords: 15,
      atMost: .seconds(4 * 3_600)
    )
    let all = taken(
      [
        Self.window(-3..<1, 9, size: "4h"), Self.window(-2..<2, 18, size: "4h"),
        Self.window(0..<2, 18, size: "2h", minRecords: 15), Self.window(-1..<3, 27, size: "4h"),
        Self.window(0..<4, 36, size: "4h"), Self.window(2..<4, 18, size: "2h", minRecords: 15),
      ],
      specification
    )
    #expect(all.windows == ["0-2", "2-4"] && all.isComplete)
  }

  /// What was open at the input's end is there under another size: the shortest with all records.
  @Test func theLastIsTakenFromAnotherSize() {
    let windows = [
      Self.window(0..<1, 60), Self.window(1..<2, 20), Self.window(1..<3, 55, minRecords: 50),
      Self.window(2..<3, 35), Self.window(3..<4, 30), Self.window(0..<4, 145, size: "4h"),
      Self.window(3..<7, 30, size: "4h"),
    ]
    let ended = taken(windows)
    #expect(ended.windows == ["0-1", "1-3", "3-4"] && ended.isComplete)
    // More may come, and it waits.
    let open = taken(windows.dropLast(), hasEnded: false)
    #expect(open.windows == ["0-1", "1-3"] && open.isComplete)
  }

  /// Another that waits begins where this one does, however long before windows begin that hop.
  @Test func theFirstIsTakenFromAnotherThatWaits() {
    let all = taken([
      Self.window(-3..<1, 9, size: "4h"), Self.window(-1..<3, 27, size: "4h"),
      Self.window(0..<4, 60, size: "2h", minRecords: 55), Self.window(1..<5, 60, size: "4h"),
      Self.window(4..<5, 51, minRecords: 50),
    ])
    #expect(all.windows == ["0-4", "4-5"] && all.isComplete)
  }

  /// Whether a window of two steps was the next cannot be told by a monitor without the size.
  @Test func ofASizeThatNobodyWroteALongerWindowIsNone() {
    let all = taken([Self.window(0..<2, 60, size: "2h"), Self.window(2..<4, 60, size: "2h")])
    #expect(all.windows == [] && !all.isComplete)
  }

  /// Two hours with enough records were never one window: nobody knows what it would have been.
  @Test func whatWasNeverWrittenIsMissed() {
    let all = taken([
      Self.window(0..<1, 60), Self.window(1..<2, 30), Self.window(2..<3, 30),
      Self.window(3..<4, 60), Self.window(1..<5, 170, size: "4h"),
    ])
    #expect(all.windows == ["0-1"] && !all.isComplete)
    let later = taken([
      Self.window(0..<1, 60), Self.window(1..<2, 30), Self.window(2..<3, 30),
      Self.window(5..<7, 51, minRecords: 50), Self.window(7..<8, 51),
    ])
    #expect(later.windows == ["0-1", "5-7", "7-8"] && !later.isComplete)
    #expect(!taken([Self.window(0..<1, 9)], hasEnded: false).isComplete)
  }

  /// A window that has just so long as a fixed size is one of it.
  @Test func aFixedSizeTakesWhatOneThatWaitsHasWritten() {
    let all = taken(
      [
        Self.window(0..<1, 60, minRecords: 50), Self.window(1..<3, 60, minRecords: 50),
        Self.window(1..<2, 9), Self.window(2..<3, 51), Self.window(2..<3, 51, minRecords: 50),
      ],
      WindowSpecification(size: .seconds(3_600))
    )
    #expect(all.windows == ["0-1", "1-2", "2-3"] && all.isComplete)
  }
}
