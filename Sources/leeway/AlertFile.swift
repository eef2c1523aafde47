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
    let digest: AlertDigestContent?
  }

  /// Whether bytes are meant as an event rather than as a monitor's file.
  static func isMeant(by bytes: [UInt8]) -> Bool {
    let text = String(decoding: bytes, as: UTF8.self)
    return text.first { !$0.isWhitespace } == "{" && text.contains("\"specversion\"")
  }

  /// Reads one event.
  ///
  /// - Throws: `InputError` where it is none of alerts.
  init(_ bytes: [UInt8], name: String) throws {
    struct Kind: Decodable { let type: String }
    let decoder = JSONDecoder()
    let data = Data(bytes)
    guard let kind = try? decoder.decode(Kind.self, from: data) else {
      throw InputError("\(name): is not one event of JSON; give a single alert")
    }
    guard kind.type == EventType.alert else {
      throw InputError("\(name): is of type \(kind.type), not \(EventType.alert)")
    }
    do { self = try decoder.decode(AlertFile.self, from: data) } catch {
      throw InputError("\(name): is not an alert as leeway writes them")
    }
  }
}
