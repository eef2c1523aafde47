import Foundation

/// How fast stage 1 is on one core, without a broker.
@main
enum HotPath {
  static func main() throws {
    for shape in EventShape.allCases.filter({
      CommandLine.arguments.count < 2 || CommandLine.arguments[1] == $0.rawValue
    }) {
      let work = try InMemory(shape)
      let decode = seconds { work.decode() }
      let count = seconds { _ = work.count() }
      let rate = { (seconds: Double) in Double(work.events) / seconds }
      print(
        "\(shape.rawValue): \(work.eventBytes) bytes, decode \(Int(rate(decode))),",
        "all \(Int(rate(count))) events/s"
      )
    }
  }

  private static func seconds(_ run: () -> Void) -> Double {
    run()
    return (0..<9).map { _ in
      let start = ContinuousClock.now
      run()
      return (ContinuousClock.now - start) / .seconds(1)
    }.sorted()[4]
  }
}
