internal import Monitoring
internal import Records
internal import Rules

// All fields in a table, and what could not be judged.

extension ReportPage {
  /// Where a field stands among those that have a section of their own; nil for any other.
  func place(of field: String) -> Int? {
    facts.ranking.prefix(book.limits.fields).firstIndex { population.fields[$0].name == field }
  }

  func writeFieldTable(to html: inout HTMLText) {
    title(
      "Fields",
      "Those that alerts fired of come first, then those nearest to a limit. Effect is the worst "
        + "value in parts of its limit: above 1 is beyond it.",
      to: &html
    )
    writeVersions(to: &html)
    let shown = Array(facts.ranking.prefix(book.limits.listedFields))
    let head = [
      "Field", "Kind", "#Alerts", "#Effect", "Statistic", "#Worst", "#Limit", "In the window up to",
      "Over time", "#Missing",
    ]
    html.table("Fields", head, rows: shown.count) { row, column, html in
      write(population.fields[shown[row]], row, column, to: &html)
    }
    more(than: shown.count, of: facts.ranking.count, "field", to: &html)
    if population.omittedFields > 0 {
      html.element("p", ["class": "notice"], "More fields than can be told apart were left out.")
    }
  }

  private func write(
    _ field: ReportPopulation.Field,
    _ row: Int,
    _ column: Int,
    to html: inout HTMLText
  ) {
    let telling = field.series.compactMap(\.self).max { $0.effect < $1.effect }
    let worst = telling?.worst
    switch column {
    case 0:
      if row < book.limits.fields {
        html.element("a", ["href": "#field-\(row)"]) { $0.name(field.name) }
      } else {
        html.name(field.name)
      }
    case 1: html.text(field.kind)
    case 2: html.count(facts.firedByField[field.name]?.count ?? 0)
    case 3: if worst == nil { html.text("–") } else { html.number(field.effect) }
    case 4: html.text(worst.map { ReportText.words($0.limit.statistic) } ?? "–")
    case 5: html.number(worst?.extreme.value)
    case 6: if let limit = worst?.limit { write(limit, to: &html) } else { html.text("–") }
    case 7: html.time(worst?.extreme.end)
    case 8:
      guard worst != nil, let series = telling else { return }
      drawing(of: series, most: 60).write("spark", to: &html)
    default: html.text(field.missingShare)
    }
  }

  /// What is good: `< 0.1`.
  func write(_ limit: FieldLimit, to html: inout HTMLText) {
    html.text("\(limit.good.rawValue) ")
    html.number(limit.threshold)
  }

  func drawing(of series: StatisticSeries, most: Int? = nil) -> SeriesDrawing {
    SeriesDrawing(
      series,
      population.columns.columns,
      from: facts.start,
      to: facts.end,
      most: most
    )
  }

  /// Which model versions there were, where that is more than one.
  private func writeVersions(to html: inout HTMLText) {
    let versions = facts.versions
    guard versions.count > 1 else { return }
    html.element("p", ["class": "notice"]) { html in
      html.text("Numbers and drawings are those of model version ")
      html.name(facts.version ?? "", 60)
      html.text(", which had the most records. All versions: ")
      for (index, entry) in versions.enumerated() {
        if index > 0 { html.text(", ") }
        html.name(entry.version, 60)
        html.text(" (")
        html.count(entry.records)
        html.text(" records)")
      }
      html.text(".")
    }
  }

  // MARK: What could not be judged

  func writeUndecided(to html: inout HTMLText) {
    title("Left open", "What a rule could not judge, and what it would have taken.", to: &html)
    let lines = book.undecided.sorted
    guard !lines.isEmpty else {
      return html.element("p", ["class": "empty"], "Every rule could judge every window.")
    }
    let shown = Array(lines.prefix(book.limits.rows))
    let head = ["Rule", "Field", "#Times", "Why"]
    html.table("Left open", head, rows: shown.count) { row, column, html in
      let line = shown[row]
      switch column {
      case 0: html.name(line.key.rule)
      case 1: html.name(line.key.field ?? "all fields")
      case 2: html.count(line.count)
      default: html.text(Self.reason(line))
      }
    }
    more(than: shown.count, of: lines.count, "line", to: &html)
  }

  private static func reason(_ line: UndecidedTally.Line) -> String {
    guard let needed = line.needed else {
      return "there was nothing to measure, or no number of records would have decided"
    }
    let (least, most) = (
      ReportText.grouped(needed.lowerBound), ReportText.grouped(needed.upperBound)
    )
    let enough = least == most ? least : "\(least) to \(most)"
    let few = "too few records: \(enough) would have decided"
    return line.countOfFew == line.count
      ? few : "\(ReportText.grouped(UInt64(line.countOfFew))) times \(few)"
  }
}
