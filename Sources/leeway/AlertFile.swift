internal import Foundation
internal import Monitoring
internal import Service

/// An alert as it stands in the topic of alerts.
struct AlertFile: Decodable {
  /// What the event is about.
  let data: Content

  /// The event's data, as far as it explains the number.
  struct Content: Decodable {
    let alert, state, monitor, rule, severity, summary: String
    let model_version, versus, segment, field, statistic, threshold_source: String?
    let value, distance, p_value, confidence, threshold, bound: Double?
    let alpha, delta, natural, explains: Double?
    let n_current: UInt64
    let n_reference: UInt64?
    let window_start, window_end: String
    let digest: Digest?
  }

  /// Both distributions.
  struct Digest: Decodable {
    let edges: [Double]?
    let categories: [String]?
    let reference, current: [UInt64]
    let other_reference, other_current, unseen_reference, unseen_current: UInt64?
    let records_reference, missing_reference, records_current, missing_current: UInt64?
  }

  /// Whether bytes are meant as an event rather than as a monitor's file.
  static func isMeant(by bytes: [UInt8]) -> Bool {
    let text = String(decoding: bytes, as: UTF8.self)
    return text.first { !$0.isWhitespace } == "{" && text.contains("\"specversion\"")
  }

  /// Reads one event.
  ///
  /// - Throws: `damaged` where it is none of alerts.
  init(_ bytes: [UInt8], name: String) throws {
    struct Kind: Decodable { let type: String }
    let decoder = JSONDecoder()
    let data = Data(bytes)
    guard let kind = try? decoder.decode(Kind.self, from: data) else {
      throw InputError(.damaged, "\(name): is not one event of JSON; give a single alert")
    }
    guard kind.type == "io.leeway.alert.v1" else {
      throw InputError(.damaged, "\(name): is of type \(kind.type), not io.leeway.alert.v1")
    }
    do { self = try decoder.decode(AlertFile.self, from: data) } catch {
      throw InputError(.damaged, "\(name): is not an alert as leeway writes them")
    }
  }
}

extension AlertFile.Digest {
  /// As the derivation reads it; nil where its parts do not fit together.
  var distributions: AlertDigest? {
    AlertDigest(
      edges: edges,
      categories: categories ?? [],
      reference: reference,
      current: current,
      others: (other_reference ?? 0, other_current ?? 0),
      unseen: (unseen_reference ?? 0, unseen_current ?? 0),
      records: records
    )
  }

  private var records: (reference: AlertDigest.Records, current: AlertDigest.Records)? {
    guard let records_reference, let missing_reference, let records_current, let missing_current
    else { return nil }
    return (
      AlertDigest.Records(count: records_reference, missing: missing_reference),
      AlertDigest.Records(count: records_current, missing: missing_current)
    )
  }
}
