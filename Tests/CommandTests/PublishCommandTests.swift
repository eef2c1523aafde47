import Foundation
import KafkaClient
import TestSupport
import Testing

/// `leeway publish` as its users run it.
@Suite(.serialized, .ownThreads) struct PublishCommandTests {
  /// A monitor's files, and a broker with its control topic.
  private struct Bench: ~Copyable {
    let folder: Folder
    let cluster: MockCluster

    init() throws {
      let folder = try Folder()
      try folder.learnReference()
      let cluster = try MockCluster()
      try cluster.createTopic("leeway.control", partitions: 1)
      self.folder = folder
      self.cluster = cluster
    }

    /// Writes the monitor, with a rule of a threshold.
    func write(_ threshold: String, _ more: String = "") throws -> String {
      let rules = """
        version: 1
        rules:
          - name: Stable
            each: features
            expect: drift < \(threshold)
        """
      _ = try folder.write(rules, to: "rules.yaml")
      let text =
        HostileStream.monitor + "\nrules: [rules.yaml]\ndelivery: at_least_once\n" + more
      return try folder.write(text, to: "monitor.yaml")
    }

    func publish(_ monitor: String, _ arguments: String...) throws -> Command.Outcome {
      try Command.run(["publish", monitor, "-b", cluster.brokers] + arguments)
    }
  }

  /// Without what differs with the reference's digest: the versions' names.
  private static func named(_ text: String, _ names: [String]) -> String {
    names.enumerated().reduce(text) { $0.replacing($1.element, with: "VERSION\($1.offset)") }
  }

  private static func version(_ run: Command.Outcome) -> String {
    String(run.output.dropFirst("version ".count).prefix(8))
  }

  @Test func whatWasInForceIsOneCommandAway() throws {
    let bench = try Bench()
    let first = Self.version(try bench.publish(try bench.write("0.2")))
    let nothing = try bench.publish(try bench.write("0.2"), "--rollback")
    #expect(nothing.status == 64)
    #expect(nothing.errors == "leeway: no version of shop was in force before the newest one\n")
    let second = Self.version(try bench.publish(try bench.write("0.3")))
    // The second waits for its time: the first is in force.
    let back = try bench.publish(try bench.write("0.4"), "--rollback")
    #expect(back.status == 0)
    #expect(back.output == "version \(first): published again, in place of \(second)\n")
    let list = try bench.publish(try bench.write("0.3"), "--list").output
    let names = list.split(separator: "\n").dropFirst().map { $0.split(separator: " ")[1] }
    #expect(names.map { String($0) } == [first, second, first])
    let again = try bench.publish(try bench.write("0.3"), "--rollback")
    #expect(again.output == "version \(first): already published\n")
  }

  @Test func itSaysWhatWillHappen() throws {
    let bench = try Bench()
    let empty = try bench.publish(try bench.write("0.2"), "--list")
    #expect(empty.status == 0 && empty.output == "nothing of shop is published yet\n")
    let first = try bench.publish(try bench.write("0.2"))
    let name = Self.version(first)
    #expect(name.wholeMatch(of: /[0-9a-f]{8}/) != nil, "\(first.output)")
    #expect(first.status == 0 && first.output == "version \(name): published\n")
    #expect(
      first.errors == "version \(name) is the first of the monitor and judges all windows\n"
    )
    let again = try bench.publish(try bench.write("0.20", "# a comment\n"))
    #expect(again.status == 0 && again.errors == "")
    #expect(again.output == "version \(name): already published\n")

