internal import KafkaClient

extension Admin {
  /// Milliseconds for which each topic keeps its records; nil for one that keeps them for ever, or
  /// only the last of each key.
  ///
  /// - Throws: As `configuration(of:within:)`.
  func retention(of topics: [String], within limit: Duration) throws(KafkaError) -> [Int64?] {
    try configuration(of: topics, within: limit).map { configuration in
      guard let configuration, configuration["cleanup.policy"]?.contains("delete") ?? true,
        let milliseconds = configuration["retention.ms"].flatMap({ Int64($0) })
      else { return nil }
      return milliseconds < 0 ? nil : milliseconds
    }
  }
}
