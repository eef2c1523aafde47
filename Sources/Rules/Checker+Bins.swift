internal import Drift

// Which tests over bins no window decides, because the reference fills one bin only.

extension Checker {
  /// Says beside which references a test has no second bin, whatever a window holds.
  ///
  /// - Parameters:
  ///   - test: One that needs two bins.
  ///   - judged: The fields that it is made of.
  ///   - isGroup: Whether they were named by what they have in common: some of a group may have
  ///     one bin.
  ///   - file: Where it stands.
  mutating func checkBins(
    of test: UnboundComparison,
    _ judged: [Int],
    isGroup: Bool,
    in file: String
  ) {
    guard let fields else { return }
    let names = judged.map { fields.judged[$0].name }
    let own = ownFields.map { reference, fields in
      ("the reference of model version \(shown(reference.version.value))", fields)
    }
    for (reference, known) in [("the reference", fields)] + own {
      let single = names.filter(known.hasOneBin)
      guard !single.isEmpty, !isGroup || single.count == names.count else { continue }
      let argument = test.argument.map { "(\($0))" } ?? ""
      warning(
        file,
        test.place,
        "the values of \(Self.listed(single.map { shown($0) })) in \(reference) fill no two bins "
          + "of 10 or more: '\(test.metric.name)\(argument)' is always undecided beside it",
        hint: "judge 'psi' or 'ks'"
      )
    }
  }
}

extension FieldTable {
  /// Whether tests put all numbers of a field in one bin, however many a window has.
  ///
  /// Categories that a window has may fill a bin of their own.
  fileprivate func hasOneBin(_ name: String) -> Bool {
    guard case .judged(let field) = standing(of: name), let known = distribution(of: field),
      case .numeric = known.distribution
    else { return false }
    return ChiSquared.measure(FieldComparison(known)).value == nil
  }
}

extension Metric {
  /// Whether it has nothing to say of a table of one bin, which leaves rules undecided.
  ///
  /// - Parameter argument: What of the metric is asked for.
  /// - Returns: false for what is there of one bin, too.
  public func needsTwoBins(_ argument: String?) -> Bool {
    ["chi_squared", "g_test"].contains(name) || name == "psi" && argument == Self.pValueArgument
  }
}
