import Foundation
import TestSupport
import Testing

/// Files that a monitor is made of, broken: each is named with its place, and nothing runs.
@Suite("bad files", .ownThreads)
struct BadFileTests {
  private let bench: MonitorBench

  init() throws {
    bench = try MonitorBench()
    try bench.learn(Array(PlainStream.reference.prefix(400)))
  }

  /// Replays, expects no output at all, and checks that `check` says the same.
  private func replay(_ bench: MonitorBench) throws -> Replayed {
    let run = try bench.replay(PlainStream.lines(hours: 24..<25, seed: 2))
    #expect(!FileManager.default.fileExists(atPath: bench.folder.path + "/out"))
    #expect(run.output == "")
    let check = try Command.run(["check", try bench.writeMonitor()])
    #expect(check.status == run.status)
    #expect(check.errors == run.errors && check.output == "")
    return run
  }

  private func editReference(_ edit: (inout String) -> Void) throws {
    var text = String(decoding: try bench.folder.read("reference.json"), as: UTF8.self)
    let before = text
    edit(&text)
    #expect(text != before)
    _ = try bench.folder.write(text, to: "reference.json")
  }

  @Test("a field that the reference lacks is an error where it is written, in every file at once")
  func unknownFields() throws {
    var bench = bench
    bench.fields = ["time: t", "prediction: skore"]
    let rules = """
      version: 1
      rules:
        - name: Amount
          expect: psi(amount) < 0.2
        - name: Letter
          each: [x, cc]
          expect: psi < 0.2
      """
    bench.rules = [try bench.folder.write(rules, to: "own.yaml")]
    let run = try replay(bench)
    #expect(run.status == 78)
    let folder = bench.folder.path
    for message in [
      "\(folder)/monitor.yaml:7:15: error: the reference has no field 'skore'\n"
        + "  prediction: skore\n              ^~~~~\n",
      "\(folder)/own.yaml:4:17: error: the reference has no field 'amount'\n",
      "\(folder)/own.yaml:6:15: error: the reference has no field 'cc'; did you mean 'c'?\n",
    ] {
      #expect(run.errors.contains(message), "\(run.errors)")
    }
  }

  @Test("a reference cut short is refused wherever it was cut")
  func cutReference() throws {
    let whole = String(decoding: try bench.folder.read("reference.json"), as: UTF8.self)
    let length = whole.utf8.count
    for kept in [0, 1, length / 3, length / 2, length - 3] {
      _ = try bench.folder.write(String(whole.prefix(kept)), to: "reference.json")
      let run = try replay(bench)
      #expect(run.status == 78)
      let place = "monitor.yaml:8:12: error: \(bench.folder.path)/reference.json: "
      #expect(run.errors.contains(place + "is no JSON, was cut short"), "\(run.errors)")
    }
  }

  @Test(
    "a reference edited by hand is refused by its hash, or by what no longer adds up",
    arguments: [
      ("\"drift\":0", "\"drift\":0.5", "it was changed after it was learned: expected sha256:"),
      ("\"mean\": 7", "\"mean\": 8", "it was changed after it was learned: expected sha256:"),
      ("\"rows\": 400", "\"rows\": 401", "do not add up to 401 rows"),
      ("\"a\",", "\"A\",", "it was changed after it was learned: expected sha256:"),
      ("\"version\": 1", "\"version\": 3", "version 3 is not known"),
      ("\"version\": 1", "\"version\": 2", "version 2 has segments"),
      ("sha256:", "sha256:0", "it was changed after it was learned: expected sha256:0"),
    ]
  )
  func editedReference(old: String, new: String, message: String) throws {
    try editReference { text in
      guard let range = text.range(of: old) else { return }
      text.replaceSubrange(range, with: new)
    }
    let run = try replay(bench)
    #expect(run.status == 78)
    #expect(run.errors.contains("monitor.yaml:8:12: error: "), "\(run.errors)")
    #expect(run.errors.contains(message), "\(run.errors)")
  }

