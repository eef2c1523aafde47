public import Drift

/// What shall hold of a window.
public typealias Condition = Formula<Comparison>

/// When to ask for retraining.
public typealias TriggerCondition = Formula<FiringComparison>

/// A metric compared with a threshold.
public struct Comparison: Equatable, Sendable {
  /// What is measured.
  public var metric: Metric
  /// What looks at the metric's series from window to window; nil to compare the metric itself.
  public var detector: Metric?
  /// The field among the plan's; nil for the field that the rule is judging, and for the stream.
  public var field: Int?
  /// The other field, of a metric of two fields together.
  public var partner: Partner?
  /// What of the metric, such as the kind of `missing`.
  public var argument: String?
  /// The values that are let through, of a test of values.
  public var values: ValueTest?
  /// What it compares the window's records with.
  public var baseline = Baseline.reference
  /// Whether it says how far one field is from the reference.
  public var isOfReference: Bool { partner == nil && baseline == .reference }
  /// How it is compared.
  public var relation: Relation
  /// With what: a share from 0 to 1, a rate per second, else as written.
  public var threshold: Double
  /// The comparison as written.
  public var text: String

  /// Another field that is looked at together with the one judged.
  public struct Partner: Equatable, Sendable {
    /// Its position in the plan.
    public var field: Int
    /// As the reference names it.
    public var name: String
  }

  /// Whether it is a test at a stated confidence, which spends some of the budget.
  public var isLowerBound: Bool { detector == nil && metric.isLowerBound }

  /// Whether no window could decide it: at its ceiling the lower bound would not exceed the
  /// threshold, whatever the number of records.
  ///
  /// - Parameters:
  ///   - field: Its reference is looked at.
  ///   - confidence: Of the bound.
  /// - Returns: false for what is no lower bound of a distance from the reference.
  /// - Complexity: O(64 bins).
  public func isOutOfReach(of field: FieldComparison, confidence: Confidence) -> Bool {
    guard isLowerBound, isOfReference, relation != .equal, relation != .unequal else {
      return false
    }
    return metric.recordsToDecide(field, confidence: confidence, threshold: threshold) == nil
  }

  /// What the threshold is compared with, as alerts name it: `ks`, `adwin(mean)`.
  ///
  /// They name a test alike, whether its statistic or its p-value is compared.
  public var statistic: String {
    detector == nil ? statistic(argument: nil) : recordedStatistic
  }

  /// The same in full, as the records of windows name what they hold: `ks(p)`, `quantile(p99)`.
  public var recordedStatistic: String {
    let measured = statistic(argument: argument)
    return detector.map { "\($0.name)(\(measured))" } ?? measured
  }

  private func statistic(argument: String?) -> String {
    Statistic(metric, partner: partner?.name, argument: argument, baseline: baseline).name
  }

  /// Whether another reference would make it another number.
  public var looksAtReference: Bool { baseline == .reference && !metric.isOfWindowAlone }

  /// What the compared number is.
  public var unit: Metric.Unit { (detector ?? metric).unit }

  /// What a measurement says; undecided where there is none, or where it could say nothing else.
  ///
  /// A lower bound that even at its ceiling does not exceed the threshold could not have failed, so
  /// `< threshold` has not passed.
  public func verdict(_ measurement: Measurement) -> Verdict {
    guard let value = measurement.value else { return .undecided }
    let holds = relation.holds(value, threshold)
    // Records that were not read yet may be newer than the newest one read.
    if metric.isOfClock, let lower = measurement.lower, relation.holds(lower, threshold) != holds {
      return .undecided
    }
    guard isLowerBound, let ceiling = measurement.ceiling, ceiling <= threshold else {
      return holds ? .pass : .fail
    }
    switch relation {
    case .less, .lessOrEqual: return holds ? .undecided : .fail
    case .greater, .greaterOrEqual: return holds ? .pass : .undecided
    case .equal, .unequal: return holds ? .pass : .fail
    }
  }
}

/// The number of a rule's firing alerts compared with a threshold.
public struct FiringComparison: Equatable, Sendable {
  /// The rule among the plan's.
  public var rule: Int
  /// Fields among the plan's, of whose number the threshold is a share; nil for a plain number.
  public var group: [Int]?
  /// How it is compared.
  public var relation: Relation
  /// A number of alerts, or a share from 0 to 1 of the group.
  public var threshold: Double
  /// The comparison as written.
  public var text: String

  /// Whether the comparison holds.
  ///
  /// - Parameter firing: Firing alerts of the rule; with a group, those for its fields only.
  /// - Returns: A plain yes or no: what fires is always known.
  public func holds(firing: Int) -> Bool {
    guard let group else { return relation.holds(Double(firing), threshold) }
    let share = group.isEmpty ? 0 : Double(firing) / Double(group.count)
    return relation.holds(share, threshold)
  }
}

extension TriggerCondition {
  /// Whether the condition holds.
  ///
  /// - Parameter firing: Number of firing alerts of a rule; where fields are given, for those only.
  /// - Returns: A plain yes or no: what fires is always known.
  public func holds(_ firing: (_ rule: Int, _ fields: [Int]?) -> Int) -> Bool {
    verdict { $0.holds(firing: firing($0.rule, $0.group)) ? .pass : .fail } == .pass
  }
}
