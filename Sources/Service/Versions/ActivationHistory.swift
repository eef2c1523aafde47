public import Records

/// Which versions of a monitor a group has gone over to, one after the other.
public struct ActivationHistory: Equatable, Sendable {
  /// A version that has been in force.
  public struct Entry: Equatable, Sendable {
    /// What was published.
    public var publication: Publication
    /// The windows that it judges begin at or after this; nil from the beginning.
    public var from: Timestamp?
  }

  /// The first of all first; the last one is in force.
  public let entries: [Entry]
  /// The newest publication, where it is not in force yet.
  public let waiting: Publication?

  /// What a control topic says of a monitor, and of the group that runs it.
  ///
  /// - Parameters:
  ///   - monitor: Name of the monitor.
  ///   - group: `StageTopics.groupBase`.
  ///   - log: What the topic says.
  public init(_ monitor: String, group: String, _ log: ControlLog) {
    let publications = log.publications(of: monitor)
    var entries = publications.prefix(1).map { Entry(publication: $0, from: nil) }
    for activation in log.activations(monitor, group: group) {
      guard let publication = publications.first(where: { $0.offset == activation.publication }),
        publication.offset > entries.last?.publication.offset ?? .max
      else { continue }
      entries.append(Entry(publication: publication, from: activation.from))
    }
    self.entries = entries
    waiting = publications.last.flatMap { $0 == entries.last?.publication ? nil : $0 }
  }

  /// What is to be in force again when the newest publication is taken back; nil for nothing.
  public var before: Publication? {
    waiting == nil ? entries.dropLast().last?.publication : entries.last?.publication
  }
}
