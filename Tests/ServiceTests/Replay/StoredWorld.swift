import TestSupport

/// A monitor with windows of several sizes and a stream with pauses, all drawn from a seed.
struct StoredWorld {
  /// Sizes in the world's unit of time.
  private static let sizes = [
    "{ size: 1u }", "{ size: 2u }", "{ size: 4u }", "{ size: 2u, every: 1u }",
    "{ size: 4u, every: 1u }", "{ size: 4u, every: 2u }", "{ size: 3u, every: 2u }",
    "{ size: 4u, every: 2u, align: 1u }", "{ size: 2u, align: 1u }",
    "{ size: 1u, min_records: N, at_most: 4u }", "{ size: 2u, min_records: N, at_most: 4u }",
    "{ size: 1u, min_records: N, at_most: 3u }", "{ size: 2u, min_records: N, at_most: 8u }",
    "{ size: 3u, min_records: N, at_most: 6u }", "{ size: 1u, min_records: N, at_most: 2u }",
  ]

  /// Pauses of more windows than are written in a row.
  let isLong: Bool
  /// Whether one or two records lie far behind all watermarks.
  let hasStrays: Bool
  let hasVersions: Bool
  let hasSegments: Bool
  /// Windows of the monitor's rules, the first of the monitor itself.
  let windows: [String]
  /// Windows of other rules.
  let others: [String]
  private(set) var partitions: [[String]] = [[], []]
  private let unit: Int
  private var random: SplitMix64

  init(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    isLong = seed % 8 == 7
    hasStrays = seed % 4 == 2
    (hasVersions, hasSegments) = (Bool.random(using: &random), Bool.random(using: &random))
    unit = isLong ? 60 : 3_600
    windows = Self.windows(isLong, &random)
    others = Self.windows(isLong, &random)
    self.random = random
    feed()
  }

  private static func windows(_ isLong: Bool, _ random: inout SplitMix64) -> [String] {
    var windows: Set<String> = []
    while windows.count < (isLong ? 3 : 4) {
      let size = sizes[Int.random(in: 0..<sizes.count, using: &random)]
      windows.insert(
        size.replacing("u", with: isLong ? "m" : "h")
          .replacing("N", with: "\(Int.random(in: 2...30, using: &random))")
      )
    }
    return windows.sorted().shuffled(using: &random)
  }

  /// The rules of each of some windows.
  func rules(of windows: [String]) -> String {
    var rules = ["version: 1", "rules:"]
    for (index, window) in windows.enumerated() {
      let own = "window: \(window) }"
      rules += [
        "  - { name: Missing\(index), expect: missing(x) < 50%, \(own)",
        "  - { name: Mean\(index), expect: mean(x) < 20, for: 2 of 3 windows, \(own)",
      ]
      guard !hasStrays else { continue }
      rules.append("  - { name: Count\(index), expect: count > 8, min_records: 0, \(own)")
      guard hasSegments else { continue }
      rules += [
        "  - { name: Each\(index), by: s, expect: mean(x) < 20, undecided: alert, \(own)",
        "  - { name: Silent\(index), by: s, expect: count > 2, \(own)",
      ]
    }
    return rules.joined(separator: "\n") + "\n"
  }

  /// The monitor's file.
  var monitor: String {
    """
    version: 1
    monitor: small
    source: { topics: [events] }
    fields: { time: t\(hasVersions ? ", model_version: m" : "") }
    \(hasSegments ? "segments: [s]" : "")
    reference: reference.json
    window: \(windows[0])
    lateness: \(unit / 4)s
    rules: [rules.yaml]
    """
  }

  /// What all worlds learn from.
  static let reference: [String] = (0..<200).map { index in
    #"{"t":\#(index),"x":\#(index % 10),"s":"\#(index % 3 == 0 ? "b" : "a")"}"#
  }

  /// Forty steps, of which some lack x, or have another, or lack a segment.
  private mutating func feed() {
    let (start, length) = (1_700_006_400, 40)
    let change = start + below(length) * unit
    let episodes = (0..<3).map { _ in
      let first = start + below(length) * unit
      return first..<first + 6 * unit
    }
    var pauses = isLong ? [10 + below(20)] : (0..<below(3)).map { _ in below(length) }
    var (time, rate) = (start + below(3 * unit), 0)
    for step in 0..<length {
      if step % 4 == 0 || below(3) == 0 { rate = [2, 5, 12, 25][below(4)] }
      if pauses.contains(step) {
        pauses.removeAll { $0 == step }
        time += unit * (isLong ? 1_000 + below(300) : 2 + below(20))
      }
      let end = time + unit
      while time < end {
        let value = episodes[1].contains(time) ? 50 : below(10)
        let x = episodes[0].contains(time) ? "null" : "\(value)"
        let segment = below(3) == 0 && !episodes[2].contains(time) ? "b" : "a"
        partitions[below(2)].append(
          #"{"t":\#(time),"x":\#(x),"s":"\#(segment)","m":"\#(time < change ? 1 : 2)"}"#
        )
        time += unit / rate + below(unit / rate)
      }
    }
    guard hasStrays else { return }
    time += below(30) * unit
    for _ in 0...below(2) {
      partitions[0].append(#"{"t":\#(time),"x":5,"s":"a","m":"2"}"#)
    }
  }

  private mutating func below(_ end: Int) -> Int { Int.random(in: 0..<end, using: &random) }
}
