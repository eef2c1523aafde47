import Records
import Rules
import Sketches
import Windowing

/// What the last windows of one size held of some fields, as far as later ones are compared with
/// them.
struct PreviousWindows: Equatable, Sendable {
  /// One window of one model version.
  struct Entry: Equatable, Sendable {
    var end: Timestamp
    /// Of the fields that are compared, in their order.
    var fields: [FieldSummary]
  }

  /// The windows of one model version that held records, by their ends.
  struct Past: Equatable, Sendable {
    var entries: [Entry] = []
    /// Windows in a row that held records of other model versions only.
    var absences = 0
  }

  /// By model version; not those summed together, of which each window has others.
  private(set) var pasts: [ModelVersion?: Past] = [:]

  /// Nothing before.
  init() {}

  /// As it was written.
  init(_ pasts: [ModelVersion?: Past]) { self.pasts = pasts }

  /// The fields of the last window that ended by then; nil for none.
  func fields(of version: ModelVersion?, by start: Timestamp) -> [FieldSummary]? {
    pasts[version]?.entries.last { $0.end <= start }?.fields
  }

  /// Remembers what a window held, and forgets what no later one is compared with.
  ///
  /// - Parameters:
  ///   - populations: Those with records.
  ///   - fields: Which of their fields are compared; with none nothing is remembered.
  ///   - fewest: Records without which a window is nothing to compare with.
  ///   - end: End of the window.
  ///   - next: Where the next one begins at the earliest.
  mutating func note(
    _ populations: [(version: ModelVersion?, population: Population)],
    _ fields: [Int],
    fewest: UInt64,
    end: Timestamp,
    next: Timestamp
  ) {
    guard !fields.isEmpty, !populations.isEmpty else { return }
    for version in pasts.keys { pasts[version]?.absences += 1 }
    for (version, population) in populations where version != .other {
      pasts[version]?.absences = 0
      guard population.records >= fewest else { continue }
      var past = pasts[version] ?? Past()
      past.entries.append(Entry(end: end, fields: fields.map { population.fields[$0] }))
      let last = past.entries.lastIndex { $0.end <= next } ?? 0
      past.entries.removeFirst(last)
      pasts[version] = past
    }
    pasts = pasts.filter { $0.value.absences < AlertBook.retirement }
  }

  /// Windows of one model version that are remembered at most.
  static func count(_ specification: WindowSpecification) -> Int64 {
    let (size, every) = (specification.size.microseconds, specification.every.microseconds)
    return (size + every - 1) / every
  }
}

extension PreviousWindows {
  func encode(into writer: inout ByteWriter) {
    let versions = pasts.keys.compactMap(\.self).sorted()
    let hasNone = pasts[.none] != nil
    writer.count(pasts.count)
    for version in (hasNone ? [nil] : []) + versions.map(Optional.some) {
      guard let past = pasts[version] else { continue }
      writer.optional(version) { $1.encode(into: &$0) }
      writer.count(past.absences)
      writer.count(past.entries.count)
      for entry in past.entries {
        writer.signed(entry.end.microseconds)
        for field in entry.fields { field.encode(into: &writer) }
      }
    }
  }

  /// Reads what `encode` wrote.
  ///
  /// - Parameters:
  ///   - reader: Stands where it was written.
  ///   - layout: Of the monitor's state.
  ///   - fields: Those that are compared.
  /// - Throws: `BadEncoding` when the bytes are nothing of the kind.
  init(
    from reader: inout ByteReader,
    layout: StateLayout,
    fields: [Int]
  ) throws(BadEncoding) {
    var pasts: [ModelVersion?: Past] = [:]
    var last: ModelVersion?
    for _ in 0..<(try reader.count(limit: .max, "model versions")) {
      let start = reader.position
      let version = try reader.optional { (reader) throws(BadEncoding) in
        try ModelVersion(from: &reader)
      }
      let isNext = version.map { version in last.map { $0 < version } ?? true } ?? false
      guard pasts.isEmpty || isNext else {
        throw BadEncoding("model versions are not in order", at: start)
      }
      last = version
      var past = Past()
      past.absences = try reader.index("absence", below: AlertBook.retirement)
      for _ in 0..<(try reader.count(limit: .max, "windows")) {
        let end = try reader.time()
        guard past.entries.last.map({ $0.end < end }) ?? true else {
          throw BadEncoding("windows are not in order", at: start)
        }
        var entry = Entry(end: end, fields: [])
        for field in fields {
          let shape = layout.populations[version].fields[field]
          entry.fields.append(try FieldSummary(from: &reader, layout: shape))
        }
        past.entries.append(entry)
      }
      guard !fields.isEmpty, !past.entries.isEmpty else {
        throw BadEncoding("a model version without windows to compare with", at: start)
      }
      pasts[version] = past
    }
    self.init(pasts)
  }
}
