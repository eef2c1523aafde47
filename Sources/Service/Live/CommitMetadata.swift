internal import Foundation
internal import Monitoring
internal import Records
internal import Windowing

/// What stands beside a committed offset: all that is needed to go on from there as if nothing had
/// happened.
///
/// ASCII text, since brokers and tools show it; at most `sizeLimit` bytes, since brokers refuse
/// more than 4,096.
struct CommitMetadata: Equatable {
  static let sizeLimit = 3_900

  var point: ResumePoint
  var trust: PartitionClock.Trust
  /// End of the last window written: windows up to there are not written again.
  var closedThrough: Timestamp

  private struct Text: Codable {
    var v = 1
    var closed: Int64
    var watermark: Int64?
    var recent: [Int64]
    var panes: [Int64]
    var unit: String?
    var broker: Bool
  }

  init(point: ResumePoint, trust: PartitionClock.Trust, closedThrough: Timestamp) {
    self.point = point
    self.trust = trust
    self.closedThrough = closedThrough
  }

  /// Reads what `text` wrote; nil for anything else.
  init?(offset: Int64, text: String) {
    guard let text = try? JSONDecoder().decode(Text.self, from: Data(text.utf8)), text.v == 1
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
    trust = text.broker ? .broker : .producers
    closedThrough = Timestamp(microseconds: text.closed)
  }

  /// The text to commit.
  ///
  /// Far panes only count towards the limit of panes a partition may open; of so many that they
  /// do not fit, none is written, and the count begins anew.
  func text() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    var text = Text(
      closed: closedThrough.microseconds,
      watermark: point.clock.watermark?.microseconds,
      recent: point.clock.recent,
      panes: point.clock.farPanes,
      unit: point.timeUnit?.rawValue,
      broker: trust == .broker
    )
    var data = try encoder.encode(text)
    if data.count > Self.sizeLimit {
      text.panes = []
      data = try encoder.encode(text)
    }
    return String(decoding: data, as: UTF8.self)
  }
}
