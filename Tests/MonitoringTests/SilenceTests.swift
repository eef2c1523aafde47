import Foundation
import Records
import Testing
import Windowing

@testable import Monitoring

/// Silences from the log to the alerts that they silence.
@Suite struct SilenceTests {
  private static let start: Int64 = 1_600_002_000

  private static func silence(
    _ name: String? = nil,
    offset: Int64 = 5,
    hours: Range<Int64>,
    endOffset: Int64? = nil
  ) -> Silence {
    Silence(
      id: "s\(offset)",
      offset: offset,
      name: name,
      from: start + hours.lowerBound * 3_600,
      until: start + hours.upperBound * 3_600,
      reason: "maintenance",
      endOffset: endOffset
    )
  }

  /// One event each hour, written by the clock at its end; the partials of all hours.
  private static func log(
    _ world: World,
    _ values: [Int],
    known: (Int) -> Int64
  ) -> [[UInt8]] {
    var collector = Collector(plan: world.plan, references: world.references)
    let handle = collector.assign(topic: 0, partition: 0)
    collector.partitionCounts = [1, 0]
    collector.setTrust(.broker, handle)
    let name = CollectorName(lineage: LogStage.lineage, instance: "c", incarnation: 1)
    let writer = PartialsWriter(collector: name)
    return values.enumerated().flatMap { hour, value in
      collector.ingest([Hourly.event(Double(hour), value: value)], handle: handle)
      var delta = collector.takeDelta()
      delta.wallSecond = start + Int64(hour) * 3_600
      let commit = Commit(known: known(hour), deltas: [(world.version().layout.identity, delta)])
      return writer.records(of: commit, sequence: UInt64(hour + 1))
    }
  }

  /// Hour in which an event was written, its type or state, how often said before, and the silence.
  private static func events(
    _ rules: String,
    _ silences: [Silence],
    _ values: [Int],
    dying: Bool = false,
    known: (Int) -> Int64 = { _ in 100 }
  ) throws -> [String] {
    let world = try Hourly.world(fields: "time: at", rules: rules)
    let fresh = LogEvaluator(
      versions: [world.version()],
      silences: silences,
      known: .max,
      lineage: LogStage.lineage,
      offset: 0
    )
    var (evaluator, lines) = (fresh, [String]())
    for (offset, record) in log(world, values, known: known).enumerated() {
      for judged in evaluator.take(record, at: Int64(offset)) {
        let text = String(decoding: judged.record.value ?? [], as: UTF8.self)
        if let line = try line(text) { lines.append(line) }
      }
      guard dying else { continue }
      let snapshot = evaluator.snapshot()
      evaluator = fresh
      try evaluator.restore(snapshot)
    }
    return lines
  }

  private struct Event: Decodable {
    struct Payload: Decodable {
      var state: String?
      var window_end: String
      var silenced_by: String?
      var silence_reason: String?
    }
    var type: String
    var data: Payload
  }

  private static func line(_ text: String) throws -> String? {
    let event = try JSONDecoder().decode(Event.self, from: Data(text.utf8))
    guard event.type != "io.leeway.window.v1" else { return nil }
    let hour = event.data.window_end.dropFirst(11).prefix(2)
    #expect((event.data.silenced_by == nil) == (event.data.silence_reason == nil))
    let what = event.data.state ?? String(event.type.split(separator: ".")[3])
    return ([String(hour), what] + [event.data.silenced_by].compactMap(\.self))
      .joined(separator: " ")
  }

  private static let rule = "version: 1\nrules: [{ name: R, expect: mean(x) < 50 }]"

  @Test(arguments: [nil, "R", "x"])
  func itSilencesARuleAFieldOrAll(name: String?) throws {
    // the event of hour 2 closes hour 1; the log's clock is at hour 2 then
    let silences = [Self.silence(name, hours: 2..<4)]
    let values = [10, 60, 60, 60, 60, 10, 10]
    let found = try Self.events(Self.rule, silences, values)
    #expect(found == ["15 firing s5", "17 firing", "19 resolved"])
    #expect(try Self.events(Self.rule, silences, values, dying: true) == found)
  }

  @Test func othersAreHeard() throws {
    let silences = [Self.silence("S", hours: 0..<9), Self.silence("y", hours: 0..<9)]
    let found = try Self.events(Self.rule, silences, [60, 60, 10, 10])
    #expect(found == ["14 firing", "16 resolved"])
  }

  @Test func whatEndsMeanwhileIsResolvedAloud() throws {
    let found = try Self.events(Self.rule, [Self.silence(hours: 1..<9)], [60, 60, 10, 10, 10])
    #expect(found == ["14 firing s5", "16 resolved"])
  }

  /// What a stage was told of earlier or later makes no difference: the deltas say what counts.
  @Test func itBeginsAndEndsWhereTheDeltasHaveHeardOfIt() throws {
    let silences = [Self.silence(offset: 5, hours: 0..<99, endOffset: 8)]
    let values = [60, 60, 60, 60, 60, 60]
    #expect(try Self.events(Self.rule, silences, values) { _ in 9 } == ["14 firing"])
    #expect(try Self.events(Self.rule, silences, values) { _ in 5 } == ["14 firing"])
    #expect(
      try Self.events(Self.rule, silences, values, dying: true) { $0 < 3 ? 6 : 9 }
        == ["14 firing s5", "16 firing"]
    )
  }

  @Test func aRepeatedAlertIsSilencedToo() throws {
    let rule = "version: 1\nrules: [{ name: R, expect: mean(x) < 50, repeat: 1h }]"
    let found = try Self.events(rule, [Self.silence(hours: 2..<4)], [60, 60, 60, 60, 60, 60])
    #expect(found == ["14 firing", "15 firing s5", "16 firing s5", "17 firing", "18 firing"])
  }

  /// Whoever was told repeats it until it hears more.
  @Test func anAlertThatFiresAlreadyIsSaidToBeSilenced() throws {
    let values = [60, 60, 60, 60, 60, 60]
    let found = try Self.events(Self.rule, [Self.silence(hours: 2..<4)], values)
    #expect(found == ["14 firing", "15 firing s5", "17 firing"])
    #expect(
      try Self.events(Self.rule, [Self.silence(hours: 2..<4)], values, dying: true) == found
    )
  }

  @Test func aSilencedTriggerAsksWhenItIsOver() throws {
    let rules = Self.rule + "\ntriggers: [{ name: T, when: firing(R) }]"
    let silence = Self.silence("T", hours: 0..<4)
    let found = try Self.events(rules, [silence], [60, 60, 60, 60, 60, 60, 60])
    #expect(found == ["14 firing", "14 silenced s5", "17 request"])
    // not when there is no reason any more
    let gone = try Self.events(rules, [silence], [60, 60, 10, 10, 10, 10, 60, 60, 60])
    #expect(
      gone == [
        "14 firing", "14 silenced s5", "16 resolved", "20 firing", "20 request",
      ]
    )
    #expect(try Self.events(rules, [silence], [60, 60, 60, 60, 60, 60, 60], dying: true) == found)
  }
}
