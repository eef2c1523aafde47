import Sketches
import TestSupport
import Testing

@testable import Drift

@Suite("Other tools' numbers over 35 pairs of samples")
struct CompatibilityTests {
  @Test("each statistic, threshold and verdict is the tool's", arguments: CompatibleTool.allCases)
  func golden(tool: CompatibleTool) throws {
    var compared = 0
    for pair in try CompatibilityGolden().pairs {
      let found = tool.judge(pair.values(blocks: tool.referenceBlocks))
      let expected = pair.expected(of: tool)
      #expect(!found.isEmpty)
      for expected in expected where expected.value != nil || expected.threshold != nil {
        // a trained classifier is not reproduced
        guard !expected.name.contains("text content") else { continue }
        let comment = "\(tool) \(expected.name) of \(pair.name)"
        let statistic = try #require(found.first { $0.name == expected.name }, "\(comment)")
        expectClose(statistic.value, expected.value, comment)
        expectClose(statistic.threshold, expected.threshold, "threshold of \(comment)")
        let judging = found.first { $0.name == "\(expected.name) p_value" } ?? statistic
        #expect(judging.hasDrifted == expected.drifted, "\(comment)")
        compared += 1
      }
      if let first = expected.first, let chosen = found.first {
        let isText = first.name.contains("text content")
        #expect((chosen.value == nil) == (first.value == nil) || isText)
        #expect(chosen.name == first.name || first.value == nil || chosen.value == nil)
      }
    }
    #expect(compared >= 33)
  }

  /// To 1e-12, and where numbers nearly cancel as far as the tool itself is right.
  ///
  /// A root of a sum that is 0 but for rounding is wrong by 1e-8: the squares are compared then.
  private func expectClose(_ found: Double?, _ expected: Double?, _ comment: String) {
    guard let found, let expected else {
      #expect(found == expected, "\(comment)")
      return
    }
    let isClose =
      relativeError(found, expected) <= 1e-12 || abs(found - expected) <= 1e-15
      || abs(found * found - expected * expected) <= 1e-15
    #expect(isClose, "\(comment): \(found) is not \(expected)")
  }

  /// What `KLLDistanceTest.scala` of Deequ 2.0.21 asserts.
  @Test func deequsOwnTests() throws {
    let first: [UInt64] = [207, 20, 25, 14, 25, 0, 13]
    let cases: [([UInt64], [UInt64], String, Double)] = [
      ([11, 20, 25, 10, 10], [10, 20, 25, 10, 5], "linf_simple", 0.06015037593984962),
      ([11, 20, 25, 10, 10], [10, 20, 25, 10, 5], "linf_robust", 0),
      ([20, 0, 25, 10, 10, 11], [10, 20, 25, 10, 5, 0], "linf_simple", 0.2857142857142857),
      ([223, 20, 25, 12, 13, 15, 0], first, "chi-square p_value", 3.3640191298478506e-5),
      ([223, 20, 25, 12, 13], [207, 20, 25, 14, 25], "chi-square p_value", 0.013227994814265176),
    ]
    for (baseline, sample, name, expected) in cases {
      let field = categorical(baseline, sample)
      let found = try #require(CompatibleTool.deequ.judge(field).first { $0.name == name })
      #expect(relativeError(found.value ?? .nan, expected) < 1e-11, "\(name) \(expected)")
    }
  }

  @Test func datasetVerdicts() {
    let drifted = ToolStatistic("", 1, .atLeast, 1)
    let (quiet, unknown) = (ToolStatistic("", 1, .above, 1), ToolStatistic("", nil, .above, 1))
    #expect(CompatibleTool.evidently.judge([drifted, quiet])?.hasDrifted == true)
    #expect(CompatibleTool.evidently.judge([drifted, quiet, quiet])?.hasDrifted == false)
    #expect(CompatibleTool.evidently.judge([drifted, unknown])?.hasDrifted == nil)
    #expect(CompatibleTool.sagemaker.judge([drifted, quiet, unknown])?.hasDrifted == true)
    #expect(CompatibleTool.azure.judge([quiet, quiet])?.hasDrifted == false)
    #expect(CompatibleTool.azure.judge([drifted, quiet])?.hasDrifted == true)
    for tool in [CompatibleTool.nannyml, .tfdv, .deequ] { #expect(tool.judge([drifted]) == nil) }
  }

  private func categorical(_ reference: [UInt64], _ current: [UInt64]) -> PairedValues {
    func completeness(_ counts: [UInt64]) -> Completeness {
      counts.reduce(into: Completeness()) { $0.recordValue(count: $1) }
    }
    return PairedValues(
      numbers: nil,
      counts: zip(reference, current).map { PairCount(reference: $0, current: $1) },
      reference: completeness(reference),
      current: completeness(current)
    )
  }
}
