import Foundation
import KafkaClient
import Monitoring
import Records
import Rules
import Service
import Windowing

extension Simulation {
  /// What the read-committed view of the outputs lacks, has twice, or has otherwise than the whole
  /// input gives when nothing ever fails, given which partitions were silent when.
  func differences(trust: PartitionClock.Trust = .producers) -> [String] {
    var findings = findings
    let expected: [Output: [OutputRecord]]
    if stream.plan.idleAfter == nil {
      expected = stream.expected(trust: trust, written: written)
    } else {
      // When a partition is silent is a matter of the clock: that alone is taken from the log.
      findings += gaps(decisions)
      expected = stream.expected(decisions, written: written)
    }
    for output in Output.allCases {
      let topic = names.outputs[Output.allCases.firstIndex(of: output) ?? 0]
      var found = broker.committedRecords(topic, 0).map { describe($0.key, $0.value, $0.headers) }
      var wanted = (expected[output] ?? []).map { record in
        describe(
          Array(record.key.utf8),
          record.value,
          record.headers.map { RecordHeader($0.name, $0.value) }
        )
      }
      // Dead letters of several partitions have no order among them.
      if output == .deadLetters { (found, wanted) = (found.sorted(), wanted.sorted()) }
      guard found != wanted else { continue }
      findings.append(difference(output, found, wanted))
    }
    if processes.contains(where: { $0.violations > 0 }) {
      findings.append("the audit found violations where there were none")
    }
    return findings
  }

  /// When the broker wrote each record of each partition of the source.
  private var written: [[Int64]] {
    stream.partitions.indices.map { partition in
      let records = broker.allRecords(stream.plan.source.topics[0], Int32(partition))
      return records.map(\.timestamp)
    }
  }

  private func difference(_ output: Output, _ found: [String], _ wanted: [String]) -> String {
    let index = zip(found, wanted).enumerated().first { $0.element.0 != $0.element.1 }?.offset
    let first = index ?? min(found.count, wanted.count)
    let records = [found, wanted].map { $0.dropFirst(first).first ?? "none" }
    // What stands before the place where two long records part says little.
    let same = records[0].commonPrefix(with: records[1], options: .literal).count
    let shown = records.map { $0.dropFirst(max(0, same - 150)).prefix(300) }
    return "\(output): \(found.count) instead of \(wanted.count); at \(first) \(shown[0])"
      + " instead of \(shown[1])"
  }

  private func describe(
    _ key: [UInt8]?,
    _ value: [UInt8]?,
    _ headers: [RecordHeader]
  ) -> String {
    let parts = headers.map { "\($0.name)=\(String(decoding: $0.value ?? [], as: UTF8.self))" }
    let text = value.map { String(decoding: $0, as: UTF8.self) } ?? "none"
    return "\(String(decoding: key ?? [], as: UTF8.self)) \(parts) \(text)"
  }
}
