public import Sketches
import Windowing

/// Everything a pane or a window holds, apart by model version.
///
/// Only so many versions are told apart: those with the smallest hashes, the rest being summed as
/// `__other__`. The choice does not depend on the order of arrival: a version among the smallest of
/// all that come is among the smallest of those that came so far, so it is never folded too early.
/// Versions with their own reference do not count and are never summed with others: their
/// populations have another layout, and there are few of them.
public struct PaneState: Summary {
  struct Entry: Equatable, Sendable {
    var version: ModelVersion?
    var hash: UInt64
    var population: Population
  }

  /// Records that were not accepted.
  public internal(set) var accounting = Accounting()
  /// Populations with at least one record, sorted by version, records without a version first.
  var entries: [Entry] = []
  private let layouts: ByVersion<PopulationLayout>
  private let versionLimit: Int

  /// Nothing counted yet.
  init(layouts: ByVersion<PopulationLayout>, limits: Limits) {
    self.layouts = layouts
    versionLimit = limits.modelVersions
  }

  /// The populations in the order of their versions.
  public var populations: [(version: ModelVersion?, population: Population)] {
    entries.map { ($0.version, $0.population) }
  }

  /// Position of a version's entry, made when it does not exist.
  ///
  /// - Returns: The entry of `__other__` when the version is folded.
  mutating func entry(of version: ModelVersion?) -> Int {
    if let index = entries.firstIndex(where: { $0.version == version }) { return index }
    if let version, version.bytes.count > ModelVersion.toldApartLimit, isFoldable(version) {
      return entry(of: .other)
    }
    let hash = version?.hash ?? 0
    if isFolded(version, hash), let index = entries.firstIndex(where: { $0.version == .other }) {
      return index
    }
    insert(
      Entry(version: version, hash: hash, population: Population(layouts[version]))
    )
    fold()
    return entries.firstIndex { $0.version == version }
      ?? entries.firstIndex { $0.version == .other } ?? 0
  }

  /// Whether a version that has no entry would be folded at once: then none need be made, which
  /// takes as long as the whole state is large.
  private func isFolded(_ version: ModelVersion?, _ hash: UInt64) -> Bool {
    guard let version, isFoldable(version) else { return false }
    let rank = (hash, version)
    var smaller = 0
    for entry in entries where isFoldable(entry.version) && entry.rank < rank { smaller += 1 }
    return smaller >= versionLimit
  }

  /// Adds the other pane's records.
  public mutating func merge(_ other: Self) {
    accounting.merge(other.accounting)
    for entry in other.entries {
      if let index = entries.firstIndex(where: { $0.version == entry.version }) {
        entries[index].population.merge(entry.population)
      } else {
        insert(entry)
      }
    }
    fold()
  }

  /// The same, with as many versions told apart as this one does.
  func holding(_ other: Self) -> Self {
    guard versionLimit != other.versionLimit else { return other }
    var held = self
    held.merge(other)
    return held
  }

  private mutating func insert(_ entry: Entry) {
    let position = entries.firstIndex { Self.order(entry, $0) } ?? entries.count
    entries.insert(entry, at: position)
  }

  private static func order(_ left: Entry, _ right: Entry) -> Bool {
    guard let right = right.version else { return false }
    return left.version.map { $0 < right } ?? true
  }

  private func isFoldable(_ version: ModelVersion?) -> Bool {
    guard let version, version != .other else { return false }
    return !layouts.hasOwn(version)
  }

  /// Sums the versions with the largest hashes under one name until the rest fit the limit.
  private mutating func fold() {
    while true {
      let named = entries.indices.filter { isFoldable(entries[$0].version) }
      guard named.count > versionLimit,
        let last = named.max(by: { entries[$0].rank < entries[$1].rank })
      else { return }
      var folded = entries.remove(at: last)
      (folded.version, folded.hash) = (.other, ModelVersion.other.hash)
      if let index = entries.firstIndex(where: { $0.version == .other }) {
        entries[index].population.merge(folded.population)
      } else {
        insert(folded)
      }
    }
  }
}

extension PaneState.Entry {
  fileprivate var rank: (UInt64, ModelVersion) { (hash, version ?? .other) }
}
