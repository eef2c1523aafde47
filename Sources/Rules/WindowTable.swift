internal import Records
internal import Windowing

/// The distinct windows of a monitor and its rules.
struct WindowTable {
  /// More panes than this in the longest window are a warning.
  static let paneAdvice: Int64 = 1_000
  /// More panes than this in the longest window are an error.
  static let paneLimit: Int64 = 10_000

  private(set) var specifications: [WindowSpecification] = []
  /// Where each was first written, and in which file.
  private var places: [(file: String, place: Located<WindowSpecification>)] = []

  /// The number of a window, new or known.
  mutating func index(of window: Located<WindowSpecification>, in file: String) -> Int {
    if let index = specifications.firstIndex(of: window.value) { return index }
    specifications.append(window.value)
    places.append((file, window))
    return specifications.count - 1
  }

  /// Lets windows that wait for records, and whose file does not say how long, wait for as many of
  /// their steps as may be open panes, at least two.
  ///
  /// - Parameter lateness: All panes that end within it are open, too.
  mutating func limitWaiting(lateness: Duration) {
    guard !specifications.isEmpty else { return }
    let panes = Int64(Limits().openPanes) * PaneGrid(specifications).width - lateness.microseconds
    let longest = min(panes, DurationText.limit.microseconds)
    for index in specifications.indices {
      let window = specifications[index]
      guard let minRecords = window.minRecords, window.atMost == nil else { continue }
      specifications[index] = WindowSpecification(
        size: window.size,
        align: window.align,
        minRecords: minRecords,
        atMost: window.size * Int(max(2, longest / window.size.microseconds))
      )
      places[index].place.value = specifications[index]
    }
  }

  /// Windows must have a common measure that is not too fine: each is kept as its panes.
  ///
  /// - Parameter lateness: All panes that end within it are open, too.
  /// - Returns: What is wrong with the longest window, if anything.
  func checkPanes(lateness: Duration) -> [Diagnostic] {
    guard
      let longest = places.max(by: { $0.place.value.longest < $1.place.value.longest }),
      specifications.count > 0
    else { return [] }
    let width = PaneGrid(specifications).width
    let window = longest.place.value
    let count = (window.longest + lateness).microseconds / width
    guard count > Self.paneAdvice else { return [] }
    let waits = window.minRecords != nil
    let size = (waits ? "up to " : "") + DurationText.text(of: window.longest)
    let late = lateness > .zero ? " with \(DurationText.text(of: lateness)) of lateness" : ""
    let pane = DurationText.text(of: .microseconds(width))
    let isError = count > Self.paneLimit
    return [
      Diagnostic(
        isError ? .error : .warning,
        file: longest.file,
        position: longest.place.position,
        length: longest.place.length,
        message: "a window of \(size)\(late) is kept in \(count) panes of \(pane), "
          + (isError ? "at most \(Self.paneLimit) are possible" : "which takes much memory"),
        hint: "\(pane) is the greatest common divisor of all windows; choose sizes nearer together"
          + (waits ? ", or a shorter 'at_most'" : "")
      )
    ]
  }
}
