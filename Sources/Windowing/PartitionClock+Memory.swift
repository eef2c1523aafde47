public import Records

extension PartitionClock {
  /// All that a clock knows at one place of its log: a clock that starts from it decides every
  /// later record as the original does.
  public struct Memory: Equatable, Sendable {
    /// The watermark; nil before it exists.
    public var watermark: Timestamp?
    /// Times of the last accepted records in microseconds, oldest first.
    public var recent: [Int64]
    /// Panes with accepted records far ahead of the watermark, increasing.
    public var farPanes: [Int64]

    /// What a clock knew.
    public init(watermark: Timestamp?, recent: [Int64], farPanes: [Int64]) {
      self.watermark = watermark
      self.recent = recent
      self.farPanes = farPanes
    }
  }
}
