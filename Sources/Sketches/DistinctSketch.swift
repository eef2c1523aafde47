/// The smallest hashes of the values seen, each with how often it came: how many values are
/// different, how many come once, and how many repeat an earlier one.
///
/// A value whose hash is among the smallest of all is among the smallest of every part, so its
/// count is complete whatever the order of arrival. Up to `capacity` different values all is exact.
/// Above, the kept ones are a sample without bias of the different values (Bar-Yossef et al.,
/// RANDOM 2002; the estimate is Beyer et al., SIGMOD 2007).
public struct DistinctSketch: Summary {
  /// Hashes that are kept at most.
  public static let capacity = 1_024

  /// A hash and how many values have it.
  struct Entry: Equatable, Sendable {
    var hash: UInt64
    var count: UInt64
  }

  /// All values counted, kept or not.
  public private(set) var total: UInt64 = 0
  /// Increasing by hash.
  private(set) var entries: [Entry] = []

  /// Nothing counted yet.
  public init() {}

  /// Counts a value.
  ///
  /// - Parameters:
  ///   - hash: Of the value, equally likely to be any of 64 bits; two values with one hash are
  ///     taken as equal.
  ///   - count: How often it was seen, at least once.
  /// - Complexity: O(log capacity) for a value that is known or not kept, else O(capacity).
  public mutating func record(hash: UInt64, count: UInt64 = 1) {
    precondition(count > 0, "a value that was never seen")
    total.add(count)
    if entries.count == Self.capacity, let last = entries.last, hash > last.hash { return }
    let position = position(of: hash)
    if position < entries.count, entries[position].hash == hash {
      return entries[position].count.add(count)
    }
    if entries.count == Self.capacity { entries.removeLast() }
    entries.insert(Entry(hash: hash, count: count), at: position)
  }

  /// Position of the first entry that is not below a hash.
  private func position(of hash: UInt64) -> Int {
    var (base, length) = (0, entries.count)
    while length > 0 {
      let half = length / 2
      let isBelow = entries[base + half].hash < hash
      base = isBelow ? base + half + 1 : base
      length = isBelow ? length - half - 1 : half
    }
    return base
  }

  /// Adds the other values.
  ///
  /// - Complexity: O(capacity).
  public mutating func merge(_ other: Self) {
    total.add(other.total)
    guard !other.entries.isEmpty else { return }
    var merged: [Entry] = []
    merged.reserveCapacity(min(Self.capacity, entries.count + other.entries.count))
    var (left, right) = (entries[...], other.entries[...])
    while merged.count < Self.capacity, let next = Self.next(&left, &right) { merged.append(next) }
    entries = merged
  }

  /// Takes the entry with the smallest hash, summed where both have it.
  private static func next(
    _ left: inout ArraySlice<Entry>,
    _ right: inout ArraySlice<Entry>
  ) -> Entry? {
    guard var first = left.first else { return right.popFirst() }
    guard let second = right.first, second.hash <= first.hash else { return left.popFirst() }
    right.removeFirst()
    guard second.hash == first.hash else { return second }
    left.removeFirst()
    first.count.add(second.count)
    return first
  }
}

extension DistinctSketch {
  /// What the kept hashes say.
  public struct Sample: Equatable, Sendable {
    /// Different values among the kept: all of them while `isComplete`.
    public var distinct: UInt64
    /// Kept values that came once.
    public var singles: UInt64
    /// Occurrences of kept values beyond the first of each.
    public var repeats: UInt64
    /// Whether no value was left out.
    public var isComplete: Bool
    /// The largest kept hash as a share of all hashes, above 0.
    public var reach: Double
  }

  /// The sample of different values.
  ///
  /// - Complexity: O(capacity).
  public var sample: Sample {
    var (singles, repeats): (UInt64, UInt64) = (0, 0)
    for entry in entries {
      singles &+= entry.count == 1 ? 1 : 0
      repeats.add(entry.count - 1)
    }
    return Sample(
      distinct: UInt64(entries.count),
      singles: singles,
      repeats: repeats,
      isComplete: entries.count < Self.capacity || kept == total,
      reach: (Double(entries.last?.hash ?? 0) + 1) * 0x1p-64
    )
  }

  /// Values that have one of the kept hashes.
  private var kept: UInt64 { entries.reduce(into: 0) { $0.add($1.count) } }
}

extension DistinctSketch {
  /// Writes the sketch: 2 bytes when empty, about 9 for each kept hash.
  public func encode(into writer: inout ByteWriter) {
    writer.varint(total)
    writer.count(entries.count)
    var last: UInt64 = 0
    for entry in entries {
      writer.varint(entry.hash - last)
      writer.varint(entry.count)
      last = entry.hash
    }
  }

  /// Reads the sketch.
  ///
  /// - Throws: `BadEncoding` when the bytes are no sketch, or its counts do not fit together.
  public init(from reader: inout ByteReader) throws(BadEncoding) {
    let start = reader.position
    total = try reader.varint()
    var last: UInt64 = 0
    for index in 0..<(try reader.count(limit: Self.capacity, "hashes")) {
      let place = reader.position
      let (hash, overflow) = last.addingReportingOverflow(try reader.varint())
      let count = try reader.varint()
      guard !overflow, index == 0 || hash > last, count > 0 else {
        throw BadEncoding("hashes are not in order, or one never came", at: place)
      }
      entries.append(Entry(hash: hash, count: count))
      last = hash
    }
    guard entries.count < Self.capacity ? kept == total : kept <= total else {
      throw BadEncoding("\(total) values, \(kept) of them with the hashes that came", at: start)
    }
  }
}
