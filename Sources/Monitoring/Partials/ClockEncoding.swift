import Records
import Sketches
import Windowing

// What is written alike of a partition's clock wherever it is kept.

extension PartitionClock.Trust {
  /// By the numbers that stand for them.
  fileprivate static let numbered: [PartitionClock.Trust?] = [nil, .broker, .producers]
}

extension ByteWriter {
  /// Panes far ahead, in order: each as its distance from the one before.
  mutating func farPanes(_ panes: [Int64]) {
    count(panes.count)
    var last: Int64 = 0
    for pane in panes {
      signed(pane &- last)
      last = pane
    }
  }

  /// The unit of a time field, once found.
  mutating func timeUnit(_ unit: TimeUnit?) {
    count(unit.flatMap { TimeUnit.allCases.firstIndex(of: $0) }.map { $0 + 1 } ?? 0)
  }

  /// Who gives records their times.
  mutating func trust(_ trust: PartitionClock.Trust?) {
    count(PartitionClock.Trust.numbered.firstIndex(of: trust) ?? 0)
  }
}

extension ByteReader {
  /// Panes far ahead.
  ///
  /// - Parameters:
  ///   - limit: How many there may be.
  ///   - range: Where they may be.
  /// - Returns: In order.
  /// - Throws: `BadEncoding` for others.
  mutating func farPanes(
    limit: Int,
    in range: ClosedRange<Int64>
  ) throws(BadEncoding) -> [Int64] {
    var panes: [Int64] = []
    for _ in 0..<(try count(limit: limit, "panes")) {
      let start = position
      let pane = try signed() &+ (panes.last ?? 0)
      guard panes.last.map({ $0 < pane }) ?? true, range.contains(pane) else {
        throw BadEncoding("panes are not in order", at: start)
      }
      panes.append(pane)
    }
    return panes
  }

  /// The unit of a time field; nil for one that is not found yet.
  mutating func timeUnit() throws(BadEncoding) -> TimeUnit? {
    let units = TimeUnit.allCases
    let number = try index("unit of time", below: units.count + 1)
    return number == 0 ? nil : units[number - 1]
  }

  /// Who gives records their times; nil where there was none.
  mutating func trust() throws(BadEncoding) -> PartitionClock.Trust? {
    let numbered = PartitionClock.Trust.numbered
    return numbered[try index("kind of clock", below: numbered.count)]
  }
}
