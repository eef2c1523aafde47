/// Finds the dense code of a category by its bytes, without allocating.
///
/// Codes are positions in the list the index was made from. Categories are compared byte by byte:
/// two Unicode spellings of one letter are two categories.
public struct CategoryIndex: Sendable {
  /// Open addressing: hash and code of each entry, a negative code where there is none.
  ///
  /// Half full at most, so that a search ends.
  private var slots: [(hash: UInt64, code: Int)]
  private var bytes: [UInt8] = []
  private var ends: [Int] = []

  /// Indexes categories, each of which must occur once.
  ///
  /// - Complexity: O(bytes) on average.
  public init(_ categories: [String]) {
    var size = 2
    while size < categories.count * 2 { size *= 2 }
    slots = Array(repeating: (hash: 0, code: -1), count: size)
    for (code, category) in categories.enumerated() {
      let name = Array(category.utf8)
      let hash = Hash64.hash(name.span)
      let slot = find(name.span, hash: hash)
      precondition(slots[slot].code < 0, "category \"\(category)\" occurs twice")
      slots[slot] = (hash, code)
      bytes.append(contentsOf: name)
      ends.append(bytes.count)
    }
  }

  /// The number of categories.
  public var count: Int { ends.count }

  /// The code of a category; nil if it is not among those the index was made from.
  ///
  /// - Complexity: O(bytes) on average.
  public func code(of category: Span<UInt8>) -> Int? {
    let code = slots[find(category, hash: Hash64.hash(category))].code
    return code < 0 ? nil : code
  }

  /// The slot where the category is, or where it would be.
  private func find(_ category: Span<UInt8>, hash: UInt64) -> Int {
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: hash) & mask
    while slots[slot].code >= 0 {
      if slots[slot].hash == hash, isEqual(slots[slot].code, category) { return slot }
      slot = (slot + 1) & mask
    }
    return slot
  }

  private func isEqual(_ code: Int, _ category: Span<UInt8>) -> Bool {
    let range = range(code)
    guard range.count == category.count else { return false }
    for index in category.indices where bytes[range.lowerBound + index] != category[index] {
      return false
    }
    return true
  }

  private func range(_ code: Int) -> Range<Int> {
    (code == 0 ? 0 : ends[code - 1])..<ends[code]
  }
}
