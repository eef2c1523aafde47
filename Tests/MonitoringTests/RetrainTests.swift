import Monitoring
import Records
import TestSupport
import Testing
import Windowing

/// Requests to train: when they come, and that their offsets name exactly the records meant.
@Suite struct RetrainTests {
  private static let monitor = """
    version: 1
    monitor: shop
    source: { topics: [orders] }
    fields: { time: at }
    reference: reference.json
    window: { size: 1h }
    """

  private static func rules(_ trigger: String, hold: String = "1 of 1 windows") -> String {
    """
    version: 1
    rules:
      - { name: Stable, each: features, expect: "mean < 60", for: \(hold) }
    triggers:
      - { name: Retrain, when: firing(Stable), \(trigger) }
    """
  }

  private static let reference = (0..<600).map { event(second: $0, value: $0 % 100) }

  private static func event(second: Int, value: Int) -> String {
    "{\"at\":\(1_600_002_000 + second),\"x\":\(value)}"
  }

  /// Ten records an hour, 90 in the hours named and 10 in the others.
  private static func lines(hours: Int, high: Set<Int>) -> [String] {
    (0..<hours * 10).map { index in
      event(second: index * 360, value: high.contains(index / 10) ? 90 : 10)
    }
  }

  private func requests(_ trigger: String, high: Set<Int>, hours: Int = 12) throws -> [String] {
    let world = try World(
      monitor: Self.monitor,
      rules: [Self.rules(trigger)],
      reference: Self.reference
    )
    return world.run([Self.lines(hours: hours, high: high)]).requests.map { request in
      let hour = (request.window.end.microseconds / 1_000_000 - 1_600_002_000) / 3_600
      let offsets = request.selection.covers.map { "\($0.start)..<\($0.end)" }
      return "after \(hour)h: \(request.selection.rows) in \(offsets.joined(separator: " "))"
    }
  }

  @Test func withoutACooldownOneConditionAsksOnce() throws {
    #expect(
      try requests("min_records: 1", high: [2, 3, 4, 8]) == [
        "after 3h: 10 in 20..<30", "after 9h: 10 in 80..<90",
      ]
    )
  }

  @Test func withACooldownItAsksAgainWhileTheConditionHolds() throws {
    #expect(
      try requests("cooldown: 2h", high: [2, 3, 4, 5, 6]) == [
        "after 3h: 10 in 20..<30", "after 5h: 30 in 20..<50", "after 7h: 50 in 20..<70",
      ]
    )
    #expect(
      try requests("cooldown: 8h", high: [2, 4, 11]) == [
        "after 3h: 10 in 20..<30", "after 12h: 10 in 110..<120",
      ]
    )
  }

  @Test func itWaitsForEnoughRecordsAndForSteadyAlerts() throws {
    #expect(try requests("min_records: 25", high: [2, 3, 4]) == ["after 5h: 30 in 20..<50"])
    #expect(try requests("settle: 2 windows", high: [2, 3, 4, 5]) == ["after 5h: 30 in 20..<50"])
  }

  /// With `2 of 3 windows` good hours stand between the bad ones: they are what is excluded.
  @Test(arguments: 0..<10 as Range<UInt64>, ["1 of 1 windows", "2 of 3 windows"])
  func offsetsLessExcludedRunsHoldExactlyTheRows(seed: UInt64, hold: String) throws {
    let world = try World(
      monitor: Self.monitor,
      rules: [Self.rules("cooldown: 1h", hold: hold)],
      reference: Self.reference
    )
    var random = SplitMix64(seed: seed)
    var partitions = [[Int]](repeating: [], count: 3)
    var bad: Set<Int> = []
    for hour in 0..<20 where Bool.random(using: &random) { bad.insert(hour) }
    for index in 0..<2_000 {
      partitions[Int.random(in: 0..<3, using: &random)].append(index * 36)
    }
    let lines = partitions.map { seconds in
      seconds.map { Self.event(second: $0, value: bad.contains($0 / 3_600) ? 90 : 10) }
    }
    let run = world.run(lines)
    #expect(!run.requests.isEmpty)
    for request in run.requests {
      let rows = request.selection.covers.map { cover in
        (cover.start..<cover.end).count { offset in
          !request.selection.excluded.contains {
            $0.partition == cover.partition && ($0.start..<$0.end).contains(offset)
          }
        }
      }
      #expect(UInt64(rows.reduce(0, +)) == request.selection.rows)
      for cover in request.selection.covers {
        for offset in cover.start..<cover.end {
          let second = partitions[cover.partition][Int(offset)]
          let isExcluded = request.selection.excluded.contains {
            $0.partition == cover.partition && ($0.start..<$0.end).contains(offset)
          }
          #expect(bad.contains(second / 3_600) != isExcluded)
        }
      }
    }
  }

  /// The partition that wakes adds to an hour whose smallest window has closed.
  @Test func whatASilentPartitionAddsLaterIsPartOfARequest() throws {
    let world = try Hourly.world(
      rules: """
        version: 1
        window: { size: 2h }
        rules: [{ name: Low, expect: mean(x) < 50 }]
        triggers: [{ name: Again, when: firing(Low) }]
        """
    )
    var scene = Scene(world, partitions: 2)
    scene.know(2)
    var requests: [RetrainRequest] = []
    func fold(_ delta: Delta) {
      scene.evaluator.fold(delta)
      for case .retrain(let request) in scene.evaluator.advance() { requests.append(request) }
    }
    fold(scene.silence(1))
    fold(scene.delta([Hourly.event(1.1, value: 90), Hourly.event(2.1, value: 90)]))
    fold(scene.delta([Hourly.event(1.5, value: 90)], 1))
    fold(scene.silence(1))
    fold(scene.delta([Hourly.event(3.1, value: 90)]))
    #expect(requests.map(\.selection.rows) == [3])
    let covers = requests.flatMap(\.selection.covers).map {
      [Int64($0.partition), $0.start, $0.end]
    }
    #expect(covers == [[0, 0, 2], [1, 0, 1]])
  }
}
