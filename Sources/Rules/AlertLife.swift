/// How an alert lives: when it fires, what ends it, and how often it is said again.
///
/// All times are event time.
public struct AlertLife: Equatable, Sendable {
  /// How long the rule must fail before the alert fires.
  public var hold = Hold.immediately
  /// How long the rule must not have failed before a firing alert ends; nil for not at all.
  public var keepFiringFor: Duration?
  /// How long after its end the alert does not fire again; nil for not at all.
  public var cooldown: Duration?
  /// After how long a firing alert is said again; nil for never.
  public var repeatEvery: Duration?

  /// One that fires at once and ends with the first window that passes.
  public init() {}
}

/// How long a condition must fail before its alert fires.
public enum Hold: Equatable, Sendable {
  /// The first failing window does.
  case immediately
  /// Every decided window over this time must have failed.
  case duration(Duration)
  /// So many of the last decided windows must have failed.
  case windows(Int, of: Int)
}

/// What becomes of a window that a rule cannot judge.
public enum UndecidedWindow: String, Sendable, CaseIterable {
  /// It changes nothing.
  case ignore
  /// It counts as one that failed.
  case alert
}
