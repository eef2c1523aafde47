import Foundation
import Sketches
import TestSupport

@testable import Drift

/// The numbers of `Tests/Golden/compatibility.json`, made by the tools themselves where they can be
/// installed, see `compatibility_golden.py`.
struct CompatibilityGolden: Decodable {
  struct Statistic: Decodable {
    let name: String
    let value, threshold: Double?
    let drifted: Bool?
  }

  struct Pair: Decodable {
    let name: String
    let reference, current: [GoldenValue]
    let evidently, nannyml, tfdv, azure, deequ, sagemaker: [Statistic]

    func expected(of tool: CompatibleTool) -> [Statistic] {
      switch tool {
      case .evidently: evidently
      case .nannyml: nannyml
      case .tfdv: tfdv
      case .azure: azure
      case .deequ: deequ
      case .sagemaker: sagemaker
      }
    }
  }

  let pairs: [Pair]

  init() throws {
    let file = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../Golden/compatibility.json")
    self = try JSONDecoder().decode(Self.self, from: Data(contentsOf: file))
  }
}

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
