import Sketches
import TestSupport

@testable import Drift

extension CompatibilityGolden.Pair {
  /// Both samples as a tool's definition wants them.
  func values(blocks: Int?) -> PairedValues {
    let numbers = (reference + current).compactMap { value in
      if case .number(let number) = value { number } else { nil }
    }
    let texts = (reference + current).compactMap { value in
      if case .text(let text) = value { text } else { nil }
    }
    let (distinct, names) = (Set(numbers).sorted(), Set(texts).sorted())
    func position(_ value: GoldenValue) -> Int? {
      switch value {
      case .missing: nil
      case .number(let number): distinct.firstIndex(of: number)
      case .text(let text): names.firstIndex(of: text)
      }
    }
    var (left, right) = (reference.map(position), current.map(position))
    var paired = PairedValues(
      numbers: texts.isEmpty ? distinct : nil,
      counts: Array(repeating: PairCount(), count: max(distinct.count, names.count)),
      reference: completeness(left),
      current: completeness(right)
    )
    if let blocks {
      let size = max(1, left.count / blocks)
      paired.blocks = stride(from: 0, to: left.count, by: size).map { start in
        left[start..<min(start + size, left.count)].compactMap(\.self)
          .reduce(into: [Int: UInt64]()) { $0[$1, default: 0] += 1 }
          .map { PairedValues.BlockCount(value: $0.key, count: $0.value) }
      }
    }
    while let next = left.popLast() { if let next { paired.counts[next].reference += 1 } }
    while let next = right.popLast() { if let next { paired.counts[next].current += 1 } }
    return paired
  }

  private func completeness(_ positions: [Int?]) -> Completeness {
    positions.reduce(into: Completeness()) { completeness, position in
      if position == nil { completeness.recordMissing(.null) } else { completeness.recordValue() }
    }
  }
}
