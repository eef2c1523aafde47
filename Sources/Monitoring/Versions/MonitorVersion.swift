public import Records
public import Reference
public import Rules
public import Windowing

/// What a monitor judges by, from some event time on: a checked plan and its reference.
///
/// Versions never change. Each has a number; of two the one with the higher number was published
/// later, and judges the windows behind those of the other.
public struct MonitorVersion: Sendable {
  /// Its place among all: the offset in the control topic, or `first`.
  public let number: Int64
  /// Hash of all it says.
  public let name: String
  /// It judges windows that begin at or after this instant; nil for as early as it can.
  public let from: Timestamp?
  /// What is judged, and how.
  public let plan: Plan
  /// What every window is compared with.
  public let profile: ReferenceProfile
  /// The shape of its state: versions of one layout count alike.
  public let layout: StateLayout
  /// Writes its outcomes.
  public let writer: EventWriter

  /// The number of the version that a monitor begins with.
  public static var first: Int64 { -1 }

  /// A version.
  ///
  /// - Parameters:
  ///   - number: Higher than those of the versions before it.
  ///   - name: Hash of all it says.
  ///   - from: When it begins to judge; nil for as early as it can.
  ///   - plan: Checked against the same profile.
  ///   - profile: The reference.
  ///   - limits: What its state holds at most.
  public init(
    number: Int64 = first,
    name: String,
    from: Timestamp? = nil,
    plan: Plan,
    profile: ReferenceProfile,
    limits: Limits = Limits()
  ) {
    self.number = number
    self.name = name
    self.from = from
    self.plan = plan
    self.profile = profile
    layout = StateLayout(plan: plan, profile: profile, limits: limits)
    writer = EventWriter(plan: plan, profile: profile, limits: limits)
  }
}

/// An outcome, and the version of the monitor that it came of.
public struct Judged: Sendable {
  /// By which it was judged.
  public let version: MonitorVersion
  /// What came of it.
  public let outcome: Outcome

  /// An outcome of a version.
  public init(version: MonitorVersion, outcome: Outcome) {
    (self.version, self.outcome) = (version, outcome)
  }

  /// The record to write.
  public var record: OutputRecord { version.writer.record(outcome) }
}
