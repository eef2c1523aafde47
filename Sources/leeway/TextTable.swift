/// Text in aligned columns, two spaces apart; the first column left, the others where asked.
struct TextTable {
  private static let nameWidth = 32

  private var rows: [[String]]

  /// A table with its column names.
  init(header: [String]) { rows = [header] }

  /// Adds a line of as many cells as the header has.
  mutating func add(_ cells: [String]) {
    precondition(cells.count == rows[0].count, "\(cells.count) cells, \(rows[0].count) columns")
    rows.append(cells)
  }

  /// A field's name, cut where it would take too much of a line.
  static func shortened(_ name: String) -> String {
    name.count > nameWidth ? name.prefix(nameWidth - 1) + "…" : name
  }

  /// The lines, without spaces at their ends.
  var text: String {
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    let lines = rows.map { cells in
      var line = ""
      for (column, cell) in cells.enumerated() {
        let padding = String(repeating: " ", count: widths[column] - cell.count)
        // numbers stand to the right, so that their digits are comparable
        line += isNumeric(column) ? padding + cell : cell + padding
        line += "  "
      }
      return line.trimmingSuffix { $0 == " " }
    }
    return lines.joined(separator: "\n")
  }

  private func isNumeric(_ column: Int) -> Bool {
    rows.dropFirst().contains { !$0[column].isEmpty }
      && rows.dropFirst().allSatisfy { $0[column].allSatisfy { "0123456789.-+e%<".contains($0) } }
  }
}

extension String {
  fileprivate func trimmingSuffix(while isTrimmed: (Character) -> Bool) -> String {
    var result = self[...]
    while let last = result.last, isTrimmed(last) { result.removeLast() }
    return String(result)
  }
}
