import Foundation
import Records
import Rules
import TestSupport

@testable import Monitoring

/// Two samples and more of one stream, by model version, and what they differ by from raw values.
enum VersusScene {
  /// A monitor of a number and a color.
  ///
  /// - Parameters:
  ///   - rules: In a rule file each.
  ///   - own: Numbers of the references of versions with their own.
  /// - Returns: Its files, checked.
  /// - Throws: What is wrong with them.
  static func world(_ rules: String..., own: [String: [Double]] = [:]) throws -> World {
    let keys = own.keys.sorted().map { "\"\($0)\": r.json" }.joined(separator: ", ")
    return try World(
      monitor: """
        version: 1
        monitor: shop
        source: { topics: [orders] }
        fields: { time: at, model_version: model }
        reference: reference.json
        references: { \(keys) }
        window: { size: 1h }
        """,
      rules: rules.map { "version: 1\nrules: [\($0)]" },
      reference: rows((0..<600).map { Double($0 % 100) }),
      own: own.mapValues(rows)
    )
  }

  private static func rows(_ values: [Double]) -> [String] {
    values.enumerated().map { event(0, value: $1, color: colors[$0 % 3], model: "x") }
  }

  /// Those of all references, and one of none.
  static let colors = ["red", "green", "blue", "pink"]

  /// An event so many hours after the beginning of its windows.
  static func event(_ hour: Double, value: Double?, color: String, model: String?) -> String {
    let time = 1_600_002_000 + Int(hour * 3_600)
    let value = value.map { "\($0)" } ?? "null"
    let model = model.map { ",\"model\":\"\($0)\"" } ?? ""
    return "{\"at\":\(time),\"x\":\(value),\"color\":\"\(color)\"\(model)}"
  }

  /// The events of an hour: of each version its values, colors in turn from one on.
  static func hour(_ hour: Int, _ samples: [String: [Double]]) -> [String] {
    samples.sorted { $0.key < $1.key }.flatMap { version, values in
      values.enumerated().map { index, value in
        let color = colors[(index * index + version.utf8.count) % 4]
        return event(Double(hour), value: value, color: color, model: version)
      }
    }
  }

  /// sup |F - G| of two samples of raw values, at each of them.
  static func distance(_ left: [Double], _ right: [Double]) -> Double {
    let share = { (sample: [Double], point: Double) in
      Double(sample.count { $0 <= point }) / Double(sample.count)
    }
    return (left + right).map { abs(share(left, $0) - share(right, $0)) }.max() ?? 0
  }

  /// The population stability index of counts by bin, of half a value more in each.
  static func stability(_ left: [Int], _ right: [Int]) -> Double {
    let half = Double(left.count) / 2
    let (m, n) = (Double(left.reduce(0, +)) + half, Double(right.reduce(0, +)) + half)
    return zip(left, right).reduce(0) { sum, bin in
      let (p, q) = ((Double(bin.0) + 0.5) / m, (Double(bin.1) + 0.5) / n)
      return sum + (q - p) * log(q / p)
    }
  }

  /// Counts over the reference's deciles, which end in 9.
  static func bins(_ sample: [Double]) -> [Int] {
    let edges = stride(from: 9.0, through: 89, by: 10)
    return sample.reduce(into: [Int](repeating: 0, count: 10)) { counts, value in
      counts[edges.count { value > $0 }] += 1
    }
  }
}
