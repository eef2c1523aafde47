public import Drift
public import Records

extension Measurement: JSONWritable {
  /// Writes the value, and what is known beside it.
  ///
  /// A p-value below 10⁻³⁰⁰ is written as 0 with its logarithm in `log_p`; a value that cannot be
  /// told is null.
  public func write(to json: inout JSONText) { write(to: &json) { _ in } }

  /// Writes the same with members of the caller's own at the end.
  public func write(to json: inout JSONText, more: (inout JSONText) -> Void) {
    json.object { json in
      json.member("value", value)
      if let pValue {
        let isTiny = pValue < 1e-300
        json.member("p_value", isTiny ? 0 : pValue)
        if isTiny { json.member("log_p", logPValue) }
      }
      if let leastPValue { json.member("p_value_least", leastPValue) }
      if let adjusted { json.object("adjusted") { adjusted.write(to: &$0) } }
      if let degreesOfFreedom { json.member("degrees_of_freedom", degreesOfFreedom) }
      if let bound { json.member("bound", bound) }
      if let lower { json.member("lower", lower) }
      if let upper { json.member("upper", upper) }
      if let method { json.member("method", method) }
      if let distance { json.member("distance", distance) }
      if let expectation { json.member("expectation", expectation) }
      more(&json)
    }
  }
}

extension AdjustedTail {
  fileprivate func write(to json: inout JSONText) {
    json.member("bonferroni", bonferroni.value)
    json.member("holm", holm.value)
    json.member("benjamini_hochberg", benjaminiHochberg.value)
  }
}
