import Foundation
import Monitoring

/// The page of what monitors take, for some sizes.
struct SizingPage {
  private static let sizes = [(20, 0), (20, 100), (100, 0), (100, 100), (1_000, 0)]
  /// Records a second.
  private static let rates = [100, 10_000]

  private var memory: [String] = []
  private var records: [String] = []
  private var days: [String] = []

  init() throws {
    for (fields, segments) in Self.sizes {
      let sizing = try Sizing(fields: fields, segments: segments)
      memory.append(sizing.memoryRow)
      try add(sizing)
    }
  }

  var text: String {
    """
    # Memory and topics

    `make sizing` writes this page. Nothing in it is a time: every machine comes to the same bytes.
    Events have so many fields: numbers with 1,000 points each, five categories, one that is true or
    false, an identifier and a time. Segments are the values of one field more, all as frequent.
    Windows are of an hour, and there is one model version; each further one takes as much again.

    ## Memory

    What `leeway explain` says, beside the 118 to 131 MB of a process without state.

    | fields | segments | a pane | state at most | while a window closes |
    |---|---|---|---|---|
    \(memory.joined(separator: "\n"))

    ## Records

    As they are, and in brackets as zstd packs what is written together, which is how Leeway's
    producers send it and brokers keep it. A commit is what a process has counted in a second; a
    window is written as a record and one for each segment; an alert is of one field; a snapshot is
    one in the middle of a window, of 10,000 records.

    | fields | segments | commit of 100 records | commit of 10,000 | of a window | an alert | \
    snapshot |
    |---|---|---|---|---|---|---|
    \(records.joined(separator: "\n"))

    ## Topics a day

    Packed, of each copy. Each process commits once a second while records come, else every ten
    seconds, and then without counters: `partials` is for one process with so many records every
    second, and `leeway init` has its records kept for four days and the longest window. A snapshot
    is written each minute; compaction leaves the last two and what is not cleaned yet. Windows of a
    day write one 24th of what stands here.

    | fields | segments | `partials`, 100 records a second | 10,000 a second | `windows` | \
    `state`, written |
    |---|---|---|---|---|---|
    \(days.joined(separator: "\n"))

    `alerts` takes an alert's bytes for each change of one; requests to train are as large as the
    ranges of offsets that they name; a dead letter holds the place and the reason, not the record.
    """
  }

  private mutating func add(_ sizing: Sizing) throws {
    let closing = sizing.closing()
    func values(of output: Output) -> [[UInt8]] {
      closing.filter { $0.output == output }.compactMap(\.value)
    }
    let kinds =
      Self.rates.map { sizing.commit(of: $0) }
      + [values(of: .windows), values(of: .alerts), [sizing.snapshot()]]
    let packed = try kinds.map { try Packed.size(of: Array($0.joined())) }
    let cells = kinds.indices.map { kind in
      // Of the alerts one is shown.
      let count = kind == 3 ? kinds[kind].count : 1
      let bytes = kinds[kind].reduce(0) { $0 + $1.count }
      return "\(Sizing.text(bytes / count)) (\(Sizing.text(packed[kind] / count)))"
    }
    records.append(sizing.row(cells))
    let days = [packed[0] * 86_400, packed[1] * 86_400, packed[2] * 24, packed[4] * 1_440]
    self.days.append(sizing.row(days.map(Sizing.text)))
  }
}

extension Sizing {
  /// What `leeway explain` says of it, as a row.
  var memoryRow: String {
    let state = state
    let sizes = [state.bytesPerPane, state.mostBytes, state.closingBytes]
    return row(sizes.map { Self.text(Int($0)) })
  }

  fileprivate func row(_ cells: [String]) -> String {
    "| \(fields) | \(segments) | \(cells.joined(separator: " | ")) |"
  }

  /// With a unit that leaves three digits or so.
  static func text(_ bytes: Int) -> String {
    switch Double(bytes) {
    case ..<10e3: "\(bytes) B"
    case ..<10e6: "\(bytes / 1_000) kB"
    case ..<10e9: "\(bytes / 1_000_000) MB"
    default: "\(bytes / 1_000_000_000) GB"
    }
  }
}

/// What zstd makes of bytes, at the level of Kafka's clients.
private enum Packed {
  private struct Failure: Error {}

  static func size(of bytes: [UInt8]) throws -> Int {
    let file = FileManager.default.temporaryDirectory.appending(path: "leeway-\(UUID())")
    let packed = file.appendingPathExtension("zst")
    defer { for url in [file, packed] { try? FileManager.default.removeItem(at: url) } }
    try Data(bytes).write(to: file)
    let zstd = Process()
    zstd.executableURL = URL(filePath: "/usr/bin/zstd")
    zstd.arguments = ["-q", "-3", file.path(), "-o", packed.path()]
    try zstd.run()
    zstd.waitUntilExit()
    guard zstd.terminationStatus == 0 else { throw Failure() }
    return try Data(contentsOf: packed).count
  }
}
