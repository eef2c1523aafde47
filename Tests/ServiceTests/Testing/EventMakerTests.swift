@testable import Service
import Records
import Rules
import Testing

/// The events that a stream of a test file makes, byte for byte.
@Suite struct EventMakerTests {
  /// The first events of a stream with a test's phases, each with when it comes.
  private func events(
    _ stream: String,
    phases: String = "[]",
    count: Int,
    unit: TimeUnit? = nil,
    seed: UInt64 = 7
  ) throws -> [String] {
    let text = """
      version: 1
      rules: []
      monitor: { fields: { time: at }, window: 1h }
      reference: { during: 1d }
      stream:
      \(stream.split(separator: "\n").map { "  " + $0 }.joined(separator: "\n"))
      tests:
        - name: a
          phases: \(phases)
          expect: [{ at: 10m, alerts: [] }]
      """
    let (file, problems) = TestFile.read(SourceText(file: "a.test.yaml", text: text))
    #expect(problems == [], "\(problems)")
    let test = try #require(file?.tests.first)
    var maker = EventMaker(
      try #require(file?.stream),
      phases: test.phases,
      start: TestStream.standardStart,
      length: 600_000_000,
      seed: seed,
      time: FieldPath("at"),
      unit: unit
    )
    var lines: [String] = []
    while lines.count < count, maker.next() {
      let seconds = (maker.arrival - TestStream.standardStart.microseconds) / 1_000_000
      lines.append("\(seconds) \(maker.json.string)")
    }
    return lines
  }

  @Test func valuesAreWrittenAsEventsHaveThem() throws {
    let stream = """
      every: 1500ms
      record:
        x: normal(20, 2)
        c: choice(a 70%, b 30%)
        n: counter(5, 2)
        s: sequence(1, two, "3", true, null)
        p: { flag: true, text: 5m, none: null, number: 4.50 }
        q.r: "007"
      """
    let rest = #""p":{"flag":true,"text":"5m","none":null,"number":4.5},"q":{"r":"007"}}"#
    let expected = [
      #"0 {"at":"2024-01-01T00:00:00Z","x":20.159826765736984,"c":"a","n":5,"s":1,"#,
      #"1 {"at":"2024-01-01T00:00:01.5Z","x":19.295414257294322,"c":"a","n":7,"s":"two","#,
      #"3 {"at":"2024-01-01T00:00:03Z","x":23.332966076094774,"c":"a","n":9,"s":"3","#,
    ].map { $0 + rest }
    #expect(try events(stream, count: 3) == expected)
    #expect(try events(stream, count: 6)[3].contains(#""s":true,"#))
    #expect(try events(stream, count: 6)[4].contains(#""s":null,"#))
    #expect(try events(stream, count: 6)[5].contains(#""s":1,"#))
  }

  @Test func aFieldsNumbersDoNotDependOnOtherFieldsOrPhases() throws {
    let more = "every: 1s\nrecord:\n  y: uniform(0, 1)\n  x: normal(20, 2)"
    let phases = "[{ from: 0s, record: { y: 3 } }]"
    let lines = try events(more, phases: phases, count: 2)
    let expected = [
      #"0 {"at":"2024-01-01T00:00:00Z","y":3,"x":20.159826765736984}"#,
      #"1 {"at":"2024-01-01T00:00:01Z","y":3,"x":19.295414257294322}"#,
    ]
    #expect(lines == expected)
    #expect(try events(more, phases: phases, count: 2, seed: 8) != expected)
  }

