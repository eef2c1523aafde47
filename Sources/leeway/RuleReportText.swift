internal import Records
internal import Rules
internal import Service

/// What `leeway replay --report` prints.
struct RuleReportText {
  private let report: RuleReport

  init(_ report: RuleReport) { self.report = report }

  /// A table for people.
  var text: String {
    var table = TextTable(
      header: [
        "rule", "severity", "alerts", "per day", "first", "pending", "firing", "undecided",
      ]
    )
    for line in report.lines {
      table.add([
        line.rule, line.severity.rawValue, "\(line.alerts)",
        report.perDay(line).map(NumberText.readable) ?? "-", line.first?.description ?? "-",
        length(line.pending), length(line.firing), "\(line.undecided)",
      ])
    }
    return "\(length(report.length)) of events\n\n" + table.text
  }

  /// Compact JSON and a newline; times in seconds.
  var json: [UInt8] {
    var json = JSONText()
    json.object { json in
      json.member("seconds", seconds(report.length))
      json.array("rules") { json in
        for line in report.lines {
          json.object {
            $0.member("rule", line.rule)
            $0.member("severity", line.severity.rawValue)
            $0.member("alerts", line.alerts)
            $0.member("alerts_per_day", report.perDay(line))
            $0.member("first_firing", line.first)
            $0.member("seconds_pending", seconds(line.pending))
            $0.member("seconds_firing", seconds(line.firing))
            $0.member("undecided", line.undecided)
          }
        }
      }
    }
    return json.bytes + [UInt8(ascii: "\n")]
  }

  private func length(_ duration: Duration) -> String {
    duration == .zero ? "-" : DurationText.text(of: duration)
  }

  private func seconds(_ duration: Duration) -> Double { duration / .seconds(1) }
}
