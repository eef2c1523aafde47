import Foundation

/// What this process has used so far.
enum Usage {
  /// A line of JSON, as all clients of the benchmark end with.
  static func json(events: UInt64, seconds: Double) -> String {
    var usage = rusage()
    unsafe getrusage(RUSAGE_SELF.rawValue, &usage)
    let times = [usage.ru_utime, usage.ru_stime]
    let processor = times.reduce(0) { $0 + Double($1.tv_sec) + Double($1.tv_usec) / 1e6 }
    return "{\"events\":\(events),\"seconds\":\(seconds),\"cpu_seconds\":\(processor)}"
  }
}
