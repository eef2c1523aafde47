internal import Drift
internal import Foundation
internal import Records
internal import Sketches

extension ReferenceProfile {
  /// Loads a profile, and believes nothing it says before it is checked.
  ///
  /// - Parameters:
  ///   - json: The whole file.
  ///   - name: What to call the file in messages.
  ///   - limits: What it may hold.
  /// - Throws: `badProfile` with the first thing that is wrong: no JSON, cut short, of another
  ///   version, a member missing, arrays that do not fit together, ranks that do not add up, more
  ///   than the limits allow, or content that was changed after the profile was learned.
  /// - Complexity: O(bytes).
  public init(
    json: [UInt8],
    name: String,
    limits: ProfileLimits = ProfileLimits()
  ) throws(ReferenceError) {
    do {
      let file = try JSONDecoder().decode(ProfileFile.self, from: Data(json))
      try self.init(file, limits: limits)
      guard file.sha256 == digest else {
        throw ReferenceError(
          .badProfile,
          "it was changed after it was learned: expected \(file.sha256), content gives \(digest); "
            + "learn it again with `leeway profile`"
        )
      }
    } catch let error as ReferenceError {
      throw ReferenceError(error.code, "\(name): \(error.message)")
    } catch let error as DecodingError {
      throw ReferenceError(.badProfile, "\(name): \(error.explanation)")
    } catch {
      throw ReferenceError(.badProfile, "\(name): is no reference profile (\(error))")
    }
  }

  /// Whether bytes look like the beginning of a profile rather than of a row of data.
  ///
  /// A profile's first members are two numbers, its version and its rows, and the object of the
  /// rows that were rejected, whose name no row is likely to have right there.
  public static func isProfile(beginning bytes: [UInt8]) -> Bool {
    var text = bytes.prefix(256).filter { !" \t\r\n".utf8.contains($0) }[...]
    for start in ["{\"version\":", ",\"rows\":", ",\"rejected\":{"] {
      guard text.starts(with: start.utf8) else { return false }
      text = text.dropFirst(start.utf8.count).drop { "0123456789".utf8.contains($0) }
    }
    return true
  }

  private init(_ file: ProfileFile, limits: ProfileLimits) throws(ReferenceError) {
    try require(file.rows <= 1 << 53, "it counts \(file.rows) rows, more than there can be")
    try require(
      file.fields.count <= limits.fields,
      "it has \(file.fields.count) fields; the limit is \(limits.fields)"
    )
    rows = file.rows
    rejected = try Self.rejected(file.rejected)
    time = try file.time.map { time throws(ReferenceError) in try TimeField(time) }
    window = try file.windowSeconds.map { seconds throws(ReferenceError) in
      try require(seconds > 0 && seconds < 1e10, "a window of \(seconds) s is not possible")
      return Windowing(size: .microseconds(Int64((seconds * 1_000_000).rounded())))
    }
    try require(window == nil || time != nil, "it has windows but no time")
    rhythm = try file.rhythm.map { rhythm throws(ReferenceError) in
      try Rhythm(rhythm, rows: file.rows)
    }
    try require(rhythm == nil || time != nil, "it has a rhythm but no time")
    fields = []
    var names: Set<[UInt8]> = []
    for field in file.fields {
      try require(names.insert(Array(field.name.utf8)).inserted, "\(field.name) is there twice")
      do {
        fields.append(try Field(field, rows: rows, limits: limits))
      } catch {
        throw ReferenceError(.badProfile, "field \(field.name): \(error.message)")
      }
    }
    try readPrediction(file)
    if let correlations = file.correlations {
      self.correlations = try Correlations(correlations, rows: rows, fields: fields)
    }
    try readSegments(file.segments ?? [], limits: limits)
  }

  private static func rejected(
    _ counts: [String: UInt64]
  ) throws(ReferenceError) -> [RejectedRows] {
    let known = Rejection.allCases.compactMap { reason in
      counts[reason.rawValue].map { RejectedRows(reason: reason, count: $0) }
    }
    try require(known.count == counts.count, "it names a reason for rejection that is not known")
    return known
  }
}

extension TimeField {
  fileprivate init(_ time: ProfileFile.Time) throws(ReferenceError) {
    let unit = time.unit.flatMap { TimeUnit(rawValue: $0) }
    try require(time.unit == nil || unit != nil, "the time unit \(time.unit ?? "") is not known")
    self.init(path: FieldPath(time.field), unit: unit)
  }
}

extension ReferenceProfile.Field {
  init(
    _ file: ProfileFile.Field,
    rows: UInt64,
    limits: ProfileLimits
  ) throws(ReferenceError) {
    name = file.name
    types = try Self.types(file.types)
    let completeness = try Self.completeness(file, rows: rows)
    let distribution: FieldReference.Distribution
    switch FieldKind(rawValue: file.kind) {
    case .numeric:
      fences = file.fences.map { Fences($0) }
      distribution = .numeric(try NumericReference(file, fences: fences, limits: limits))
    case .categorical: distribution = .categorical(try CategoricalReference(file, limits: limits))
    case nil: throw ReferenceError(.badProfile, "the kind \(file.kind) is not known")
    }
    let natural = file.natural.map { NaturalVariation(drift: $0.drift, missing: $0.missing) }
    if let natural {
      let unit = 0.0...1
      try require(
        unit.contains(natural.drift) && unit.contains(natural.missing),
        "natural is not in 0 ... 1"
      )
    }
    reference = FieldReference(
      distribution: distribution,
      completeness: completeness,
      natural: natural
    )
  }

  private static func types(_ names: [String]) throws(ReferenceError) -> ValueTypes {
    var types: ValueTypes = []
    for name in names {
      guard let known = ValueTypes.names.first(where: { $0.name == name }) else {
        throw ReferenceError(.badProfile, "the type \(name) is not known")
      }
      types.formUnion(known.type)
    }
    return types
  }

  private static func completeness(
    _ file: ProfileFile.Field,
    rows: UInt64
  ) throws(ReferenceError) -> Completeness {
    var completeness = Completeness()
    completeness.recordValue(count: file.values)
    completeness.recordMismatch(count: file.mismatched)
    for kind in Completeness.Missing.allCases {
      guard let count = file.missing[kind.name] else {
        throw ReferenceError(.badProfile, "`missing` lacks \(kind.name)")
      }
      completeness.recordMissing(kind, count: count)
    }
    let parts = [file.values, file.mismatched] + file.missing.values
    try require(
      parts.sumWithoutOverflow == rows,
      "values, missing and mismatched do not add up to \(rows) rows"
    )
    return completeness
  }
}

extension DecodingError {
  /// What is wrong with the file, in a sentence.
  fileprivate var explanation: String {
    switch self {
    case .keyNotFound(let key, let context):
      "`\(key.stringValue)` is missing\(Self.place(context))"
    case .typeMismatch(_, let context), .valueNotFound(_, let context):
      "a value of the wrong type\(Self.place(context))"
    case .dataCorrupted: "is no JSON, was cut short, or has a number that cannot be"
    @unknown default: "is no reference profile"
    }
  }

  private static func place(_ context: Context) -> String {
    guard !context.codingPath.isEmpty else { return "; is it a reference profile?" }
    let path = context.codingPath.map { key in
      key.intValue.map { "[\($0)]" } ?? ".\(key.stringValue)"
    }
    return " at \(path.joined().drop { $0 == "." })"
  }
}
