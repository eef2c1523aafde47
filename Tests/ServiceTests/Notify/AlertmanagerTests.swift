import Foundation
import KafkaClient
import Records
import TestSupport
import Testing

@testable import Service

/// What Debian's own `prometheus-alertmanager` makes of what it is told.
@Suite(
  .serialized,
  .enabled(if: Alertmanager.isThere, "prometheus-alertmanager is not installed"),
  .ownThreads
)
struct AlertmanagerTests {
  private static func record(_ field: String, _ state: String) -> AlertRecord {
    AlertRecord(field, state, group: "g").with { $0.field = field }
  }

  private static func fields(_ alertmanager: Alertmanager) throws -> [String] {
    try alertmanager.alerts().map { $0.labels["field"] ?? "" }
  }

  private static func produce(
    _ records: [AlertRecord],
    _ cluster: borrowing MockCluster
  ) throws {
    try TestTopic.produce([records.map(\.json)], to: "leeway.alerts", at: cluster.brokers)
  }

  @Test func itKnowsWhatFiresUntilThatIsOver() throws {
    let alertmanager = try Alertmanager()
    let cluster = try MockCluster()
    try cluster.createTopic("leeway.alerts", partitions: 1)
    let target = NotificationTarget.alertmanager(alertmanager.address, tokenFile: nil)
    let first = RunningNotifier(target, brokers: cluster.brokers)
    let firing = [Self.record("amount", "firing"), Self.record("color", "firing")]
    try Self.produce([Self.record("amount", "pending")] + firing, cluster)
    #expect(try comesTrue { try alertmanager.alerts().count == 2 })
    let alerts = try alertmanager.alerts()
    #expect(
      alerts[0].labels == [
        "alertname": "FeatureStable", "monitor": "flights", "model_version": "7",
        "severity": "warning", "segment": "all", "field": "amount", "team": "checkout",
      ]
    )
    #expect(
      alerts[0].annotations == [
        "summary": "amount moved", "runbook": "https://runbooks/drift",
        "statistic": "excess_drift", "value": "0.28", "threshold": "0.1", "distance": "0.9",
        "n_current": "6105", "explains": "0.25", "alert": "amount", "group": "g",
        "window_start": "2026-03-01T00:00:00Z", "window_end": "2026-03-08T00:00:00Z",
      ]
    )
    #expect(alerts[0].startsAt == "2026-02-22T00:00:00.000Z")
    #expect(alerts.map(\.status.state) == ["active", "active"])
    #expect(alerts[1].labels["field"] == "color")

    // Longer than it remembers by itself; and what is written twice is one alert.
    try Self.produce(firing + firing.map { $0.with { $0.repetition = 1 } }, cluster)
    let began = try #require(Timestamp(rfc3339: alerts[0].updatedAt))
    var counts: Set<Int> = []
    let isKept = try comesTrue {
      let now = try alertmanager.alerts()
      counts.insert(now.count)
      let updated = now.first.flatMap { Timestamp(rfc3339: $0.updatedAt) } ?? began
      return updated.microseconds - began.microseconds > 11_000_000
    }
    #expect(isKept && counts == [2])

    // Nobody tells it, and it takes both for over; whoever comes next knows better.
    #expect(first.stop()?.refused == 0)
    #expect(try comesTrue { try alertmanager.alerts().isEmpty })
    let second = RunningNotifier(target, brokers: cluster.brokers)
    #expect(try comesTrue { try Self.fields(alertmanager) == ["amount", "color"] })
    try Self.produce([Self.record("amount", "resolved")], cluster)
    #expect(try comesTrue { try Self.fields(alertmanager) == ["color"] })
    #expect(second.stop()?.delivered == 1)
    #expect(second.talk.filter { $0.contains("not") } == [])
  }
}
