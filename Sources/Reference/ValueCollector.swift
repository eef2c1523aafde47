public import Foundation
public import Records
internal import Sketches

/// Takes in the rows of one side of the data: every value counted, nothing approximated.
///
/// Memory is bounded whatever the size of the data; what exceeds the budget is sorted on disk. The
/// result depends on neither the budget nor the way rows are cut into batches.
public struct ValueCollector {
  /// How much memory may be used, and what is written where.
  public struct Resources: Sendable {
    /// Bytes for counting values, all fields together.
    public var memory = 256 << 20
    /// Where temporary files lie; nil for the system's temporary directory.
    public var directory: URL?

    /// A quarter of a gibibyte, and the system's temporary directory.
    public init() {}
  }

  /// Most windows that `natural` is learned from.
  public static let windowLimit = 100_000
  /// Most counters of windows, all fields together.
  static let windowCounterLimit = 10_000_000

  /// The fields, in the order of the columns given to `record`.
  public let fields: [FieldSchema]
  /// Where and how times are written; nil when they are not read.
  public private(set) var time: TimeField?
  /// Length of the tumbling windows; nil when windows are not told apart.
  public let window: Duration?
  /// Rows of the blocks that are told apart in place of windows; nil when they are not.
  private let blockRows: UInt64?
  /// Rows that were taken in.
  public private(set) var rows: UInt64 = 0
  private var rejectedByReason = [UInt64](repeating: 0, count: Rejection.allCases.count)

  var store: TallyStore
  /// Rows by the hour of the week, when times are read.
  private(set) var rhythm = RhythmLearning()
  /// Some rows with their numbers, to see which fields go together.
  private(set) var sample: RowSample
  /// Values, missing and mismatched, by field.
  private(set) var completeness: [Completeness]
  /// Window number since 1970 → position in the arrays below.
  private var windows: [Int64: Int32] = [:]
  private(set) var rowsByWindow: [UInt64] = []
  /// Positions of the windows, in time; empty when windows are not told apart.
  ///
  /// - Complexity: O(w log w).
  var windowsInTime: [Int] { windows.sorted { $0.key < $1.key }.map { Int($0.value) } }
  /// By field, then by window.
  private(set) var valuesByWindow: [[UInt64]]
  private(set) var missingByWindow: [[UInt64]]
  /// Rows apart by the values of some fields.
  var segments: [SegmentCollector]
  /// Window of each row of the batch at hand; negative for a row that does not count.
  private var windowOfRow: [Int32] = []

  /// Nothing taken in yet.
  ///
  /// - Parameters:
  ///   - fields: What to collect.
  ///   - time: The field with the event's time; rows without a usable one are then rejected.
  ///   - window: Length of tumbling windows from the epoch, positive; needs `time`.
  ///   - blockRows: Rows of the blocks to tell apart, at least one; without `time`.
  ///   - segments: Categorical fields by whose values rows are also collected apart.
  ///   - resources: Memory and disk.
  public init(
    fields: [FieldSchema],
    time: FieldPath? = nil,
    window: Duration? = nil,
    blockRows: UInt64? = nil,
    segments: [Int] = [],
    resources: Resources = Resources()
  ) {
    precondition(blockRows == nil || time == nil && blockRows != 0, "blocks are cut by rows alone")
    precondition(window == nil || time != nil, "windows need a time")
    precondition(window.map { $0 > .zero } ?? true, "window \(window ?? .zero) is not positive")
    self.fields = fields
    self.time = time.map { TimeField(path: $0) }
    self.window = window
    self.blockRows = blockRows
    store = TallyStore(
      kinds: fields.map(\.kind),
      budget: resources.memory / (1 + segments.count),
      directory: resources.directory
    )
    self.segments = segments.map {
      SegmentCollector(
        by: $0,
        of: fields,
        budget: resources.memory / (1 + segments.count),
        directory: resources.directory
      )
    }
    sample = RowSample(of: fields.indices.filter { fields[$0].kind == .numeric })
    completeness = Array(repeating: Completeness(), count: fields.count)
    valuesByWindow = Array(repeating: [], count: fields.count)
    missingByWindow = valuesByWindow
  }

  /// Whether blocks of rows are told apart.
  var isInBlocks: Bool { blockRows != nil }

  /// Rows that were not taken in, by reason, in a fixed order and without reasons that never were.
  public var rejected: [RejectedRows] {
    zip(Rejection.allCases, rejectedByReason).compactMap { reason, count in
      count > 0 ? RejectedRows(reason: reason, count: count) : nil
    }
  }

