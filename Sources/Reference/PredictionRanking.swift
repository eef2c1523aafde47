internal import Drift
public import Records
internal import Sketches

/// Learns where the prediction stands, on average, in the rows of each bin of every field: another
/// way through the rows that a profile was learned from.
///
/// Exact: ranks are integers, and so are their sums. Numbers in one gap of a compressed prediction
/// share their mid-rank, as they do in a window.
public struct PredictionRanking: Sendable {
  /// The rows of one bin that have a prediction.
  private struct Bin {
    var rows: UInt64 = 0
    /// Twice the sum of the prediction's mid-ranks.
    var twiceRanks: UInt128 = 0
  }

  private let profile: ReferenceProfile
  private let schemas: [FieldSchema]
  private let binnings: [Binning]
  private let prediction: Int
  private let points: ReferencePoints
  private let twiceMidRanks: [UInt128]
  private let predictions: UInt64
  private var time: TimeField?
  private var rows: UInt64 = 0
  /// By field.
  private var bins: [[Bin]]

  /// Nothing ranked yet.
  ///
  /// - Parameters:
  ///   - profile: What was learned of the rows.
  ///   - prediction: Place of the prediction among its fields.
  /// - Throws: `unusable` for a field that is not numeric, or without values.
  public init(_ profile: ReferenceProfile, prediction: Int) throws(ReferenceError) {
    let field = profile.fields[prediction]
    guard field.isPossiblePrediction, case .numeric(let numeric) = field.reference.distribution
    else {
      throw ReferenceError(
        .unusable,
        "\(field.name) cannot be the prediction that others explain: it has no numbers to rank"
      )
    }
    self.profile = profile
    self.prediction = prediction
    schemas = profile.fields.map(\.schema)
    binnings = profile.fields.map { Binning($0.reference) }
    (points, twiceMidRanks) = (numeric.points, numeric.twiceMidRanks)
    predictions = numeric.count
    // As at first: nothing is known of the unit before it is seen.
    time = profile.time.map { TimeField(path: $0.path) }
    bins = binnings.map { Array(repeating: Bin(), count: $0.count) }
  }

  /// Takes in a batch of the same rows.
  ///
  /// - Parameters:
  ///   - batch: Decoded rows.
  ///   - columns: Column of each field; nil where this file has none, so that it is absent.
  ///   - timeColumn: Column of the time.
  /// - Complexity: O(rows × fields × log points).
  public mutating func record(_ batch: ColumnBatch, columns: [Int?], timeColumn: Int?) {
    for row in 0..<batch.rowCount where counts(batch, row, timeColumn) {
      rows += 1
      guard let column = columns[prediction],
        case .number(let number) = schemas[prediction].content(of: batch.columns[column], row)
      else { continue }
      let twiceRank = twiceMidRanks[points.cell(of: number)]
      for (field, column) in columns.enumerated() {
        let content = column.map { schemas[field].content(of: batch.columns[$0], row) }
        let bin = binnings[field].bin(of: content ?? .missing(.absent), batch)
        bins[field][bin].rows += 1
        bins[field][bin].twiceRanks += twiceRank
      }
    }
  }

  /// Whether a row is one of those that were learned from.
  private mutating func counts(
    _ batch: ColumnBatch,
    _ row: Int,
    _ timeColumn: Int?
  ) -> Bool {
    guard batch.status(row) == .ok else { return false }
    guard time != nil else { return true }
    if case .success? = time?.read(batch, column: timeColumn, row: row) { return true }
    return false
  }

  /// The profile, which now knows the prediction's ranks.
  ///
  /// - Throws: `unusable` when the rows were others.
  /// - Complexity: O(bins).
  public func ranked() throws(ReferenceError) -> ReferenceProfile {
    let seen = bins[prediction].reduce(0) { $0 + $1.rows }
    guard rows == profile.rows, seen == predictions else {
      throw ReferenceError(.unusable, "the rows have changed while they were read; learn again")
    }
    var ranked = profile
    ranked.prediction = profile.fields[prediction].name
    for (field, bins) in bins.enumerated() {
      ranked.fields[field].reference.predictionRanks = bins.map { bin in
        bin.rows == 0
          ? nil : Double(bin.twiceRanks) / (2 * Double(predictions)) / Double(bin.rows)
      }
    }
    return ranked
  }
}

/// Which bin of the reference a cell belongs to; the last one is of rows without a value.
private struct Binning {
  private var points = ReferencePoints([])
  private var binOfCell: [Int] = []
  private var categories: [[UInt8]: Int] = [:]
  /// How many bins there are.
  let count: Int

  init(_ reference: FieldReference) {
    switch reference.distribution {
    case .numeric(let numeric):
      let bins = numeric.bins
      (points, binOfCell) = (numeric.points, bins.ofCells(2 * numeric.points.count + 1))
      count = bins.count + 1
    case .categorical(let categorical):
      for (place, name) in categorical.categories.enumerated() {
        categories[Array(name.utf8)] = place
      }
      count = categorical.categories.count + 2
    }
  }

  func bin(of content: CellContent, _ batch: ColumnBatch) -> Int {
    switch content {
    case .missing, .mismatch: count - 1
    case .number(let number): binOfCell[points.cell(of: number)]
    case .text(let range): categories[Array(batch.text[range])] ?? count - 2
    }
  }
}
