import Monitoring
import Testing

@testable import HotPath

/// What the page says of memory and topics is what the smallest of its monitors takes.
@Suite struct SizingPageTests {
  @Test func theFirstRowsAreThoseOfToday() throws {
    let page = try Page("deploy/sizing.md").text
    let sizing = try Sizing(fields: 20, segments: 0)
    #expect(page.contains("\n\(sizing.memoryRow)\n"), "make sizing")
    let row = try #require(page.matches(of: /\n\| 20 \| 0 \| (.*\(.*)\n/).first?.output.1)
    // How they are packed is zstd's.
    let bytes = row.split(separator: " | ").map { $0.prefix { $0 != "(" } }
    let closing = sizing.closing()
    func size(_ output: Output) -> Int {
      closing.filter { $0.output == output }.reduce(0) { $0 + ($1.value?.count ?? 0) }
    }
    let alerts = closing.count { $0.output == .alerts }
    let sizes = [
      sizing.commit(of: 100).joined().count, sizing.commit(of: 10_000).joined().count,
      size(.windows), size(.alerts) / max(1, alerts), sizing.snapshot().count,
    ]
    #expect(alerts > 10)
    #expect(bytes == sizes.map { "\(Sizing.text($0)) "[...] }, "make sizing")
  }
}