    let second = try bench.publish(try bench.write("0.3"), "--from", "2026-03-01T01:00:00+01:00")
    let other = Self.version(second)
    #expect(second.status == 0 && second.output == "version \(other): published\n")
    #expect(
      second.errors
        == "version \(other) judges windows that begin at or after 2026-03-01T00:00:00Z\n"
    )
    let third = try bench.publish(try bench.write("0.2"))
    #expect(
      third.errors == "version \(name) judges from the first window that begins behind "
        + "everything counted so far\n"
    )
    let list = try bench.publish(try bench.write("0.2"), "--list")
    #expect(list.status == 0 && list.errors == "")
    #expect(
      Self.named(list.output, [name, other]) == """
        offset  version   from
             1  VERSION0  -                     active
             3  VERSION1  2026-03-01T00:00:00Z
             5  VERSION0  -

        """
    )
    let json = try bench.publish(try bench.write("0.2"), "--list", "--format", "json")
    let known = json.output.replacing(/sha256:[0-9a-f]{64}/) { $0.0.prefix(15) }
    #expect(
      Self.named(known, [name, other]) == """
        {"monitor":"shop","versions":[\
        {"offset":1,"version":"sha256:VERSION0","from":null,"active":true},\
        {"offset":3,"version":"sha256:VERSION1","from":"2026-03-01T00:00:00Z","active":false},\
        {"offset":5,"version":"sha256:VERSION0","from":null,"active":false}]}

        """
    )
  }

  @Test func theVersionInForceIsMarked() throws {
    let bench = try Bench()
    _ = try bench.publish(try bench.write("0.2"))
    let active = """
      {"type":"io.leeway.version.activated.v1","data":{"monitor":"shop","group":"GROUP",\
      "version":"sha256:0","offset":1}}
      """
    let groups = ["leeway.shop", "own"].map { active.replacing("GROUP", with: $0) }
    try TestTopic.produce([groups + ["rubbish"]], to: "leeway.control", at: bench.cluster.brokers)
    let monitor = try bench.write("0.2")
    for arguments in [["--list"], ["--list", "-G", "own"]] {
      let list = try Command.run(["publish", monitor, "-b", bench.cluster.brokers] + arguments)
      #expect(list.output.contains(/1  [0-9a-f]{8} +-  active\n/), "\(list.output)")
      #expect(list.errors == "leeway.control: offset 4: is no record of leeway's\n")
    }
    // Where nothing was said, the first is.
    let other = try bench.publish(monitor, "--list", "-G", "other")
    #expect(other.output.contains(/1  [0-9a-f]{8} +-  active\n/))
  }

  @Test func whatIsWrongIsNamed() throws {
    let bench = try Bench()
    let monitor = try bench.write("0.2")
    let example = try bench.publish(monitor, "--from", "tomorrow")
    #expect(example.status == 64)
    #expect(
      example.errors.contains(
        "--from tomorrow: no instant; write it as RFC 3339, such as 2026-03-01T00:00:00Z"
      )
    )
    #expect(try bench.publish(monitor, "--list", "--from", "2026-03-01T00:00:00Z").status == 64)
    #expect(try Command.run(["publish", monitor]).status == 64)
    let early = try bench.publish(monitor, "--from", "2026-03-01T00:00:00Z")
    #expect(early.status == 64 && early.output == "")
    #expect(
      early.errors == "leeway: nothing of shop is published yet that could be in force until "
        + "2026-03-01T00:00:00Z; the first version judges all windows\n"
    )
    let nobody = try Command.run(["publish", monitor, "-b", "127.0.0.1:1"])
    #expect(nobody.status == 69 && nobody.errors.contains("127.0.0.1:1"))
    let cluster = try MockCluster()
    let missing = try Command.run(["publish", monitor, "-b", cluster.brokers])
    #expect(missing.status == 66)
    #expect(
      missing.errors
        == "leeway: the topic leeway.control does not exist; create it with `leeway init`\n"
    )
    #expect(try bench.publish(monitor).status == 0)
    let moved = try bench.publish(try bench.write("0.2", "max_future: 1m\n"))
    #expect(moved.status == 78 && moved.output == "")
    #expect(moved.errors.contains("max_future is 1m, and 5m in the version before"))
    let broken = try bench.publish(try bench.write("much"))
    #expect(broken.status == 78 && broken.errors.contains("rules.yaml:5:"), "\(broken.errors)")
    #expect(try bench.publish(bench.folder.path + "/no.yaml").status == 66)
  }
}
