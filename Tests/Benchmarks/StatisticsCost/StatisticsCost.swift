import BenchmarkSupport
import Foundation

/// What statistics cost on one core: counting a value, comparing a field, closing a window.
///
/// Prints a line of JSON for each cost; exits 1 when one is above its limit.
@main
enum StatisticsCost {
  static func main() throws {
    let rows = try SketchCosts.all() + FieldCosts.all() + ClosingCost.all()
    for row in rows { print(row.json) }
    if rows.contains(where: \.isExcessive) { exit(1) }
  }
}
