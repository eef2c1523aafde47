import BenchmarkSupport
import Foundation

/// Events for a pipe, as fast as somebody reads them.
enum Stream {
  private static let blockEvents = 10_000
  private static let timeDigits = 13

  /// Writes events to standard output for so many seconds, in whole blocks.
  ///
  /// The same block again and again, only the times go on.
  static func write(seconds: Double, numbers: Int) throws {
    var events = Events(.fixed, numbers: numbers)
    var block: [UInt8] = []
    var times: [Int] = []
    let label = Array("\"event_time\":".utf8)
    for _ in 0..<blockEvents {
      let event = Array((events.event() + "\n").utf8)
      let place = event.indices.first { event[$0...].starts(with: label) } ?? 0
      times.append(block.count + place + label.count)
      block += event
    }
    let end = ContinuousClock.now + .seconds(seconds)
    var next = Events.start
    while ContinuousClock.now < end {
      for place in times {
        write(next, to: &block, at: place)
        next += 1
      }
      try FileHandle.standardOutput.write(contentsOf: Data(block))
    }
  }

  /// Writes a time over another one.
  private static func write(_ time: Int, to block: inout [UInt8], at place: Int) {
    var rest = time
    for index in (place..<place + timeDigits).reversed() {
      block[index] = UInt8(ascii: "0") + UInt8(rest % 10)
      rest /= 10
    }
  }

  /// Prints so many events, to learn a reference from.
  static func learnable(_ count: Int, numbers: Int) throws {
    var events = Events(.fixed, numbers: numbers)
    let lines = (0..<count).map { _ in events.event() + "\n" }
    try FileHandle.standardOutput.write(contentsOf: Data(lines.joined().utf8))
  }
}
