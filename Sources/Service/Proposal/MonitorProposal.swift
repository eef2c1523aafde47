public import Records
internal import Reference
internal import Rules

/// A monitor for a stream that nobody has described: guesses, each with what it was guessed from.
public struct MonitorProposal {
  /// A field that is given a part, and why.
  struct Guess {
    var path: FieldPath
    var reason: String
  }

  /// Values of which records may be counted apart.
  private static let segmentSizes = 2...50
  /// Different versions of a model that a stream can have.
  private static let versionsMost = 16
  /// Records that lower bounds want to see more than large changes.
  private static let wantedRecords = 1_000.0
  private static let windows: [Duration] = [
    .seconds(300), .seconds(900), .seconds(3_600), .seconds(21_600), .seconds(86_400),
    .seconds(604_800),
  ]

  /// Records that were looked at.
  public let rows: UInt64
  let judged: [FieldSurvey]
  private(set) var time: Guess?
  private(set) var id: Guess?
  private(set) var predictionGuess: Guess?
  private(set) var modelVersion: Guess?
  private(set) var ignored: [Guess] = []
  /// Records an hour; nil where nothing tells.
  private(set) var pace: Double?
  /// Length of the monitor's windows.
  public let window: Duration

  /// The event's time; nil where no field holds it.
  public var timeField: FieldPath? { time?.path }
  /// Fields that are not judged, and so not learned, but for the time.
  public var excluded: [FieldPath] {
    [id, modelVersion].compactMap { $0?.path } + ignored.map(\.path)
  }
  /// The numeric prediction; nil where there is none.
  public var prediction: FieldPath? {
    predictionGuess.map(\.path).flatMap { path in
      judged.contains { $0.schema.path == path && $0.schema.kind == .numeric } ? path : nil
    }
  }

  /// Guesses.
  ///
  /// - Parameter survey: Of at least one record.
  public init(_ survey: StreamSurvey) {
    rows = survey.rows
    var rest = survey.fields
    let time = Self.time(in: rest, rows)
    self.time = time
    if let place = rest.firstIndex(where: { $0.schema.path == time?.path }) {
      let seconds = rest[place].span.map { $0.last.seconds(since: $0.first) } ?? 0
      pace = seconds > 0 ? Double(rows - 1) * 3_600 / seconds : nil
      rest.remove(at: place)
    }
    let pace = pace
    window =
      pace.map { pace in
        let fitting = Self.windows.first {
          pace * Double($0.components.seconds) / 3_600 >= Self.wantedRecords
        }
        return fitting ?? .seconds(604_800)
      } ?? .seconds(3_600)
    if let place = rest.firstIndex(where: { $0.looksLikeModelVersion(Self.versionsMost) }) {
      let field = rest.remove(at: place)
      modelVersion = Guess(
        path: field.schema.path,
        reason: "called so, with \(field.distinct) different values"
      )
    }
    if let place = rest.firstIndex(where: {
      $0.isIdentifier && $0.isUnique && FieldName($0.schema.path).isIdentifier
    }) {
      let field = rest.remove(at: place)
      id = Guess(path: field.schema.path, reason: "no two of \(field.examined) values are the same")
    }
    ignored = rest.compactMap { field in
      field.reasonToIgnore.map { Guess(path: field.schema.path, reason: $0) }
    }
    judged = rest.filter { $0.reasonToIgnore == nil }
    predictionGuess = judged.first { FieldName($0.schema.path).isPrediction }
      .map { Guess(path: $0.schema.path, reason: "called like one") }
  }

  /// The field that is the event's time: one that holds nothing else, called so rather than not.
  private static func time(in fields: [FieldSurvey], _ rows: UInt64) -> Guess? {
    var best: (rank: Int, field: FieldSurvey)?
    for field in fields {
      guard let unit = field.timeUnit, field.values * 100 >= rows * 99 else { continue }
      let rank = FieldName(field.schema.path).timeRank ?? (unit == .rfc3339 ? .max : nil)
      guard let rank, rank < best?.rank ?? .max || best == nil else { continue }
      best = (rank, field)
    }
    guard let field = best?.field, let unit = field.timeUnit, let span = field.span else {
      return nil
    }
    let share = field.values == rows ? "all" : "\(field.values) of"
    let text = "\(unit.phrase) in \(share) \(rows) records, from \(span.first) to \(span.last)"
    return Guess(path: field.schema.path, reason: text)
  }

  /// Categorical fields of few values, by which records could be counted apart.
  var segments: [FieldSurvey] {
    judged.filter { field in
      field.schema.kind == .categorical && Self.segmentSizes.contains(field.distinct)
        && field.schema.path != predictionGuess?.path
    }
  }
}

extension TimeUnit {
  /// For people.
  fileprivate var phrase: String {
    switch self {
    case .seconds: "seconds since 1970"
    case .milliseconds: "milliseconds since 1970"
    case .microseconds: "microseconds since 1970"
    case .nanoseconds: "nanoseconds since 1970"
    case .rfc3339: "RFC 3339"
    }
  }
}

extension FieldSurvey {
  fileprivate func looksLikeModelVersion(_ most: Int) -> Bool {
    FieldName(schema.path).isModelVersion && (1...most).contains(distinct)
      && schema.types.isDisjoint(with: .composite)
  }

  /// Why it is not judged; nil where it is.
  fileprivate var reasonToIgnore: String? {
    guard values > 0 else { return nil }
    let isTime = timeUnit == .rfc3339 || timeUnit != nil && FieldName(schema.path).timeRank != nil
    if isTime { return "another time" }
    return isIdentifier ? "an identifier: \(distinct) of \(examined) values differ" : nil
  }
}
