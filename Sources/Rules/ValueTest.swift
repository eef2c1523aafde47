internal import Drift
internal import Records
internal import Sketches

/// Which values of a field a test such as `status in ["new", "paid"]` lets through.
///
/// A pattern is asked once of each category of the references, and of no record: a value that the
/// reference of its window does not know matches nothing, as it is in no list.
public struct ValueTest: Equatable, Sendable {
  /// As written: the values, or the pattern.
  public enum Source: Equatable, Sendable {
    /// These values, in byte order.
    case list([String])
    /// Values of which the whole matches.
    case pattern(String)
  }

  /// As written.
  public var source: Source
  /// The categories let through, in UTF-8; two spellings of a letter are two categories.
  let names: Set<[UInt8]>
  /// The numbers let through, each a point of every reference.
  let numbers: [Double]

  /// The share of a field's values that are let through; nil where there are none.
  ///
  /// - Complexity: O(categories) or O(values in the list · log points).
  func share(of comparison: FieldComparison) -> Measurement {
    var found: UInt64 = 0
    if comparison.isNumeric {
      for number in numbers { found.add(comparison.currentCount(of: number)) }
    } else {
      for (name, count) in zip(comparison.categories, comparison.currentBins)
      where names.contains(Array(name.utf8)) {
        found.add(count)
      }
    }
    return Metric.part(found, of: comparison.currentCount)
  }
}

extension Metric {
  /// What a test of values measures: the share of a field's values that it lets through.
  ///
  /// No metric of the catalog, as it cannot be called by its name, and is in no window's record.
  static func share(of keyword: ValueTestSyntax.Keyword) -> Metric {
    Metric(
      field: keyword.rawValue,
      unit: .share,
      summary: keyword == .in
        ? "share of values that are in the list" : "share of values that match the pattern",
      definition: "such values, of all values",
      state: .counters,
      source: "counting"
    ) { _, _ in Measurement(nil) }
  }
}

extension Checker {
  /// What a test of values lets through of a field, by each of the references; nil where one of
  /// them cannot tell.
  mutating func values(
    _ values: UnboundValues,
    of index: Int,
    in file: String
  ) -> ValueTest? {
    guard let fields else { return nil }
    let field = fields.judged[index]
    guard field.kind == .categorical || values.keyword == .in else {
      let place = values.items[0].text
      error(file, place, "'matches' is of texts, but \(shown(field.name)) is numeric")
      return nil
    }
    var known = [fields.schema.fields[field.referenceIndex]]
    for (_, own) in ownFields {
      known += own.schema.fields.filter { FieldPath($0.name) == field.path }
    }
    let isKnown =
      values.keyword == .matches
      || values.items.allSatisfy { isCounted($0, of: known, in: file) }
    guard isKnown else { return nil }
    var (names, numbers) = (Set<[UInt8]>(), [Double]())
    switch (values.keyword, field.kind) {
    case (.matches, _): names = values.matches(among: known.flatMap(\.categories))
    case (.in, .categorical): names = Set(values.items.map { Array($0.text.value.utf8) })
    case (.in, .numeric): numbers = Set(values.items.compactMap(\.number)).sorted()
    }
    return ValueTest(values, names: names, numbers: numbers)
  }

  /// Whether a value has a counter of its own over each of the references.
  private mutating func isCounted(
    _ item: UnboundValues.Item,
    of known: [ReferenceSchema.Field],
    in file: String
  ) -> Bool {
    let name = shown(item.text.value)
    for field in known {
      if field.kind == .numeric {
        guard let number = item.number else {
          error(file, item.text, "\(shown(field.name)) is numeric, and \(name) is no number")
          return false
        }
        guard case .numeric(let numeric)? = field.distribution?.distribution,
          numeric.points.index(of: number) == nil
        else { continue }
        error(
          file,
          item.text,
          "\(name) is none of the values that the reference counts by themselves",
          hint: "compare quantities, or learn from rows that have it, with more --points"
        )
        return false
      }
      guard !field.categories.contains(where: { $0.utf8.elementsEqual(item.text.value.utf8) })
      else { continue }
      error(
        file,
        item.text,
        "\(name) is no value of \(shown(field.name)) in the reference, so it is not counted apart",
        hint: Suggestion.didYouMean(item.text.value, among: field.categories)
          ?? "learn the reference from rows that have it"
      )
      return false
    }
    return true
  }

  /// Says where the reference itself does not keep to what a rule asks of values.
  mutating func warnOfValues(of rule: RuleDefinition, _ planned: Condition, in file: String) {
    guard let fields, let places = rule.condition?.compactMap({ $0 })?.tests else { return }
    for (place, (test, isNegated)) in zip(places, planned.signedTests) {
      guard let values = test.values, let index = test.field,
        let reference = fields.schema.fields[fields.judged[index].referenceIndex].distribution,
        let share = values.share(of: reference),
        test.relation.holds(share, test.threshold) == isNegated
      else { continue }
      warning(
        file,
        place.place,
        "the reference itself breaks this: \(NumberText.percentage(share)) of its values "
          + (values.isPattern ? "match" : "are in the list")
      )
    }
  }
}

extension ValueTest {
  fileprivate init(_ values: UnboundValues, names: Set<[UInt8]>, numbers: [Double]) {
    let texts = values.items.map(\.text.value)
    source =
      values.keyword == .matches
      ? .pattern(texts.joined())
      : .list(
        Set(texts.map { Array($0.utf8) }).sorted { $0.lexicographicallyPrecedes($1) }
          .map { String(decoding: $0, as: UTF8.self) }
      )
    (self.names, self.numbers) = (names, numbers)
  }

  fileprivate var isPattern: Bool { if case .pattern = source { true } else { false } }

  /// The same share of the reference; nil of one without values.
  fileprivate func share(of reference: FieldReference) -> Double? {
    var found: UInt64 = 0
    switch reference.distribution {
    case .numeric(let numeric):
      for index in numbers.compactMap({ numeric.points.index(of: $0) }) {
        found.add(numeric.equal[index])
      }
    case .categorical(let categorical):
      for (name, count) in zip(categorical.categories, categorical.counts)
      where names.contains(Array(name.utf8)) {
        found.add(count)
      }
    }
    return Metric.part(found, of: reference.completeness.values).value
  }
}

extension UnboundValues {
  /// The categories of which the whole matches the pattern.
  ///
  /// - Complexity: O(categories), each at the pattern's cost.
  fileprivate func matches(among categories: [String]) -> Set<[UInt8]> {
    guard let pattern = items.first.flatMap({ try? Regex($0.text.value) }) else { return [] }
    let regex = pattern.matchingSemantics(.unicodeScalar)
    return Set(categories.filter { $0.wholeMatch(of: regex) != nil }.map { Array($0.utf8) })
  }
}
