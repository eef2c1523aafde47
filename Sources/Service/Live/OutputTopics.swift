internal import KafkaClient
internal import Monitoring
public import Rules

/// The topics a monitor writes: `<prefix>.alerts` and so on, shared by monitors.
public struct OutputTopics: Sendable {
  private let prefix: String

  /// The topics of a plan.
  public init(_ plan: Plan) { prefix = plan.outputPrefix }

  /// All names, in a fixed order.
  public var names: [String] { Output.allCases.map(name) }

  func name(_ output: Output) -> String { "\(prefix).\(output.rawValue)" }

  /// What they are created as.
  ///
  /// - Parameters:
  ///   - partitions: Of each; records of one subject stay in one.
  ///   - replication: Copies; nil for the cluster's default.
  /// - Returns: One for each output.
  func definitions(partitions: Int, replication: Int?) -> [NewTopic] {
    names.map {
      NewTopic(
        $0,
        partitions: partitions,
        replication: replication,
        configuration: [.init("cleanup.policy", "delete")]
      )
    }
  }
}
