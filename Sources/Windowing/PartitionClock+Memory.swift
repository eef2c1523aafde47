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

extension PartitionClock {
  /// The part of a clock's memory that later records are decided by: what else it knew makes no
  /// difference to any of them.
  ///
  /// A time that the watermark has reached only takes up a place among those remembered, as it
  /// cannot be the third largest of a later watermark; and no more than two are ahead of it, as
  /// otherwise it would be further. So a few numbers are enough.
  public struct Start: Equatable, Sendable {
    /// A time remembered that is ahead of the watermark.
    public struct Ahead: Equatable, Sendable {
      /// Its place among all that are remembered, the oldest first.
      public var place: Int
      /// The time.
      public var time: Timestamp

      /// A time at its place.
      public init(place: Int, time: Timestamp) { (self.place, self.time) = (place, time) }
    }

    /// The most times that are ahead of a watermark.
    public static let mostAhead = 2
    /// The most times that are remembered.
    public static let mostRecent = 64

    /// The watermark; nil before it exists.
    public var watermark: Timestamp?
    /// How many times are remembered.
    public var recent: Int
    /// Those ahead of the watermark, oldest first; before it exists all of them.
    public var ahead: [Ahead]
    /// Panes with accepted records far ahead of the watermark, increasing.
    public var farPanes: [Int64]

    /// What a clock knew.
    public init(watermark: Timestamp?, recent: Int, ahead: [Ahead], farPanes: [Int64]) {
      self.watermark = watermark
      self.recent = recent
      self.ahead = ahead
      self.farPanes = farPanes
    }

    /// A memory that decides every later record alike.
    public var memory: Memory {
      var times = Array(repeating: watermark?.microseconds ?? .min, count: recent)
      for entry in ahead where times.indices.contains(entry.place) {
        times[entry.place] = entry.time.microseconds
      }
      return Memory(watermark: watermark, recent: times, farPanes: farPanes)
    }
  }
}
