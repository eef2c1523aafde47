/// A tool whose numbers `compare` can reproduce.
public enum CompatibleTool: String, CaseIterable, Sendable {
  /// Evidently.
  case evidently
  /// NannyML.
  case nannyml
  /// TensorFlow Data Validation.
  case tfdv
  /// Azure Machine Learning's model monitoring.
  case azure
  /// Deequ.
  case deequ
  /// SageMaker's Model Monitor.
  case sagemaker

  private var definition: any ToolDefinition.Type {
    switch self {
    case .evidently: Evidently.self
    case .nannyml: NannyML.self
    case .tfdv: TensorFlowDataValidation.self
    case .azure: AzureMonitor.self
    case .deequ: Deequ.self
    case .sagemaker: SageMaker.self
    }
  }

  /// Name and version.
  public var title: String { definition.title }
  /// Into how many blocks the tool cuts the reference's rows; nil when it does not.
  public var referenceBlocks: Int? { definition.referenceBlocks }

  /// What the tool says of a field: first the statistic it chooses, then others that it offers.
  public func judge(_ field: PairedValues) -> [ToolStatistic] { definition.judge(field) }

  /// What the tool says of all fields by the statistics it chose; nil where it says nothing.
  public func judge(_ fields: [ToolStatistic]) -> ToolVerdict? { definition.judge(fields) }
}

/// One tool's definitions.
protocol ToolDefinition {
  static var title: String { get }
  static var referenceBlocks: Int? { get }
  static func judge(_ field: PairedValues) -> [ToolStatistic]
  static func judge(_ fields: [ToolStatistic]) -> ToolVerdict?
}

extension ToolDefinition {
  static var referenceBlocks: Int? { nil }
  static func judge(_ fields: [ToolStatistic]) -> ToolVerdict? { nil }
}

/// A statistic as another tool reports it.
public struct ToolStatistic: Equatable, Sendable {
  /// When the tool says that the field has drifted.
  public enum Rule: String, Sendable {
    case above = ">"
    case atLeast = ">="
    case below = "<"
    case atMost = "<="
  }

  /// The tool's own name of it.
  public var name: String
  /// On the tool's own scale; nil where the tool gives none.
  public var value: Double?
  /// How value and threshold are compared.
  public var rule: Rule
  /// The tool's default; nil where it has none.
  public var threshold: Double?
  /// What else there is to know: why there is no value, what could not be reproduced.
  public var note: String?

  init(
    _ name: String,
    _ value: Double?,
    _ rule: Rule,
    _ threshold: Double?,
    note: String? = nil
  ) {
    self.name = name
    self.value = value
    self.rule = rule
    self.threshold = threshold
    self.note = note
  }

  /// The tool's verdict; nil where it has no threshold or no value.
  public var hasDrifted: Bool? {
    guard let value, let threshold else { return nil }
    return switch rule {
    case .above: value > threshold
    case .atLeast: value >= threshold
    case .below: value < threshold
    case .atMost: value <= threshold
    }
  }
}

/// A tool's verdict of all fields together.
public struct ToolVerdict: Equatable, Sendable {
  /// Fields that the tool calls drifted.
  public var driftedFields: Int
  /// Fields that were judged.
  public var fields: Int
  /// The verdict; nil where the tool fails.
  public var hasDrifted: Bool?
  /// By which rule, or why there is none.
  public var explanation: String
}
