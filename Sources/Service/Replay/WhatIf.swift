public import KafkaClient
internal import Monitoring
public import Rules
internal import Windowing

/// Rules judged on windows that were stored: what they would have said, without the events.
public struct WhatIf {
  private let plan: Plan
  private var judge: StoredWindowJudge
  private var reader: StoredWindowReader
  /// What each rule's alerts would have done.
  public private(set) var report = RuleReport()
  /// Windows judged.
  public private(set) var windows = 0

  /// A judge that has seen no window.
  ///
  /// - Parameter plan: The rules to try, on the fields and windows of the monitor.
  public init(plan: Plan) {
    self.plan = plan
    judge = StoredWindowJudge(plan: plan)
    reader = StoredWindowReader(monitor: plan.monitor)
  }

  /// Records that are none of a window of the monitor.
  public var foreign: UInt64 { reader.foreign }

  /// Statistics that rules compare and none of the records holds, sorted.
  public var unanswered: [String] { judge.unanswered.sorted() }

  /// Sizes of window that rules look at and of which not all are there, as files have them.
  public var incomplete: [String] { judge.incomplete.map(Self.name) }

  static func name(of window: WindowSpecification) -> String {
    let size = DurationText.text(of: window.size)
    return window.minRecords.map { "\(size) with min_records \($0)" } ?? size
  }

  /// Judges the windows of files, as `replay` writes them.
  ///
  /// - Throws: `InputError` when an input cannot be read.
  public mutating func judge(_ inputs: [InputFile]) throws {
    for input in inputs { try StoredRecords.read(input) { reader.take($0) } }
    judgeAll(hasEnded: true)
  }

  /// Judges the windows of the monitor's topic up to where it ends now.
  ///
  /// - Throws: `KafkaError`.
  public mutating func judgeTopic(_ settings: KafkaSettings) throws {
    try StoredRecords.read(topic: StageTopics(plan).name(.windows), settings) { reader.take($0) }
    judgeAll(hasEnded: false)
  }

  private mutating func judgeAll(hasEnded: Bool) {
    let stored = reader.windows
    windows = stored.count { !$0.isGap }
    for verdicts in judge.judge(stored, hasEnded: hasEnded) { report.note(verdicts, plan) }
  }
}
