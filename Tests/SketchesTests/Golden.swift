import Foundation

/// The exact moments of `Tests/Golden/drift.json`, made with Python's fractions.
struct Golden: Decodable {
  struct Group: Decodable { let cases: [Moments] }
  struct Moments: Decodable {
    let name: String
    let values: [Double]
    let spread, magnitude, mean, deviation: Double
  }

  let moments: Group

  init() throws {
    let file = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../Golden/drift.json")
    self = try JSONDecoder().decode(Golden.self, from: Data(contentsOf: file))
  }
}
