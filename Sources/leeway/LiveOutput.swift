internal import Foundation
internal import Service

/// What a running monitor prints.
///
/// Whoever reads it may be slow, or have stopped: he is waited for, but no longer than the monitor
/// runs.
final class LiveOutput {
  private let stop: StopSignal
  private let format: LogFormat
  /// When waiting for readers ends; nil while the monitor runs.
  private var end: ContinuousClock.Instant?

  /// As much as a pipe that has room takes at once.
  private static let portion = 4_096

  /// Output of a monitor that runs until a signal.
  ///
  /// - Parameters:
  ///   - stop: The signal.
  ///   - format: How messages are written.
  init(_ stop: StopSignal, _ format: LogFormat = .text) {
    (self.stop, self.format) = (stop, format)
  }

  /// Writes a line to standard output.
  func write(_ line: String) { write(line + "\n", to: .standardOutput) }

  /// Writes a message to standard error.
  func say(_ message: String, _ level: LogFormat.Level = .info) {
    write(format.line(message, level), to: .standardError)
  }

  private func write(_ text: String, to file: FileHandle) {
    var rest = Data(text.utf8)[...]
    while !rest.isEmpty, isReady(file) {
      do { try file.write(contentsOf: Data(rest.prefix(Self.portion))) } catch {
        // Nobody reads any more, and there is nobody left to be told.
        return
      }
      rest = rest.dropFirst(Self.portion)
    }
  }

  /// Waits until there is room.
  ///
  /// - Returns: Whether there is; not when the monitor has ended before.
  private func isReady(_ file: FileHandle) -> Bool {
    var question = pollfd(fd: file.fileDescriptor, events: Int16(POLLOUT), revents: 0)
    while unsafe poll(&question, 1, 50) <= 0 {
      guard stop.isRequested else { continue }
      let end = end ?? .now + .seconds(1)
      self.end = end
      if ContinuousClock.now >= end { return false }
    }
    return true
  }
}
