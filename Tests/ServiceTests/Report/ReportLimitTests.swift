import Foundation
import Monitoring
import Records
import Rules
@testable import Service
import Testing

/// However much there is, and whatever it is called, a report stays small and harmless.
@Suite struct ReportLimitTests {
  private static let start: Int64 = 1_600_000_000_000_000

  private static func time(_ hour: Int) -> Timestamp {
    Timestamp(microseconds: start + Int64(hour) * 3_600_000_000)
  }

  /// The record of an hour: field, statistic, value.
  private static func window(_ hour: Int, _ fields: [(name: String, psi: Double)]) -> [UInt8] {
    var json = JSONText()
    json.object { json in
      json.member("id", "window-\(hour)")
      json.member("type", "io.leeway.window.v1")
      json.object("data") { json in
        json.member("monitor", "shop")
        json.member("segment", "all")
        json.member("window_start", time(hour))
        json.member("window_end", time(hour + 1))
        json.member("window_size", "1h")
        json.member("records", 10)
        json.member("read", 10)
        json.member("late", 0)
        json.raw("\"rejected\":{}".utf8)
        json.member("filtered", 0)
        json.member("integrity", "ok")
        json.array("fields") { json in
          for field in fields {
            json.object { json in
              json.member("field", field.name)
              json.member("kind", "numeric")
              json.member("n", 10)
              json.member("missing", 0)
              json.raw("\"missing_by_kind\":{}".utf8)
              json.object("statistics") { json in
                json.object("psi") { $0.member("value", field.psi) }
                json.object("ks") { $0.member("value", field.psi / 2) }
              }
            }
          }
        }
      }
    }
    return json.bytes
  }

  private static func alert(
    _ name: String,
    _ field: String,
    _ state: String,
    _ hour: Int
  ) -> [UInt8] {
    var json = JSONText()
    json.object { json in
      json.member("id", "\(name)-\(state)-\(hour)")
      json.member("type", "io.leeway.alert.v1")
      json.object("data") { json in
        json.member("alert", name)
        json.member("state", state)
        json.member("monitor", "shop")
        json.member("rule", field)
        json.member("severity", "warning")
        json.member("segment", "all")
        json.member("field", field)
        json.member("statistic", "psi")
        json.member("value", 0.5)
        json.member("threshold", 0.2)
        json.member("window_start", time(hour))
        json.member("window_end", time(hour + 1))
        json.member("first_seen", time(hour))
        json.member("summary", field)
        json.object("digest") { json in
          json.member("categories", [field, "plain"])
          json.member("reference", [5, 5])
          json.member("current", [9, 1])
        }
      }
    }
    return json.bytes
  }

  @Test func damagedWindowsAreCountedAndSaid() throws {
    let good = String(decoding: Self.window(0, [("x", 0.1)]), as: UTF8.self)
    let most = "\"missing\":9007199254740992"
    let damaged = [
      good.replacing("\"missing\":0", with: "\"missing\":18446744073709551615"),
      good.replacing("\"late\":0", with: "\"late\":9007199254740993"),
      good.replacing("\"rejected\":{}", with: "\"rejected\":{\"bad_json\":9007199254740993}"),
      good.replacing("\"window_end\":\"", with: "\"window_end\":\"+1"),
      good.replacing("io.leeway.window.v1", with: "io.leeway.window"), "{", "",
    ]
    let others = ["\"n\":10", "\"n\":-10"].map {
      good.replacing("\"monitor\":\"shop\"", with: "\"monitor\":\"other\"")
        .replacing("\"n\":10", with: $0)
    }
    var book = ReportBook(plan: try HostilePlan.load())
    book.take(Array(good.replacing("\"missing\":0", with: most).utf8), of: .windows)
    #expect(book.windows == 1 && book.unreadableNotice == nil)
    for line in others { book.take(Array(line.utf8), of: .windows) }
    #expect(book.unreadableNotice == nil)
    book.take(Array("{".utf8), of: .windows)
    let one = "1 record is no window of shop, or damaged: what it held is missing here"
    #expect(book.unreadableNotice == one)
    for line in damaged { book.take(Array(line.utf8), of: .windows) }
    let eight = "8 records are no windows of shop, or damaged: what they held is missing here"
    #expect(book.unreadableNotice == eight && book.windows == 1)
    #expect(try ReportReading(book).text.contains("<li><strong>\(eight).</strong></li>"))

    var reader = StoredWindowReader(monitor: "shop")
    for line in damaged + [good] { reader.take(Array(line.utf8)) }
    #expect(reader.foreign == 7 && reader.windows.count == 1)
  }

