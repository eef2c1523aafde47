import Foundation

/// Waits for a condition, five minutes at most: only what fails waits that long.
///
/// - Returns: Whether it came true.
public func comesTrue(_ condition: () throws -> Bool) rethrows -> Bool {
  let end = ContinuousClock.now + .seconds(300)
  while ContinuousClock.now < end {
    if try condition() { return true }
    Thread.sleep(forTimeInterval: 0.02)
  }
  return try condition()
}
