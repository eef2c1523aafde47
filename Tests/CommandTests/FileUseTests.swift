import Foundation
import TestSupport
import Testing

/// Files that commands read and write at once.
@Suite("files read and written", .ownThreads)
struct FileUseTests {
  private let folder: Folder
  private let monitor: String
  private let events: String

  init() throws {
    folder = try Folder()
    try folder.learnReference()
    _ = try folder.write(HostileStream.rules, to: "rules.yaml")
    let text = HostileStream.monitor + "\nrules: [rules.yaml]\n"
    monitor = try folder.write(text, to: "monitor.yaml")
    let lines = HostileStream.lines(seed: 1, count: 300)
    events = try folder.write(lines.map { $0 + "\n" }.joined(), to: "windows.ndjson")
  }

  @Test("a command refuses to write what it reads, and leaves it as it was")
  func inputsAreKept() throws {
    let before = try folder.read("windows.ndjson")
    let trigger = try folder.write("{}", to: "trigger.json")
    let tests = try folder.write("", to: "a.test.yaml")
    for arguments in [
      ["replay", monitor, "--input", events, "-o", folder.path],
      ["profile", events, "-o", events],
      ["export", trigger, monitor, "--input", events, "-o", events],
      ["report", monitor, "--input", folder.path, "-o", events],
      ["test", tests, "--junit", tests],
    ] {
      let run = try Command.run(arguments)
      #expect(run.status == 66 && run.output == "", "\(arguments)")
      let path = arguments[0] == "test" ? tests : events
      let said = "leeway: \(path): cannot be written: it is what is read, \(path)\n"
      #expect(run.errors == said)
    }
    let piped = try Command.run(["profile", "-", "-o", events], input: events)
    #expect(piped.status == 66)
    let said = "leeway: \(events): cannot be written: it is what is read, standard input\n"
    #expect(piped.errors == said)
    #expect(try folder.read("windows.ndjson") == before)
    #expect(!FileManager.default.fileExists(atPath: folder.path + "/alerts.ndjson"))
  }

  @Test("standard input is read by one reader, so it is named once")
  func standardInputOnce() throws {
    let out = folder.path + "/out"
    for arguments in [
      ["replay", monitor, "--input", "-", "-", "-o", out],
      ["replay", monitor, "--what-if", monitor, "--input", "-", "-"],
      ["profile", "-", "-", "-o", out],
      ["profile", "--trigger", "-", "--monitor", monitor, "--input", "-", "-o", out],
      ["export", "-", monitor, "--input", "-", "-o", out + ".ndjson"],
      ["compare", "-", "-"],
      ["init-monitor", "-t", "a", "--input", "-", "-", "-o", out],
    ] {
      let run = try Command.run(arguments, input: events)
      #expect(run.status == 64, "\(arguments)")
      let said = "Error: - is standard input, which can be read once only: name it once\n"
      #expect(run.errors.hasPrefix(said), "\(run.errors)")
    }
    #expect(!FileManager.default.fileExists(atPath: out))
  }

  @Test("a path means what the system means by it: links before `..`, and no home of `~`")
  func paths() throws {
    let run = folder.path + "/run"
    let program = try Command.program.path
    try folder.shell(
      """
      mkdir -p "$1/real/deep" "$1/here/~" && cd "$1/here" && ln -s ../real/deep link &&
      "$2" profile "$3" -o link/../p.json && "$2" profile "$3" -o '~/p.json' &&
      "$2" replay "$4" --input "$3" -o link/../out &&
      "$2" init-monitor -t a --input "$3" -o link/../m.yaml
      """,
      run,
      program,
      events,
      monitor
    )
    for file in ["real/p.json", "here/~/p.json", "real/out/windows.ndjson", "real/m.yaml"] {
      #expect(FileManager.default.fileExists(atPath: "\(run)/\(file)"), "\(file)")
    }
    let here = try FileManager.default.contentsOfDirectory(atPath: run + "/here").sorted()
    #expect(here == ["link", "~"])
  }
}
