import Foundation
import TestSupport
import Testing

/// `leeway explain ALERT.json`: an alert's number, from what the alert carries.
@Suite(.ownThreads) struct ExplainAlertTests {
  private let folder: Folder

  init() throws { folder = try Folder() }

  private func alert(
    _ numbers: String = #""statistic":"total_variation","value":0.25,"threshold":0.1,"#,
    digest: String = #"{"edges":[10],"reference":[50,50],"current":[15,5]}"#
  ) -> String {
    #"{"specversion":"1.0","id":"i","type":"io.leeway.alert.v1","data":{"alert":"a1","#
      + #""state":"firing","monitor":"orders","model_version":null,"rule":"R","#
      + #""severity":"warning","segment":"all","field":"amount","# + numbers
      + #""threshold_source":"rule","n_current":20,"n_reference":100,"#
      + #""window_start":"2026-01-01T00:00:00Z","window_end":"2026-01-01T01:00:00Z","#
      + #""summary":"moved","digest":\#(digest)}}"# + "\n"
  }

  private func explain(_ text: String, _ more: String...) throws -> Command.Outcome {
    try Command.run(["explain", try folder.write(text, to: "alert.json")] + more)
  }

  @Test("the formula, the threshold, the number again, and the bins it comes from")
  func text() throws {
    let run = try explain(alert())
    #expect(run.status == 0 && run.errors == "")
    #expect(
      run.output == """
        R of amount is firing (warning): moved
        monitor orders, segment all, alert a1
        window 2026-01-01T00:00:00Z to 2026-01-01T01:00:00Z: n = 20, m = 100 of the reference

        total_variation = 0.25
          is        total variation distance over the bins of psi
          formula   half the sum of |p - q|
          threshold 0.1, written in the rule

        again: 0.25 from the digest, as reported

        bin         reference       p  window       q    q - p
        up to 10.0         50  0.5000      15  0.7500  +0.2500
        above 10.0         50  0.5000       5  0.2500  -0.2500

        """
    )
    let input = try folder.write(alert(), to: "input.json")
    let piped = try Command.run(["explain", "-"], input: input)
    #expect(piped.status == 0 && piped.output == run.output)
  }

  @Test("an atom's bin has its number for a name, and the one before ends below it")
  func atom() throws {
    let digests = [
      #"{"edges":[0,9.999999999999998,10],"reference":[1,2,95,2],"current":[1,0,1,18]}"#:
        ["up to 0.0", "(0.0, 10.0)", "10.0", "above 10.0"],
      #"{"edges":[9.999999999999998,10,12],"reference":[1,2,95,2],"current":[1,0,1,18]}"#:
        ["below 10.0", "10.0", "(10.0, 12.0]", "above 12.0"],
    ]
    for (digest, names) in digests {
      let lines = try explain(alert(digest: digest)).output.split(separator: "\n").suffix(4)
      #expect(lines.map { $0.prefix(12).trimmingCharacters(in: .whitespaces) } == names)
    }
  }

  @Test("a number that does not follow from the digest is an answer of no")
  func different() throws {
    let run = try explain(alert(#""statistic":"total_variation","value":0.26,"#))
    #expect(run.status == 1)
    #expect(run.output.contains("again: 0.25 from the digest, but 0.26 was reported"))
  }

  @Test("what the digest puts together, or lacks, is said")
  func partial() throws {
    let ks = try explain(alert(#""statistic":"ks","value":0.3,"#))
    #expect(ks.status == 0)
    #expect(
      ks.output.contains(
        "again: 0.25 from the digest, which puts values together: 0.3 is at least that"
      )
    )
    let names =
      #"{"categories":["a"],"reference":[90],"current":[10],"other_reference":10,"#
      + #""other_current":6,"unseen_current":4}"#
    let other = try explain(alert(#""statistic":"l_infinity","value":0.4,"#, digest: names))
    #expect(other.status == 0)
    #expect(other.output.contains("again: 0.4 from the digest, as reported"))
    #expect(other.output.contains("\n(others)         10  0.1000       6  0.3000  +0.2000\n"))
    let mean = try explain(alert(#""statistic":"mean","value":12,"#), "--format", "json")
    #expect(mean.status == 0)
    #expect(mean.output.contains(#""reported":12,"derived":null,"outcome":"none""#))
    let none = try explain(alert("", digest: "null"))
    #expect(none.status == 0)
    #expect(none.output.hasSuffix("\n\nThere is no number in this alert.\n"))
  }

  @Test("every alert of a replay follows from what it carries")
  func replayed() throws {
    var bench = try MonitorBench()
    try bench.learn(PlainStream.reference)
    let text = """
      version: 1
      rules:
        - { name: Psi, each: features, expect: psi < 0.1 }
        - { name: PsiP, each: features, expect: psi(p) > 0.001 }
        - { name: Ks, each: numeric, expect: ks < 0.1 }
        - { name: Js, each: features, expect: js_distance < 0.1 }
        - { name: V, each: categorical, expect: cramers_v < 0.1 }
        - { name: Drift, each: features, expect: drift < 0.1 }
        - { name: Excess, each: features, expect: excess_drift < 0.1 }
        - { name: Unseen, each: categorical, expect: unseen < 10% }
        - { name: Missing, each: features, expect: missing < 10% }
        - { name: Gone, each: features, expect: missing_change < 10% }
        - { name: MoreGone, each: features, expect: excess_missing_change < 10% }
        - { name: Types, each: features, expect: type_mismatch_change < 10% }
        - { name: Values, expect: 'c in [a, b, c]' }
        - { name: Count, expect: count > 1000 }
      """
    bench.rules = [try bench.folder.write("budget: 1 per 30d\n" + text, to: "own.yaml")]
    var count = 0
    _ = try bench.replay(
      PlainStream.lines(hours: 24..<25, seed: 2) { record in
        count += 1
        record.members["x"] = "19.5"
        if count % 3 == 0 { record.members["k"] = "null" }
        if count % 3 == 1 { record.members["k"] = "\"seven\"" }
        record.members["c"] = #""e""#
        record.members["ok"] = "true"
      }
    )
    let alerts = String(decoding: try bench.folder.read("out/alerts.ndjson"), as: UTF8.self)
    var outcomes: [String: Set<String>] = [:]
    for line in alerts.split(separator: "\n") {
      let run = try explain(String(line), "--format", "json")
      #expect(run.status == 0, "\(run.output)")
      let object = try #require(
        try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any]
      )
      let rule = try #require(object["rule"] as? String)
      outcomes[rule, default: []].insert(try #require(object["outcome"] as? String))
    }
    #expect(
      outcomes == [
        "Psi": ["equal"], "PsiP": ["equal"], "Ks": ["at_least"], "Js": ["equal"], "V": ["equal"],
        "Drift": ["equal"], "Excess": ["equal"], "Unseen": ["equal"], "Count": ["none"],
        "Missing": ["equal"], "Gone": ["equal"], "MoreGone": ["equal"], "Types": ["equal"],
        "Values": ["none"],
      ]
    )
  }

  @Test("an excess is derived from what the alert carries, step by step")
  func excess() throws {
    let numbers =
      #""statistic":"excess_drift","value":VALUE,"distance":0.5,"bound":0.01,"#
      + #""confidence":0.999,"alpha":0.001,"delta":0.0025,"natural":0.05,"threshold":0.1,"#
    // 0.5 - 0.01 - sqrt(ln(2000) / 40) - sqrt(ln(800) / 200) - 0.05, by numpy
    let clipped = try explain(alert(numbers.replacing("VALUE", with: "0.0")))
    #expect(clipped.status == 0 && clipped.output.contains("again: 0 from the digest"))
    let more = numbers.replacing("0.5,", with: "0.9,")
    let found = try explain(alert(more.replacing("VALUE", with: "0.2212644830436999")))
    #expect(found.status == 0, "\(found.output)")
    let steps = found.output.split(separator: "\n").filter { $0.contains(#/ \d\.\d{6}$/#) }
      .map { $0.trimmingPrefix(#/ +/#).replacing(#/ {2,}/#, with: ": ") }
    #expect(
      steps == [
        "distance D, sup |F - G|: 0.900000",
        "less what D may be off by, as the reference is compressed: 0.010000",
        "less the window's allowance, sqrt(ln(2/α) / 2n): 0.435916",
        "less the reference's, sqrt(ln(2/δ) / 2m), δ = 0.0025: 0.182820",
        "less the reference's own variation, natural: 0.050000",
      ]
    )
    let other = try explain(alert(more.replacing("VALUE", with: "0.2214")))
    #expect(other.status == 1)
  }

  @Test("what the field explains of the prediction's shift is said")
  func explained() throws {
    let run = try explain(
      alert(#""statistic":"total_variation","value":0.25,"threshold":0.1,"explains":0.625,"#)
    )
    #expect(run.output.contains("\n  explains  62.5% of the prediction's shift\n"))
  }

  @Test("what is no alert is refused by its name")
  func refused() throws {
    let trigger = #"{"specversion":"1.0","type":"io.leeway.retrain.request.v1","data":{}}"#
    let two = alert() + alert()
    for (text, message) in [
      (trigger, "is of type io.leeway.retrain.request.v1, not io.leeway.alert.v1"),
      (two, "is not one event of JSON; give a single alert"),
      (alert(digest: #"{"edges":1}"#), "is not an alert as leeway writes them"),
    ] {
      let run = try explain(text)
      #expect(run.status == 66)
      #expect(run.errors == "leeway: \(folder.path)/alert.json: \(message)\n")
    }
    #expect(try explain(alert(), "R").status == 64)
  }
}
