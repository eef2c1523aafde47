import Foundation
import TestSupport
import Testing

/// `leeway check` for people, programs and pull requests.
@Suite(.ownThreads) struct CheckCommandTests {
  private let folder: Folder
  private let rules: String

  init() throws {
    folder = try Folder()
    rules = try folder.write(
      """
      version: 1
      budget: 1 per 30d
      rules:
        - { name: A, each: features, expect: excess_drift < 0.1 and missing < 5 }
        - { name: "100%, no", expect: psis(x) < 0.2 }
      """,
      to: "a,b:c.yaml"
    )
  }

  @Test("the findings as one JSON object, with the place, its end and the hint of each")
  func json() throws {
    let run = try Command.run(["check", rules, rules, "--format", "json"])
    #expect(run.status == 78)
    #expect(run.errors == "")
    #expect(
      run.output == """
        {"diagnostics":[{"file":"\(rules)","line":4,"column":73,"end_column":74,\
        "severity":"warning","message":"a share is between 0 and 100%: this always holds",\
        "hint":"did you mean 5%?"},\
        {"file":"\(rules)","line":5,"column":13,"end_column":23,"severity":"error",\
        "message":"'100%, no' is no name",\
        "hint":"use up to 128 letters, digits and '_', and start with a letter"},\
        {"file":"\(rules)","line":5,"column":33,"end_column":37,"severity":"error",\
        "message":"unknown metric 'psis'","hint":"did you mean 'psi'?"}],\
        "files":2,"errors":2,"warnings":1}\n
        """
    )
  }

  @Test("workflow commands of GitHub, with everything escaped that would end one")
  func github() throws {
    let detour = folder.path + "/./none/../a,b:c.yaml"
    try FileManager.default.createDirectory(
      atPath: folder.path + "/none",
      withIntermediateDirectories: false
    )
    let run = try Command.run(["check", detour, "--format", "github"])
    #expect(run.status == 78)
    #expect(run.errors == "")
    let file = rules.replacing(",", with: "%2C").replacing(":", with: "%3A")
    #expect(
      run.output == """
        ::warning file=\(file),line=4,col=73::a share is between 0 and 100%25: \
        this always holds; \
        did you mean 5%25?
        ::error file=\(file),line=5,col=13::'100%25, no' is no name; \
        use up to 128 letters, digits and '_', and start with a letter
        ::error file=\(file),line=5,col=33::unknown metric 'psis'; did you mean 'psi'?

        """
    )
  }

  @Test("a file that cannot be read takes nothing away from what was found before")
  func missing() throws {
    let run = try Command.run(["check", rules, folder.path + "/none", "--format", "github"])
    #expect(run.status == 66)
    #expect(run.output.split(separator: "\n").count == 3)
    #expect(run.errors == "leeway: \(folder.path)/none: no such file\n")
  }

  @Test("a file that is no text is a finding with its place, whoever names it")
  func noText() throws {
    let bad = folder.path + "/bad.yaml"
    try Data("version: 1\n# caf".utf8 + [0xE9, 0x0A]).write(to: URL(fileURLWithPath: bad))
    let monitor = try folder.write("version: 1\nmonitor: m\nrules: [bad.yaml]\n", to: "m.yaml")
    let finding = "\(bad):2:6: error: is not UTF-8 text\n"
    let text = try Command.run(["check", bad])
    #expect(text.status == 78 && text.output == "" && text.errors == finding)
    let named = try Command.run(["check", monitor])
    #expect(named.status == 78 && named.errors.contains(finding), "\(named.errors)")
    let explained = try Command.run(["explain", bad])
    #expect(explained.status == 78 && explained.errors == finding)
    let json = try Command.run(["check", bad, "--format", "json"])
    #expect(json.status == 78 && json.errors == "")
    #expect(
      json.output == """
        {"diagnostics":[{"file":"\(bad)","line":2,"column":6,"end_column":7,"severity":"error",\
        "message":"is not UTF-8 text","hint":null}],"files":1,"errors":1,"warnings":0}\n
        """
    )
    let github = try Command.run(["check", bad, "--format", "github"])
    #expect(github.output == "::error file=\(bad),line=2,col=6::is not UTF-8 text\n")
  }

  @Test("a file that is right is an empty list, and nothing at all")
  func right() throws {
    let good = try folder.write("version: 1\n", to: "good.yaml")
    let json = try Command.run(["check", good, "--format", "json"])
    #expect(json.status == 0 && json.errors == "")
    #expect(json.output == "{\"diagnostics\":[],\"files\":1,\"errors\":0,\"warnings\":0}\n")
    let github = try Command.run(["check", good, "--format", "github"])
    #expect(github.status == 0 && github.errors == "" && github.output == "")
    let text = try Command.run(["check", good])
    #expect(text.status == 0 && text.errors == "" && text.output == "\(good): ok\n")
  }
}
