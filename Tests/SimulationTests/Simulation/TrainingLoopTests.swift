import TestSupport
import Testing

/// From a drift to a better reference, with nobody but a pipeline to help.
@Suite struct TrainingLoopTests {
  /// Values all over a hundred, from a place on.
  private static func value(_ index: Int, from place: Int) -> Int {
    place + (index * 37) % 100
  }

  /// A year of days: three drifts that stay, and one that is over after three days.
  private static let year = TrainingPipeline.Setting(
    window: "1d",
    trigger: "settle: 2 windows, cooldown: 7d, answer_within: 30d, min_records: 100",
    values: { index in
      let day = index / 24
      let x = (day >= 60 ? 60 : 0) + (day >= 290 ? 60 : 0) + ((220..<223).contains(day) ? 70 : 0)
      return (value(index, from: x), value(index + 50, from: day >= 150 ? -60 : 0))
    },
    count: 365 * 24,
    known: 240,
    step: 3_600
  )

  @Test func aYearWithThreeDriftsAndOneFalseStart() throws {
    var pipeline = try TrainingPipeline(Self.year)
    let world = try Simulation(pipeline.first, seed: 1)
    try world.run(rounds: 365 * 2, lines: 12) { try pipeline.act($0) }
    #expect(world.findings == [] && pipeline.findings == [])
    let said = try pipeline.training(world)
    #expect(
      said.filter { !$0.hasPrefix("refused") } == [
        "request x", "verdict resolved of 1", "request y", "verdict resolved of 4", "request x",
        "verdict resolved of 7",
      ],
      "\(said)"
    )
    let days = try pipeline.times(world).map { $0 / 24 }
    #expect(zip(days, [60, 150, 290]).allSatisfy { (5...7).contains($0 - $1) }, "\(days)")
    #expect(
      try pipeline.alerts(world) == [
        "x firing", "x resolved", "y firing", "y resolved", "x firing", "x resolved", "x firing",
        "x resolved",
      ]
    )
    #expect(pipeline.isRepeated(world))
    #expect(try pipeline.needless(world) == [])
  }

  /// Six events an hour, of which a drift is told, but for one a day long, of one event an hour.
  private static let thin = TrainingPipeline.Setting(
    window: "1h",
    trigger: "cooldown: 2h",
    values: { index in
      (value(index * 7, from: index >= 24 ? 60 : 0), value(index * 7, from: 0))
    },
    count: 104,
    known: 24,
    step: 600,
    fewest: 4,
    place: { index in index < 48 ? index : index < 72 ? 6 * index - 240 : index + 120 },
    isAnswered: false
  )

  /// The drift goes on, and for a day nobody can tell: what was asked already is not asked again.
  @Test func aDayWithTooFewRecordsAsksForNothing() throws {
    var pipeline = try TrainingPipeline(Self.thin)
    let world = try Simulation(pipeline.first, seed: 1)
    try world.run(rounds: 26, lines: 4) { try pipeline.act($0) }
    #expect(world.findings == [] && pipeline.findings == [])
    #expect(try pipeline.times(world) == [6, 8, 33, 35].map { $0 * 6 })
    #expect(try pipeline.needless(world) == [])
    #expect(pipeline.isRepeated(world))
  }

  /// Sixteen hours, with one drift.
  private static let days = TrainingPipeline.Setting(
    window: "1h",
    trigger: "answer_within: 24h, min_records: 12",
    values: { index in
      (value(index * 7, from: index >= 24 ? 60 : 0), value(index * 7, from: 0))
    },
    count: 96,
    known: 24,
    step: 600
  )

  private static func run(
    _ strike: (call: Int, fault: Fault)?
  ) throws -> (Simulation, TrainingPipeline) {
    var pipeline = try TrainingPipeline(days)
    let world = try Simulation(pipeline.first, seed: 1, strike: strike)
    try world.run(rounds: 24, lines: 4) { try pipeline.act($0) }
    return (world, pipeline)
  }

  /// Wherever a process dies: one request, one answer, one verdict, and the log says so again.
  @Test(arguments: [Fault.crashBefore, .crashAfter])
  func aCrashAtAnyStepLeavesItResumable(fault: Fault) throws {
    let (quiet, pipeline) = try Self.run((0, fault))
    let expected = try pipeline.training(quiet)
    #expect(expected.filter { !$0.hasPrefix("refused") }.count == 2, "\(expected)")
    #expect(try pipeline.needless(quiet) == [])
    #expect(quiet.calls > 200)
    for call in 1...quiet.calls {
      let (world, pipeline) = try Self.run((call, fault))
      let findings = world.findings.filter { !$0.contains(" ended: ") }
      #expect(findings == [] && pipeline.findings == [], "call \(call)")
      #expect(try pipeline.training(world) == expected, "call \(call)")
      #expect(pipeline.isRepeated(world), "call \(call)")
    }
  }
}
