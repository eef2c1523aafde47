import Foundation
import TestSupport
import Testing

/// `rules/*.yaml` as they are, on two streams that know nothing of each other: silence where all is
/// as in the reference, and the stated alerts, no others, where it is not.
@Suite("the rule packs on strangers' streams", .ownThreads)
struct PackTests {
  private func payments() throws -> MonitorBench {
    var bench = try MonitorBench()
    bench.fields = ["time: created", "id: event", "prediction: score", "model_version: model"]
    bench.window = "{ size: 6h }"
    var stream = PaymentStream(seed: 1)
    let rows = stream.events(windows: 0..<56, partitions: 1, isDirty: false).partitions[0]
    try bench.learn(rows, ["--time", "created", "--window", "6h", "--exclude", "event,model"])
    return bench
  }

  private func sensors() throws -> MonitorBench {
    var bench = try MonitorBench()
    bench.fields = ["time: at", "prediction: failure_risk", "ignore: [device]"]
    bench.window = "{ size: 1d, align: 6h }"
    var stream = SensorStream(seed: 2)
    let rows = stream.events(windows: 0..<28).partitions[0]
    try bench.learn(rows, ["--time", "at", "--window", "1d", "--exclude", "device"])
    return bench
  }

  /// Replays a stream, which must run without a warning and account for every record.
  private func replay(_ stream: GeneratedStream, _ bench: MonitorBench) throws -> Replayed {
    let bytes = stream.partitions.map { $0.map { Data($0.utf8) } }
    let run = try bench.replay(bytes: bytes, arguments: ["--fail-on", "info"])
    #expect(run.errors == "")
    run.expectConservation(read: stream.count)
    #expect(run.printed("accepted") == stream.places.count { $0.isUsable })
    return run
  }

  /// As `Replayed.transitions` says them.
  private func said(_ transitions: [(String, Int)], _ text: (Int) -> String) -> [String] {
    transitions.map { "\($0) \(text($1))" }
  }

  @Test("quiet payments with natural variation, disorder and dirt: no alert in any state")
  func quietPayments() throws {
    var stream = PaymentStream(seed: 3)
    let run = try replay(
      stream.events(windows: 56..<96, partitions: 2, isDirty: true),
      try payments()
    )
    #expect(run.status == 0 && run.transitions == [] && run.requests.isEmpty)
    #expect((run.printed("late") ?? 0) > 30 && run.printedReasons["bad_json"] == 80)
  }

  @Test("quiet sensors under changing weather: no alert in any state")
  func quietSensors() throws {
    var stream = SensorStream(seed: 4)
    let run = try replay(stream.events(windows: 28..<48), try sensors())
    #expect(run.status == 0 && run.transitions == [] && run.requests.isEmpty)
    #expect(run.windows.map(\.data.records) == Array(repeating: 1500, count: 20))
  }

  @Test("faults in payments: each raises its alert in its window, and nothing else does")
  func faultyPayments() throws {
    var stream = PaymentStream(
      seed: 5,
      faults: [
        .amountShifts: 66, .currencyMissing: 70, .countryMixChanges: 74, .merchantIsNew: 80,
        .fieldIsUnexpected: 82, .scoreDrifts: 84, .amountBecomesText: 88,
      ]
    )
    let events = stream.events(windows: 56..<92, partitions: 2, isDirty: true)
    let run = try replay(events, try payments())
    #expect(run.status == 1)
    let expected = said(
      [
        ("pending FeatureStable(payload.amount)", 66),
        ("firing FeatureStable(payload.amount)", 67),
        ("firing MissingAsUsual(payload.currency)", 70),
        ("pending FeatureStable(payload.country)", 74),
        ("firing FeatureStable(payload.country)", 75),
        ("pending CategoriesKnown(payload.merchant.trade)", 80),
        ("firing CategoriesKnown(payload.merchant.trade)", 81),
        ("firing FieldsKnown", 82),
        ("pending PredictionStable(score)", 84),
        ("firing PredictionStable(score)", 85),
        ("firing TypesAsLearned(payload.amount)", 88),
      ],
      PaymentStream.text(window:)
    )
    #expect(run.transitions == expected)
    // five thousand records since window 66
    let request = try #require(run.requests.first?.data)
    #expect(run.requests.count == 1 && request.trigger == "RetrainOnDrift")
    #expect(request.window_start == PaymentStream.text(window: 66))
    #expect(request.window_end == PaymentStream.text(window: 76))
    #expect(Set(request.fields) == ["payload.amount", "payload.country"])
    #expect(request.rows >= 5000 && events.trainingRows(request) == request.rows)
    #expect(request.exclude_offsets.isEmpty && request.offsets.map(\.partition) == [0, 1])
    let firing = run.alerts.filter { $0.data.state == "firing" && $0.data.rule == "FeatureStable" }
    #expect(Set(request.alerts) == Set(firing.map(\.data.alert)))
  }

  @Test("faults in sensors that come and go: alerts resolve, and training leaves good days out")
  func faultySensors() throws {
    var stream = SensorStream(
      seed: 6,
      faults: [
        .vibrationShifts: [32..<34, 35..<44], .siteMissing: [38..<39], .riskDrifts: [38..<46],
        .firmwareIsNew: [40..<46], .batteryBecomesText: [42..<46], .fieldIsUnexpected: [43..<44],
      ]
    )
    let events = stream.events(windows: 28..<46)
    let run = try replay(events, try sensors())
    #expect(run.status == 1)
    let expected = said(
      [
        ("pending FeatureStable(vibration)", 32), ("firing FeatureStable(vibration)", 33),
        ("pending PredictionStable(failure_risk)", 38), ("firing MissingAsUsual(site)", 38),
        ("firing PredictionStable(failure_risk)", 39), ("resolved MissingAsUsual(site)", 39),
        ("pending FeatureStable(firmware)", 40), ("pending CategoriesKnown(firmware)", 40),
        ("firing FeatureStable(firmware)", 41), ("firing CategoriesKnown(firmware)", 41),
        ("firing TypesAsLearned(battery)", 42), ("firing FieldsKnown", 43),
        ("resolved FieldsKnown", 44), ("resolved FeatureStable(vibration)", 45),
      ],
      SensorStream.text(window:)
    )
    #expect(run.transitions == expected)
    // 32, 33, 35, 36: day 34 was good and is no part of it
    let request = try #require(run.requests.first?.data)
    #expect(run.requests.count == 1 && request.rows == 6000)
    #expect(request.window_start == SensorStream.text(window: 32))
    #expect(request.window_end == SensorStream.text(window: 37))
    #expect(request.offsets == [Replayed.Cover(partition: 0, start: 6000, end: 13_500)])
    #expect(request.exclude_offsets == [Replayed.Cover(partition: 0, start: 9000, end: 10_500)])
    #expect(request.fields == ["vibration"] && events.trainingRows(request) == request.rows)
  }
}
