import Drift
import Records
import Rules
import Sketches
import TestSupport
import Testing
import Windowing

@testable import Monitoring

/// Traps that other tools fall into, by the names of references/field.md 5.4.
@Suite("Traps of streams")
struct TrapTests {
  private static let rules = """
    version: 1
    rules:
      - { name: Stable, expect: drift(x) < 0.1 }
      - { name: Present, expect: missing(x) < 50% }
    """

  /// One hour's events with these texts as their value, and one in the next hour.
  private func run(_ values: [String]) throws -> WindowResult {
    let events = values.enumerated().map { index, value in
      "{\"at\":\(1_600_002_000 + index),\"x\":\(value)}"
    }
    let run = try Hourly.world(rules: Self.rules).run([events])
    return try #require(run.windows.first)
  }

  @Test("all-null window")
  func allNull() throws {
    let world = try Hourly.world(rules: Self.rules)
    let lines = (0..<40).map { "{\"at\":\(1_600_002_000 + $0),\"x\":null}" }
    let run = world.run([lines])
    let window = try #require(run.windows.first)
    #expect(window.records == 40 && window.fields[0].currentCount == 0)
    #expect(window.undecided.map(\.rule) == [0])
    #expect(run.alerts.map(\.summary) == ["expected missing(x) < 50%"])
    #expect(run.text[0].contains("\"n\":0,\"missing\":40,\"missing_by_kind\":{\"null\":40}"))
    #expect(run.text[0].contains("\"drift\":{\"value\":null}"))
  }

  @Test("NaN/Inf")
  func notFinite() throws {
    let field = try run(["1", "NaN", "Infinity", "-1e999", "3"]).fields[0]
    #expect(field.currentCount == 2)
    #expect(field.currentCompleteness.missing(.nan) == 1)
    #expect(field.currentCompleteness.missing(.infinite) == 2)
    #expect(field.currentMoments?.mean == 2)
    #expect(field.outOfRange == 0)
  }

  @Test("partition skew and idle partitions")
  func skewAndIdleness() throws {
    var scene = Scene(try Hourly.world(), partitions: 3)
    scene.know(3)
    #expect(
      scene.fold(scene.delta(hours: 0.1, 5.1)) == [],
      "five hours ahead: others are waited for"
    )
    #expect(scene.fold(scene.delta(hours: 0.2, 1.2, partition: 1)) == [])
    #expect(scene.fold(scene.silence(2)) == ["0-1 n=2"], "a silent one is not")
    #expect(scene.fold(scene.delta(hours: 4.2, partition: 1)) == ["1-2 n=1", "2-3 n=0", "3-4 n=0"])
    #expect(scene.fold(scene.delta(hours: 4.3, partition: 2)) == [], "it wakes, and is in time")
    #expect(scene.fold(scene.silence(1)) == [])
    #expect(scene.fold(scene.delta(hours: 5.3, partition: 2)) == ["4-5 n=2"])
    #expect(scene.evaluator.tally.accounting.late == 0)
  }

  /// Within the lateness order means nothing; what comes twice is two records, as the log says, and
  /// `duplicates` tells what share of the window that is.
  @Test("late, duplicate and out-of-order events")
  func lateDuplicateOutOfOrder() throws {
    let world = try Hourly.world(
      lateness: "30m",
      fields: "time: at, id: ticket",
      rules: "version: 1\nrules: [{ name: Once, expect: duplicates < 25% }]"
    )
    func event(_ hour: Double, _ ticket: String) -> String {
      Hourly.event(hour).dropLast() + ",\"ticket\":\"\(ticket)\"}"
    }
    // b comes twice; a comes again in the next hour, c too late: neither is a duplicate
    let parts = [
      [event(0.5, "a"), event(1.2, "a"), event(0.4, "b"), event(0.4, "b"), event(0.9, "c")],
      [event(1.6, "d"), event(0.7, "c")],
      [event(2.6, "e")],
    ]
    var scene = Scene(world)
    #expect(scene.fold(scene.delta(parts[0])) == [])
    let outcomes = parts.dropFirst().map { scene.outcomes(of: scene.delta($0)) }
    #expect(outcomes[0].map(scene.describe) == ["0-1 n=4", "Once firing warning"])
    #expect(outcomes[1].map(scene.describe) == ["1-2 n=2 late 1", "Once resolved warning"])
    let tally = scene.evaluator.tally
    #expect([tally.read, tally.accepted, tally.accounting.late] == [8, 7, 1])
    let shares = outcomes.joined().compactMap { outcome in
      if case .alert(let alert) = outcome { alert.evidence?.observation.measurement } else { nil }
    }
    #expect(shares.map(\.value) == [0.25, 0] && shares.map(\.bound) == [0, 0])
  }

  @Test("rebalance in mid-window")
  func rebalance() throws {
    let world = try Hourly.world()
    let hours = [[0.1, 0.3], [0.6], [0.2, 0.9, 1.1], [1.7, 2.0]]
    var (kept, moved) = (Scene(world), Scene(world))
    for part in hours {
      let lines = part.map { Hourly.event($0) }
      moved.restart(from: moved.place())
      #expect(moved.fold(moved.delta(lines)) == kept.fold(kept.delta(lines)))
    }
    #expect(moved.evaluator.tally == kept.evaluator.tally)
    #expect(moved.evaluator.tally.windows == 2 && moved.evaluator.tally.violations == 0)
    #expect(moved.evaluator.tally.accepted == 8)
  }

  @Test("clock jumps")
  func clockJumps() throws {
    let year = 8760.0
    var scene = Scene(try Hourly.world(), trust: .producers)
    #expect(scene.fold(scene.delta(hours: 0.1, year, 0.2, -year, 0.3)) == [])
    #expect(
      scene.fold(scene.delta(hours: 0.4, year, 0.5, 0.6)) == [],
      "two bad clocks move nothing"
    )
    #expect(scene.fold(scene.delta(hours: 1.1, 1.2, 1.3)).last == "0-1 n=6 late 1")
    #expect(scene.evaluator.tally.accounting.late == 1)
    #expect(scene.evaluator.tally.accepted == 11)
  }

  @Test("tombstones")
  func tombstones() throws {
    let lines = ["", Hourly.event(0.1), "", Hourly.event(0.2), "", Hourly.event(1.1)]
    let run = try Hourly.world().run([lines])
    let first = try #require(run.windows.first)
    #expect(first.records == 2 && first.accounting.filtered == 3 && first.accounting.rejected == 0)
    #expect(run.letters == [])
    let cover = try #require(first.covers.first)
    #expect([cover.start, cover.end] == [1, 4])
  }

  /// Events carry their shape themselves: records of both schemas are counted in one window.
  @Test("schema id change in mid-window")
  func schemaChange() throws {
    let old = (0..<4).map { "{\"at\":\(1_600_002_000 + $0),\"x\":\($0)}" }
    let new = [#""x":"7""#, #""x":8,"y":1"#, #""y":2"#, #""x":{"value":9}"#]
      .enumerated().map { "{\"at\":\(1_600_002_100 + $0),\($1)}" }
    let run = try Hourly.world().run([old + new])
    let window = try #require(run.windows.first)
    let field = window.fields[0]
    #expect(window.records == 8 && window.accounting.rejected == 0)
    #expect(field.currentCount == 5)
    #expect(field.currentCompleteness.mismatched == 2)
    #expect(field.currentCompleteness.missing(.absent) == 1)
    #expect(window.unexpected == 2)
    #expect(field.currentMoments?.mean == 14.0 / 5)
  }
}
