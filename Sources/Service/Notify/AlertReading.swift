internal import KafkaClient

/// How far the partitions of the alerts' topic are read, told and committed.
///
/// A group that begins takes from the topic as it is then, its history, what still fires. Commits
/// say where that history ends as long as not all of it is told: whoever reads on from them passes
/// over what is over, too.
struct AlertReading {
  /// A record on its way.
  struct Arrival: Sendable {
    var notice: AlertNotice
    var place: TopicPartition
    var offset: Int64
  }

  /// Where to read on in a partition.
  struct Start {
    var place: TopicPartition
    var offset: Int64
    /// What was committed for it; nil for nothing.
    var committed: CommittedOffset?
  }

  /// Alerts that are told together.
  struct Group: Sendable {
    let name: String
    var arrivals: [Arrival]

    /// The largest effect first.
    var notices: [AlertNotice] {
      arrivals.map(\.notice).enumerated().sorted { one, other in
        let last = Int.max
        return (one.element.content.groupRank ?? last, one.offset)
          < (other.element.content.groupRank ?? last, other.offset)
      }.map(\.element)
    }
  }

  /// The partitions of this process, in the order in which they were assigned.
  private(set) var partitions: [TopicPartition] = []
  /// Groups that are not yet told, in the order of their first records.
  private(set) var waiting: [Group] = []
  /// Behind the last record taken.
  private var positions: [TopicPartition: Int64] = [:]
  private var committed: [TopicPartition: CommittedOffset] = [:]
  private var historyEnds: [TopicPartition: Int64] = [:]
  private var behind: Set<TopicPartition> = []

  /// Begins to read partitions, behind their history.
  mutating func begin(_ starts: [Start]) {
    self = AlertReading()
    for start in starts {
      partitions.append(start.place)
      positions[start.place] = start.offset
      historyEnds[start.place] = start.offset
      committed[start.place] = start.committed
      behind.insert(start.place)
    }
  }

  /// Where to read on.
  var starts: [PartitionStart] {
    partitions.map { PartitionStart($0, at: positions[$0].map { .offset($0) } ?? .beginning) }
  }

  /// Whether all that stood in the topic lately was read.
  var isCaughtUp: Bool { behind.isEmpty }

  /// Notes that a partition holds nothing more.
  mutating func noteEnd(of place: TopicPartition, _ offset: Int64) {
    behind.remove(place)
    // Marks of transactions stand behind the last record.
    advance(place, to: offset)
  }

  /// Notes that a record was taken, told or not.
  mutating func advance(_ place: TopicPartition, to offset: Int64) {
    positions[place] = max(positions[place] ?? 0, offset)
  }

  /// Takes in what is to be told.
  mutating func add(_ arrival: Arrival) {
    let name = arrival.notice.group
    if let index = waiting.firstIndex(where: { $0.name == name }) {
      waiting[index].arrivals.append(arrival)
    } else {
      waiting.append(Group(name: name, arrivals: [arrival]))
    }
  }

  /// The group that is due was told, or refused.
  mutating func removeFirst() { waiting.removeFirst() }

  /// What to commit: everything before the first record that is not yet told.
  var uncommitted: [CommittedOffset] {
    var done = positions
    for arrival in waiting.flatMap(\.arrivals) {
      done[arrival.place] = min(done[arrival.place] ?? arrival.offset, arrival.offset)
    }
    return partitions.compactMap { place in
      guard let offset = done[place] else { return nil }
      let commit = CommittedOffset(place, offset: offset, historyEnd: historyEnds[place])
      return commit == committed[place] ? nil : commit
    }
  }

  /// Notes a commit.
  mutating func noteCommit(_ offsets: [CommittedOffset]) {
    for offset in offsets { committed[offset.partition] = offset }
  }
}

extension CommittedOffset {
  private static let mark = "history ends at "

  /// A commit of a partition whose history ends there.
  fileprivate init(_ place: TopicPartition, offset: Int64, historyEnd: Int64?) {
    let untold = historyEnd.flatMap { $0 > offset ? $0 : nil }
    let metadata = untold.map { "\(Self.mark)\($0)" } ?? ""
    self.init(place, offset: offset, metadata: metadata)
  }

  /// Where the history ends of which not all is told; nil where nothing of it is left.
  var historyEnd: Int64? {
    guard metadata.hasPrefix(Self.mark) else { return nil }
    return Int64(metadata.dropFirst(Self.mark.count)).flatMap { $0 > offset ? $0 : nil }
  }
}
