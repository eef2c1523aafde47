import Monitoring

@testable import Service

extension FakeBroker {
  /// What consumers see of an output.
  func texts(_ output: Output, of names: StageTopics) -> [String] {
    committedRecords(names.name(output), 0).compactMap(\.value)
      .map { String(decoding: $0, as: UTF8.self) }
  }
}

extension Simulation {
  /// What consumers see of an output.
  func texts(_ output: Output) -> [String] { broker.texts(output, of: names) }

  /// Reads the log of deltas again.
  ///
  /// - Parameter evaluator: Knows all versions and messages from the beginning.
  /// - Returns: The outputs that come to other bytes than those written.
  func outputsNotRepeated(by evaluator: LogEvaluator) -> [Output] {
    var evaluator = evaluator
    var outputs: [OutputRecord] = []
    for entry in broker.committedRecords(names.partials, 0) {
      outputs += evaluator.take(entry.value, at: entry.offset).map(\.record)
    }
    return [Output.windows, .alerts, .retraining].filter { output in
      let again = outputs.filter { $0.output == output }.compactMap(\.value)
        .map { String(decoding: $0, as: UTF8.self) }
      return texts(output) != again
    }
  }
}
