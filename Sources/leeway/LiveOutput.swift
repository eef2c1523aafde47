internal import Foundation
internal import Service

/// What a running monitor prints.
///
/// Whoever reads it may be slow, or have stopped: he is waited for, but no longer than the monitor
/// runs.
final class LiveOutput {
  private let stop: StopSignal
  /// When waiting for readers ends; nil while the monitor runs.
  private var end: ContinuousClock.Instant?

  /// As much as a pipe takes at once that takes anything.
  private static let portion = 4_096

  /// Output of a monitor that runs until a signal.
  init(_ stop: StopSignal) { self.stop = stop }

  /// Writes a line to standard output.
  func write(_ line: String) { write(line + "\n", to: 1) }

  /// Writes a line to standard error.
  func say(_ line: String) { write(Talk.line(line), to: 2) }

  private func write(_ text: String, to descriptor: Int32) {
    let bytes = Array(text.utf8)
    var start = 0
    while start < bytes.count, isReady(descriptor) {
      let next = min(start + Self.portion, bytes.count)
      let written = unsafe bytes[start..<next].withUnsafeBytes { portion in
        unsafe Foundation.write(descriptor, portion.baseAddress, portion.count)
      }
      // Nobody reads any more, and there is nobody left to be told.
      guard written >= 0 || errno == EINTR || errno == EAGAIN else { return }
      start += max(0, written)
    }
  }

  /// Waits until there is room.
  ///
  /// - Returns: Whether there is; not when the monitor has ended before.
  private func isReady(_ descriptor: Int32) -> Bool {
    var question = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
    while unsafe poll(&question, 1, 50) <= 0 {
      guard stop.isRequested else { continue }
      let end = end ?? .now + .seconds(1)
      self.end = end
      if ContinuousClock.now >= end { return false }
    }
    return true
  }
}
