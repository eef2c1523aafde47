import Rules
import TestSupport
import Testing

@testable import Service

/// Who is told of what.
@Suite struct AlertLedgerTests {
  /// The ids of what is told, of records in the order of the topic.
  private static func told(
    _ records: [AlertRecord],
    lowest: Severity? = nil
  ) throws -> (ids: [String], firing: [String]) {
    var ledger = AlertLedger(lowest: lowest)
    var ids: [String] = []
    for record in records {
      let notice = try #require(AlertNotice(Array(record.json.utf8)))
      if ledger.take(notice) { ids.append(notice.id) }
    }
    return (ids, ledger.firing.map(\.content.alert))
  }

  @Test func whatFiresIsToldAndItsEnd() throws {
    let first = try Self.told([AlertRecord("a", "pending"), AlertRecord("a", "firing")])
    #expect(first.ids == ["a-firing-0"] && first.firing == ["a"])
    let again = AlertRecord("a", "firing").with { $0.repetition = 1 }
    let all = [
      AlertRecord("a", "pending"), AlertRecord("a", "firing"), again, AlertRecord("a", "resolved"),
    ]
    let whole = try Self.told(all)
    #expect(whole.ids == ["a-firing-0", "a-firing-1", "a-resolved-0"] && whole.firing == [])
    // A producer without transactions may write anything twice.
    let twice = try Self.told(all.flatMap { [$0, $0] } + all)
    #expect(twice.ids == whole.ids && twice.firing == [])
  }

  @Test func whatNeverFiredWakesNobody() throws {
    let waited = try Self.told([AlertRecord("a", "pending"), AlertRecord("a", "resolved")])
    #expect(waited.ids == [] && waited.firing == [])
    // Its beginning is gone, and somebody may have been told of it.
    #expect(try Self.told([AlertRecord("a", "resolved")]).ids == ["a-resolved-0"])
  }

  @Test func silencedAlertsWakeNobody() throws {
    func silenced(_ record: AlertRecord) -> AlertRecord { record.with { $0.silencedBy = "s" } }
    let quiet = [silenced(AlertRecord("a", "firing")), silenced(AlertRecord("a", "resolved"))]
    #expect(try Self.told(quiet).ids == [])
    #expect(try Self.told([quiet[1]]).ids == [])
    // Its end after the silence is no news either.
    #expect(try Self.told([quiet[0], AlertRecord("a", "resolved")]).ids == [])
    // Whoever was told is told of the end, and hears nothing between.
    let late = silenced(AlertRecord("a", "firing").with { $0.repetition = 1 })
    let held = try Self.told([AlertRecord("a", "firing"), late])
    #expect(held.ids == ["a-firing-0"] && held.firing == [])
    let ended = try Self.told([AlertRecord("a", "firing"), late, quiet[1]])
    #expect(ended.ids == ["a-firing-0", "a-resolved-0"])
    // A silence that is over: it fires again.
    let over = AlertRecord("a", "firing").with { $0.repetition = 2 }
    let again = try Self.told([quiet[0], late, over])
    #expect(again.ids == ["a-firing-2"] && again.firing == ["a"])
  }

  @Test func whatIsLessBadIsLeftOut() throws {
    let records = ["info", "warning", "critical"].flatMap { severity in
      [AlertRecord(severity, "firing"), AlertRecord(severity, "resolved")].map { record in
        record.with { $0.severity = severity }
      }
    }
    #expect(try Self.told(records).ids.count == 6)
    let some = try Self.told(records, lowest: .warning)
    #expect(
      some.ids == [
        "warning-firing-0", "warning-resolved-0", "critical-firing-0", "critical-resolved-0",
      ]
    )
  }

  /// An edited rule may think less of what somebody was woken by: its end is told.
  @Test func whatHasBecomeLessBadEnds() throws {
    func less(_ record: AlertRecord) -> AlertRecord { record.with { $0.severity = "warning" } }
    let first = AlertRecord("a", "firing").with { $0.severity = "critical" }
    let again = less(AlertRecord("a", "firing").with { $0.repetition = 1 })
    let end = less(AlertRecord("a", "resolved"))
    let held = try Self.told([first, again], lowest: .critical)
    #expect(held.ids == ["a-firing-0"] && held.firing == [])
    for records in [[first, end], [first, again, end]] {
      let ended = try Self.told(records, lowest: .critical)
      #expect(ended.ids == ["a-firing-0", "a-resolved-0"] && ended.firing == [])
    }
  }

  @Test func theOldestNameIsForgottenFirst() {
    var names = RecentNames(limit: 2)
    let news = ["a", "b", "a", "b", "c", "b", "a", "c", "b"].map { name in names.insert(name) }
    #expect(news == [true, true, false, false, true, false, true, false, true])
  }

  @Test func onlyAlertsAreAlerts() throws {
    let good = AlertRecord("a", "firing", group: "g").json
    #expect(AlertNotice(Array(good.utf8)) != nil)
    let more = good.replacing("\"data\":{", with: "\"data\":{\"new\":{\"x\":[1]},")
    #expect(AlertNotice(Array(more.utf8)) != nil)
    let bad = [
      "", "{", "[]", "{}", "\u{0}", String(repeating: "[", count: 100_000),
      good.replacing("io.leeway.alert.v1", with: "io.leeway.window.v1"),
      good.replacing("io.leeway.alert.v1", with: "io.leeway.alert.v2"),
      good.replacing("\"state\":\"firing\"", with: "\"state\":\"melting\""),
      good.replacing("\"severity\":\"warning\"", with: "\"severity\":\"page\""),
      good.replacing("\"first_seen\":\"2026-02-22", with: "\"first_seen\":\"2026-02-30"),
      good.replacing("\"value\":0.28", with: "\"value\":\"much\""),
      good.replacing("\"id\":\"a-firing-0\"", with: "\"id\":\"\""),
      String(good.dropLast()),
    ]
    for text in bad { #expect(AlertNotice(Array(text.utf8)) == nil, "\(text.prefix(80))") }
  }
}
