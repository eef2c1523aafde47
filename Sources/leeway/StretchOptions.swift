internal import ArgumentParser
internal import Service

/// Options of every command that reads a stretch of topics.
struct StretchOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Of the topics: where to begin.", valueName: "bound"))
  var from: String?

  @Option(help: ArgumentHelp("Of the topics: where to end.", valueName: "bound"))
  var to: String?

  /// Whether one of them was given.
  var isGiven: Bool { from != nil || to != nil }

  /// The stretch; everything that is there by default.
  var bounds: ReplayBounds {
    ReplayBounds(
      from: from.flatMap(ReplayBounds.Bound.init) ?? .earliest,
      to: to.flatMap(ReplayBounds.Bound.init) ?? .latest
    )
  }

  /// - Throws: `ValidationError` for what is no bound.
  func check() throws {
    for (name, bound) in [("--from", from), ("--to", to)] {
      guard let bound, ReplayBounds.Bound(bound) == nil else { continue }
      throw ValidationError(
        "\(name) \(bound): write earliest, latest, an offset, or an instant such as "
          + "2026-03-01T00:00:00Z"
      )
    }
  }
}
