import Foundation
import KafkaClient
import TestSupport
import Testing

/// The dashboard, in a real browser.
@Suite(
  .serialized,
  .enabled(
    if: Browser.isInstalled,
    "there is no browser: apt-get install chromium chromium-driver"
  ),
  .ownThreads
)
struct DashboardTests {
  /// A process that serves on a free port.
  private final class Served {
    let folder: Folder
    let process: Process
    private let log: String

    init(_ arguments: [String]) throws {
      folder = try Folder()
      log = try folder.write("", to: "log")
      let errors = try #require(FileHandle(forWritingAtPath: log))
      process = try Command.start(arguments + ["--http", "127.0.0.1:0"], errors: errors)
    }

    deinit { process.terminate() }

    /// Waits until it says something, some minutes at most: the demo reads a year.
    func says(_ text: String) throws -> Bool {
      for _ in 0..<5 where try comesTrue({ try said().contains(text) }) { return true }
      return false
    }

    func port() throws -> Int {
      try #require(try says("dashboard at http://"))
      let match = try said().firstMatch(of: /dashboard at http:\/\/[^:]+:(\d+)/)
      return try #require(match.flatMap { Int($0.1) })
    }

    private func said() throws -> String { try String(contentsOfFile: log, encoding: .utf8) }
  }

  private static let demo =
    URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().path + "/deploy/demo"

  @Test(.timeLimit(.minutes(10))) func theYearOfFlightsIsShown() throws {
    let folder = try Folder()
    let report = folder.path + "/report.html"
    let served = try Served(["demo", "--keep", "--data", Self.demo, "--report", report])
    let port = try served.port()
    try #require(try served.says("still up at"))
    let browser = try Browser()
    try Self.checkHeatMap(browser, port)
    try Self.checkField(browser, port)
    try Self.checkAlert(browser, port)
    try browser.show("http://127.0.0.1:\(port)/#/triggers")
    #expect(try browser.comes("document.querySelectorAll('article.event').length === 6"))
    #expect(try browser.console() == [])
    try Self.checkReport(report, browser, port)
  }

  /// The report says what the demo has found, asks nobody, and its numbers are the records'.
  private static func checkReport(_ report: String, _ browser: Browser, _ port: Int) throws {
    let json = try RawConnection.get("/api/v1/fields?field=temperature", port: port).body
    try browser.show("file://\(report)")
    let page = try browser.run(
      """
      const facts = [...document.querySelectorAll('#short .facts div')].map((one) =>
        one.querySelector('data').value).join();
      const figure = '#field-0 [data-statistic=excess_drift]';
      return [facts, document.querySelector('#field-0 h2').textContent,
        document.querySelectorAll(`${figure} .span`).length,
        document.querySelector(`${figure} figcaption data`).value,
        performance.getEntriesByType('resource').length, document.scripts.length,
        document.documentElement.scrollWidth <= innerWidth].join(' ');
      """
    )
    let series = try #require(json.firstMatch(of: /"excess_drift":{"values":\[([^\]]*)\]/)?.1)
    let last = try #require(series.split(separator: ",").last)
    #expect(page == "284821,284821,0,0,0,44,13,8,6 temperature 1 \(last) 0 0 true")
    #expect(try browser.console() == [])
  }

  /// The cell of the largest drift has the colour of its step, and its field is where it leads.
  private static func checkHeatMap(_ browser: Browser, _ port: Int) throws {
    try browser.show("http://127.0.0.1:\(port)/")
    #expect(try browser.comes("document.querySelector('.heat')?.dataset.milliseconds"))
    let cells = try browser.run(
      """
      const answer = await (await fetch('/api/v1/windows?statistic=excess_drift')).json();
      const names = [...document.querySelectorAll('.heat-names a')].map((each) => each.textContent);
      const canvas = document.querySelector('.heat canvas');
      const pixels = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
      const pixel = (field, window) => {
        const across = (window + 0.5) * canvas.clientWidth / answer.windows.length;
        const down = 20 + names.indexOf(field) * 20 + 4;
        const first = 4 * (Math.floor(down) * canvas.width + Math.floor(across));
        const [red, green, blue, alpha] = pixels.slice(first, first + 4);
        const digits = [red, green, blue].map((one) => one.toString(16).padStart(2, '0'));
        return alpha ? '#' + digits.join('') : 'none';
      };
      const { values } = answer.fields.find((each) => each.field === 'dew_point');
      const most = values.indexOf(Math.max(...values));
      const beyond = getComputedStyle(document.body).getPropertyValue('--heat-6').trim();
      return [values[most] > 0.2 && values[most] < 0.4, pixel('dew_point', most) === beyond,
        pixel('dew_point', 0), pixel('carrier', most)].join();
      """
    )
    #expect(cells == "true,true,none,none")
    let judged = try browser.run(
      """
      const { limits } = await import('/heatmap.js');
      const tests = (threshold) => [{ statistic: 'psi', field: null, good: '<', threshold }];
      const rule = (by, threshold) =>
        ({ rule: `${by}`, by, size: '1h', fields: ['x'], tests: tests(threshold) });
      const rules = [rule(null, 0.3), rule('carrier', 0.2), rule('origin', 0.1)];
      return ['', 'all', 'carrier=AA', 'origin=JFK', 'dest=LAX'].map((segment) =>
        limits(rules, 'psi', '1h', segment).get('x')?.at ?? 'none').join();
      """
    )
    #expect(judged == "0.3,0.3,0.2,0.1,none")
    try browser.press("h", "\u{E011}", "\u{E007}")
    let first = "#/field/temperature?to=2013-03-07"
    #expect(try browser.comes("location.hash.startsWith('\(first)')"))
    #expect(try browser.console() == [])
  }

