import KafkaClient
import Service

@testable import Monitoring

/// What stage 1 decided of a partition in one commit, and nothing of what it counted: which records
/// it holds, and whether the partition holds windows open.
struct CommitStep: Equatable {
  var partition: Int
  var offsets: Range<Int>
  var isIdle: Bool
}

extension Simulation {
  /// What was decided in each commit that was evaluated, in their order.
  var decisions: [[CommitStep]] {
    let evaluated = broker.groupOffsets(names.evaluators).values.map(\.offset).max() ?? 0
    let layouts = [StateLayout(plan: stream.plan, references: stream.references)]
    var assembler = CommitAssembler()
    return broker.committedRecords(names.partials, 0).filter { $0.offset < evaluated }
      .compactMap { record in
        let lineage = SimulatedProcess.lineage
        let commit = assembler.take(record.value ?? [], layouts: layouts, lineage: lineage)
        return commit?.deltas[0].delta.progress.map { step in
          CommitStep(
            partition: step.partition,
            offsets: Int(step.from)..<Int(step.to),
            isIdle: step.isIdle
          )
        }
      }
  }

  /// Records that are in no commit, or in two.
  func gaps(_ decisions: [[CommitStep]]) -> [String] {
    stream.partitions.indices.compactMap { partition in
      var end = 0
      for step in decisions.flatMap(\.self) where step.partition == partition {
        guard step.offsets.lowerBound == end else {
          return "partition \(partition) goes on at \(step.offsets.lowerBound) behind \(end)"
        }
        end = step.offsets.upperBound
      }
      let count = stream.partitions[partition].count
      return end == count ? nil : "partition \(partition) ends at \(end), not \(count)"
    }
  }
}

extension Stream {
  /// What comes of the input in the order in which stage 1 handed it on, and silent partitions
  /// holding no window open.
  func expected(_ decisions: [[CommitStep]], written: [[Int64]]) -> [Output: [OutputRecord]] {
    let readers = partitions.indices.map { PartitionReader(self, partition: $0, written: written) }
    var evaluator = Evaluator(plan: plan, references: references)
    let writer = EventWriter(plan: plan, references: references)
    var records: [OutputRecord] = []
    for steps in decisions {
      for step in steps {
        let delta = readers[step.partition].read(step)
        evaluator.fold(delta)
        records += delta.deadLetters.map { writer.record($0) }
      }
      records += evaluator.advance().map { writer.record($0) }
    }
    return Dictionary(grouping: records, by: \.output)
  }
}
