internal import Foundation

/// The time that a thread has worked, whatever else the machine does.
public enum ThreadClock {
  /// Seconds of this thread so far.
  public static var seconds: Double {
    var time = timespec()
    unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  /// Seconds of this thread that something takes.
  public static func seconds(of run: () throws -> Void) rethrows -> Double {
    let start = seconds
    try run()
    return seconds - start
  }
}