  @Test func countsThatAreFullStayFull() throws {
    var book = ReportBook(plan: try HostilePlan.load())
    // 2^53 of each of 2^11 windows and one more are beyond 2^64.
    for hour in 0...2_048 {
      var line = String(decoding: Self.window(hour, [("x", 0.1)]), as: UTF8.self)
      for name in ["records", "read", "late", "filtered", "n", "missing"] {
        line.replace(try Regex("\"\(name)\":\\d+"), with: "\"\(name)\":9007199254740992")
      }
      let rejected = "{\"bad_json\":9007199254740992,\"bad_time\":9007199254740992}"
      line.replace("\"rejected\":{}", with: "\"rejected\":\(rejected)")
      book.take(Array(line.utf8), of: .windows)
    }
    #expect(book.unreadableNotice == nil)
    let page = try ReportReading(book)
    #expect(book.totals["1h"]?.read == .max && book.totals["1h"]?.unusable == .max)
    #expect(book.totals["1h"]?.accepted == 0)
    #expect(try page.section(of: "x").contains(" missing (50%)"))
  }

  @Test func aYearOfAThousandFieldsIsSmallAndItsExtremesAreThere() throws {
    var limits = ReportBook.Limits()
    (limits.columns, limits.fields) = (16, 3)
    var book = ReportBook(plan: try HostilePlan.load(), limits: limits)
    for hour in 0..<100 {
      let fields = (0..<1_000).map { number in
        let isPeak = number == 700 && hour == 37
        return (name: "field\(number)", psi: isPeak ? 7.25 : Double(number + hour) / 10_000)
      }
      book.take(Self.window(hour, fields), of: .windows)
    }
    let population = try #require(book.populations.first?.value)
    #expect(population.columns.windowsPerColumn == 8)
    #expect(population.columns.columns.count == 13)
    #expect(population.columns.columns.reduce(0) { $0 + $1.windows } == 100)
    let place = try #require(population.statistics.firstIndex(of: "psi"))
    let peak = try #require(population.fields[700].series[place])
    #expect(peak.highs.count <= 16 && peak.highs[37 / 8] == 7.25)
    #expect(peak.greatest == .init(value: 7.25, end: Self.time(38)))
    #expect(peak.least?.value == 0.07 && peak.count == 100)
    let page = try ReportReading(book).text
    #expect(page.contains("put up to 8 of them together"))
    #expect(page.contains("Only the first 3 of 1,000 fields"))
    #expect(page.components(separatedBy: "class=\"field\"").count == 4)
    #expect(page.utf8.count < 1_000_000, "\(page.utf8.count)")
  }

  @Test func asManyCellsAreKeptAsThereIsRoomFor() throws {
    var limits = ReportBook.Limits()
    limits.cells = 1_000
    var book = ReportBook(plan: try HostilePlan.load(), limits: limits)
    let fields = (0..<50).map { (name: "field\($0)", psi: 1.0) }
    for hour in 0..<300 { book.take(Self.window(hour, fields), of: .windows) }
    let population = try #require(book.populations.first?.value)
    #expect(population.seriesCount == 100 && population.columns.columns.count <= 10)
    #expect(population.records == 3_000 && population.fields[49].values == 3_000)
  }

