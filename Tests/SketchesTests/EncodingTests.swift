import Sketches
import TestSupport
import Testing

@Suite("Encoding: states come back exactly, and damaged bytes never come back changed")
struct EncodingTests {
  private static let seeds = 0..<40 as Range<UInt64>

  /// Checks that a state comes back, and that damaged bytes are refused or the only form.
  private func check<State: Equatable>(
    _ state: State,
    _ generator: inout StateGenerator,
    encode: (State, inout ByteWriter) -> Void,
    decode: (inout ByteReader) throws -> State,
    use: (State) -> Void = { _ in }
  ) throws {
    let bytes = encoded { encode(state, &$0) }
    #expect(try decoded(bytes, decode) == state)
    for _ in 0..<60 {
      let damaged = generator.damaged(bytes)
      guard let accepted = try? decoded(damaged, decode) else { continue }
      #expect(encoded { encode(accepted, &$0) } == damaged)
      use(accepted)
    }
  }

  @Test("counts at reference points", arguments: seeds)
  func referenceCounts(seed: UInt64) throws {
    var generator = StateGenerator(seed: seed)
    let pointCount = [0, 1, 5, 200][Int(seed % 4)]
    try check(
      generator.referenceCounts(pointCount: pointCount),
      &generator,
      encode: { $0.encode(into: &$1) },
      decode: { try ReferenceCounts(from: &$0, pointCount: pointCount) },
      use: { _ = ($0.total, $0.outside) }
    )
  }

  @Test("category counts", arguments: seeds)
  func categoryCounts(seed: UInt64) throws {
    var generator = StateGenerator(seed: seed)
    let categoryCount = [0, 1, 6, 300][Int(seed % 4)]
    try check(
      generator.categoryCounts(categoryCount: categoryCount),
      &generator,
      encode: { $0.encode(into: &$1) },
      decode: { try CategoryCounts(from: &$0, categoryCount: categoryCount) },
      use: { _ = $0.total }
    )
  }

  @Test("completeness", arguments: seeds)
  func completeness(seed: UInt64) throws {
    var generator = StateGenerator(seed: seed)
    try check(
      generator.completeness(),
      &generator,
      encode: { $0.encode(into: &$1) },
      decode: Completeness.init(from:),
      use: { _ = $0.records }
    )
  }

  @Test("moments", arguments: seeds)
  func moments(seed: UInt64) throws {
    var generator = StateGenerator(seed: seed)
    let other = generator.moments()
    try check(
      generator.moments(),
      &generator,
      encode: { $0.encode(into: &$1) },
      decode: Moments.init(from:),
      use: { Self.use($0, with: other) }
    )
  }

  @Test("lags", arguments: seeds)
  func lags(seed: UInt64) throws {
    var generator = StateGenerator(seed: seed)
    var state = LagCounts()
    for _ in 0..<generator.below(50) {
      state.record(milliseconds: Int64(truncatingIfNeeded: generator.number()))
    }
    try check(
      state,
      &generator,
      encode: { $0.encode(into: &$1) },
      decode: LagCounts.init(from:),
      use: { if $0.total > 0 { _ = $0.bucket(ofRank: $0.total) } }
    )
  }

  @Test("integers of 192 bits", arguments: seeds)
  func wideInteger(seed: UInt64) throws {
    var generator = StateGenerator(seed: seed)
    let factor = UInt128(generator.number()) << 64 | UInt128(generator.number())
    for state in [
      WideInteger(), WideInteger(factor), WideInteger(generator.number(), times: factor),
    ] {
      try check(
        state,
        &generator,
        encode: { $0.encode(into: &$1) },
        decode: WideInteger.init(from:)
      )
    }
  }

  @Test("a field's summary, numeric and categorical", arguments: seeds)
  func fieldSummary(seed: UInt64) throws {
    var generator = StateGenerator(seed: seed)
    let size = [0, 1, 4, 50][Int(seed % 4)]
    for layout in StateGenerator.layouts(size) {
      let other = generator.fieldSummary(layout)
      try check(
        generator.fieldSummary(layout),
        &generator,
        encode: { $0.encode(into: &$1) },
        decode: { try FieldSummary(from: &$0, layout: layout) },
        use: { accepted in
          #expect(accepted.counts.outside <= accepted.completeness.values)
          #expect(accepted.categories.unseen <= accepted.completeness.values)
          Self.use(accepted.moments, with: other.moments)
          #expect(accepted.distinct?.sample.singles ?? 0 <= accepted.completeness.values)
          _ = accepted.lengths?.mean
        }
      )
    }
  }

  /// What was accepted must be usable: no arithmetic may stop the process.
  private static func use(_ moments: Moments, with other: Moments) {
    for part in [Moments(), moments, other] {
      var merged = moments
      merged.merge(part)
      let isCountable = merged.count > 0 && merged.count < .max
      #expect((merged.mean(unit: StateGenerator.unit) != nil) == isCountable)
      #expect((merged.standardDeviation(unit: StateGenerator.unit) != nil) == isCountable)
    }
  }

  @Test("a state that comes back merges as the one that went", arguments: seeds)
  func merge(seed: UInt64) throws {
    var generator = StateGenerator(seed: seed)
    for layout in StateGenerator.layouts(6) {
      let (a, b) = (generator.fieldSummary(layout), generator.fieldSummary(layout))
      let bytes = encoded { a.encode(into: &$0) }
      var restored = try decoded(bytes) { try FieldSummary(from: &$0, layout: layout) }
      var merged = a
      merged.merge(b)
      restored.merge(b)
      #expect(restored == merged)
      #expect(encoded { restored.encode(into: &$0) } == encoded { merged.encode(into: &$0) })
    }
  }

  @Test("damage is neither always refused nor always accepted")
  func damage() {
    var generator = StateGenerator(seed: 1)
    var (accepted, refused) = (0, 0)
    for _ in 0..<1000 {
      let state = generator.fieldSummary(.numeric(pointCount: 4))
      let bytes = generator.damaged(encoded { state.encode(into: &$0) })
      let read = try? decoded(bytes) {
        try FieldSummary(from: &$0, layout: .numeric(pointCount: 4))
      }
      if read == nil { refused += 1 } else { accepted += 1 }
    }
    #expect(accepted > 20)
    #expect(refused > 500)
  }

  @Test("a field whose parts count different values is not written")
  func precondition() async {
    await #expect(processExitsWith: .failure) {
      var summary = FieldSummary(.numeric(pointCount: 2))
      summary.completeness.recordValue()
      _ = encoded { summary.encode(into: &$0) }
    }
    await #expect(processExitsWith: .failure) {
      var summary = FieldSummary(.categorical(categoryCount: 2))
      summary.categories.record(code: nil)
      _ = encoded { summary.encode(into: &$0) }
    }
  }
}
