public import Drift
import Foundation

/// The numbers of `Tests/Golden/compatibility.json`, made by the tools themselves where they can be
/// installed, see `compatibility_golden.py`.
public struct CompatibilityGolden: Decodable {
  /// A statistic of a tool, under its name there.
  public struct Statistic: Decodable {
    /// As the tool names it.
    public let name: String
    /// What it measured, and what it compares that with.
    public let value, threshold: Double?
    /// What it concludes.
    public let drifted: Bool?
  }

  /// Two samples, and what each tool says of them.
  public struct Pair: Decodable {
    /// What the samples are like.
    public let name: String
    /// The samples.
    public let reference, current: [GoldenValue]
    private let evidently, nannyml, tfdv, azure, deequ, sagemaker: [Statistic]

    /// What a tool says, the statistic that it chooses first.
    public func expected(of tool: CompatibleTool) -> [Statistic] {
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

  /// All pairs of samples.
  public let pairs: [Pair]

  /// Reads the file.
  public init() throws {
    let file = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../Golden/compatibility.json")
    self = try JSONDecoder().decode(Self.self, from: Data(contentsOf: file))
  }
}
