import Foundation

/// What this process has used so far.
struct Usage {
  private let time = ContinuousClock.now
  /// Of all threads, by themselves and in the kernel.
  private let processorSeconds: Double

  init() {
    var usage = rusage()
    unsafe getrusage(RUSAGE_SELF.rawValue, &usage)
    processorSeconds = [usage.ru_utime, usage.ru_stime].reduce(0) { total, time in
      total + Double(time.tv_sec) + Double(time.tv_usec) / 1e6
    }
  }

  /// A line of JSON, as all clients of the benchmark end with: what a stretch has taken.
  ///
  /// What goes before it and after it is left out of both figures: it is the same for a million
  /// events and for a year of them.
  static func json(events: UInt64, from first: Usage, to last: Usage) -> String {
    let seconds = (last.time - first.time) / .seconds(1)
    let processor = last.processorSeconds - first.processorSeconds
    return "{\"events\":\(events),\"seconds\":\(seconds),\"cpu_seconds\":\(processor)}"
  }
}