  @Test func phasesChangeWhatIsUsual() throws {
    let stream = "every: 1m\nrecord: { n: counter(), who: \"sequence(a, b)\" }"
    let phases = """
      [
        { from: 1m, to: 3m, record: { n: -1 } },
        { from: 2m, where: { who: a }, record: { n: null(100%), extra: 1 } },
        { from: 4m, record: { who: absent(100%) } },
      ]
      """
    let values = try events(stream, phases: phases, count: 5)
      .map { $0.drop { $0 != "," }.dropFirst() }
    let expected = [
      #""n":1,"who":"a"}"#, #""n":-1,"who":"b"}"#, #""n":null,"who":"a","extra":1}"#,
      #""n":4,"who":"b"}"#, #""n":null,"extra":1}"#,
    ]
    #expect(values.map(String.init) == expected)
  }

  @Test func aShareIsNullAndTheRestStaysWhatItWas() throws {
    let stream = "every: 1s\nrecord: { x: \"normal(0, 1)\" }"
    let usual = try events(stream, count: 300)
    let phased = try events(stream, phases: "[{ from: 0s, record: { x: null(20%) } }]", count: 300)
    let nulls = phased.count { $0.hasSuffix(#""x":null}"#) }
    #expect((45...75).contains(nulls), "\(nulls)")
    for (before, after) in zip(usual, phased) where before != after {
      #expect(after.hasSuffix(#""x":null}"#))
    }
  }

  @Test func eventsComeAsOftenAsSaid() throws {
    let stream = "every: 1m\nrecord: { x: 1 }"
    func minutes(_ phases: String, count: Int) throws -> [Int] {
      try events(stream, phases: phases, count: count).map {
        (Int($0.prefix { $0 != " " }) ?? -1) / 60
      }
    }
    #expect(try minutes("[{ from: 2m, to: 5m, every: off }]", count: 4) == [0, 1, 5, 6])
    #expect(try minutes("[{ from: 2m, to: 6m, every: 2m }]", count: 5) == [0, 1, 2, 4, 6])
    #expect(try minutes("[{ from: 2m, every: off }]", count: 5) == [0, 1])
    #expect(try minutes("[{ from: 0s, to: 3m, every: off }]", count: 2) == [3, 4])
    let nested = "[{ from: 1m, every: off }, { from: 3m, to: 5m, every: 1m }]"
    #expect(try minutes(nested, count: 9) == [0, 3, 4])
    #expect(try minutes("[{ from: 1m, to: 2m, duplicates: 100% }]", count: 4) == [0, 1, 1, 2])
  }

  @Test func delaysSetTheTimeBackAndRampsGoOn() throws {
    let stream = "every: 5m\ndelay: 90s\nrecord: { x: \"uniform(ramp(0, 10), ramp(0, 10))\" }"
    let phases = "[{ from: 5m, to: 15m, delay: \"sequence(0s, 2h)\" }]"
    let expected = [
      #"0 {"at":1704067110000,"x":0}"#, #"300 {"at":1704067500000,"x":5}"#,
      #"600 {"at":1704060600000,"x":10}"#, #"900 {"at":1704068010000,"x":10}"#,
    ]
    #expect(try events(stream, phases: phases, count: 4, unit: .milliseconds) == expected)
    let seconds = try events(stream, count: 1, unit: .seconds)
    #expect(seconds == [#"0 {"at":1704067110,"x":0}"#])
    let nanoseconds = try events(stream, count: 1, unit: .nanoseconds)
    #expect(nanoseconds == [#"0 {"at":1704067110000000000,"x":0}"#])
  }

  @Test func choicesComeAsOftenAsTheirWeights() throws {
    let stream =
      "every: 1s\nrecord: { c: \"choice(a: 0.7, b: 0.25, c: 0.05)\", d: \"choice(1, 2)\" }"
    let lines = try events(stream, count: 2000)
    let shares = ["a", "b", "c"].map { name in lines.count { $0.contains("\"c\":\"\(name)\"") } }
    #expect(shares.reduce(0, +) == 2000)
    #expect(abs(shares[0] - 1400) < 80 && abs(shares[1] - 500) < 75 && abs(shares[2] - 100) < 40)
    #expect(abs(lines.count { $0.hasSuffix(#""d":1}"#) } - 1000) < 90)
  }
}
