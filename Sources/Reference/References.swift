internal import Drift

/// What "normal" is for each model version of a stream.
///
/// While two versions of a model are served at once, each has its own training data: a version
/// may have its own reference, all others share the standard one.
public struct References: Equatable, Sendable {
  /// The reference of one model version.
  public struct Own: Equatable, Sendable {
    /// The version as it stands in the events.
    public var version: String
    /// What its events are compared with.
    public var profile: ReferenceProfile

    /// The reference of a version.
    public init(version: String, profile: ReferenceProfile) {
      self.version = version
      self.profile = profile
    }
  }

  /// Of every version without its own, and of events without a version.
  public let standard: ReferenceProfile
  /// Of the versions with their own, in byte order of the versions.
  public let own: [Own]

  /// References of a stream.
  ///
  /// - Parameters:
  ///   - standard: Of every version that is not named.
  ///   - own: Each version at most once.
  public init(_ standard: ReferenceProfile, own: [Own] = []) {
    self.standard = standard
    self.own = own.sorted { $0.version.utf8.lexicographicallyPrecedes($1.version.utf8) }
    for (one, next) in zip(self.own, self.own.dropFirst()) {
      precondition(
        !one.version.utf8.elementsEqual(next.version.utf8),
        "two references of version \(one.version)"
      )
    }
  }

  /// All of them, the standard one first.
  public var profiles: [ReferenceProfile] { [standard] + own.map(\.profile) }

  /// Categories of a field in any of them, each once, compared byte by byte.
  ///
  /// - Parameter field: Its name.
  /// - Returns: Those of the standard reference first; none of a field that is categorical nowhere.
  public func categories(of field: String) -> [String] {
    var known: Set<[UInt8]> = []
    return profiles.flatMap { profile -> [String] in
      let found = profile.fields.first { $0.name == field }
      guard case .categorical(let categorical)? = found?.reference.distribution else { return [] }
      return categorical.categories.filter { known.insert(Array($0.utf8)).inserted }
    }
  }

  /// Names of the fields of any of them, each once, in order of first appearance.
  public var fieldNames: [String] {
    // Byte by byte: what only looks the same is another field.
    var known: Set<[UInt8]> = []
    return profiles.flatMap(\.fields).map(\.name)
      .filter { known.insert(Array($0.utf8)).inserted }
  }
}
