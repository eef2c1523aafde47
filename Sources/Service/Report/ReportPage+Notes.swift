internal import Rules

// How to read it, and what was left out.

extension ReportPage {
  func writeNotes(to html: inout HTMLText) {
    html.element("h2", "How to read this")
    html.element("ul", ["class": "short"]) { html in
      for note in notes { html.element("li", note) }
    }
    html.element("dl", ["class": "members"]) { html in
      for metric in metrics {
        html.element("div") { html in
          html.element("dt", ReportText.words(metric.name))
          html.element("dd", metric.summary)
        }
      }
    }
  }

  private var notes: [String] {
    var notes = [
      "Times are event time in UTC. A window is named by its end; numbers are those of its record.",
      "The large number of a drawing is that of the last window; below it stand the least and the "
        + "greatest. Dashed lines are the limits of rules as the monitor's file has them now, "
        + "shaded is when an alert of the statistic fired.",
      "Distributions are those that the strongest alert of a field holds: windows hold none.",
    ]
    let together = population.columns.windowsPerColumn
    if together > 1 {
      notes.append(
        "There are more windows than can be told apart: drawings put up to \(together) of them "
          + "together, as a band from their least to their greatest value. No number is rounded so."
      )
    }
    let sizes = book.totals.keys.filter { $0 != facts.size }.sorted()
    if !sizes.isEmpty {
      let said = sizes.joined(separator: ", ")
      notes.append(
        "Windows of \(said) were judged, too: their alerts are listed, not their statistics."
      )
    }
    if book.repeated > 0 {
      let records = ReportText.counted(book.repeated, "record")
      notes.append("\(records) of windows came twice, or behind later ones, and count once.")
    }
    if book.alerts.endedPending > 0 {
      let alerts = ReportText.counted(book.alerts.endedPending, "alert")
      notes.append("\(alerts) ended before having stood long enough to fire.")
    }
    if book.alerts.endedUnknown > 0 {
      let alerts = ReportText.counted(book.alerts.endedUnknown, "alert")
      notes.append("\(alerts) ended that began before what is kept: since when is not known.")
    }
    return notes
  }

  /// What is drawn, in the catalog's order.
  private var metrics: [Metric] {
    let names = Set(population.statistics.map { String($0.prefix { $0 != "(" }) })
    return Catalog.metrics.filter { names.contains($0.name) }
  }
}
