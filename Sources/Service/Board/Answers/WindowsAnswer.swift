internal import Records
internal import Rules

extension BoardContents {
  /// `/api/v1/windows`: windows, the newest last; with `statistic`, that of every field, too.
  func windows(_ query: BoardQuery) -> [UInt8] {
    let chosen = selection(query)
    var json = JSONText()
    json.object { json in
      json.member("segment", query.segment ?? Self.allRecords)
      json.member("size", query.size ?? mainSize)
      json.member("version", chosen.last { $0.version != nil }?.version)
      json.array("windows") { json in
        for window in chosen { json.object { Self.write(window, to: &$0) } }
      }
      guard let statistic = query.statistic else { return }
      let places = Dictionary(
        plan.fields.enumerated().map { ($1.name, $0) },
        uniquingKeysWith: { first, _ in first }
      )
      json.member("statistic", statistic)
      json.array("fields") { json in
        for field in fieldNames(of: chosen, query) {
          let place = places[field] ?? 0
          json.object { json in
            json.member("field", field)
            json.member("values", Self.values(of: field, near: place, statistic, in: chosen))
          }
        }
      }
    }
    return json.bytes
  }

  /// The fields of windows, in the plan's order, then those that the plan does not know any more.
  private func fieldNames(of windows: [BoardWindow], _ query: BoardQuery) -> [String] {
    if let field = query.field { return [field] }
    var known = Set(plan.fields.map(\.name))
    let former = windows.flatMap(\.fields).map(\.name).filter { known.insert($0).inserted }
    return plan.fields.map(\.name) + former
  }

  private static func values(
    of field: String,
    near place: Int,
    _ statistic: String,
    in windows: [BoardWindow]
  ) -> [Double?] {
    windows.map { window in
      guard let index = window.index(of: field, near: place) else { return nil }
      return window.values(of: statistic)?[index]
    }
  }

  private static func write(_ window: BoardWindow, to json: inout JSONText) {
    json.member("start", window.start)
    json.member("end", window.end)
    json.member("version", window.version)
    json.member("records", window.records)
    json.member("read", window.read)
    json.member("late", window.late)
    json.object("rejected") { json in
      for (reason, count) in window.rejected.sorted(by: { $0.key < $1.key }) {
        json.member(reason, count)
      }
    }
    json.member("filtered", window.filtered)
    if window.emptyWindows > 0 { json.member("empty_windows", window.emptyWindows) }
    json.member("integrity", window.isIntact ? "ok" : "violated")
    json.array("undecided") { json in
      for item in window.undecided {
        json.object { json in
          json.member("rule", item.rule)
          json.member("field", item.field)
          json.member("records_needed", item.records_needed)
        }
      }
    }
  }
}
