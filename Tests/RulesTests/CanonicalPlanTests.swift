import Testing

@testable import Rules

/// The bytes whose hash is the `config` of every output.
@Suite struct CanonicalPlanTests {
  static func bytes(_ monitor: String = monitor, _ rules: String = rules) throws -> [UInt8] {
    let result = Fixtures.check(monitor: monitor, rules: [rules])
    return try #require(result.plan, "\(result.report)").canonicalJSON
  }

  static let monitor = """
    version: 1
    monitor: orders
    source: { topics: [shop.orders], where: { a: x, b: y } }
    fields: { time: created_at, prediction: score, ignore: [debug, status] }
    reference: reference.json
    window: 60m
    lateness: 90s
    """

  static let rules = """
    version: 1
    rules:
      - name: A
        expect: 0.5% <= missing(amount) < 0.01 and not rate > 10/s
        for: 3 windows
        summary: "{field} moved"
        labels: { team: checkout, area: web }
    triggers:
      - { name: T, when: firing(A), cooldown: 7d }
    """

  @Test func commentsOrderQuotingAndUnitsLeaveNoTrace() throws {
    let monitor = """
      # a comment
      lateness: 1m30s
      window: { size: 1h }
      monitor: 'orders'
      reference: ./elsewhere/reference.json
      fields:
        ignore:
          - status
          - debug
        prediction: [score]
        time: "created_at"
      source:
        where: { b: "y", a: 'x' }
        start: earliest
        topics: ["shop.orders"]
        format: json
      idle_after: 1m
      max_future: 300s
      output: { prefix: elsewhere }
      version: 1
      """
    let rules = """
      triggers: [{ cooldown: 168h, when: firing( A ) >= 1, name: T, dry_run: false }]
      rules:
        - labels: { area: "web", team: checkout }
          summary: >-
            {field}
            moved
          for: 3 of 3 windows
          expect: |
            0.005 <= missing("amount")
              < 1 % and not rate() > 10/s
          severity: warning
          name: A
      version: 1
      """
    #expect(
      String(decoding: try Self.bytes(monitor, rules), as: UTF8.self)
        == String(decoding: try Self.bytes(), as: UTF8.self)
    )
  }

  @Test(arguments: [
    ("window: 60m", "window: 61m"), ("90s", "91s"), ("topics: [shop.orders]", "topics: [x]"),
    ("a: x", "a: z"), ("[debug, status]", "[debug]"), ("monitor: orders", "monitor: order"),
    ("time: created_at", "time: $timestamp"), ("prediction: score", "id: score"),
    ("lateness", "idle_after"), ("lateness", "max_future"),
  ])
  func whatAMonitorMeansShows(old: String, new: String) throws {
    let changed = try Self.bytes(Self.monitor.replacing(old, with: new))
    #expect(changed != (try Self.bytes()))
  }

  @Test(arguments: [
    ("0.01", "0.02"), ("0.5% <=", "0.5% <"), ("not rate", "rate"), ("3 windows", "2 of 3 windows"),
    ("moved", "changed"), ("web", "shop"), ("7d", "8d"), ("firing(A)", "firing(A) >= 2"),
    ("(amount)", "(age)"), ("(amount)", "(amount, null)"), ("and", "or"),
    ("name: A\n", "name: A\n    severity: info\n"),
    ("name: A\n", "name: A\n    min_records: 1\n"), ("name: A\n", "name: A\n    window: 2h\n"),
    ("name: A\n", "name: A\n    runbook: x\n"), ("name: T", "name: T, dry_run: true"),
    ("name: T", "name: T, settle: 1 window"), ("name: T", "name: T, min_records: 1"),
  ])
  func whatARuleMeansShows(old: String, new: String) throws {
    let changed = try Self.bytes(Self.monitor, Self.rules.replacing(old, with: new))
    #expect(changed != (try Self.bytes()))
  }

  @Test func theFormIsAPromise() throws {
    let text = String(decoding: try Self.bytes(), as: UTF8.self)
    let expected = [
      #"{"plan":1,"monitor":"orders","source":{"topics":["shop.orders"],"#,
      #""format":"json","start":"earliest","where":[["a","x"],["b","y"]]},"#,
      #""roles":{"time":"created_at","time_unit":"ms","id":null,"model_version":null,"#,
      #""predictions":["score"],"ignored":["debug","status"]},"#,
      #""fields":[{"name":"amount","kind":"numeric","prediction":false},"#,
      #"{"name":"age","kind":"numeric","prediction":false},"#,
      #"{"name":"payload.age","kind":"numeric","prediction":false},"#,
      #"{"name":"my field","kind":"categorical","prediction":false},"#,
      #"{"name":"score","kind":"numeric","prediction":true}],"#,
      #""windows":[{"size":3600000000,"every":3600000000,"align":0}],"#,
      #""lateness":90000000,"idle_after":60000000,"max_future":300000000,"#,
      #""rules":[{"name":"A","window":0,"fields":null,"expect":{"all":[{"all":["#,
      #"{"metric":"missing","field":0,"argument":null,"relation":">=","threshold":0.005},"#,
      #"{"metric":"missing","field":0,"argument":null,"relation":"<","threshold":0.01}]},"#,
      #"{"not":{"metric":"rate","field":null,"argument":null,"relation":">","#,
      #""threshold":10}}]},"for":[3,3],"severity":"warning","summary":"{field} moved","#,
      #""runbook":null,"labels":[["area","web"],["team","checkout"]],"min_records":0,"#,
      #""alpha":0.001},{"name":"IntegrityHeld","window":0,"fields":null,"#,
      #""expect":{"metric":"integrity_violations","field":null,"argument":null,"#,
      #""relation":"<","threshold":1},"for":[],"severity":"critical","#,
      #""summary":"Records of this window were lost or counted twice; its record in the "#,
      #"windows' topic says which.","runbook":null,"labels":[],"min_records":0,"#,
      #""alpha":0.001}],"triggers":[{"name":"T","when":{"rule":0,"group":null,"#,
      #""relation":">=","threshold":1},"settle":0,"cooldown":604800000000,"#,
      #""min_records":0,"dry_run":false}]}"#,
    ]
    #expect(text == expected.joined())
  }

  /// What came later leaves no trace in the plans of files that do not use it.
  @Test func whatARuleAsksOfItsAlertsIsWrittenWhereItAsks() throws {
    let rule = """
      version: 1
      rules:
        - name: R
          when: count > 1
          clear: count < 1
          keep_firing_for: 2h
          cooldown: 1d
          repeat: 90m
          undecided: alert
          runbook: "x/{rule}"
      """
    let plan = try CheckerTests.plan(rule)
    let text = String(decoding: plan.canonicalJSON, as: UTF8.self)
    let count = #"{"metric":"count","field":null,"argument":null,"relation":"#
    #expect(
      text.contains(
        #""expect":{"not":\#(count)">","threshold":1}},"clear":\#(count)"<","threshold":1},"#
          + #""for":[],"keep_firing_for":7200000000,"cooldown":86400000000,"#
          + #""repeat":5400000000,"undecided":"alert","severity":"warning","summary":null,"#
          + #""runbook":"x/{rule}","#
      )
    )
  }
}
