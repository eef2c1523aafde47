internal import Records

extension Checker {
  /// The second field of a metric of two fields together; nil when it cannot be one.
  ///
  /// - Parameters:
  ///   - name: As written.
  ///   - index: Position of the first field.
  ///   - test: The comparison that names both.
  ///   - file: Where it stands.
  /// - Returns: What the plan says of it.
  mutating func partner(
    _ name: Located<String>,
    of index: Int,
    _ test: UnboundComparison,
    in file: String
  ) -> Comparison.Partner? {
    guard let other = field(name, in: file), let fields else { return nil }
    let (first, second) = (fields.judged[index], fields.judged[other])
    guard other != index else {
      error(file, name, "a field always goes together with itself", hint: "name another one")
      return nil
    }
    guard second.kind == .numeric else {
      let message = "'\(test.metric.name)' is of numeric fields, but \(shown(name.value)) is "
      error(file, name, message + second.kind.rawValue)
      return nil
    }
    var ignorant = fields.schema.correlates(first.name, second.name) ? [] : ["the reference"]
    for (reference, own) in ownFields where !own.schema.correlates(first.name, second.name) {
      ignorant.append("the reference of model version \(shown(reference.version.value))")
    }
    for reference in ignorant {
      warning(
        file,
        test.place,
        "\(reference) does not know how these fields go together, "
          + "so '\(test.metric.name)' is undecided",
        hint: "profile it anew; only the 2,000 strongest pairs are kept"
      )
    }
    return Comparison.Partner(field: other, name: second.name)
  }
}