  private static let names = [
    #"<img src=x onerror="document.title=1">"#, "\u{202E}live \u{5E9}\u{5DC}\u{5D5}\u{5DD}",
    "</style></script><script>document.title=2</script>", String(repeating: "w", count: 10_240),
    "' onmouseover='x", "&lt;b&gt;", "a\u{0}b", "e" + String(repeating: "\u{301}", count: 5_000),
    "",
  ]

  @Test func namesThatMeanHarmAreNoMarkup() throws {
    var book = ReportBook(plan: try HostilePlan.load())
    for hour in 0..<3 {
      book.take(Self.window(hour, Self.names.map { ($0, 0.1) }), of: .windows)
    }
    for (index, name) in Self.names.enumerated() {
      book.take(Self.alert("alert\(index)", name, "firing", 1), of: .alerts)
    }
    let page = try ReportReading(book).text
    #expect(page.components(separatedBy: "<style>").count == 2)
    for word in ["<img", "<script", "onerror=\"", "' onmouse", "\u{202E}", "\u{0}"] {
      #expect(!page.contains(word), "\(word)")
    }
    #expect(page.contains("&lt;img src=x onerror=&quot;") && page.contains("␣live"))
    #expect(page.contains("&amp;lt;b&amp;gt;") && page.contains("(empty)"))
    #expect(!page.contains(String(repeating: "w", count: 500)))
    #expect(page.utf8.count < 200_000, "\(page.utf8.count)")
  }

  @Test func alertsThatAreTooManyAreCounted() throws {
    var limits = ReportBook.Limits()
    (limits.alerts, limits.rows) = (10, 4)
    var book = ReportBook(plan: try HostilePlan.load(), limits: limits)
    book.take(Self.window(0, [("x", 1)]), of: .windows)
    for number in 0..<15 {
      book.take(Self.alert("alert\(number)", "x", "firing", 0), of: .alerts)
    }
    let page = try ReportReading(book).text
    #expect(page.contains("6 more alerts not listed"))
    #expect(page.contains("Not counted above, as there are too many: x 5."))
  }

  @Test func whatEndedBeforeItFiredIsNoAlert() throws {
    var book = ReportBook(plan: try HostilePlan.load())
    book.take(Self.window(0, [("x", 1)]), of: .windows)
    for _ in 0..<2 {
      for (state, hour) in [("pending", 0), ("resolved", 1)] {
        book.take(Self.alert("a", "x", state, hour), of: .alerts)
      }
    }
    #expect(book.alerts.fired.isEmpty && book.alerts.endedPending == 1)
    #expect(try ReportReading(book).text.contains("1 alert ended before"))
  }

  @Test func whatBeganBeforeAllThatIsKeptIsNotSaidToHaveBeenShort() throws {
    var book = ReportBook(plan: try HostilePlan.load())
    book.take(Self.window(0, [("x", 1)]), of: .windows)
    for _ in 0..<2 { book.take(Self.alert("a", "x", "resolved", 1), of: .alerts) }
    for (state, hour) in [("firing", 2), ("resolved", 3)] {
      book.take(Self.alert("b", "x", state, hour), of: .alerts)
    }
    let alerts = book.alerts
    #expect(alerts.fired.count == 1 && alerts.endedPending == 0 && alerts.endedUnknown == 1)
    let page = try ReportReading(book).text
    #expect(page.contains("1 alert ended that began before what is kept: since when is not known."))
    #expect(!page.contains("ended before having stood"))
  }

  @Test func theEndOfWhatThereWasNoRoomForIsNoNews() throws {
    var limits = ReportBook.Limits()
    limits.alerts = 1
    var book = ReportBook(plan: try HostilePlan.load(), limits: limits)
    for (state, hour) in [("firing", 0), ("resolved", 1)] {
      for name in ["a", "b"] { book.take(Self.alert(name, "x", state, hour), of: .alerts) }
    }
    #expect(book.alerts.omitted == ["x": 1] && book.alerts.endedUnknown == 0)
  }
}
