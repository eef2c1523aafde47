internal import RealModule
public import Sketches

/// ADWIN, which sees the means of the older and the newer part of a growing window differ.
///
/// A. Bifet and R. Gavaldà, "Learning from time-changing data with adaptive windowing", SDM 2007,
/// with the defaults and the very arithmetic of River 0.26.1 (`river.drift.ADWIN`). River forgets
/// the whole window behind an alarm, so no old part is ever cut off: the window begins anew, and
/// how its buckets are filled follows from its length alone.
public struct ADWIN: Equatable, Sendable {
  /// Values since the last alarm.
  public private(set) var count: UInt64 = 0
  private var total = 0.0
  /// Squared deviations from the mean, added up.
  private var variance = 0.0
  /// Sums of 2^i neighbouring values at level i, the oldest first.
  private var levels: [[Double]] = []

  /// Probability of a false alarm at each check.
  private static let delta = 0.002
  /// Only every so many values are the parts compared.
  private static let clock: UInt64 = 32
  /// A level that has more hands two of them on as one.
  private static let mostBuckets = 5
  /// What the state takes after 2^64 values: so many levels of buckets, each an array.
  static let mostBytes =
    MemoryLayout<Self>.size + 64 * (mostBuckets + 1) * MemoryLayout<Double>.size + 64 * 48
  /// Neither part is shorter.
  private static let shortestPart = 5.0

  /// A detector that has seen nothing.
  public init() {}

  /// Takes the next value.
  ///
  /// - Returns: Whether the mean has changed; the detector then begins anew.
  /// - Complexity: O(log count) on average.
  public mutating func update(_ value: Double) -> Bool {
    insert(value)
    guard total.isFinite, variance.isFinite else {
      self = Self()
      return false
    }
    guard count.isMultiple(of: Self.clock), hasChanged else { return false }
    self = Self()
    return true
  }

  private mutating func insert(_ value: Double) {
    count.add(1)
    let width = Double(count)
    if count > 1 {
      let difference = value - total / (width - 1)
      variance += (width - 1) * difference * difference / width
    }
    total += value
    var bucket = value
    for level in 0... {
      if level == levels.count { levels.append([]) }
      levels[level].append(bucket)
      guard levels[level].count > Self.mostBuckets else { return }
      bucket = levels[level][0] + levels[level][1]
      levels[level].removeFirst(2)
    }
  }

  /// Whether the window can be cut so that the means of both parts are too far apart.
  private var hasChanged: Bool {
    var older = (count: 0.0, total: 0.0)
    var newer = (count: Double(count), total: total)
    let confidence = Double.log(2 * .log(newer.count) / Self.delta)
    let spread = variance / newer.count
    for level in levels.indices.reversed() {
      let size = Double(sign: .plus, exponent: level, significand: 1)
      for bucket in levels[level] {
        older = (older.count + size, older.total + bucket)
        newer = (newer.count - size, newer.total - bucket)
        guard older.count >= Self.shortestPart, newer.count >= Self.shortestPart else { continue }
        let difference = older.total / older.count - newer.total / newer.count
        let inverse =
          1 / (older.count - Self.shortestPart + 1) + 1 / (newer.count - Self.shortestPart + 1)
        let allowed =
          (2 * inverse * spread * confidence).squareRoot() + 2.0 / 3 * confidence * inverse
        if abs(difference) > allowed { return true }
      }
    }
    return false
  }
}

extension ADWIN {
  /// Writes the number of values, their sums and those of the buckets.
  ///
  /// - Complexity: O(log count).
  public func encode(into writer: inout ByteWriter) {
    writer.varint(count)
    writer.double(total)
    writer.double(variance)
    for bucket in levels.joined() { writer.double(bucket) }
  }

  /// Reads a detector.
  ///
  /// - Throws: `BadEncoding` when the bytes are none.
  public init(from reader: inout ByteReader) throws(BadEncoding) {
    count = try reader.varint()
    total = try reader.finite()
    variance = try reader.finite()
    var rest = count
    while rest > 0 {
      // a level keeps four and, of an odd number, the one that waits for another
      let kept = rest > 5 ? 4 + rest % 2 : rest
      var level: [Double] = []
      for _ in 0..<kept { level.append(try reader.finite()) }
      levels.append(level)
      rest = (rest - kept) / 2
    }
  }
}
