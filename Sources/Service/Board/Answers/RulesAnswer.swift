internal import Monitoring
internal import Records
internal import Rules
internal import Windowing

extension BoardContents {
  /// `/api/v1/rules`: what is judged, and how its alerts stand.
  var rules: [UInt8] {
    let standing = Dictionary(grouping: standingAlerts, by: \.rule)
    var json = JSONText()
    json.object { json in
      json.array("rules") { json in
        for rule in plan.rules {
          json.object { json in
            json.member("rule", rule.name)
            json.member("severity", rule.severity.rawValue)
            json.member("condition", rule.condition.text)
            json.member("when", rule.saysWhen)
            json.member("clear", rule.clear?.text)
            json.member("size", isOfClock(rule) ? nil : size(of: rule))
            json.member("by", rule.by.map { plan.segmentFields[$0].name })
            json.member("fields", rule.fields.map { $0.map { plan.fields[$0].name } })
            json.array("tests") { write(testsOf: rule, to: &$0) }
            json.member("min_records", rule.minRecords)
            let alerts = standing[rule.name] ?? []
            json.member("pending", alerts.count { $0.state == .pending })
            json.member("firing", alerts.count { $0.state == .firing })
          }
        }
      }
    }
    return json.bytes
  }

  /// What it compares with what, and how a good value does.
  private func write(testsOf rule: PlannedRule, to json: inout JSONText) {
    for limit in plan.limits(of: rule) {
      json.object { json in
        json.member("statistic", limit.statistic)
        json.member("field", limit.field.map { plan.fields[$0].name })
        json.member("good", limit.good.rawValue)
        json.member("threshold", limit.threshold)
        json.member("text", limit.text)
      }
    }
  }

  /// Whether it is judged each minute, and no window of it is closed.
  private func isOfClock(_ rule: PlannedRule) -> Bool {
    rule.condition.tests.contains { $0.metric.isOfClock }
  }

  private func size(of rule: PlannedRule) -> String {
    DurationText.text(of: plan.windows[rule.windowIndex].size)
  }

  /// The monitor's own size of window.
  var mainSize: String { DurationText.text(of: plan.windows[0].size) }

  /// What the segment of all records is called.
  static var allRecords: String { Plan.allRecords }
}

extension PlannedRule {
  /// Whether it says when to alert, and not what to expect: its condition is the opposite then.
  fileprivate var saysWhen: Bool { if case .not = condition { true } else { false } }
}
