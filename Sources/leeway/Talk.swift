internal import Foundation
internal import Service
internal import Synchronization

/// Standard output is closed, or full.
struct OutputFailure: Error, CustomStringConvertible {
  let description: String
}

/// What is said to people rather than programs: standard error, and progress on a terminal only.
enum Talk {
  /// Writes a line to standard error; on a terminal over a progress bar that stands there.
  static func say(_ line: String) {
    write(Self.line(line))
  }

  /// Writes a line to standard error, unless this process has already written it so.
  static func sayOnce(_ line: String) {
    if said.withLock({ $0.insert(line).inserted }) { say(line) }
  }

  private static let said = Mutex<Set<String>>([])

  /// A line as standard error shows it.
  static func line(_ text: String) -> String {
    (isatty(2) == 1 ? "\r\u{1B}[K" : "") + text + "\n"
  }

  /// Writes data to standard output.
  static func output(_ bytes: some Sequence<UInt8>) throws {
    do { try FileHandle.standardOutput.write(contentsOf: Data(bytes)) } catch {
      throw OutputFailure(
        description: "standard output cannot be written: \(OutputFile.reason(for: error))"
      )
    }
  }

  /// Shows how many rows a source has read, while `body` runs.
  static func showingProgress<Result>(
    of source: inout RowSource,
    _ body: (RowSource) throws -> Result
  ) rethrows -> Result {
    guard isatty(2) == 1 else { return try body(source) }
    var shown: UInt64 = 0
    source.progress = { rows in
      guard rows >= shown + 100_000 || rows < shown else { return }
      shown = rows
      write("\r\(rows) rows ")
    }
    defer { write("\r\u{1B}[K") }
    return try body(source)
  }

  /// Shows how many records were read, while `body` runs and reports them.
  static func showingRecords(
    _ body: (_ progress: ((UInt64) -> Void)?) throws -> Void
  ) rethrows {
    guard isatty(2) == 1 else { return try body(nil) }
    var shown: UInt64 = 0
    defer { write("\r\u{1B}[K") }
    try body { records in
      guard records >= shown + 20_000 else { return }
      shown = records
      write("\r\(records) records ")
    }
  }

  /// Shows a bar of how far the work has come, while `body` runs and reports it.
  static func showingBar<Result>(
    _ what: String,
    of total: UInt64? = nil,
    _ body: (_ progress: @escaping (UInt64) -> Void) throws -> Result
  ) rethrows -> Result {
    guard isatty(2) == 1 else { return try body { _ in } }
    var shown: UInt64 = 0
    defer { write("\r\u{1B}[K") }
    return try body { count in
      guard count >= shown + 5_000 else { return }
      shown = count
      let filled = total.map { Int(min(count, $0) * 40 / max(1, $0)) } ?? 0
      let bar = String(repeating: "█", count: filled) + String(repeating: "·", count: 40 - filled)
      write("\r\u{1B}[K\(what) \(total == nil ? "" : bar) \(count)")
    }
  }

  private static func write(_ text: String) {
    // there is nobody left to be told when standard error is closed
    try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
  }
}
