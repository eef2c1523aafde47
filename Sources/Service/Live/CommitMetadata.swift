internal import Foundation
internal import Monitoring
internal import Records
internal import Rules
internal import Windowing

/// What stands beside a committed offset: all that is needed to go on from there as if nothing had
/// happened.
///
/// ASCII text, since brokers and tools show it; at most `sizeLimit` bytes, since brokers refuse
/// more than 4,096.
struct CommitMetadata: Equatable {
  static let sizeLimit = 3_900

  var point: ResumePoint
  /// Who gives the records their times; nil until there was one.
  var trust: PartitionClock.Trust?
  /// End of the last window written, nil before any: up to there none is written again.
  var closedThrough: Timestamp?
  /// Where the partition was silent while the others went on.
  var catchUp: CatchUp?
  /// What decides which record is in which window: `WindowIdentity`.
  var windows: String

  /// Times a file may hold, so that sums of them stay in range.
  private static let times = Int64.min / 4...Int64.max / 4

  private struct Text: Codable {
    var v = 1
    var windows: String
    var closed: Int64?
    var watermark: Int64?
    var recent: [Int64]
    var panes: [Int64]
    var unit: String?
    var broker: Bool?
    var silentFrom: Int64?
    var silentThrough: Int64?

    var isInRange: Bool {
      ([closed, watermark, silentThrough].compactMap(\.self) + recent).allSatisfy {
        CommitMetadata.times.contains($0)
      }
    }
  }

  init(
    point: ResumePoint,
    trust: PartitionClock.Trust?,
    closedThrough: Timestamp?,
    catchUp: CatchUp?,
    windows: String
  ) {
    self.point = point
    self.trust = trust
    self.closedThrough = closedThrough
    self.catchUp = catchUp
    self.windows = windows
  }

  /// Reads what `text` wrote; nil for anything else.
  init?(offset: Int64, text: String) {
    guard let text = try? JSONDecoder().decode(Text.self, from: Data(text.utf8)), text.v == 1,
      text.isInRange
    else { return nil }
    point = ResumePoint(
      offset: offset,
      clock: PartitionClock.Memory(
        watermark: text.watermark.map { Timestamp(microseconds: $0) },
        recent: text.recent,
        farPanes: text.panes
      ),
      timeUnit: text.unit.flatMap(TimeUnit.init)
    )
    trust = text.broker.map { $0 ? .broker : .producers }
    closedThrough = text.closed.map { Timestamp(microseconds: $0) }
    if let from = text.silentFrom, let through = text.silentThrough {
      catchUp = CatchUp(offset: from, closedThrough: Timestamp(microseconds: through))
    }
    windows = text.windows
  }

  /// The text to commit.
  ///
  /// Far panes only count towards the limit of panes a partition may open; of so many that they
  /// do not fit, none is written, and the count begins anew.
  func text() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    var text = Text(
      windows: windows,
      closed: closedThrough?.microseconds,
      watermark: point.clock.watermark?.microseconds,
      recent: point.clock.recent,
      panes: point.clock.farPanes,
      unit: point.timeUnit?.rawValue,
      broker: trust.map { $0 == .broker },
      silentFrom: catchUp?.offset,
      silentThrough: catchUp?.closedThrough.microseconds
    )
    var data = try encoder.encode(text)
    if data.count > Self.sizeLimit {
      text.panes = []
      data = try encoder.encode(text)
    }
    return String(decoding: data, as: UTF8.self)
  }
}

/// What decides which record is in which window: a plan that differs in it goes on otherwise.
enum WindowIdentity {
  static func of(_ plan: Plan) -> String {
    var parts = [plan.roles.time.description, plan.lateness.description]
    for window in plan.windows {
      parts += [window.size, window.every, window.align].map(\.description)
    }
    for condition in plan.source.conditions {
      parts += [condition.path.description, condition.value]
    }
    return String(EventIdentity.hash(parts).prefix(16))
  }
}
