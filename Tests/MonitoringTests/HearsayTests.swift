@testable import Monitoring
import TestSupport
import Testing
import Windowing

/// What is judged at the end of a file: what a watermark has reached, what records of all
/// partitions bear out, and a tail without a pause; nothing else.
@Suite struct HearsayTests {
  private static func world(_ rules: String, window: String = "1h") throws -> World {
    try Hourly.world(window: window, fields: "time: at", rules: "version: 1\nrules: [\(rules)]")
  }

  /// An event, or one without a value.
  private static func event(_ hour: Double, _ value: Int?) -> String {
    let event = Hourly.event(hour, value: value ?? 0)
    return value == nil ? event.replacing("\"x\":0", with: "\"x\":null") : event
  }

  @Test(arguments: [1, 100])
  func afterAPauseTwoRecordsOfEachPartitionAreJudged(batch: Int) throws {
    let world = try Self.world("{ name: Low, expect: mean(x) < 50 }")
    let late = [Self.event(5.2, 90), Self.event(5.7, 90)]
    let partition = (1..<20).map { Self.event(Double($0) / 10, 10) } + late
    let run = world.run(
      [[String]](repeating: partition, count: 8),
      World.Feeding(batch: batch)
    )
    #expect(run.windows.map { Hourly.hour($0.window.start) } == [0, 1, 2, 3, 4, 5])
    #expect(run.windows.map(\.records) == [72, 80, 0, 0, 0, 16])
    #expect(run.windows.allSatisfy { $0.isJudged })
    #expect(run.alerts.map { Hourly.hour($0.window.start) } == [5])
    // Of one of the partitions alone it is what two clocks say.
    let one = world.run([partition], World.Feeding(batch: batch))
    #expect(one.windows.map(\.records) == [9, 10, 0, 2])
    #expect(one.windows.map(\.skippedWindows) == [0, 0, 3, 0])
    #expect(one.windows.map(\.isJudged) == [true, true, true, false])
    // The built-in rule, too.
    #expect(one.windows.last?.undecided.map(\.rule) == [0, 1] && one.alerts.isEmpty)
    #expect(one.text.count { $0.contains("\"judged\":false") } == 1)
  }

  @Test func overlappingWindowsBehindAPauseAreNotJudged() throws {
    let world = try Self.world(
      "{ name: Enough, expect: count > 5 }",
      window: "24h, every: 1h"
    )
    let strays = [Self.event(40.5, 90), Self.event(40.6, 90)]
    let lines = (0..<120).map { Self.event(Double($0) / 10, 10) } + strays
    let run = world.run([lines])
    #expect(run.alerts.isEmpty)
    let gap = try #require(run.windows.first { $0.skippedWindows > 0 })
    #expect(Hourly.hour(gap.window.start) == 12 && Hourly.hour(gap.window.end) == 17)
    let behind = run.windows.filter { $0.window.start >= gap.window.end }
    #expect(behind.map { Hourly.hour($0.window.start) } == Array(17...40))
    #expect(behind.allSatisfy { !$0.isJudged && $0.records == 2 })
    #expect(run.windows.filter { $0.window.start < gap.window.start }.allSatisfy { $0.isJudged })
  }

  @Test func aSparseStreamIsJudgedToItsEnd() throws {
    let world = try Self.world("{ name: Complete, expect: missing(x) < 50% }")
    let lines = (0..<12).map { Self.event(Double($0) + 0.5, $0 == 11 ? nil : 1) }
    let run = world.run([lines])
    #expect(run.windows.count == 12 && run.windows.allSatisfy { $0.isJudged })
    #expect(run.alerts.map { Hourly.hour($0.window.start) } == [11])
    // Behind two clocks that are apart from the others nothing is borne out.
    let strays = [Self.event(20.5, nil), Self.event(21.5, nil)]
    let ended = world.run([lines.dropLast() + strays])
    #expect(ended.alerts.isEmpty)
    #expect(ended.windows.suffix(2).map(\.isJudged) == [false, false])
  }
}
