import Sketches
import TestSupport
import Testing

@Suite("Laws of every summary")
struct LawTests {
  private static let seeds = 0..<30 as Range<UInt64>

  private static let extremes = [
    0, -0.0, 1, -1, 0x1p-1074, -0x1p-1074, 0x1p-1022, 1e308, -1e308, .greatestFiniteMagnitude,
  ]

  private static func values(_ count: Int, _ generator: inout SplitMix64) -> [Double] {
    (0..<count).map { _ in
      generator.next().isMultiple(of: 3)
        ? extremes[Int(generator.next() % UInt64(extremes.count))]
        : (generator.uniform() * 20 - 10).rounded() / 2
    }
  }

  /// A stream as one piece, and cut in three.
  private static func pieces<Element>(
    _ stream: [Element],
    _ generator: inout SplitMix64
  ) -> (ArraySlice<Element>, ArraySlice<Element>, ArraySlice<Element>) {
    let first = Int(generator.next() % UInt64(stream.count + 1))
    let second = first + Int(generator.next() % UInt64(stream.count - first + 1))
    return (stream[..<first], stream[first..<second], stream[second...])
  }

  private func check<State: Summary, Element>(
    _ stream: [Element],
    _ generator: inout SplitMix64,
    empty: State,
    encode: (State) -> (inout ByteWriter) -> Void,
    record: (inout State, Element) -> Void
  ) {
    func summary(_ part: some Sequence<Element>) -> State {
      part.reduce(into: empty) { record(&$0, $1) }
    }
    let (a, b, c) = Self.pieces(stream, &generator)
    let broken = brokenSummaryLaw(
      empty: empty,
      parts: (summary(a), summary(b), summary(c)),
      whole: summary(stream)
    )
    #expect(broken == nil)
    #expect(summary(stream.reversed()) == summary(stream), "order matters")
    let whole = encoded(encode(summary(stream)))
    #expect(encoded(encode(scattered(stream, &generator, empty, record))) == whole)
  }

  /// A stream dealt to some summaries in any way, which are merged in any order.
  private func scattered<State: Summary, Element>(
    _ stream: [Element],
    _ generator: inout SplitMix64,
    _ empty: State,
    _ record: (inout State, Element) -> Void
  ) -> State {
    var parts = Array(repeating: empty, count: 1 + Int(generator.next() % 8))
    for element in stream.shuffled(using: &generator) {
      record(&parts[Int(generator.next() % UInt64(parts.count))], element)
    }
    while parts.count > 1 {
      let taken = parts.remove(at: Int(generator.next() % UInt64(parts.count)))
      parts[Int(generator.next() % UInt64(parts.count))].merge(taken)
    }
    return parts[0]
  }

  @Test("counts at reference points", arguments: seeds)
  func referenceCounts(seed: UInt64) {
    var generator = SplitMix64(seed: seed)
    let points = ReferencePoints(Array(Set(Self.values(12, &generator).map { $0 + 0 })).sorted())
    let stream = Self.values(200, &generator)
    check(
      stream,
      &generator,
      empty: ReferenceCounts(pointCount: points.count),
      encode: ReferenceCounts.encode
    ) {
      $0.record($1, at: points)
    }
  }

  @Test("moments", arguments: seeds)
  func moments(seed: UInt64) {
    var generator = SplitMix64(seed: seed)
    let unit = Moments.Unit(covering: [0, 1e-300, 3, 1e200, .infinity][Int(seed % 5)])
    let stream = Self.values(200, &generator)
    check(stream, &generator, empty: Moments(), encode: Moments.encode) {
      $0.record($1, unit: unit)
    }
  }

  @Test("category counts", arguments: seeds)
  func categoryCounts(seed: UInt64) {
    var generator = SplitMix64(seed: seed)
    let stream = (0..<200).map { _ in generator.next() % 6 }
    check(
      stream,
      &generator,
      empty: CategoryCounts(categoryCount: 5),
      encode: CategoryCounts.encode
    ) {
      $0.record(code: $1 < 5 ? Int($1) : nil)
    }
  }

