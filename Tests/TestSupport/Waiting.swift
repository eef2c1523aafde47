import Foundation

/// Waits for a condition, a minute at most.
///
/// - Returns: Whether it came true.
public func comesTrue(_ condition: () throws -> Bool) rethrows -> Bool {
  let end = ContinuousClock.now + .seconds(60)
  while ContinuousClock.now < end {
    if try condition() { return true }
    Thread.sleep(forTimeInterval: 0.02)
  }
  return try condition()
}
