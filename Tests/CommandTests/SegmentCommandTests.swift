import Foundation
import TestSupport
import Testing

/// A drift in one segment, found there by the command, and in no other place.
@Suite(.ownThreads) struct SegmentCommandTests {
  private static func rows(days: Range<Int>, drift: Int) -> [String] {
    days.flatMap { day in
      (0..<1_440).map { minute in
        let carrier = minute % 20 == 0 ? "B6" : minute % 2 == 0 ? "AA" : "UA"
        let shift = carrier == "B6" && day >= drift ? 70 : 0
        let delay = (minute * 7919 + day * 31) % 101 + shift
        return
          "{\"t\":\((day * 1_440 + minute) * 60),\"carrier\":\"\(carrier)\",\"delay\":\(delay)}"
      }
    }
  }

  @Test func aDriftInOneSegmentIsFoundThere() throws {
    var bench = try MonitorBench()
    bench.fields = ["time: t\nsegments: [carrier]"]
    bench.window = "1d"
    let rules = """
      version: 1
      rules:
        - { name: Stable, each: features, expect: drift < 0.1 }
        - { name: StableByCarrier, each: features, by: carrier, expect: drift < 0.1 }
      """
    bench.rules = [try bench.folder.write(rules, to: "rules.yaml")]
    try bench.learn(Self.rows(days: 0..<10, drift: 99), ["--time", "t", "--segment", "carrier"])
    let replayed = try bench.replay(Self.rows(days: 10..<16, drift: 13))
    #expect(replayed.alerts.count == 1)
    let alert = try #require(replayed.alerts.first?.data)
    #expect(alert.rule == "StableByCarrier" && alert.field == "delay" && alert.state == "firing")
    #expect(alert.segment == "carrier=B6" && alert.window_start == "1970-01-14T00:00:00Z")
    #expect(replayed.written.contains("\"n_current\":72,\"n_reference\":720"))
    #expect(replayed.output.contains("StableByCarrier  warning   delay  carrier=B6"))
    let names = ["all", "carrier=UA", "carrier=AA", "carrier=B6"]
    #expect(replayed.windows.map(\.data.segment) == (0..<6).flatMap { _ in names })
    #expect(replayed.windows.prefix(4).map(\.data.records) == [1440, 720, 648, 72])
    #expect(replayed.printed("windows") == 6)
  }

  @Test func whatIsWrongWithASegmentIsSaid() throws {
    let folder = try Folder()
    let file = try folder.write(
      Self.rows(days: 0..<1, drift: 9).joined(separator: "\n"),
      to: "r.ndjson"
    )
    for (field, message) in [("nix", "there is no field nix"), ("delay", "this one is numeric")] {
      let run = try Command.run([
        "profile", file, "-o", folder.path + "/r.json", "--segment", field,
      ])
      #expect(run.status == 64 && run.errors.contains(message), "\(run.errors)")
    }
    let run = try Command.run([
      "profile", file, "-o", folder.path + "/r.json", "--segment", "carrier", "--segment",
      "carrier",
    ])
    #expect(run.status == 0 && run.output.contains("segments by carrier: 3"))
  }
}
