public import KafkaClient
public import Reference
public import Rules

/// Finds the version of a monitor that made a request, among all that were published.
public enum PublishedMonitor {
  /// Reads the control topic.
  ///
  /// - Parameters:
  ///   - request: The request.
  ///   - prefix: First part of the topics' names.
  ///   - settings: Brokers and the user's properties.
  /// - Returns: What the version judged by.
  /// - Throws: `ExportFailure` when none of them made it; `KafkaError`.
  public static func version(
    of request: RetrainingRequest,
    prefix: String,
    settings: KafkaSettings
  ) throws -> (plan: Plan, references: References) {
    let topic = ControlTopic(prefix: prefix, settings: settings)
    try topic.check()
    let publications = try topic.read().publications(of: request.monitor)
    for publication in publications.reversed() {
      let loaded = MonitorLoader.load(publication.bundle)
      guard let plan = loaded.plan, let references = loaded.references,
        request.isOf(plan, references)
      else { continue }
      return (plan, references)
    }
    throw ExportFailure(
      .ofOthers,
      publications.isEmpty
        ? "\(topic.name) has no version of \(request.monitor): name its file"
        : "none of the \(publications.count) versions of \(request.monitor) in \(topic.name) made "
          + "the request: name the monitor's file of that time"
    )
  }
}
