public import Drift
internal import Records
internal import Sketches

/// Brings the values of two sides together, each with how often it occurs on either.
public enum PairedSamples {
  /// Goes through the fields; the collectors are empty afterwards.
  ///
  /// - Parameters:
  ///   - reference: Rows of one side, with blocks where they are asked for.
  ///   - current: Rows of the other, of the same fields.
  ///   - body: Receives each field, in the reference's order.
  /// - Throws: `temporaryFile`.
  /// - Complexity: Once through both sides; memory O(distinct values of the largest field).
  public static func forEachField(
    reference: inout ValueCollector,
    current: inout ValueCollector,
    _ body: (FieldSchema, PairedValues) -> Void
  ) throws(ReferenceError) {
    precondition(reference.fields == current.fields, "the two sides have different fields")
    for (index, field) in reference.fields.enumerated() {
      var values = PairedValues(
        numbers: field.kind == .numeric ? [] : nil,
        counts: [],
        reference: reference.completeness[index],
        current: current.completeness[index]
      )
      switch field.kind {
      case .numeric:
        let sides = (reference.store.takeNumbers(index), current.store.takeNumbers(index))
        try add(sides, to: &values, ofBlocks: reference.isInBlocks) { $0.numbers?.append($1) }
      case .categorical:
        let sides = (reference.store.takeTexts(index), current.store.takeTexts(index))
        try add(sides, to: &values, ofBlocks: reference.isInBlocks) { _, _ in }
      }
      body(field, values)
    }
  }

  private static func add<Key: SortKey>(
    _ sides: (reference: Tallies<Key>, current: Tallies<Key>),
    to values: inout PairedValues,
    ofBlocks isInBlocks: Bool,
    _ append: (inout PairedValues, Key) -> Void
  ) throws(ReferenceError) {
    var blocks: [[PairedValues.BlockCount]] = []
    var counts: [PairCount] = []
    try merge(sides) { tally in
      guard isInBlocks else { return }
      while blocks.count <= tally.window { blocks.append([]) }
      let count = PairedValues.BlockCount(value: counts.count, count: tally.count)
      blocks[Int(tally.window)].append(count)
    } onValue: { key, count in
      append(&values, key)
      counts.append(count)
    }
    values.counts = counts
    values.blocks = blocks
  }

  /// Goes through the values of both sides in order.
  ///
  /// - Parameters:
  ///   - sides: Both.
  ///   - onReference: Receives each tally of the reference before its value is complete.
  ///   - onValue: Receives a value, and how often it occurs.
  /// - Throws: `temporaryFile`.
  static func merge<Key: SortKey>(
    _ sides: (reference: Tallies<Key>, current: Tallies<Key>),
    onReference: (Tally<Key>) -> Void = { _ in },
    onValue: (Key, PairCount) -> Void
  ) throws(ReferenceError) {
    var (reference, current) = (try sides.reference.sorted(), try sides.current.sorted())
    var heads = (reference: try reference.next(), current: try current.next())
    while let value = [heads.reference?.key, heads.current?.key].compactMap(\.self).min() {
      var here = PairCount()
      while let head = heads.reference, head.key == value {
        here.reference += head.count
        onReference(head)
        heads.reference = try reference.next()
      }
      while let head = heads.current, head.key == value {
        here.current += head.count
        heads.current = try current.next()
      }
      onValue(value, here)
    }
  }
}
