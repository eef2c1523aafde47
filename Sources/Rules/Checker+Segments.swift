internal import Drift
internal import Records

extension Checker {
  /// Finds the fields that records are counted apart by, and refuses more segments than there may
  /// be.
  mutating func planSegments() {
    guard let fields else { return }
    var found: [(index: Int, field: SegmentField)] = []
    var (segments, isTold) = (0, false)
    for name in monitor.segments {
      let path = FieldPath(name.value)
      guard let index = fields.schema.fields.firstIndex(where: { FieldPath($0.name) == path })
      else {
        error(
          monitor.file,
          name,
          "the reference has no field \(shown(name.value))",
          hint: Suggestion.didYouMean(name.value, among: fields.schema.fields.map(\.name))
        )
        continue
      }
      let field = fields.schema.fields[index]
      guard field.kind == .categorical else {
        error(
          monitor.file,
          name,
          "segments are of categorical fields, but \(shown(name.value)) is \(field.kind.rawValue)",
          hint: "where its values are names, profile it with --kind \(field.name)=categorical"
        )
        continue
      }
      segments += field.categories.count
      if segments > SegmentLimits.segments, !isTold {
        isTold = true
        error(
          monitor.file,
          name,
          "with the \(field.categories.count) values of \(shown(name.value)) there are "
            + "\(segments) segments; a monitor has \(SegmentLimits.segments) at most"
        )
      }
      found.append((index, SegmentField(name: field.name, path: path, values: field.categories)))
    }
    guard Set(found.map(\.index)).count == found.count else { return }
    segmentFields = found.sorted { $0.index < $1.index }.map(\.field)
    refuseEqualNames()
  }

  /// Two segments of one name would be one: only where a field's own name holds an equals sign.
  private mutating func refuseEqualNames() {
    var known: Set<[UInt8]> = []
    for field in segmentFields {
      for value in field.values + [SegmentField.other] {
        let name = "\(field.name)=\(value)"
        if known.insert(Array(name.utf8)).inserted { continue }
        let place = monitor.segments.first { FieldPath($0.value) == field.path }
        guard let place else { return }
        return error(
          monitor.file,
          place,
          "\(shown(name)) would be the name of segments of two fields"
        )
      }
    }
  }

  /// Segments that a rule is judged for; 1 where it is judged for all records.
  func segmentCount(of rule: PlannedRule) -> Int {
    rule.by.map { segmentFields[$0].segmentCount } ?? 1
  }

  /// Whether a field has a single value in each segment, so that `each` leaves it out.
  func isSegmentField(_ field: Int, _ by: Int?) -> Bool {
    by.map { fields?.judged[field].path == segmentFields[$0].path } ?? false
  }

  /// The field of `by`, among the monitor's; nil without one.
  mutating func segmentField(of rule: RuleDefinition, in file: String) -> Int? {
    guard let by = rule.by else { return nil }
    let names = monitor.segments.map(\.value)
    let path = FieldPath(by.value)
    guard names.contains(where: { FieldPath($0) == path }) else {
      error(
        file,
        by,
        "the monitor has no segments by \(shown(by.value))",
        hint: Suggestion.didYouMean(by.value, among: names)
          ?? "write 'segments: [\((names + [by.value]).joined(separator: ", "))]' in the monitor"
      )
      return nil
    }
    for test in rule.comparisons + rule.clearComparisons {
      guard let reason = test.reasonAgainstSegments else { continue }
      error(file, test.place, "'\(test.metric.name)' \(reason): 'by' has no use for it")
    }
    return segmentFields.firstIndex { $0.path == path }
  }
}

extension UnboundComparison {
  /// Why it cannot be judged segment by segment; nil when it can.
  fileprivate var reasonAgainstSegments: String? {
    if partner != nil { return "is of two fields together, which segments do not keep" }
    if values != nil { return "looks at values, which each segment knows others of" }
    switch baseline {
    case .reference: break
    case .previous: return "compares with the previous window, which segments do not keep"
    case .version: return "compares with another model version, which segments do not keep"
    }
    guard !metric.isOfField, !["count", "rate"].contains(metric.name) else { return nil }
    return "is of the stream as a whole"
  }
}
