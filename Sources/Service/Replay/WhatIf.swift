public import KafkaClient
internal import Monitoring
internal import Records
public import Rules

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

  /// Statistics that rules compare and the records do not hold, sorted.
  public var unanswered: [String] { judge.unanswered.sorted() }

  /// Judges the windows of files, as `replay` writes them.
  ///
  /// - Throws: `InputError` when an input cannot be read.
  public mutating func judge(_ inputs: [InputFile]) throws {
    for input in inputs {
      var lines = try NDJSONReader(input)
      var batch = RecordBatch()
      while try lines.nextBatch(into: &batch) {
        for row in 0..<batch.count { if let json = batch.payload(row) { reader.take(json) } }
      }
    }
    judgeAll()
  }

  /// Judges the windows of the monitor's topic up to where it ends now.
  ///
  /// - Throws: `KafkaError`.
  public mutating func judgeTopic(_ settings: KafkaSettings) throws {
    let topic = StageTopics(plan).name(.windows)
    let consumer = try Consumer(group: nil, settings: settings)
    guard let description = try consumer.describe([topic])[0] else {
      throw KafkaError(.unknownTopic, "the brokers know no topic \(topic)")
    }
    for number in 0..<description.partitions {
      let partition = TopicPartition(topic, Int32(number))
      let end = try LogScan.endOffset(of: partition, settings: settings)
      let start = try consumer.watermarks([partition])[0].low
      try LogScan.read(partition, from: start, to: end, settings: settings) { _, _, payload in
        guard let payload else { return }
        reader.take(payload.indices.map { payload[$0] })
      }
    }
    judgeAll()
  }

  private mutating func judgeAll() {
    for window in reader.windows {
      windows += 1
      for verdicts in judge.judge(window) { report.note(verdicts, plan) }
    }
  }
}
