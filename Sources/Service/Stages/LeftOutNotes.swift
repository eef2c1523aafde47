internal import KafkaClient
internal import Monitoring

/// Says what an evaluator has left out of the log of deltas, when that becomes more.
struct LeftOutNotes {
  private var told: LogEvaluator.LeftOut?

  /// What there is to say; nil when it is known.
  ///
  /// - Parameters:
  ///   - evaluator: Nil while there is none; what the next one has restored is not news.
  ///   - topic: Of the deltas.
  /// - Returns: A line for an operator.
  mutating func news(of evaluator: LogEvaluator?, _ topic: String) -> String? {
    let before = told
    told = evaluator?.leftOut
    guard let before, let told, told != before else { return nil }
    return "\(topic): \(told.unreadable) records are no deltas, \(told.torn) commits are not "
      + "whole, \(told.repeated) stand there again and \(told.foreign) are of another reference; "
      + "they were left out"
  }
}
