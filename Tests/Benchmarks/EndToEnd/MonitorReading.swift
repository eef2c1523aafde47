import Foundation
import KafkaClient
import Service

/// A monitor as `leeway run` has it, that ends where the topic ends.
///
/// `leeway run` goes on for ever, and commits once a second when nothing comes any more: from
/// outside nobody can see when it had counted the last record.
struct MonitorReading {
  private let loaded: LoadedMonitor
  private var settings: KafkaSettings

  /// Loads a monitor.
  ///
  /// - Parameters:
  ///   - file: The monitor's.
  ///   - brokers: Where to read.
  ///   - properties: As `-X` takes them.
  /// - Throws: What is wrong with the file or a property.
  init(file: String, brokers: String, properties: ArraySlice<String>) throws {
    loaded = try MonitorLoader.load(file)
    settings = KafkaSettings(brokers: brokers)
    for property in properties { try settings.override(property) }
  }

  /// Reads all events, and closes all windows.
  ///
  /// - Returns: A line of JSON: events, the seconds from the assignment of the partitions until the
  ///   last one was committed, and what of the processor was used in them.
  func run(events: Int) throws -> String {
    guard let plan = loaded.plan, let references = loaded.references else {
      throw BenchmarkError(description: loaded.report)
    }
    var (first, last): (Usage?, Usage?)
    var monitor = LiveMonitor(
      plan: plan,
      references: references,
      settings: settings,
      stopsAtEnd: true
    ) { event in
      switch event {
      case .note(let text): if text.hasPrefix("collecting from") { first = Usage() }
      case .read(let count): if count >= UInt64(events) { last = last ?? Usage() }
      case .written: break
      }
    }
    let summary = try monitor.run(until: StopSignal.ofProcess())
    guard let first, let last else {
      let read = summary.totals.read
      throw BenchmarkError(description: "\(read) events were read of \(events)")
    }
    return Usage.json(events: summary.totals.read, from: first, to: last)
  }
}
