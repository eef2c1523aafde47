internal import Records
internal import Service

/// What came of the records, as every command prints it.
struct RecordsText {
  private let rows: [(name: String, count: UInt64)]
  private let reasons: [(name: String, count: UInt64)]

  /// Of a run, or of all runs until now.
  init(_ totals: RunSummary.Totals) {
    let reasons = totals.rejected.map { (name: $0.reason.rawValue, count: $0.count) }
    self.init(totals.read, totals.accepted, totals.late, totals.filtered, reasons)
  }

  /// Of what a running process answers.
  init(_ records: RunningStatus.Overview.Records) {
    let sorted = records.rejected.sorted { $0.key < $1.key }
    let reasons = sorted.map { (name: $0.key, count: $0.value) }
    self.init(records.read, records.accepted, records.late, records.filtered, reasons)
  }

  private init(
    _ read: UInt64,
    _ accepted: UInt64,
    _ late: UInt64,
    _ filtered: UInt64,
    _ reasons: [(name: String, count: UInt64)]
  ) {
    let rejected = reasons.reduce(0) { $0 &+ $1.count }
    rows = [
      ("read", read), ("accepted", accepted), ("late", late), ("rejected", rejected),
      ("filtered", filtered),
    ]
    self.reasons = reasons
  }

  /// A table, and why records were rejected.
  ///
  /// - Parameter more: What else was counted: further rows of the table.
  /// - Returns: Several lines, the last without its end.
  func text(and more: [(name: String, count: UInt64)] = []) -> String {
    var table = TextTable(header: ["records", ""])
    for row in rows + more { table.add([row.name, "\(row.count)"]) }
    guard !reasons.isEmpty else { return table.text }
    let list = reasons.map { "\($0.name) \($0.count)" }.joined(separator: ", ")
    return table.text + "\nrejected: " + list
  }
}