  @Test("completeness", arguments: seeds)
  func completeness(seed: UInt64) {
    var generator = SplitMix64(seed: seed)
    let stream = (0..<200).map { _ in Int(generator.next() % 7) }
    check(stream, &generator, empty: Completeness(), encode: Completeness.encode) {
      Self.record($1, in: &$0)
    }
  }

  private static func record(_ kind: Int, in completeness: inout Completeness) {
    if let missing = Completeness.Missing(rawValue: kind) {
      completeness.recordMissing(missing)
    } else if kind == 5 {
      completeness.recordMismatch()
    } else {
      completeness.recordValue()
    }
  }

  @Test("smallest hashes, few and more than are kept", arguments: seeds)
  func distinct(seed: UInt64) {
    var generator = SplitMix64(seed: seed)
    let few = (0..<200).map { _ in Self.hash(generator.next() % 40) }
    check(few, &generator, empty: DistinctSketch(), encode: DistinctSketch.encode) {
      $0.record(hash: $1)
    }
    let many = (0..<3_000).map { _ in Self.hash(generator.next() % 2_500) }
    check(many, &generator, empty: DistinctSketch(), encode: DistinctSketch.encode) {
      $0.record(hash: $1)
    }
  }

  private static func hash(_ value: UInt64) -> UInt64 {
    var generator = SplitMix64(seed: value)
    return generator.next()
  }

  @Test("lengths of texts, and lags", arguments: seeds)
  func lengthsAndLags(seed: UInt64) {
    var generator = SplitMix64(seed: seed)
    let lengths = (0..<200).map { _ in generator.next() >> (generator.next() % 64) }
    check(lengths, &generator, empty: TextLengths(), encode: TextLengths.encode) { $0.record($1) }
    check(lengths, &generator, empty: LagCounts(), encode: LagCounts.encode) {
      $0.record(milliseconds: Int64(truncatingIfNeeded: $1))
    }
  }

  @Test("a field's summary, numeric and categorical", arguments: seeds)
  func fieldSummary(seed: UInt64) {
    var generator = SplitMix64(seed: seed)
    let points = ReferencePoints([-2, 0, 0.5, 3])
    let unit = Moments.Unit(covering: 5)
    let numbers = Self.values(200, &generator)
    check(
      numbers,
      &generator,
      empty: FieldSummary(.numeric(pointCount: points.count).keeping(.fractions)),
      encode: FieldSummary.encode
    ) {
      $0.completeness.recordValue()
      $0.counts.record($1, at: points)
      $0.moments.record($1, unit: unit)
      $0.fractions?.record($1, cell: points.cell(of: $1), at: points)
    }
    let codes = (0..<200).map { _ in Int(generator.next() % 4) }
    check(
      codes,
      &generator,
      empty: FieldSummary(.categorical(categoryCount: 3)),
      encode: FieldSummary.encode
    ) {
      $0.completeness.recordValue()
      $0.completeness.recordMissing(.null)
      $0.categories.record(code: $1 < 3 ? $1 : nil)
    }
  }

  @Test("full counters stay full, in any order")
  func saturation() {
    var (a, b) = (CategoryCounts(categoryCount: 1), CategoryCounts(categoryCount: 1))
    a.add(.max - 1, code: 0)
    b.add(5, code: 0)
    b.merge(a)
    #expect(b.counts == [.max])
    #expect(b.total == .max)
    var completeness = Completeness()
    completeness.recordValue(count: .max)
    completeness.recordMissing(.nan, count: 3)
    #expect(completeness.records == .max)
  }

  @Test("summaries of different layouts do not merge")
  func layouts() async {
    await #expect(processExitsWith: .failure) {
      var counts = ReferenceCounts(pointCount: 2)
      counts.merge(ReferenceCounts(pointCount: 3))
    }
  }
}
