internal import Foundation
internal import Records
internal import Rules
internal import Service

/// What a replay prints at its end.
struct SummaryText {
  private let summary: RunSummary

  init(_ summary: RunSummary) { self.summary = summary }

  /// Records, windows, what moved and when, and what was asked for.
  var text: String {
    [records, episodes, requests].joined(separator: "\n\n")
  }

  private var records: String {
    RecordsText(summary.totals).text(and: [
      ("windows", UInt64(summary.windows)), ("undecided", UInt64(summary.undecided)),
    ]) + unjudged
  }

  private var unjudged: String {
    guard summary.unjudged > 0 else { return "" }
    return "\nnot judged: \(summary.unjudged) of the last windows, behind a pause: fewer than "
      + "three records bear out that time has come so far"
  }

  private var episodes: String {
    guard !summary.episodes.isEmpty else { return "no alert fired" }
    let hasSegments = summary.episodes.contains { $0.segment != nil }
    let segment = hasSegments ? ["segment"] : []
    var table = TextTable(
      header: ["alert", "severity", "field"] + segment
        + ["from", "until", "statistic", "value", "distance"]
    )
    for episode in summary.episodes {
      let segment = hasSegments ? [episode.segment ?? "all"] : []
      let about = [episode.rule, episode.severity.rawValue, episode.field ?? ""] + segment
      let span = [day(episode.from), episode.until.map(day) ?? "still firing"]
      let numbers = [episode.value, episode.distance].map { $0.map(number) ?? "" }
      table.add(about + span + [episode.statistic] + numbers)
    }
    return table.text
  }

  private var requests: String {
    guard !summary.requests.isEmpty else { return "no retraining was asked for" }
    let hasVerdicts = summary.requests.contains { $0.verdict != nil }
    var table = TextTable(
      header: ["trigger", "after", "rows", "fields that moved"] + (hasVerdicts ? ["verdict"] : [])
    )
    for request in summary.requests {
      let verdict = hasVerdicts ? [request.verdict.map { "\($0.name) \(day($0.at))" } ?? ""] : []
      table.add(
        [request.trigger, day(request.at), "\(request.rows)"]
          + [request.fields.joined(separator: ", ")] + verdict
      )
    }
    return table.text
  }

  /// What became of the first request, in words.
  func text(of training: DemoTraining) -> String {
    let name = training.request.prefix(8)
    guard let request = summary.requests.first(where: { $0.id == training.request }) else {
      return "request \(name) was answered, and is not among these"
    }
    let change = String(format: "%.4f", training.meanChange)
    let lines = [
      "retrained for request \(name), while the stream waited:",
      "  \(training.rows) rows exported, of the \(request.rows) that it names",
      "  a model trained on them, whose scores are \(change) from the old one's on average",
      "  a reference learned from them: \(training.newRows) rows in place of \(training.oldRows)",
    ]
    guard let verdict = request.verdict else {
      return (lines + ["  no verdict: too few windows came under it"]).joined(separator: "\n")
    }
    let end = "the drift \(verdict.name == "resolved" ? "is gone" : "is not gone")"
    return
      (lines + [
        "  in force from \(day(verdict.from)); \(end) by \(day(verdict.at)): \(verdict.name)"
      ]).joined(separator: "\n")
  }

  /// Without what a whole day does not need.
  private func day(_ time: Timestamp) -> String {
    let text = time.description
    return text.hasSuffix("T00:00:00Z") ? String(text.dropLast(10)) : text
  }

  private func number(_ value: Double) -> String {
    let scaled = (value * 10_000).rounded() / 10_000
    return "\(scaled)"
  }
}
