internal import Foundation

/// The time, as a stage sees it: given from outside, so that a simulation can give its own.
public struct StageClock {
  /// Time since some fixed moment; never goes back.
  public let now: () -> Duration
  /// Seconds since 1970.
  public let wallSecond: () -> Int64
  /// Lets time pass.
  public let sleep: (Duration) -> Void

  /// A clock of its owner's making.
  public init(
    now: @escaping () -> Duration,
    wallSecond: @escaping () -> Int64,
    sleep: @escaping (Duration) -> Void
  ) {
    self.now = now
    self.wallSecond = wallSecond
    self.sleep = sleep
  }

  /// The machine's clock.
  public static func ofMachine() -> StageClock {
    let start = ContinuousClock.now
    return StageClock(
      now: { ContinuousClock.now - start },
      wallSecond: { Int64(Date().timeIntervalSince1970) },
      sleep: { Thread.sleep(forTimeInterval: $0 / .seconds(1)) }
    )
  }
}
