import Foundation
import KafkaClient

/// What the end-to-end benchmark runs beside `leeway` itself, each in a process of its own.
///
/// - `EndToEnd broker PREFIX EVENTS RUNS`: brokers full of events, and empty topics for so many
///   runs of a monitor; prints their address, and ends with standard input
/// - `EndToEnd fill BROKERS PREFIX EVENTS`: the same events on brokers that are there
/// - `EndToEnd settings`: what the monitor's consumer sets of librdkafka, a property a line
/// - `EndToEnd monitor FILE BROKERS EVENTS [PROPERTY…]`: what `leeway run` does, to the end of the
///   topic; prints how long it took
@main
enum EndToEnd {
  static func main() throws {
    let arguments = CommandLine.arguments.dropFirst()
    let rest = Array(arguments.dropFirst())
    switch (arguments.first, rest.count) {
    case ("broker", 3):
      let cluster = try FullBroker(prefix: rest[0], events: number(rest[1]), runs: number(rest[2]))
      say(cluster.brokers)
      while readLine() != nil {}
    case ("fill", 3):
      try Filling.createTopics(prefix: rest[1], at: rest[0])
      try Filling.fill(brokers: rest[0], prefix: rest[1], events: number(rest[2]))
    case ("settings", 0):
      KafkaSettings(brokers: "").reading.forEach { say("\($0.key)=\($0.value)") }
    case ("monitor", 3...):
      let reading = try MonitorReading(
        file: rest[0],
        brokers: rest[1],
        properties: rest.dropFirst(3)
      )
      say(try reading.run(events: number(rest[2])))
    default:
      say("EndToEnd broker PREFIX EVENTS RUNS | fill BROKERS PREFIX EVENTS | settings | monitor …")
      exit(64)
    }
  }

  private static func number(_ text: String) throws -> Int {
    guard let number = Int(text) else {
      throw BenchmarkError(description: "'\(text)' is no number")
    }
    return number
  }

  /// At once, as whoever started this process waits for it.
  private static func say(_ line: String) {
    print(line)
    fflush(nil)
  }
}

/// Why there are no figures.
struct BenchmarkError: Error, CustomStringConvertible {
  let description: String
}

extension KafkaSettings {
  /// What a consumer of the product fetches by: all but whom it belongs to.
  var reading: [Property] {
    let names = ["fetch.", "queued.", "check.", "isolation.", "socket."]
    return properties(for: .reader).filter { property in
      names.contains { property.key.hasPrefix($0) }
    }
  }
}
