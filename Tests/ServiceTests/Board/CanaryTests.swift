import Foundation
import KafkaClient
import Pages
import Rules
@testable import Service
import TestSupport
import Testing

/// Values of events, and names of rare categories, are shown to nobody.
@Suite(.ownThreads) struct CanaryTests {
  private static let secret = "C4N4RY"

  private static let hour = 3_600

  /// Every field of an event, and everything that is no event, holds the secret once.
  private static let lines: [String] = {
    let quoted = "\"\(secret)\""
    func event(_ second: Int, _ amount: String = "1", _ color: String = "\"red\"") -> String {
      HostileStream.event(second: second, amount: amount, color: color, model: "\"1\"")
    }
    let bad = [
      event(10, quoted), event(11, "1", quoted), event(12, "1", "{\"\(secret)\":\(quoted)}"),
      event(13, "1", "[\(quoted)]"), "{\"kind\":\(quoted),\"at\":1600000014}",
      "{\"kind\":\"order\",\"at\":\(quoted)}", "{\"kind\":\"order\",\"amount\":\(quoted)}",
      "{\"kind\":\"order\",\"at\":1600000015,\"\(secret)\":\(quoted),\"amount\":2}",
      "{\"kind\":\"order\",\(quoted)", quoted, "[\(quoted)]", secret, "{\"\(secret)\":",
    ]
    let rest = (0..<200).map { event(20 + $0, $0 % 2 == 0 ? quoted : "null", quoted) }
    return bad + rest + (1...6).map { event($0 * hour) }
  }()

  private static let rules = """
    version: 1
    rules:
      - { name: Known, each: categorical, expect: unseen_change < 1% }
      - { name: Typed, each: features, expect: type_mismatch_change < 1% }
      - { name: Readable, expect: rejected_share < 1% }
      - { name: Near, each: features, expect: psi < 0.0001 }
    """

  @Test func noAnswerPageMetricLogOrRecordHoldsAValue() throws {
    // Seen twice in the reference: too seldom to be named.
    let rare = (0..<2).map {
      HostileStream.event(second: $0, amount: "1", color: "\"\(Self.secret)-rare\"", model: "\"1\"")
    }
    let live = try LiveBoard(rules: Self.rules, reference: rare, [Self.lines]) { brokers in
      var producer = try Producer(settings: KafkaSettings(brokers: brokers))
      let (key, value) = (Array(Self.secret.utf8), Array("{".utf8))
      try producer.produce(
        to: "orders",
        partition: 0,
        key: key.span,
        payload: value.span,
        headers: [RecordHeader(Self.secret, Self.secret)]
      )
      try producer.flush(within: .seconds(30))
    }
    live.end()
    var paths =
      Pages.paths + [
        "/metrics", "/-/healthy", "/-/ready", "/api/v1/status", "/api/v1/windows", "/api/v1/alerts",
        "/api/v1/rules", "/api/v1/fields", "/api/v1/triggers",
      ]
    let shown = try live.json("/api/v1/alerts")
    let alerts = try #require(shown["changes"] as? [[String: Any]])
    #expect(Set(alerts.compactMap { $0["rule"] as? String }).isSuperset(of: ["Known", "Near"]))
    paths += alerts.compactMap { $0["alert"] as? String }.map { "/api/v1/alerts?alert=\($0)" }
    for field in live.plan.fields.map(\.name) {
      paths.append("/api/v1/fields?field=\(field)")
      paths.append("/api/v1/windows?field=\(field)&statistic=psi")
    }
    for path in paths {
      let answer = try live.get(path)
      #expect(answer.status == 200 || path == "/-/ready", "\(path)")
      #expect(!(answer.head + answer.body).contains(Self.secret), "\(path)")
    }
    // What is asked for in vain is not repeated either.
    for path in ["/\(Self.secret)", "/api/v1/windows?limit=\(Self.secret)", "/?\(Self.secret)=1"] {
      #expect(!(try live.get(path).body.contains(Self.secret)), "\(path)")
    }
    #expect(!live.notes.isEmpty && !live.notes.joined().contains(Self.secret))
    for topic in ["windows", "alerts", "retraining"] {
      let values = try Brokers.read("leeway.\(topic)", at: live.cluster.brokers).compactMap(\.value)
      #expect(!values.joined().contains(Self.secret), "\(topic)")
    }
  }
}
