import BenchmarkSupport
import Foundation

/// What stage 1 and a restore cost on one core, without a broker: a line of JSON for each row.
///
/// - `HotPath`: all rows
/// - `HotPath segments`: the rows of segments only
/// - `HotPath loop ROUNDS`: nothing but decoding and counting, for a profiler
/// - `HotPath smoke`: rows that are ratios with limits; exits 1 when one is above its own
/// - `HotPath allocations FIRST ALL`: generates all events and counts the first of them, for
///   whoever counts its allocations from outside
/// - `HotPath stream SECONDS NUMBERS`: events on standard output for so long
/// - `HotPath events COUNT NUMBERS`: events with so many numbers and five categories there
/// - `HotPath rules`: the rules that they are judged by
/// - `HotPath sizing`: the page `deploy/sizing.md`; see `make sizing`
/// - `HotPath sizing FIELDS SEGMENTS`: what of its row needs no other program
@main
enum HotPath {
  static func main() throws {
    let arguments = CommandLine.arguments
    let numbers = arguments.dropFirst(2).compactMap { Int($0) }
    switch (arguments.dropFirst().first, numbers.count) {
    case (nil, 0): show(try Shapes.rows() + [Width.row()] + Segments.rows() + Restore.rows())
    case ("segments", 0): show(try Segments.rows())
    case ("smoke", 0):
      let rows = try Smoke.rows()
      show(rows)
      if rows.contains(where: \.isExcessive) { exit(1) }
    case ("allocations", 2): try InMemory(count: numbers[1]).run(first: numbers[0])
    case ("stream", 2): try Stream.write(seconds: Double(numbers[0]), numbers: numbers[1])
    case ("events", 2): try Stream.learnable(numbers[0], numbers: numbers[1])
    case ("loop", 1): try loop(numbers[0])
    case ("rules", 0): print(Scenario.rules)
    case ("sizing", 0): print(try SizingPage().text)
    case ("sizing", 2): print(try Sizing(fields: numbers[0], segments: numbers[1]).memoryRow)
    default:
      let other = "allocations … | stream … | events … | rules | sizing …"
      print("HotPath [segments | loop … | smoke | \(other)]")
      exit(64)
    }
  }

  private static func loop(_ rounds: Int) throws {
    let events = try InMemory()
    for _ in 0..<rounds { events.run() }
  }

  private static func show(_ rows: [Row]) {
    for row in rows { print(row.json) }
  }
}
