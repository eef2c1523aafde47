public import Reference
public import Rules
import Drift
import Records
import Sketches
public import Windowing

/// Turns outcomes into CloudEvents 1.0: the records that leave the monitor.
///
/// The bytes are a function of the outcome and the plan alone: no clock, no host, no counter, so a
/// stream that is read again writes the same records with the same ids.
public struct EventWriter: Sendable {
  let plan: Plan
  let limits: Limits
  /// `sha256:` of the reference that each model version is compared with.
  let references: ByVersion<String>
  /// `sha256:` of what the plan judges by.
  let configuration: String
  /// What windows' records hold of each field.
  let statistics: [Statistic]
  private let deltaFields: Int

  /// A writer for one monitor.
  public init(plan: Plan, references: References, limits: Limits = Limits()) {
    self.plan = plan
    self.limits = limits
    self.references = ByVersion(references, \.digest)
    configuration = EventIdentity.configuration(of: plan)
    statistics = plan.statistics
    deltaFields = plan.comparedDistributions
  }

  /// The record of an outcome.
  public func record(_ outcome: Outcome) -> OutputRecord {
    switch outcome {
    case .window(let result): record(result)
    case .alert(let alert): record(alert)
    case .retrain(let request): record(request)
    case .refused(let refusal): record(refusal)
    case .expired(let expiry): record(expiry)
    case .verdict(let verdict): record(verdict)
    }
  }

  /// Whether it is this plan with these references that an event names.
  ///
  /// - Parameters:
  ///   - configuration: The event's `config`.
  ///   - reference: Its `reference`.
  ///   - version: Its `model_version`.
  /// - Returns: No where the windows were judged by another one.
  public func isMaker(of configuration: String, _ reference: String, version: String?) -> Bool {
    self.configuration == configuration
      && references[version.map(ModelVersion.init)] == reference
  }

  /// How sure published statistics are: α of a single test, and the monitor's δ by field.
  var confidence: Confidence { .standard(fields: deltaFields) }

  /// What every event begins with; the caller writes the data.
  func event(
    _ output: Output,
    type: String,
    subject: String,
    id: String,
    time: Timestamp,
    _ data: (inout JSONText) -> Void
  ) -> OutputRecord {
    var json = JSONText()
    json.object {
      $0.member("specversion", "1.0")
      $0.member("id", id)
      $0.member("source", "/monitors/\(plan.monitor)")
      $0.member("type", type)
      $0.member("subject", subject)
      $0.member("time", time)
      $0.object("data", data)
    }
    return .event(output, key: "\(plan.monitor)/\(subject)", value: json.bytes)
  }

  /// The parts an id is made of, in the order of design.md 6.
  func id(
    type: String,
    version: ModelVersion?,
    window: Window,
    segment: Int? = nil,
    field: String? = nil,
    rule: String? = nil,
    state: String?,
    repetition: Int = 0
  ) -> String {
    EventIdentity.hash([
      type, plan.monitor, configuration, references[version], version?.name ?? "",
      window.start.description, window.end.description,
      plan.name(ofSegment: segment), field ?? "", rule ?? "", state ?? "", "\(repetition)",
    ])
  }

  func size(of window: Window) -> Duration { plan.windows[window.specification].size }

  /// Writes which accepted records inside the covers do not count.
  func writeLate(_ runs: [LateRun], _ json: inout JSONText) {
    let grid = plan.panes
    json.array("late_offsets") { json in
      for run in runs {
        json.object {
          $0.member("topic", plan.source.topics[run.topic])
          $0.member("partition", run.partition)
          $0.member("start", run.start)
          $0.member("end", run.end)
          $0.member("window_start", grid.start(of: run.panes.lowerBound))
          $0.member("window_end", grid.end(of: run.panes.upperBound))
        }
      }
    }
  }

  func writeCovers(
    _ name: String,
    _ covers: [OffsetCover],
    watermarks: Bool,
    _ json: inout JSONText
  ) {
    let pane = plan.panes.width
    json.array(name) { json in
      for cover in covers {
        json.object {
          $0.member("topic", plan.source.topics[cover.topic])
          $0.member("partition", cover.partition)
          $0.member("start", cover.start)
          $0.member("end", cover.end)
          guard watermarks else { return }
          $0.member("watermark", cover.watermark)
          if let before = cover.before { $0.object("clock") { before.write(to: &$0, pane: pane) } }
        }
      }
    }
  }
}

extension CoverStart {
  /// Writes the members of the clock, in microseconds since 1970 and numbers of panes: a clock that
  /// is wrong may be in a year that has no date.
  fileprivate func write(to json: inout JSONText, pane: Int64) {
    json.member("pane", pane)
    json.member("watermark", clock.watermark?.microseconds)
    json.member("recent", clock.recent)
    json.array("ahead") { json in
      for entry in clock.ahead {
        json.object {
          $0.member("place", entry.place)
          $0.member("time", entry.time.microseconds)
        }
      }
    }
    json.member("far_panes", clock.farPanes)
    json.member("time_unit", timeUnit?.rawValue)
    json.member("trust", trust == .broker ? "broker" : "producers")
  }
}
