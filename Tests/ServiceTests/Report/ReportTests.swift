import Foundation
import Monitoring
import Records
@testable import Service
import TestSupport
import Testing

/// What a report says, beside the records that it is made of.
@Suite struct ReportTests {
  /// Records of hours of all records, in their order.
  private static func hours(_ bench: ReportBench) throws -> [[String: Any]] {
    try bench.data(.windows).filter {
      $0["window_size"] as? String == "1h" && $0["segment"] as? String == "all"
    }
  }

  /// Field, then statistic, to its values as they stand in the windows of the version with the most
  /// records.
  private static func series(_ bench: ReportBench) throws -> [String: [String: [String]]] {
    var records: [String: Int] = [:]
    for hour in try hours(bench) {
      guard let version = hour["model_version"] as? String else { continue }
      records[version, default: 0] += try #require(hour["records"] as? Int)
    }
    let version = try #require(records.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key)
    let chosen = "\"model_version\":\"\(version)\",\"segment\":\"all\","
    var series: [String: [String: [String]]] = [:]
    for line in try bench.lines(.windows) {
      guard line.contains(chosen), line.contains("\"window_size\":\"1h\"") else { continue }
      for field in line.components(separatedBy: "{\"field\":\"").dropFirst() {
        let name = String(field.prefix { $0 != "\"" })
        for match in field.matches(of: /"(\w+)":\{"value":([-+.e\d]+)/) {
          series[name, default: [:]][String(match.1), default: []].append(String(match.2))
        }
      }
    }
    return series
  }

  @Test func everyNumberIsThatOfTheWindows() throws {
    let bench = try ReportBench()
    let page = try ReportReading(try bench.book())
    let hours = try Self.hours(bench)
    let series = try Self.series(bench)
    #expect(Set(series.keys) == ["amount", "color", "kind"])
    var seen = 0
    for (field, statistics) in series {
      let section = try page.section(of: field)
      for (statistic, values) in statistics {
        let figures = section.components(separatedBy: "data-statistic=\"\(statistic)\"").dropFirst()
        let figure = try #require(figures.first?.components(separatedBy: "</figure>").first)
        let numbers = ReportReading.numbers(in: figure)
        let sorted = try values.sorted { try #require(Double($0)) < #require(Double($1)) }
        let expected = [values.last, sorted.first, sorted.last].map { $0 ?? "" }
        #expect(Array(numbers.prefix(3)) == expected, "\(field) \(statistic)")
        let counts = figure.components(separatedBy: "class=\"bounds\"").last ?? ""
        #expect(ReportReading.numbers(in: counts).first == "\(values.count)")
        seen += 1
      }
    }
    #expect(seen > 12)
    try Self.checkTotals(page, hours)
    let undecided = try bench.data(.windows).reduce(0) { sum, window in
      sum + (window["undecided"] as? [Any] ?? []).count
    }
    let open = try page.part(from: "<section id=\"undecided\">", to: "</section>")
    let said = ReportReading.numbers(in: open).compactMap { Int($0) }.reduce(0, +)
    #expect(said == undecided && undecided > 0)
    try Self.checkAlerts(page, bench)
  }

  private static func checkTotals(_ page: ReportReading, _ hours: [[String: Any]]) throws {
    func sum(_ member: String) -> Int { hours.reduce(0) { $0 + ($1[member] as? Int ?? 0) } }
    let rejected = hours.flatMap { ($0["rejected"] as? [String: Int] ?? [:]).values }.reduce(0, +)
    let windows = Set(
      hours.filter { $0["empty_windows"] == nil }.map { $0["window_end"] as? String }
    )
    #expect(rejected > 0 && sum("late") > 0)
    let figures = try page.part(from: "<dl class=\"facts\">", to: "</dl>")
    let counts = [sum("read"), sum("records"), sum("late"), rejected, sum("filtered")]
    let expected = (counts + [windows.count]).map { "\($0)" }
    #expect(Array(ReportReading.numbers(in: figures).prefix(6)) == expected)
    #expect(counts[0] == counts[1...].reduce(0, +))
  }

  private static func checkAlerts(_ page: ReportReading, _ bench: ReportBench) throws {
    let records = try bench.data(.alerts)
    let fired = records.filter { $0["state"] as? String == "firing" && $0["repeat"] == nil }
    #expect(fired.count > 3)
    let table = try page.part(from: "aria-label=\"Alerts that fired\"", to: "</table>")
    let rows = table.components(separatedBy: "<tr>").dropFirst(2)
    let said = rows.map { row in ReportReading.numbers(in: row).joined(separator: " ") }
    let expected = fired.map { alert in
      [alert["value"] as? Double, alert["threshold"] as? Double].map { JSONText.text(of: $0) }
        .filter { $0 != "null" }.joined(separator: " ")
    }
    #expect(said.sorted() == expected.sorted())
    let open = Set(fired.compactMap { $0["alert"] as? String }).subtracting(
      records.filter { $0["state"] as? String == "resolved" }.compactMap { $0["alert"] as? String }
    )
    #expect(table.components(separatedBy: "still fires").count == open.count + 1)
    let requests = try bench.data(.retraining).filter { $0["offsets"] != nil }
    let training = try page.part(from: "aria-label=\"Requests to train\"", to: "</table>")
    #expect(
      Set(ReportReading.numbers(in: training))
        == Set(requests.compactMap { $0["rows"] as? Int }.map { "\($0)" })
    )
    #expect(!requests.isEmpty)
  }

  @Test func aSpanHoldsItsWindowsAlone() throws {
    let bench = try ReportBench()
    let ends = Set(try Self.hours(bench).compactMap { $0["window_end"] as? String }).sorted()
    let (first, last) = (ends[2], ends[5])
    let span = EventSpan(from: Timestamp(rfc3339: first), to: Timestamp(rfc3339: last))
    let book = try bench.book(span)
    #expect(book.totals["1h"]?.windows == 3)
    #expect(book.totals["1h"]?.end == span.to)
    let (from, to) = (try #require(span.from), try #require(span.to))
    #expect(!book.alerts.fired.isEmpty)
    for alert in book.alerts.fired {
      #expect(
        alert.fired.map { $0 <= to } == true && alert.end.map { $0 > from && $0 <= to } ?? true
      )
    }
    let nothing = EventSpan(from: Timestamp(microseconds: .max))
    #expect(try bench.book(nothing).write(to: bench.folder.path + "/none.html") == nil)
    #expect(!FileManager.default.fileExists(atPath: bench.folder.path + "/none.html"))
  }

  @Test func recordsThatAreWrittenTwiceCountOnce() throws {
    let bench = try ReportBench()
    let once = try bench.book()
    var twice = try bench.book()
    try twice.read(directory: bench.folder.path)
    #expect(twice.repeated > 10 && twice.windows == once.windows)
    let pages = try [once, twice].map { try ReportReading($0).text }
    let note = try #require(pages[1].firstMatch(of: /<li>[^<]* came twice[^<]*<\/li>\n/)?.0)
    #expect(pages[0] == pages[1].replacing(note, with: ""))
  }

  @Test func itAsksForNothing() throws {
    let page = try ReportReading(try ReportBench().book()).text
    for word in ["<script", "src=", "@import", "url(", "http://", "https://", "<iframe", " on"] {
      let found = page.firstRange(of: word).map { page[$0.lowerBound...].prefix(60) }
      guard word != " on" else {
        #expect(page.firstMatch(of: /<[^>]* on[a-z]+=/) == nil)
        continue
      }
      #expect(found == nil, "\(found ?? "")")
    }
    #expect(page.contains("default-src 'none'") || page.contains("default-src &#39;none&#39;"))
  }
}

extension JSONText {
  /// A number as records hold it.
  static func text(of value: Double?) -> String {
    var json = JSONText()
    json.value(value)
    return json.string
  }
}
