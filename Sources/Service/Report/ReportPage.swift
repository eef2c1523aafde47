internal import Monitoring
internal import Pages
internal import Records
internal import Rules

/// A report as one HTML file that asks for nothing: its style and drawings are in it, and it has no
/// script.
struct ReportPage {
  let facts: ReportFacts

  var book: ReportBook { facts.book }
  var population: ReportPopulation { facts.population }

  /// The whole file.
  var html: HTMLText {
    var html = HTMLText()
    html.raw("<!doctype html>\n".utf8)
    html.element("html", ["lang": "en"]) { html in
      html.element("head") { writeHead(to: &$0) }
      html.element("body", ["class": "report"]) { html in
        html.element("main") { writeBody(to: &$0) }
      }
    }
    return html
  }

  private func writeHead(to html: inout HTMLText) {
    html.raw(Pages.reportHead)
    html.element("title", "\(ReportText.visible(book.plan.monitor, 60)) · Leeway report")
    html.element("style") { $0.raw(Pages.reportStyle) }
  }

  private func writeBody(to html: inout HTMLText) {
    html.element("header") { writeHeader(to: &$0) }
    html.element("section", ["id": "short"]) { html in
      html.element("h2", "In short")
      html.element("ul", ["class": "short"]) { writeShort(to: &$0) }
      html.element("dl", ["class": "facts"]) { writeFigures(to: &$0) }
    }
    html.element("section", ["id": "alerts"]) { writeAlerts(to: &$0) }
    html.element("section", ["id": "training"]) { writeTraining(to: &$0) }
    html.element("section", ["id": "fields"]) { writeFieldTable(to: &$0) }
    html.element("section", ["id": "undecided"]) { writeUndecided(to: &$0) }
    writeFieldDetails(to: &html)
    html.element("section", ["id": "notes"]) { writeNotes(to: &$0) }
  }

  private func writeHeader(to html: inout HTMLText) {
    html.element("p", ["class": "brand"], "Leeway report")
    html.element("h1") { $0.name(book.plan.monitor) }
    html.element("p", ["class": "quiet"]) { html in
      html.time(facts.start)
      html.text(" to ")
      html.time(facts.end)
      html.text(" · windows of \(facts.size) · ")
      html.text(book.plan.source.topics.count == 1 ? "topic " : "topics ")
      html.text(ReportText.list(book.plan.source.topics))
      if let version = facts.version {
        html.text(" · details of model version ")
        html.name(version, 60)
      }
    }
  }

  /// A section's title and what it is about.
  func title(_ title: String, _ subtitle: String, to html: inout HTMLText) {
    html.element("h2", title)
    html.element("p", ["class": "quiet"], subtitle)
  }

  /// Says how many rows a table has left out; nothing where it shows all.
  func more(than shown: Int, of all: Int, _ thing: String, to html: inout HTMLText) {
    guard all > shown else { return }
    let hidden = ReportText.counted(all - shown, "more \(thing)")
    html.element("p", ["class": "quiet"], "\(hidden) not listed here, to keep this file small.")
  }
}