  /// Two distributions, and between them the gap that the API answers.
  private static func checkField(_ browser: Browser, _ port: Int) throws {
    let page = "http://127.0.0.1:\(port)/#/field/dew_point?to=2013-06-06T00:00:00Z"
    try browser.show(page)
    #expect(try browser.comes("document.querySelectorAll('.chart .current.line').length > 1"))
    let drawn = try browser.run(
      """
      const lines = ['first', 'last'].flatMap((side) => ['reference', 'current'].map((which) =>
        document.querySelector(`.pair figure:${side}-child path.${which}`).getAttribute('d')));
      const query = 'field=dew_point&to=2013-06-06T00:00:00Z';
      const { distributions } = await (await fetch(`/api/v1/fields?${query}`)).json();
      const { number } = await import('/elements.js');
      const gap = `gap ${number(distributions.functions.gap.distance)} `;
      return [new Set(lines).size, lines.every((line) => line.length > 100),
        [...document.querySelectorAll('.gap-text')].some((one) => one.textContent.startsWith(gap)),
        document.querySelectorAll('line.gap').length].join();
      """
    )
    #expect(drawn == "4,true,true,3")
    try browser.press("\u{E012}")
    #expect(try browser.comes("location.hash.includes('2013-05-30')"))
    #expect(try browser.console() == [])
  }

  /// The numbers beside an alert are the record's, to the last digit.
  private static func checkAlert(_ browser: Browser, _ port: Int) throws {
    try browser.show("http://127.0.0.1:\(port)/#/field/dew_point")
    #expect(try browser.comes("document.querySelector('details.alert')"))
    let alert = try browser.run(
      """
      const details = document.querySelector('details.alert');
      details.open = true;
      return details.dataset.alert;
      """
    )
    #expect(try browser.comes("document.querySelector('.numbers [data-member=value]')"))
    let record = try RawConnection.get("/api/v1/alerts?alert=\(alert)", port: port).body
    #expect(record.contains("\"rule\":\"MissingAsUsual\""))
    for member in ["value", "threshold", "distance", "confidence", "n_current", "n_reference"] {
      let row = "[data-member=\(member)] td:last-child"
      let text = try browser.run("return document.querySelector('\(row)').textContent")
      #expect(record.contains("\"\(member)\":\(text),"), "\(member) \(text)")
    }
    #expect(try browser.console() == [])
  }

  // MARK: Names that mean harm

  private static let names = [
    #"<img src=x onerror="document.title=1">"#, "\u{202E}live \u{5E9}\u{5DC}\u{5D5}\u{5DD}",
    "</script><script>document.title=2</script>", String(repeating: "w", count: 10_240),
    String(repeating: "v", count: 200),
  ]

  private static func event(_ second: Int) throws -> String {
    let name = names[second % names.count]
    let event: [String: Any] = [
      "kind": "order", "at": 1_600_000_000 + second, "model": "1", names[0]: name, "color": name,
    ]
    return String(decoding: try JSONSerialization.data(withJSONObject: event), as: UTF8.self)
  }

  @Test(.timeLimit(.minutes(5))) func namesThatMeanHarmDoNone() throws {
    let bench = try RunBench()
    let lines = try (0..<2_000).map(Self.event).joined(separator: "\n")
    let rows = try bench.folder.write(lines, to: "rows")
    let reference = bench.folder.path + "/reference.json"
    #expect(try Command.run(["profile", rows, "-o", reference, "--time", "at"]).status == 0)
    let monitor = HostileStream.monitor + "\ndelivery: at_least_once\n"
    let file = try bench.folder.write(monitor, to: "harm.yaml")
    let served = try Served(["run", file, "-b", bench.cluster.brokers])
    let port = try served.port()
    // Three late enough to close a window: two clocks alone do not.
    let events = try (Array(0..<400) + Array(20_000..<20_003)).map(Self.event)
    try TestTopic.produce([events], to: "orders", at: bench.cluster.brokers)
    #expect(
      try comesTrue {
        let status = try RawConnection.get("/api/v1/status", port: port).body
        return status.contains(/"windows":[1-9]/)
      }
    )
    let browser = try Browser()
    let field = try #require(
      Self.names[0].addingPercentEncoding(withAllowedCharacters: .alphanumerics)
    )
    for page in ["", "#/field/color", "#/field/\(field)", "#/triggers"] {
      try browser.show("http://127.0.0.1:\(port)/\(page)")
      #expect(try browser.comes("document.body.dataset.shown"), "\(page)")
      let state = try browser.run(
        """
        return [document.title.endsWith('· Leeway'),
          document.querySelectorAll('main img, main script').length,
          document.documentElement.scrollWidth <= innerWidth].join();
        """
      )
      #expect(state == "true,0,true", "\(page)")
    }
    try browser.show("http://127.0.0.1:\(port)/#/field/color")
    #expect(try browser.comes("document.querySelector('table.categories')"))
    let said = try browser.run(
      "return document.querySelector('table.categories').textContent"
    )
    #expect(said.contains(Self.names[0]) && said.contains("\u{2423}live"), "\(said)")
    #expect(!said.contains("\u{202E}"))
    #expect(try browser.console() == [])
  }
}
