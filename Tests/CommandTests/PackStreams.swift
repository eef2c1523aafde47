import Foundation
import TestSupport

/// A generated stream over some partitions, and where each of its records stands.
struct GeneratedStream {
  /// One record as the generator meant it.
  struct Place {
    var partition: Int
    var offset: Int
    /// Milliseconds since 1970.
    var time: Int
    /// Whether the monitor should accept it.
    var isUsable: Bool
  }

  /// The lines of each partition.
  private(set) var partitions: [[String]]
  private(set) var places: [Place] = []

  init(partitions count: Int) { partitions = Array(repeating: [], count: count) }

  var count: Int { partitions.reduce(0) { $0 + $1.count } }

  mutating func append(_ line: String, to partition: Int, time: Int, isUsable: Bool = true) {
    let offset = partitions[partition].count
    partitions[partition].append(line)
    places.append(Place(partition: partition, offset: offset, time: time, isUsable: isUsable))
  }

  /// Usable records inside covers, outside the excluded runs, with a time in a span: what someone
  /// who follows a retraining request trains on.
  func trainingRows(_ request: Replayed.Request.Body) -> Int {
    func holds(_ covers: [Replayed.Cover], _ place: Place) -> Bool {
      covers.contains {
        $0.partition == place.partition && $0.start <= place.offset && place.offset < $0.end
      }
    }
    let start = Self.milliseconds(request.window_start)
    let end = Self.milliseconds(request.window_end)
    return places.count { place in
      place.isUsable && start <= place.time && place.time < end && holds(request.offsets, place)
        && !holds(request.exclude_offsets, place)
    }
  }

  /// Milliseconds since 1970 of an instant as outputs write it.
  static func milliseconds(_ text: String) -> Int {
    let date = ISO8601DateFormatter().date(from: text)
    return Int((date?.timeIntervalSince1970 ?? -1) * 1000)
  }

  /// An instant as outputs write it.
  static func text(_ milliseconds: Int) -> String {
    ISO8601DateFormatter().string(from: Date(timeIntervalSince1970: Double(milliseconds) / 1000))
  }
}

extension SplitMix64 {
  /// A bell-shaped number of mean 0 and standard deviation 1, within ±6.
  mutating func bell() -> Double {
    (0..<12).reduce(-6.0) { sum, _ in sum + uniform() }
  }

  /// One of some names, by their weights.
  mutating func pick(_ weights: [(name: String, weight: Double)]) -> String {
    var rest = uniform() * weights.reduce(0) { $0 + $1.weight }
    for (name, weight) in weights {
      rest -= weight
      if rest < 0 { return name }
    }
    return weights.last?.name ?? ""
  }
}

extension Double {
  /// With a few digits, as people log numbers.
  var logged: String { "\((self * 10_000).rounded() / 10_000)" }
}
