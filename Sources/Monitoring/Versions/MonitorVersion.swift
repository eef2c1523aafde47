public import Records
public import Reference
public import Rules
public import Windowing

/// What a monitor judges by, from some event time on: a checked plan and its references.
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
  /// What the windows of each model version are compared with.
  public let references: References
  /// The shape of its state: versions of one layout count alike.
  public let layout: StateLayout
  /// Writes its outcomes.
  public let writer: EventWriter

  /// `sha256:` of what files mean: those that judge alike have the same name, whatever their
  /// comments and layout.
  public static func name(of plan: Plan, _ references: References) -> String {
    var parts = ["version", EventIdentity.configuration(of: plan), references.standard.digest]
    for own in references.own { parts += [own.version, own.profile.digest] }
    return "sha256:" + EventIdentity.hash(parts + [plan.outputPrefix, plan.delivery.rawValue])
  }

  /// The number of the version that a monitor begins with.
  public static var first: Int64 { -1 }

  /// A version.
  ///
  /// - Parameters:
  ///   - number: Higher than those of the versions before it.
  ///   - from: When it begins to judge; nil for as early as it can.
  ///   - plan: Checked against the same references.
  ///   - references: Of the model versions.
  ///   - limits: What its state holds at most.
  public init(
    number: Int64 = first,
    from: Timestamp? = nil,
    plan: Plan,
    references: References,
    limits: Limits = Limits()
  ) {
    self.number = number
    name = Self.name(of: plan, references)
    self.from = from
    self.plan = plan
    self.references = references
    layout = StateLayout(plan: plan, references: references, limits: limits)
    writer = EventWriter(plan: plan, references: references, limits: limits)
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
