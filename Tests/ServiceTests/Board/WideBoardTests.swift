import Foundation
import KafkaClient
import Service
import TestSupport
import Testing

/// A monitor of a thousand fields on an embedded broker, and its dashboard in a real browser.
@Suite(
  .enabled(
    if: Browser.isInstalled,
    "there is no browser: apt-get install chromium chromium-driver"
  ),
  .ownThreads
)
struct WideBoardTests {
  private static let hour = 3_600

  private static let rules = """
    version: 1
    rules: [{ name: Stable, each: numeric, expect: psi < 0.2 }]
    """

  private static func event(_ second: Int) -> String {
    let members = (0..<1_000).map { "\"f\($0)\":\((second / 60 + $0) % 40)" }
    let head = "{\"kind\":\"order\",\"at\":\(1_600_002_000 + second),\"model\":\"1\","
    return head + members.joined(separator: ",") + "}"
  }

  /// Some records of an hour.
  private static func events(_ hour: Int) -> [String] {
    (0..<20).map { event(hour * Self.hour + $0 * 60) }
  }

  /// Enough clocks to close the hours before one.
  private static func closers(_ hour: Int) -> [String] {
    (0..<3).map { event(hour * Self.hour + 1_500 + $0) }
  }

  @Test(.timeLimit(.minutes(10))) func newWindowsOfAThousandFieldsComeByThemselves() throws {
    let reference = (0..<40).map { Self.event($0 * 60) }
    let loaded = try HostilePlan.loaded(rules: Self.rules, reference: reference)
    let before = Self.events(0) + Self.closers(1)
    let live = try LiveBoard(loaded, [before], stopsAtEnd: false)
    let browser = try Browser()
    try browser.show("http://127.0.0.1:\(live.server.address.port)/")
    func shows(_ windows: Int) throws -> Bool {
      try browser.comes(
        "document.querySelector('.readout')?.textContent.includes(', \(windows) windows of 1h')"
      )
    }
    #expect(try shows(1))
    // What is not in view is not drawn, and the page that was loaded is the one that is kept.
    let drawn = try browser.run(
      """
      window.mark = 'kept';
      const { fields } = await (await fetch('/api/v1/windows?statistic=psi')).json();
      const names = document.querySelectorAll('.heat-names a').length;
      return [fields.length >= 1000, names > 5 && names < 200].join();
      """
    )
    #expect(drawn == "true,true")
    try TestTopic.produce(
      [Self.events(1) + Self.closers(2)],
      to: "orders",
      at: live.cluster.brokers
    )
    #expect(try shows(2))
    let now = try browser.run(
      """
      const { windows, fields } = await (await fetch('/api/v1/windows?statistic=psi')).json();
      const known = fields.filter(({ values }) => values.every((value) => value !== null));
      return [window.mark, windows.map(({ records }) => records).join('+'), known.length].join();
      """
    )
    #expect(now == "kept,20+23,1001")
    #expect(try browser.console() == [])
    live.stop.request()
    live.end()
  }
}
