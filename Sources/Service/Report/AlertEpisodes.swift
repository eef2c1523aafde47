internal import Foundation
internal import Monitoring
internal import Records
internal import Rules

/// One alert, from the window that failed first to its end.
struct AlertEpisode: Sendable {
  /// As the record says that began to fire; before it fires, the first.
  var content: AlertContent
  var severity: Severity
  /// Start of the first window that failed.
  let start: Timestamp
  /// End of the window that made it fire; nil while it waits.
  var fired: Timestamp?
  /// End of the window that resolved it; nil while it stands.
  var end: Timestamp?
}

/// Alerts as their records tell them: a pure function of the records, that of one which is written
/// twice the same.
struct AlertEpisodes: Sendable {
  /// The distributions of the alert of a field that says the most.
  struct Digest: Sendable {
    let content: AlertContent
    let digest: AlertDigest
    fileprivate let strength: Double
  }

  private struct FieldName: Hashable {
    var field: String
    var version: String?
  }

  private struct DigestRecord: Decodable {
    struct Body: Decodable {
      var digest: AlertDigestContent?
    }

    var data: Body
  }

  private let span: EventSpan
  private let limit: Int
  private var known: [String: AlertEpisode] = [:]
  /// By model version and field, of all records.
  private var digests: [FieldName: Digest] = [:]
  private var seen = RecentNames(limit: 65_536)
  /// Alerts that fired and that there was no room for, by rule.
  private(set) var omitted: [String: Int] = [:]
  /// Alerts that waited and ended without firing.
  private(set) var endedPending = 0
  /// Alerts that ended, and whose records before that are gone: they may have fired for long.
  private(set) var endedUnknown = 0

  /// None yet.
  ///
  /// - Parameters:
  ///   - span: Alerts that did not stand within are passed over.
  ///   - limit: Alerts that are kept at most.
  init(span: EventSpan, limit: Int) { (self.span, self.limit) = (span, limit) }

  /// Takes the next record.
  mutating func take(_ notice: AlertNotice) {
    // What changed later is not known yet at the end of the span.
    guard notice.windowEnd <= span.to ?? notice.windowEnd, seen.insert(notice.id) else { return }
    let name = notice.content.alert
    if notice.state == .firing { keep(digestOf: notice) }
    if notice.state == .resolved, known[name] == nil { return noteUnknownEnd(notice) }
    guard var episode = known[name] ?? start(notice) else { return }
    switch notice.state {
    case .pending: break
    case .firing where episode.fired == nil:
      (episode.content, episode.severity) = (notice.content, notice.severity)
      episode.fired = notice.windowEnd
    case .firing:
      // What is said again while it fires may be silenced since, or no longer.
      episode.content.silencedBy = notice.content.silencedBy
    case .resolved: episode.end = notice.windowEnd
    }
    known[name] = episode
    guard let end = episode.end else { return }
    if episode.fired == nil {
      known[name] = nil
      if isWithin(end) { endedPending += 1 }
    } else if !isWithin(end) {
      known[name] = nil
    }
  }

  /// Whether what ended then stood within the span.
  private func isWithin(_ end: Timestamp) -> Bool { span.from.map { end > $0 } ?? true }

  private mutating func noteUnknownEnd(_ notice: AlertNotice) {
    // Else it may be one of those that there was no room for.
    guard known.count < limit, omitted.isEmpty, isWithin(notice.windowEnd) else { return }
    endedUnknown += 1
  }

  /// Those that fired, the first first.
  var fired: [AlertEpisode] {
    known.values.filter { $0.fired != nil }.sorted(by: Self.isBefore)
  }

  /// The distributions that the strongest alert of a field carries; nil without one.
  func digest(of field: String, version: String?) -> Digest? {
    digests[FieldName(field: field, version: version)]
  }

  private mutating func start(_ notice: AlertNotice) -> AlertEpisode? {
    guard known.count < limit else {
      if notice.state == .firing { omitted[notice.content.rule, default: 0] += 1 }
      return nil
    }
    return AlertEpisode(
      content: notice.content,
      severity: notice.severity,
      start: notice.firstSeen
    )
  }

  private mutating func keep(digestOf notice: AlertNotice) {
    let content = notice.content
    guard span.covers(notice.windowEnd), let field = content.field,
      content.segment ?? Plan.allRecords == Plan.allRecords
    else { return }
    let strength = abs(content.distance ?? content.value ?? 0)
    let key = FieldName(field: field, version: content.modelVersion)
    guard strength > digests[key]?.strength ?? -1, digests[key] != nil || digests.count < limit,
      let record = try? JSONDecoder().decode(DigestRecord.self, from: Data(notice.json)),
      let digest = record.data.digest?.distributions
    else { return }
    digests[key] = Digest(content: content, digest: digest, strength: strength)
  }

  private static func isBefore(_ left: AlertEpisode, _ right: AlertEpisode) -> Bool {
    let ends = (left.fired ?? left.start, right.fired ?? right.start)
    guard ends.0 == ends.1 else { return ends.0 < ends.1 }
    return (left.content.rule, left.content.groupRank ?? 0, left.content.alert)
      < (right.content.rule, right.content.groupRank ?? 0, right.content.alert)
  }
}