  /// Takes in a batch.
  ///
  /// - Parameters:
  ///   - batch: Decoded rows.
  ///   - columns: Column of each field; nil where this file has none, so that it is absent.
  ///   - timeColumn: Column of the time.
  /// - Throws: `temporaryFile`, `tooManyWindows`.
  public mutating func record(
    _ batch: ColumnBatch,
    columns: [Int?],
    timeColumn: Int?
  ) throws(ReferenceError) {
    try placeRows(of: batch, timeColumn: timeColumn)
    for (field, column) in columns.enumerated() {
      if let column {
        record(batch, column: column, field: field)
      } else {
        for window in windowOfRow where window >= 0 {
          recordMissing(.absent, field: field, window: window)
        }
      }
    }
    sample.record(batch, columns: columns)
    for index in segments.indices {
      let count = window == nil ? 0 : rowsByWindow.count
      try segments[index].record(batch, columns: columns, windows: windowOfRow, count: count)
    }
    try store.relieve()
  }

  private mutating func record(_ batch: ColumnBatch, column: Int, field: Int) {
    let cells = batch.columns[column]
    for (row, window) in windowOfRow.enumerated() where window >= 0 {
      switch fields[field].content(of: cells, row) {
      case .missing(let missing): recordMissing(missing, field: field, window: window)
      case .mismatch: completeness[field].recordMismatch()
      case .number(let number):
        store.add(number, window: window, field: field)
        recordValue(field: field, window: window)
      case .text(let range):
        store.add(Array(batch.text[range]), window: window, field: field)
        recordValue(field: field, window: window)
      }
    }
  }

  private mutating func recordValue(field: Int, window: Int32) {
    completeness[field].recordValue()
    if self.window != nil { valuesByWindow[field][Int(window)] += 1 }
  }

  private mutating func recordMissing(_ kind: Completeness.Missing, field: Int, window: Int32) {
    completeness[field].recordMissing(kind)
    if self.window != nil { missingByWindow[field][Int(window)] += 1 }
  }
}

/// How many rows were rejected for one reason.
public struct RejectedRows: Hashable, Sendable {
  /// Why.
  public var reason: Rejection
  /// How many.
  public var count: UInt64

  /// A count of rows with its reason.
  public init(reason: Rejection, count: UInt64) {
    self.reason = reason
    self.count = count
  }
}

extension ValueCollector {
  /// Finds the window of each row, and counts the rows that have none.
  private mutating func placeRows(
    of batch: ColumnBatch,
    timeColumn: Int?
  ) throws(ReferenceError) {
    windowOfRow.removeAll(keepingCapacity: true)
    for row in 0..<batch.rowCount {
      windowOfRow.append(-1)
      switch batch.status(row) {
      case .tombstone: continue
      case .rejected(let reason): reject(reason)
      case .ok:
        if time == nil {
          windowOfRow[row] = Int32(blockRows.map { rows / $0 } ?? 0)
        } else {
          switch time?.read(batch, column: timeColumn, row: row) {
          case .success(let time):
            windowOfRow[row] = try position(of: time)
            rhythm.record(time)
          case .failure(let rejection): reject(rejection.reason)
          case nil: break
          }
        }
        if windowOfRow[row] >= 0 {
          sample.offer(row, number: rows)
          rows += 1
        }
      }
    }
  }

  private mutating func reject(_ reason: Rejection) {
    guard let position = Rejection.allCases.firstIndex(of: reason) else { return }
    rejectedByReason[position] += 1
  }

  /// Position of the window a time falls into; its row is counted.
  private mutating func position(of time: Timestamp) throws(ReferenceError) -> Int32 {
    guard let window else { return 0 }
    let number = time.microseconds.quotientDown(by: window.wholeMicroseconds)
    if let known = windows[number] {
      rowsByWindow[Int(known)] += 1
      return known
    }
    let position = windows.count
    guard position < Self.windowLimit,
      (position + 1) * fields.count <= Self.windowCounterLimit
    else {
      throw ReferenceError(
        .tooManyWindows,
        "the data span more than \(position) windows of \(window); choose a longer --window"
      )
    }
    windows[number] = Int32(position)
    rowsByWindow.append(1)
    for field in fields.indices {
      valuesByWindow[field].append(0)
      missingByWindow[field].append(0)
    }
    return Int32(position)
  }
}

extension Completeness.Missing {
  /// The kind of missing that a cell is; nil for a cell with a value.
  init?(_ tag: ValueTag) {
    switch tag {
    case .absent: self = .absent
    case .null: self = .null
    case .nan: self = .nan
    case .infinite: self = .infinite
    case .emptyString: self = .empty
    case .number, .string, .boolean, .booleanText, .composite: return nil
    }
  }
}

extension Duration {
  /// Whole microseconds, at least one.
  var wholeMicroseconds: Int64 {
    max(1, components.seconds * 1_000_000 + components.attoseconds / 1_000_000_000_000)
  }
}

extension Int64 {
  fileprivate func quotientDown(by divisor: Int64) -> Int64 {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? quotient - 1 : quotient
  }
}
