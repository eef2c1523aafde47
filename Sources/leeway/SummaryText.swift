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
    let totals = summary.totals
    let rejected = totals.rejected.reduce(0) { $0 &+ $1.count }
    let reasons = totals.rejected.map { "\($0.reason.rawValue) \($0.count)" }
    var table = TextTable(header: ["records", ""])
    table.add(["read", "\(totals.read)"])
    table.add(["accepted", "\(totals.accepted)"])
    table.add(["late", "\(totals.late)"])
    table.add(["rejected", "\(rejected)"])
    table.add(["filtered", "\(totals.filtered)"])
    table.add(["windows", "\(summary.windows)"])
    table.add(["undecided", "\(summary.undecided)"])
    let detail = reasons.isEmpty ? "" : "\nrejected: " + reasons.joined(separator: ", ")
    return table.text + detail
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
    var table = TextTable(header: ["trigger", "after", "rows", "fields that moved"])
    for request in summary.requests {
      table.add([
        request.trigger, day(request.at), "\(request.rows)",
        request.fields.joined(separator: ", "),
      ])
    }
    return table.text
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
