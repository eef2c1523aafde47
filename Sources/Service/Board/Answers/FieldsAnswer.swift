internal import Monitoring
internal import Records
internal import Rules
internal import Windowing

extension BoardContents {
  /// `/api/v1/fields`: which there are; with `field`, all that is known of one.
  ///
  /// - Throws: For a field that is not judged.
  func fields(_ query: BoardQuery) throws(WebRefusal) -> [UInt8] {
    guard let name = query.field else { return overview }
    guard let index = plan.fields.firstIndex(where: { $0.name == name }) else {
      throw WebRefusal(status: 404, message: "no such field is judged")
    }
    return detail(of: index, query)
  }

  private var overview: [UInt8] {
    let all = windows.things
    var json = JSONText()
    json.object { json in
      json.member("monitor", monitor)
      json.array("fields") { json in
        for field in plan.fields { json.object { Self.write(field, to: &$0) } }
      }
      let segments = (0..<plan.segmentCount).map { plan.name(ofSegment: $0) }
      json.member("segments", [Self.allRecords] + segments)
      json.member("versions", Set(all.compactMap(\.version)).sorted())
      let sizes = plan.windows.map { DurationText.text(of: $0.size) }
      json.member("sizes", sizes.enumerated().filter { sizes.firstIndex(of: $1) == $0 }.map(\.1))
      json.member("statistics", statistics)
    }
    return json.bytes
  }

  /// Those of the windows, each with its p-value where a rule looks at that.
  private var statistics: [String] {
    let compared = Set(plan.rules.flatMap { plan.limits(of: $0) }.map(\.statistic))
    return plan.statistics.map(\.name).flatMap { name in
      [name] + [Statistic.pValue(of: name)].filter(compared.contains)
    }
  }

  private static func write(_ field: PlannedField, to json: inout JSONText) {
    json.member("field", field.name)
    json.member("kind", field.kind.rawValue)
    json.member("role", field.isPrediction ? "prediction" : "feature")
  }

  private func detail(of index: Int, _ query: BoardQuery) -> [UInt8] {
    let field = plan.fields[index]
    let chosen = selection(query)
    let places = chosen.map { $0.index(of: field.name, near: index) }
    var json = JSONText()
    json.object { json in
      Self.write(field, to: &json)
      json.member("segment", query.segment ?? Self.allRecords)
      json.member("size", query.size ?? mainSize)
      json.member("version", chosen.last { $0.version != nil }?.version)
      json.array("windows") { json in
        for (window, place) in zip(chosen, places) {
          json.object { Self.write(fieldAt: place, of: window, to: &$0) }
        }
      }
      json.object("series") { json in
        let compared = limits(of: index, query.segment).map(\.statistic)
        for name in Set(chosen.flatMap(\.columns.keys) + compared).sorted() {
          Self.write(series: name, of: zip(chosen, places), to: &json)
        }
      }
      json.array("thresholds") { write(thresholdsOf: index, query.segment, to: &$0) }
      json.name("distributions")
      write(distributionsOf: field.name, chosen, to: &json)
    }
    return json.bytes
  }

  private static func write(
    fieldAt place: Int?,
    of window: BoardWindow,
    to json: inout JSONText
  ) {
    json.member("start", window.start)
    json.member("end", window.end)
    guard let place else { return json.member("n", UInt64?.none) }
    let counts = window.fields[place]
    json.member("n", counts.count)
    json.member("missing", counts.missing)
    json.object("missing_by_kind") { json in
      for (kind, count) in counts.missingByKind.sorted(by: { $0.key < $1.key }) {
        json.member(kind, count)
      }
    }
  }

  private static func write(
    series name: String,
    of windows: Zip2Sequence<[BoardWindow], [Int?]>,
    to json: inout JSONText
  ) {
    var (values, pValues): ([Double?], [Double?]) = ([], [])
    for (window, place) in windows {
      let (column, pColumn) = (window.values(of: name), window.columns[name]?.pValues)
      values.append(place.flatMap { column?[$0] })
      pValues.append(place.flatMap { pColumn?[$0] })
    }
    guard values.contains(where: { $0?.isFinite ?? false }) else { return }
    json.object(name) { json in
      json.member("values", values)
      if pValues.contains(where: { $0?.isFinite ?? false }) { json.member("p_values", pValues) }
    }
  }

  private func limits(of field: Int, _ segment: String?) -> [FieldLimit] {
    plan.limits(ofField: field, segment: segment ?? Self.allRecords)
  }

  /// What rules compare the field's statistics with.
  private func write(
    thresholdsOf field: Int,
    _ segment: String?,
    to json: inout JSONText
  ) {
    for limit in limits(of: field, segment) {
      json.object { json in
        json.member("rule", limit.rule)
        json.member("severity", limit.severity.rawValue)
        json.member("statistic", limit.statistic)
        json.member("relation", limit.relation.rawValue)
        json.member("good", limit.good.rawValue)
        json.member("threshold", limit.threshold)
        json.member("text", limit.text)
        json.member("size", limit.size)
      }
    }
  }
}
