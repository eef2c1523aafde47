internal import Drift

/// A categorical field's reference, learned from its sorted values.
struct CategoricalLearning {
  var reference: CategoricalReference
  /// The categories of the reference.
  var kept: Set<TextKey>
  /// Different values, those beyond the limit included.
  var distinct: UInt64

  /// Longest name, in bytes; values with a longer one are counted as `other`.
  static let nameLimit = 1024

  private struct Category {
    var name: TextKey
    var count: UInt64

    /// More frequent first, ties in byte order.
    static func precedes(_ left: Self, _ right: Self) -> Bool {
      left.count == right.count ? left.name < right.name : left.count > right.count
    }
  }

  /// - Parameters:
  ///   - tallies: The field's values.
  ///   - limit: Most categories.
  /// - Throws: `temporaryFile`.
  /// - Complexity: Once through the values; memory O(limit).
  init(_ tallies: Tallies<TextKey>, limit: Int) throws(ReferenceError) {
    var categories: [Category] = []
    var distinct: UInt64 = 0
    var total: UInt64 = 0
    try tallies.forEachValue { name, windows in
      let count = windows.total()
      distinct += 1
      total += count
      guard name.bytes.count <= Self.nameLimit else { return }
      categories.append(Category(name: name, count: count))
      if categories.count > 2 * limit { Self.keepMostFrequent(limit, of: &categories) }
    }
    Self.keepMostFrequent(limit, of: &categories)
    reference = CategoricalReference(
      categories: categories.map(\.name.string),
      counts: categories.map(\.count),
      other: total - categories.reduce(0) { $0 + $1.count }
    )
    kept = Set(categories.map(\.name))
    self.distinct = distinct
  }

  private static func keepMostFrequent(_ limit: Int, of categories: inout [Category]) {
    categories.sort(by: Category.precedes)
    if categories.count > limit { categories.removeLast(categories.count - limit) }
  }
}
