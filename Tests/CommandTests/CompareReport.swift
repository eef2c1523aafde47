import Foundation

/// The JSON of `leeway compare`, as far as tests look at it.
struct CompareReport: Decodable {
  struct Side: Decodable { var rows: Int }

  struct Field: Decodable {
    var name: String
    var kind: String
    var n_reference: Int
    var n_current: Int
    var missing_reference: Int
    var missing_current: Int
    var statistics: [String: Statistic]
  }

  struct Statistic: Decodable {
    var value: Double?
    var p_value: Double?
    var log_p: Double?
    var bound: Double?
    var method: String?
    var distance: Double?
    var expectation: Double?
    var edges: [Double]?
    var categories: [String]?
    var counts_reference: [Int]?
    var counts_current: [Int]?
  }

  var reference: Side
  var current: Side
  var fields: [Field]
  var unexpected_fields: [String]

  init(_ json: String) throws {
    self = try JSONDecoder().decode(Self.self, from: Data(json.utf8))
  }

  func field(_ name: String) -> Field? { fields.first { $0.name == name } }
}
