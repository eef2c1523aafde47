public import Records

/// A version of a monitor that stands in the control topic.
public struct Publication: Equatable, Sendable {
  /// Unlike any other's: 32 hexadecimal digits.
  public var id: String
  /// Of its manifest, in the control topic.
  public var offset: Int64
  /// What its files mean: `LoadedMonitor.version`.
  public var version: String
  /// The windows that it judges begin at or after this; nil for the first window that begins
  /// behind everything counted so far, or for all when it is the first.
  public var from: Timestamp?
  /// `sha256:` of its reference; nil where its record does not say.
  public var reference: String?
  /// Its files.
  public var bundle: MonitorBundle

  /// The version as people call it: the first digits.
  public var shortVersion: String { VersionName.short(version) }
}

/// Which publication a group of processes has gone over to.
public struct Activation: Equatable, Sendable {
  /// Of this record, in the control topic.
  public var offset: Int64
  /// Name of the monitor.
  public var monitor: String
  /// `StageTopics.groupBase`.
  public var group: String
  /// What its files mean.
  public var version: String
  /// The offset of its manifest.
  public var publication: Int64
  /// The event time from which it judges; nil from the beginning.
  public var from: Timestamp?
}

/// Versions in front of people.
public enum VersionName {
  /// The first eight digits of a version.
  public static func short(_ version: String) -> String {
    let digest = version.split(separator: ":").last ?? ""
    return String(digest.prefix(8))
  }
}
