import Records
import Sketches
import TestSupport
import Testing
import Windowing

@testable import Monitoring

/// Model versions in a pane: which are kept, and that order decides nothing.
@Suite struct PaneStateTests {
  private static let limits: Limits = {
    var limits = Limits()
    limits.modelVersions = 3
    return limits
  }()

  private func pane(_ versions: [String?]) -> PaneState {
    var pane = PaneState(
      layouts: ByVersion(standard: PopulationLayout(fields: [])),
      limits: Self.limits
    )
    for (offset, version) in versions.enumerated() {
      let index = pane.entry(of: version.map(ModelVersion.init))
      let cover = OffsetCover(
        topic: 0,
        partition: 0,
        start: Int64(offset),
        end: Int64(offset) + 1,
        watermark: nil
      )
      let group = RowGroups.Group(pane: 0, rows: [offset], cover: cover)
      pane.entries[index].population.add(group, unexpected: 0)
    }
    return pane
  }

  private func counts(_ pane: PaneState) -> [String] {
    pane.populations.map { "\($0.version?.name ?? "-") \($0.population.records)" }
  }

  @Test func versionsAreSortedAndThoseBeyondTheLimitSummed() {
    let kept = ["a", "b", "c", "d", "e"].sorted {
      Hash64.hash($0.utf8.span) < Hash64.hash($1.utf8.span)
    }.prefix(3).sorted()
    let pane = pane(["a", "b", "c", "d", "e", nil, "a", "b", "c", "d", "e"])
    let expected =
      ["- 1"]
      + (["__other__"] + kept).sorted().map {
        $0 == "__other__" ? "__other__ 4" : "\($0) 2"
      }
    #expect(counts(pane) == expected)
  }

  @Test(arguments: 0..<20 as Range<UInt64>)
  func lawsHoldWhateverTheOrder(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let versions: [String?] = (0..<40).map { _ in
      Int.random(in: 0...9, using: &random) == 0 ? nil : "v\(Int.random(in: 0..<8, using: &random))"
    }
    func part(_ range: Range<Int>) -> PaneState {
      var padded: [String?] = []
      padded.append(contentsOf: versions[range])
      return pane(padded)
    }
    let parts = (part(0..<10), part(10..<25), part(25..<40))
    var merged = parts.2
    merged.merge(parts.0)
    merged.merge(parts.1)
    #expect(counts(merged) == counts(pane(versions)))
    #expect(counts(merged) == counts(pane(versions.shuffled(using: &random))))
    let empty = PaneState(
      layouts: ByVersion(standard: PopulationLayout(fields: [])),
      limits: Self.limits
    )
    var whole = parts.0
    whole.merge(parts.1)
    whole.merge(parts.2)
    #expect(brokenSummaryLaw(empty: empty, parts: parts, whole: whole) == nil)
  }

  /// Layouts of version `b`, which has its own reference, and of the others.
  private static let layouts = ByVersion<PopulationLayout>(
    standard: PopulationLayout(fields: [.numeric(pointCount: 2)]),
    own: [ModelVersion("b"): PopulationLayout(fields: [.categorical(categoryCount: 5)])]
  )

  private func pane(_ versions: ArraySlice<String?>) -> PaneState {
    var pane = PaneState(layouts: Self.layouts, limits: Self.limits)
    for version in versions {
      let index = pane.entry(of: version.map(ModelVersion.init))
      pane.entries[index].population.records += 1
    }
    return pane
  }

  /// Populations of different layouts cannot be summed: a version with its own reference stays, and
  /// takes no other's place.
  @Test(arguments: 0..<20 as Range<UInt64>)
  func aVersionWithItsOwnReferenceIsNeverFolded(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let names = ["a", "b", "c", "d", "e", "f", "__other__", nil]
    let versions = (0..<60).map { _ in names.randomElement(using: &random) ?? nil }
    let parts = (pane(versions[..<20]), pane(versions[20..<35]), pane(versions[35...]))
    let whole = pane(versions[...])
    let empty = PaneState(layouts: Self.layouts, limits: Self.limits)
    #expect(brokenSummaryLaw(empty: empty, parts: parts, whole: whole) == nil)
    #expect(whole.entries.count == 6)
    for entry in whole.entries {
      #expect(entry.population.fields == Population(Self.layouts[entry.version]).fields)
    }
    let own = whole.entries.first { $0.version?.name == "b" }
    #expect(own?.population.records == UInt64(versions.count { $0 == "b" }))
  }
}
