internal import Drift
internal import Monitoring
internal import Records
internal import Rules
internal import Sketches

// All that is known of one field.

extension ReportPage {
  func writeFieldDetails(to html: inout HTMLText) {
    let shown = facts.ranking.prefix(book.limits.fields)
    for (row, place) in shown.enumerated() {
      let field = population.fields[place]
      html.element("section", ["class": "field", "id": "field-\(row)"]) { html in
        html.element("h2") { $0.name(field.name) }
        writeCounts(of: field, to: &html)
        writeAlerts(of: field, to: &html)
        writeDistributions(of: field, to: &html)
        writeSeries(of: field, to: &html)
      }
    }
    guard shown.count < facts.ranking.count else { return }
    html.element("p", ["class": "notice"]) { html in
      let all = ReportText.counted(facts.ranking.count, "field")
      html.text("Only the first \(shown.count) of \(all) are shown with every statistic, to keep ")
      html.text("this file small; the table has all.")
    }
  }

  private func writeCounts(of field: ReportPopulation.Field, to html: inout HTMLText) {
    html.element("p", ["class": "quiet"]) { html in
      let isPrediction = book.plan.fields.first { $0.name == field.name }?.isPrediction ?? false
      html.text("\(field.kind) \(isPrediction ? "prediction" : "feature") · ")
      html.count(field.values)
      html.text(field.values == 1 ? " value · " : " values · ")
      html.count(field.missing)
      html.text(" missing (\(field.missingShare))")
      for (kind, count) in field.missingByKind.sorted(by: { $0.key < $1.key }) {
        html.text(", \(ReportText.words(kind)) ")
        html.count(count)
      }
    }
  }

  private func writeAlerts(of field: ReportPopulation.Field, to html: inout HTMLText) {
    let fired = facts.firedByField[field.name] ?? []
    guard !fired.isEmpty else { return }
    html.element("ul", ["class": "short"]) { html in
      for alert in fired.prefix(Self.alertsOfField) {
        html.element("li") { html in
          let severity = alert.content.severity
          html.element("span", ["class": "state firing \(severity)"], severity)
          html.text(" ")
          html.name(alert.content.rule, 60)
          html.text(" from ")
          html.time(alert.fired)
          if let end = alert.end {
            html.text(" to ")
            html.time(end)
          } else {
            html.text(", and still at the end")
          }
          html.text(": \(ReportText.words(alert.content.statistic ?? "")) ")
          html.number(alert.content.value)
          html.text(", limit ")
          html.number(alert.content.threshold)
          if let explains = alert.content.explains {
            html.text("; explains \(NumberText.percentage(explains)) of the prediction's shift")
          }
        }
      }
    }
    more(than: Self.alertsOfField, of: fired.count, "alert", to: &html)
  }

  private static let alertsOfField = 12

  // MARK: Distributions

  private func writeDistributions(of field: ReportPopulation.Field, to html: inout HTMLText) {
    guard let found = book.alerts.digest(of: field.name, version: facts.version) else { return }
    let comparison = found.digest.comparison
    let (m, n) = (comparison.referenceCount, comparison.currentCount)
    html.element("h3") { html in
      html.text("Reference and the window up to ")
      html.time(Timestamp(rfc3339: found.content.windowEnd))
    }
    html.element("p", ["class": "quiet"]) { html in
      html.text("As the alert of ")
      html.name(found.content.rule, 60)
      html.text(" holds them: ")
      html.count(m)
      html.text(" values of the reference in blue, ")
      html.count(n)
      html.text(" of the window in orange.")
    }
    let bins = Bins(found.digest, comparison.referenceBins, comparison.currentBins, (m, n))
    html.element("div", ["class": "scroll"]) { html in
      html.element("table", ["class": "categories"]) { html in
        html.element("thead") { html in
          html.element("tr") { html in
            html.element("th", found.digest.edges == nil ? "Category" : "Bin")
            html.element("th", "")
            html.element("th", ["class": "numeric"], "Reference")
            html.element("th", ["class": "numeric"], "Window")
          }
        }
        html.element("tbody") { html in
          for bin in bins.bins { write(bin, bins, to: &html) }
        }
      }
    }
    more(than: bins.bins.count, of: bins.count, "category that has moved less", to: &html)
  }

  /// The bins or categories of both sides, those that moved most where there are many.
  private struct Bins {
    struct Bin {
      var name: String
      var reference: UInt64
      var current: UInt64
      var shares: (reference: Double, current: Double)
    }

