internal import KafkaClient

extension Admin {
  /// Milliseconds for which each topic keeps its records; nil for one that keeps them for ever, or
  /// only the last of each key.
  ///
  /// - Throws: As `configuration(of:within:)`.
  func retention(of topics: [String], within limit: Duration) throws(KafkaError) -> [Int64?] {
    try configuration(of: topics, within: limit).map(TopicRetention.milliseconds)
  }
}

extension TopicRetention {
  /// What a topic's configuration says of it.
  ///
  /// - Parameter configuration: Nil for a topic that there is not.
  /// - Returns: Milliseconds; nil for ever.
  static func milliseconds(_ configuration: [String: String]?) -> Int64? {
    guard let configuration, configuration["cleanup.policy"]?.contains("delete") ?? true,
      let milliseconds = configuration["retention.ms"].flatMap({ Int64($0) })
    else { return nil }
    return milliseconds < 0 ? nil : milliseconds
  }
}
