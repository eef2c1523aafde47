internal import Records
internal import Rules

// What somebody reads who reads one paragraph.

extension ReportPage {
  func writeShort(to html: inout HTMLText) {
    html.element("li") { writeWatched(to: &$0) }
    html.element("li") { writeRecords(to: &$0) }
    if let unreadable = book.unreadableNotice {
      html.element("li") { $0.element("strong", unreadable + ".") }
    }
    html.element("li") { writeFired(to: &$0) }
    html.element("li") { writeAsked(to: &$0) }
    if book.undecided.total > 0 {
      html.element("li") { html in
        html.count(book.undecided.total)
        html.text(
          book.undecided.total == 1
            ? " judgement was left open, as there was too little to judge by"
            : " judgements were left open, as there was too little to judge by"
        )
        html.text("; each is one rule, field and window: ")
        html.element("a", ["href": "#undecided"], "which, and why")
        html.text(".")
      }
    }
  }

  private func writeWatched(to html: inout HTMLText) {
    html.text("\(ReportText.counted(book.plan.fields.count, "field")) of ")
    html.name(book.plan.monitor, 60)
    html.text(" were watched from ")
    html.time(facts.start)
    html.text(" to ")
    html.time(facts.end)
    html.text(", in ")
    html.count(facts.totals.windows)
    html.text(facts.totals.windows == 1 ? " window" : " windows")
    html.text(" of \(facts.size)")
    if facts.totals.emptyWindows > 0 {
      html.text(" and ")
      html.count(facts.totals.emptyWindows)
      html.text(" without any record")
    }
    html.text(".")
  }

  private func writeRecords(to html: inout HTMLText) {
    let totals = facts.totals
    html.text("Of ")
    html.count(totals.read)
    html.text(" records read, ")
    html.count(totals.accepted)
    html.text(" were counted, ")
    html.count(totals.late)
    html.text(" came too late, ")
    html.count(totals.unusable)
    html.text(" could not be used, and ")
    html.count(totals.filtered)
    html.text(" were filtered out. ")
    guard totals.violated > 0 else {
      return html.text("No record was lost or counted twice.")
    }
    html.element("strong") { html in
      html.text("In ")
      html.count(totals.violated)
      html.text(totals.violated == 1 ? " window" : " windows")
      html.text(" records were lost, counted twice or not waited for.")
    }
  }

  private func writeFired(to html: inout HTMLText) {
    let fired = facts.fired
    guard let longest = fired.max(by: { facts.length(of: $0) < facts.length(of: $1) }) else {
      return html.text("No alert fired.")
    }
    html.element("strong") { html in
      html.count(fired.count)
      html.text(fired.count == 1 ? " alert fired" : " alerts fired")
    }
    let bySeverity = Severity.allCases.reversed().compactMap { severity in
      let count = fired.count { $0.severity == severity }
      return count > 0 ? "\(ReportText.grouped(UInt64(count))) \(severity.rawValue)" : nil
    }
    html.text(" (\(bySeverity.joined(separator: ", ")))")
    let open = fired.count { $0.end == nil }
    html.text(open == 0 ? ", all of which are over. " : ", of which ")
    if open > 0 {
      html.count(open)
      html.text(open == 1 ? " still fires at the end. " : " still fire at the end. ")
    }
    html.text("The longest, ")
    html.name(longest.content.rule, 60)
    if let field = longest.content.field {
      html.text(" of ")
      html.name(field, 60)
    }
    html.text(", fired for \(ReportText.length(facts.length(of: longest))). ")
    let moved = facts.ranking.map { population.fields[$0].name }
      .filter { facts.firedByField[$0] != nil }
    guard !moved.isEmpty else { return }
    html.text("Concerned: \(ReportText.list(moved)).")
  }

  private func writeAsked(to html: inout HTMLText) {
    let requests = facts.requests
    guard !requests.isEmpty else {
      return html.text(
        facts.refusals.isEmpty
          ? "Training was not asked for." : "Training was due, and not asked for: see below."
      )
    }
    html.text("Training was asked for ")
    html.count(requests.count)
    html.text(requests.count == 1 ? " time: " : " times: ")
    let states = Dictionary(grouping: requests, by: \.state).map { ($0.value.count, $0.key) }
      .sorted { ($1.0, $0.1.rawValue) < ($0.0, $1.1.rawValue) }
    for (index, (count, state)) in states.enumerated() {
      if index > 0 { html.text("; ") }
      if states.count > 1 { html.text("\(ReportText.grouped(UInt64(count))) × ") }
      html.text(Self.outcome(state))
    }
    html.text(".")
  }

  /// What became of a request.
  static func outcome(_ state: RetrainHistory.State) -> String {
    switch state {
    case .waiting: "no answer is known"
    case .succeeded: "a new model was made, and not judged yet"
    case .failed: "the training failed"
    case .expired: "nobody answered in time"
    case .resolved: "a new model was made, and the drift is over"
    case .persists: "a new model was made, and the drift persists"
    case .undecided: "a new model was made, and too little was seen to tell"
    case .dryRun: "a dry run, for nobody to act on"
    }
  }

  func writeFigures(to html: inout HTMLText) {
    func fact(_ title: String, _ kind: String? = nil, _ body: (inout HTMLText) -> Void) {
      html.element("div", ["class": kind]) { html in
        html.element("dt", title)
        html.element("dd", [:], body)
      }
    }
    let totals = facts.totals
    fact("Read") { $0.count(totals.read) }
    fact("Counted") { $0.count(totals.accepted) }
    fact("Late") { $0.count(totals.late) }
    fact("Rejected") { $0.count(totals.unusable) }
    fact("Filtered") { $0.count(totals.filtered) }
    fact("Windows") { $0.count(totals.windows) }
    fact("Alerts fired") { $0.count(facts.fired.count) }
    fact("Fields concerned") { html in
      let concerned = population.fields.count { facts.firedByField[$0.name] != nil }
      html.count(concerned)
      html.text(" of ")
      html.count(population.fields.count)
    }
    fact("Training asked") { $0.count(facts.requests.count) }
    guard !totals.rejected.isEmpty else { return }
    let reasons = totals.rejected.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    fact("Why rejected", "reasons") { html in
      for (index, reason) in reasons.enumerated() {
        html.text("\(index > 0 ? ", " : "")\(ReportText.words(reason.key)) ")
        html.count(reason.value)
      }
    }
  }
}
