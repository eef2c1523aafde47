internal import Foundation

/// What the process takes of the machine, as `/proc` says; nil for what it does not.
struct ProcessUsage {
  /// Seconds of all its threads on processors.
  var processorSeconds: Double?
  /// Memory that is really there.
  var residentBytes: Double?
  /// Files and connections that are open.
  var openFiles: Double?
  /// As many of them may be.
  var openFileLimit: Double?

  /// Looks.
  init() {
    // Behind the name, which may hold anything but ends with the last parenthesis.
    if let line = try? String(contentsOfFile: "/proc/self/stat", encoding: .utf8),
      let fields = line.split(separator: ")").last?.split(separator: " "), fields.count > 21
    {
      let ticks = Double(sysconf(Int32(_SC_CLK_TCK)))
      if let user = Double(fields[11]), let system = Double(fields[12]), ticks > 0 {
        processorSeconds = (user + system) / ticks
      }
      residentBytes = Double(fields[21]).map { $0 * Double(sysconf(Int32(_SC_PAGESIZE))) }
    }
    openFiles = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd"))
      .map { Double($0.count) }
    openFileLimit = Double(sysconf(Int32(_SC_OPEN_MAX)))
  }
}
