/// Time that passes only when somebody says so.
final class VirtualClock {
  /// What the wall clock shows at zero: milliseconds since 1970.
  let wallStart: Int64
  /// Time since the beginning.
  var now = Duration.zero

  init(wallStart: Int64) { self.wallStart = wallStart }

  /// What the brokers' wall clock shows: milliseconds since 1970.
  var wall: Int64 {
    let (seconds, attoseconds) = now.components
    return wallStart + seconds * 1_000 + attoseconds / 1_000_000_000_000_000
  }
}
