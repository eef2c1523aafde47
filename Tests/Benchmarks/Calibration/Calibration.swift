import Foundation

/// Measures how often tests find drift where there is none, and how little drift they find, and
/// prints it as the pages `rules/calibration.md`, `rules/power.md` and `rules/budget.md`.
///
/// `Calibration sizes|power|budget [repetitions]`; see `make calibration`.
@main
enum Calibration {
  static func main() async throws {
    let arguments = CommandLine.arguments.dropFirst()
    let repetitions = arguments.dropFirst().first.flatMap { Int($0) }
    switch arguments.first {
    case "sizes": print(await SizePage(repetitions: repetitions ?? 10_000).text)
    case "power": print(await PowerPage(repetitions: repetitions ?? 50).text)
    case "budget": print(try await BudgetPage(repetitions: repetitions ?? 40).text)
    default:
      FileHandle.standardError.write(
        Data("usage: Calibration sizes|power|budget [repetitions]\n".utf8)
      )
      exit(64)
    }
  }

  /// Works on all items, as many at a time as there are cores, and keeps their order.
  static func map<Item: Sendable, Result: Sendable>(
    _ items: [Item],
    _ work: @escaping @Sendable (Item) -> Result
  ) async -> [Result] {
    await withTaskGroup(of: (Int, Result).self) { group in
      for (index, item) in items.enumerated() { group.addTask { (index, work(item)) } }
      var results: [Int: Result] = [:]
      for await (index, result) in group { results[index] = result }
      return items.indices.compactMap { results[$0] }
    }
  }
}

extension String {
  /// A row of a Markdown table.
  static func row(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |" }

  /// A Markdown table.
  static func table(header: [String], rows: [[String]]) -> String {
    let rule = header.map { _ in "---" }
    return ([header, rule] + rows).map(row).joined(separator: "\n")
  }
}
