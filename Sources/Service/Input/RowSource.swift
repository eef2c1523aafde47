public import Records
public import Reference

/// The rows of one or more files, in the order given, whatever their formats.
public struct RowSource {
  /// How files are read.
  public struct Options: Sendable {
    /// Format of all files; nil to go by each file's name, then by its first byte.
    public var format: InputFormat?
    /// CSV cells that stand for no value; nil for the usual ones.
    public var nullTokens: [String]?
    /// What a row may be at most.
    public var limits = RecordLimits()

    /// Formats found by themselves, the usual nulls and limits.
    public init() {}
  }

  private let files: [InputFile]
  private let options: Options
  /// Called with the number of rows read so far, now and then.
  public var progress: ((UInt64) -> Void)?

  /// Makes sure that the files can be read as often as needed.
  ///
  /// - Throws: `InputError` for the first file that is not there.
  public init(_ files: [InputFile], options: Options = Options()) throws {
    self.files = try files.map { try $0.rereadable() }
    self.options = options
  }

  /// Finds all fields and their types: one way through the rows.
  ///
  /// - Parameter excluded: Paths that are left out, with all that stands below them.
  /// - Returns: The fields in order of first appearance.
  /// - Throws: `InputError`, or `ReferenceError` when there are too many fields.
  public func schema(excluding excluded: [FieldPath]) throws -> [FieldSchema] {
    var scan = SchemaScan(known: excluded, limits: options.limits)
    var found: [FieldSchema] = []
    for file in files {
      switch try format(of: file) {
      case .ndjson: try JSONRows(file, options.limits).scan(into: &scan)
      case .csv:
        let fields = try CSVRows(file, options).schema()
        found.add(fields.filter { !$0.path.isAt(orBelow: excluded) })
      }
    }
    var fields = scan.fields
    fields.add(found)
    return fields
  }

  /// Those of some paths that no row has, not even as null.
  ///
  /// - Parameter paths: Of fields, or of what other fields stand below.
  /// - Returns: None where there is no row, as nothing is known then.
  /// - Throws: `InputError`.
  /// - Complexity: O(bytes) up to the row that has the last of them.
  public func absent(_ paths: [FieldPath]) throws -> [FieldPath] {
    var (absent, hasRows) = (paths, false)
    for file in files where !absent.isEmpty {
      switch try format(of: file) {
      case .ndjson:
        if try JSONRows(file, options.limits).find(&absent) { hasRows = true }
      case .csv:
        let columns = try CSVRows(file, options).header().map { FieldPath($0) }
        if !columns.isEmpty { hasRows = true }
        absent.removeAll { path in columns.contains { $0.isAt(orBelow: [path]) } }
      }
    }
    return hasRows ? absent : []
  }

  /// Goes through all rows.
  ///
  /// - Parameters:
  ///   - requests: What to decode.
  ///   - known: Paths that are expected, but not asked for.
  ///   - body: Receives a batch, and the column of each request in it: nil where there is none.
  /// - Returns: What was noticed on the way.
  /// - Throws: `InputError`, and what `body` throws.
  public func forEachBatch(
    of requests: [FieldRequest],
    known: [FieldPath],
    _ body: (ColumnBatch, [Int?]) throws -> Void
  ) throws -> RowNotes {
    var notes = RowNotes()
    var rows: UInt64 = 0
    for file in files {
      let unexpected: [FieldPath]
      let take: RowConsumer = { batch, columns, place in
        notes.note(batch, place: place)
        try body(batch, columns)
        rows += UInt64(batch.rowCount)
        progress?(rows)
      }
      switch try format(of: file) {
      case .ndjson:
        unexpected = try JSONRows(file, options.limits).read(requests, known: known, take)
      case .csv: unexpected = try CSVRows(file, options).read(requests, known: known, take)
      }
      notes.unexpected += unexpected.filter { !notes.unexpected.contains($0) }
    }
    return notes
  }

  private func format(of file: InputFile) throws -> InputFormat {
    if let format = options.format ?? InputFormat(fileName: file.name) { return format }
    var input = try file.open()
    return InputFormat(beginning: try input.next() ?? [])
  }
}

/// What was noticed while rows were read.
public struct RowNotes: Equatable, Sendable {
  /// A row that was rejected.
  public struct Example: Equatable, Sendable {
    /// Why.
    public var reason: Rejection
    /// Where it stands: file and line.
    public var place: String
  }

  /// Fields that were not asked for, in order of first appearance.
  public internal(set) var unexpected: [FieldPath] = []
  /// The first row rejected for each reason by its decoder, in order of appearance.
  public private(set) var examples: [Example] = []

  fileprivate mutating func note(_ batch: ColumnBatch, place: (Int) -> String) {
    for row in 0..<batch.rowCount {
      guard case .rejected(let reason) = batch.status(row),
        !examples.contains(where: { $0.reason == reason })
      else { continue }
      examples.append(Example(reason: reason, place: place(row)))
    }
  }
}

/// Takes a batch, the column of each field asked for, and what tells where a row stands.
typealias RowConsumer = (ColumnBatch, [Int?], (Int) -> String) throws -> Void

extension [FieldSchema] {
  /// Adds fields, those that are there already by their types.
  fileprivate mutating func add(_ fields: [FieldSchema]) {
    for field in fields {
      if let known = firstIndex(where: { $0.path == field.path }) {
        self[known] = FieldSchema(path: field.path, types: self[known].types.union(field.types))
      } else {
        append(field)
      }
    }
  }
}

extension FieldPath {
  /// Whether the path is one of these, or leads on from one of them.
  public func isAt(orBelow paths: [FieldPath]) -> Bool {
    paths.contains { path in
      guard case .payload(let outer) = path.source, case .payload(let inner) = source else {
        return self == path
      }
      return inner.starts(with: outer)
    }
  }
}