  @Test("a missing or unreadable file is named, with the exit code of its kind")
  func missingFiles() throws {
    let folder = bench.folder.path
    let events = try bench.folder.write("{}\n", to: "events.ndjson")
    let monitor = try bench.writeMonitor()
    let out = ["--output", folder + "/out"]
    var lost = bench
    lost.rules.append("lost.yaml")
    let cases: [([String], Int32, String)] = [
      (["replay", folder + "/no.yaml", "--input", events] + out, 66, "no.yaml: no such file"),
      (["replay", monitor, "--input", folder + "/no.ndjson"] + out, 66, "no.ndjson: no such file"),
      (["replay", monitor, "--input", events, folder] + out, 66, "is a directory"),
      (["replay", monitor] + out, 64, "--input"),
      (["replay", monitor, "--input", events], 64, "--output"),
      (["replay", monitor, "--input", events, "--fail-on", "x"] + out, 64, "--fail-on"),
    ]
    for (arguments, status, message) in cases {
      let run = try Command.run(arguments)
      #expect(run.status == status, "\(arguments) \(run.errors)")
      #expect(run.errors.contains(message), "\(run.errors)")
      #expect(!FileManager.default.fileExists(atPath: folder + "/out"), "\(arguments)")
    }
    let rules = try replay(lost)
    #expect(rules.status == 78)
    #expect(rules.errors.contains("\(folder)/lost.yaml: no such file"), "\(rules.errors)")
    try FileManager.default.removeItem(atPath: folder + "/reference.json")
    let reference = try replay(bench)
    #expect(reference.status == 78 && reference.errors.contains("monitor.yaml:8:12: error: "))
    #expect(reference.errors.contains("learn one with `leeway profile"), "\(reference.errors)")
  }

  @Test("gzip that is cut short or damaged ends the run with 66 and says which file")
  func damagedGzip() throws {
    let lines = PlainStream.lines(hours: 24..<30, seed: 2).map { $0 + "\n" }.joined()
    let file = try bench.folder.write(lines, to: "events.ndjson")
    try bench.folder.shell("gzip -k \"$1\"", file)
    let whole = try bench.replay(files: [file + ".gz"])
    #expect(whole.status == 0)
    whole.expectConservation(read: 1200)

    let packed = try bench.folder.read("events.ndjson.gz")
    var damaged = packed
    damaged[packed.count / 2] ^= 0xFF
    var wrongSum = packed
    wrongSum[packed.count - 6] ^= 0xFF
    let broken = [
      (packed.dropLast(1), "the gzip data end too early"), (packed.prefix(12), "end too early"),
      (damaged, "the gzip data are damaged"), (wrongSum, "the gzip data are damaged"),
    ]
    for (bytes, message) in broken {
      try bytes.write(to: URL(fileURLWithPath: file + ".gz"))
      let run = try bench.replay(files: [file + ".gz"])
      #expect(run.status == 66 && run.output == "")
      #expect(run.errors.contains("leeway: \(file).gz: "), "\(run.errors)")
      #expect(run.errors.contains(message), "\(run.errors)")
    }
  }

  @Test("an input that breaks off late leaves whole files, with what was known by then")
  func damagedLate() throws {
    // more than is read between two commits: blank lines cost nothing
    let lines = PlainStream.lines(hours: 24..<26, seed: 2) + ["{"]
    let text = (lines + Array(repeating: "", count: 140_000)).joined(separator: "\n")
    let file = try bench.folder.write(text, to: "events.ndjson")
    try bench.folder.shell("gzip -c \"$1\" | head -c -4 > \"$1.gz\"", file)
    let run = try bench.replay(files: [file + ".gz"])
    #expect(run.status == 66 && run.errors.contains("end too early"))
    #expect(run.windows.map(\.data.records) == [200])
    #expect(run.deadLetters.map(\.offset) == [400])
    let files = try FileManager.default.contentsOfDirectory(atPath: bench.folder.path + "/out")
    let names = ["alerts", "dead-letters", "retraining", "windows"].map { $0 + ".ndjson" }
    #expect(files.sorted() == names)
  }

  @Test("an empty input is no error, one without a usable record is, and neither has a window")
  func nothingUsable() throws {
    let empty = try bench.replay([])
    #expect(empty.status == 0 && empty.windows.isEmpty)
    empty.expectConservation(read: 0)
    let useless = try bench.replay(["{}", "", "nonsense", "[]"])
    #expect(useless.status == 66 && useless.windows.isEmpty)
    useless.expectConservation(read: 4)
    #expect(useless.printedReasons == ["no_time": 1, "bad_json": 1, "not_an_object": 1])
    #expect(useless.printed("filtered") == 1)
  }
}
