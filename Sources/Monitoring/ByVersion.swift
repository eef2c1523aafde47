import Drift
import Records
import Reference
import Rules

/// What model versions with their own reference have each for themselves, and all others share.
struct ByVersion<Value> {
  /// Of every version without its own, of records without a version, and of those folded together.
  let standard: Value
  private var own: [ModelVersion: Value]

  init(standard: Value, own: [ModelVersion: Value] = [:]) {
    self.standard = standard
    self.own = own
  }

  /// What follows from each of the references.
  init(_ references: References, _ value: (ReferenceProfile) -> Value) {
    self.init(each: references) { profile, _ in value(profile) }
  }

  /// What follows from each of the references and, where it is a version's own, the standard one.
  init(each references: References, _ value: (ReferenceProfile, ReferenceProfile?) -> Value) {
    standard = value(references.standard, nil)
    let pairs = references.own.map {
      (ModelVersion($0.version), value($0.profile, references.standard))
    }
    own = Dictionary(uniqueKeysWithValues: pairs)
  }

  subscript(version: ModelVersion?) -> Value {
    version.flatMap { own[$0] } ?? standard
  }

  /// Whether a version has its own.
  func hasOwn(_ version: ModelVersion) -> Bool { own[version] != nil }

  /// Gives versions that share the standard value their own, which is the same.
  mutating func tellApart(_ versions: [ModelVersion]) {
    for version in versions { own[version] = self[version] }
  }

  /// Those of versions with their own, in order.
  var owned: [(version: ModelVersion, value: Value)] {
    own.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  /// All of them, in no order.
  var values: [Value] { [standard] + own.values }
}

extension ByVersion: Equatable where Value: Equatable {}
extension ByVersion: Sendable where Value: Sendable {}

extension ReferenceProfile {
  /// The fields that a plan judges, in its order.
  ///
  /// Elsewhere than in the standard reference, whose places the plan knows, they go by their paths.
  func judgedFields(of plan: Plan) -> [Field] { judgedPlaces(of: plan).map { fields[$0] } }

  /// The fields that a plan compares between model versions, each with its place in the plan.
  func versionFields(of plan: Plan) -> [(place: Int, field: Field)] {
    let judged = judgedFields(of: plan)
    return plan.versionFields.map { ($0, judged[$0]) }
  }

  /// Places of the fields that a plan judges, in its order.
  func judgedPlaces(of plan: Plan) -> [Int] {
    let places = Dictionary(
      fields.indices.map { (FieldPath(fields[$0].name), $0) },
      uniquingKeysWith: { _, last in last }
    )
    return plan.fields.map { planned in
      let place = planned.referenceIndex
      if place < fields.count, fields[place].name == planned.name { return place }
      guard let place = places[planned.path] else {
        preconditionFailure("a reference without the field \(planned.name)")
      }
      return place
    }
  }
}
