internal import Foundation

/// Where the value of a property stands that shall not stand on a command line.
public enum PropertyReference: Hashable, Sendable {
  /// In this variable of the environment: `env:NAME`.
  case environment(String)
  /// In this file, the line's end left aside: `file:PATH`.
  case file(String)

  /// Longer than every certificate, shorter than what is named by mistake.
  private static let sizeLimit = 1 << 20

  /// What a value means; nil for one that stands for itself.
  init?(_ value: String) {
    if value.hasPrefix("env:") {
      self = .environment(String(value.dropFirst(4)))
    } else if value.hasPrefix("file:") {
      self = .file(String(value.dropFirst(5)))
    } else {
      return nil
    }
  }

  /// What stands there now.
  ///
  /// - Throws: `badSetting` when nothing does.
  func value() throws(KafkaError) -> String {
    switch self {
    case .environment(let name):
      guard let value = ProcessInfo.processInfo.environment[name] else {
        throw KafkaError(.badSetting, "there is no variable \(name) in the environment")
      }
      return value
    case .file(let path):
      guard let data = FileManager.default.contents(atPath: path) else {
        throw KafkaError(.badSetting, "\(path): no such file, or it may not be read")
      }
      guard data.count <= Self.sizeLimit, let text = String(bytes: data, encoding: .utf8) else {
        throw KafkaError(.badSetting, "\(path): is no text of at most 1 MiB")
      }
      let end = text.lastIndex { !$0.isNewline }
      return end.map { String(text[...$0]) } ?? ""
    }
  }
}
