import Foundation

/// What statistics cost on one core: counting a value, comparing a field, closing a window.
///
/// Prints a line of JSON for each cost; exits 1 when one is above its limit.
@main
enum StatisticsCost {
  static func main() throws {
    let costs = try SketchCosts.all() + FieldCosts.all() + ClosingCost.all()
    for cost in costs { print(cost.json) }
    let excessive = costs.filter(\.isExcessive)
    for cost in excessive {
      try FileHandle.standardError.write(contentsOf: Data("\(cost.name): above its limit\n".utf8))
    }
    if !excessive.isEmpty { exit(1) }
  }
}