    let bins: [Bin]
    /// All that there are.
    let count: Int
    /// The largest share.
    let most: Double

    private static let limit = 20

    init(
      _ digest: AlertDigest,
      _ reference: [UInt64],
      _ current: [UInt64],
      _ counts: (reference: UInt64, current: UInt64)
    ) {
      func share(_ part: UInt64, _ all: UInt64) -> Double {
        all > 0 ? Double(part) / Double(all) : 0
      }
      let all = zip(digest.binNames, zip(reference, current)).map { name, sides in
        Bin(
          name: name,
          reference: sides.0,
          current: sides.1,
          shares: (share(sides.0, counts.reference), share(sides.1, counts.current))
        )
      }
      let moved = all.map { abs($0.shares.current - $0.shares.reference) }
      let least = all.count > Self.limit ? moved.sorted(by: >)[Self.limit - 1] : 0
      bins = Array(zip(all, moved).filter { $0.1 >= least }.map(\.0).prefix(Self.limit))
      count = all.count
      most = bins.reduce(1e-9) { max($0, $1.shares.reference, $1.shares.current) }
    }
  }

  private func write(_ bin: Bins.Bin, _ bins: Bins, to html: inout HTMLText) {
    func width(_ share: Double) -> String { "width:\((share / bins.most * 1_000).rounded() / 10)%" }
    html.element("tr") { html in
      html.element("td") { $0.name(bin.name, 60) }
      html.element("td", ["class": "bars"]) { html in
        html.element("i", ["class": "bar-reference", "style": width(bin.shares.reference)], "")
        html.element("i", ["class": "bar-current", "style": width(bin.shares.current)], "")
      }
      for (count, share) in [
        (bin.reference, bin.shares.reference), (bin.current, bin.shares.current),
      ] {
        html.element("td", ["class": "numeric", "title": ReportText.grouped(count)]) { html in
          html.element("data", ["value": "\(count)"], NumberText.percentage(share))
        }
      }
    }
  }

  // MARK: Statistics

  private func writeSeries(of field: ReportPopulation.Field, to html: inout HTMLText) {
    let found = zip(population.statistics, field.series).compactMap { name, series in
      series.map { (name: name, series: $0) }
    }.sorted { left, right in
      let (one, other) = (left.series.worst != nil, right.series.worst != nil)
      return one == other ? left.name < right.name : one
    }
    guard !found.isEmpty else { return }
    html.element("h3", "Statistics over time")
    html.element("div", ["class": "multiples"]) { html in
      for (name, series) in found { write(series, name, of: field, to: &html) }
    }
  }

  private func write(
    _ series: StatisticSeries,
    _ name: String,
    of field: ReportPopulation.Field,
    to html: inout HTMLText
  ) {
    let limits = book.limits(of: field.name, name, facts.size)
    var drawing = drawing(of: series)
    drawing.limits = limits.map(\.threshold)
    drawing.spans = (facts.firedByField[field.name] ?? [])
      .filter { $0.content.modelVersion == facts.version && $0.content.isAbout(name, limits) }
      .map { facts.span(of: $0) }
    html.element("figure", ["class": "small", "data-statistic": ReportText.visible(name)]) { html in
      html.element("figcaption") { html in
        html.element("span", ReportText.words(name))
        html.element("b") { $0.number(series.last?.value) }
      }
      drawing.write("series", to: &html)
      html.element("div", ["class": "bounds"]) { html in
        html.element("span") { html in
          html.number(series.least?.value)
          html.text(" … ")
          html.number(series.greatest?.value)
        }
        for limit in limits {
          html.element("span", ["title": ReportText.visible("\(limit.rule): \(limit.text)", 300)]) {
            $0.text("good: ")
            write(limit, to: &$0)
          }
        }
      }
      html.element("div", ["class": "bounds"]) { html in
        html.element("span") { html in
          html.count(series.count)
          html.text(series.count == 1 ? " window" : " windows")
        }
        guard !limits.isEmpty else { return }
        html.element("span") { html in
          html.count(series.beyond)
          html.text(" beyond")
        }
      }
    }
  }
}

extension AlertContent {
  /// Whether the alert is about a statistic: it names `ks` where its rule compares `ks(p)`, too.
  fileprivate func isAbout(_ name: String, _ limits: [FieldLimit]) -> Bool {
    guard let statistic, statistic != name else { return statistic == name }
    let stem = statistic.hasSuffix(")") ? String(statistic.dropLast()) : statistic
    return name.hasPrefix(stem) && limits.contains { $0.rule == rule }
  }
}
