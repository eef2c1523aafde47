import Foundation
import KafkaClient
import TestSupport
import Testing

/// `leeway status` beside a process that runs, before it and after it.
@Suite(.serialized, .ownThreads) struct StatusCommandTests {
  private static let partials = TopicPartition("leeway.shop.partials", 0)

  /// A monitor's files, and a broker with fifteen records for it.
  private struct Bench: ~Copyable {
    let folder: Folder
    let monitor: String
    let cluster: MockCluster

    init() throws {
      let folder = try Folder()
      try folder.learnReference()
      // The embedded broker's transactions promise nothing.
      let text = HostileStream.monitor + "\ndelivery: at_least_once\n"
      let monitor = try folder.write(text, to: "monitor.yaml")
      let cluster = try MockCluster()
      try cluster.createTopic("orders", partitions: 2)
      for name in ["windows", "alerts", "retraining", "dead-letters", "control"] {
        try cluster.createTopic("leeway.\(name)", partitions: 1)
      }
      for name in ["partials", "state"] {
        try cluster.createTopic("leeway.shop.\(name)", partitions: 1)
      }
      try TestTopic.produce(HostileStream.fates, to: "orders", at: cluster.brokers)
      (self.folder, self.monitor) = (folder, monitor)
      self.cluster = cluster
    }

    func status(_ arguments: String...) throws -> Command.Outcome {
      try Command.run(["status", monitor, "-b", cluster.brokers] + arguments)
    }

    /// Runs the monitor until all is read and evaluated.
    func run() throws {
      let process = try Command.start(["run", monitor, "-b", cluster.brokers])
      var isDone = false
      for _ in 0..<60 where !isDone {
        let json = try status("--format", "json").output
        isDone = json.contains("\"read\":15,")
      }
      #expect(isDone)
      process.terminate()
      process.waitUntilExit()
      #expect(process.terminationStatus == 0)
    }
  }

  /// Without what differs from run to run: times after 2020, and how often was committed.
  private static func steady(_ text: String) -> String {
    text.replacing(/20(2[1-9]|[3-9]\d)-\d\d-\d\dT[\d:.]+Z/, with: "NOW")
      .replacing(/"lag_seconds":[\d.]+/, with: "\"lag_seconds\":SECONDS")
      .replacing(/[\ddhm]+s behind the clock/, with: "SECONDS behind the clock")
      .replacing(
        /"offset":\d+,"version":"sha256:\w{64}","reference":"sha256:\w{64}"/,
        with: "VERSION"
      )
      .replacing(/(partials(\[0\]|",)[^\d\n]*)\d+([^\d]+)\d+/) { "\($0.1)N\($0.3)N" }
  }

  @Test func beforeTheFirstRunItSaysSo() throws {
    let bench = try Bench()
    let text = try bench.status()
    #expect(text.status == 1 && text.errors == "")
    #expect(
      Self.steady(text.output) == """
        shop at NOW

        the monitor has not run yet: nothing was committed

        partition                committed  end  lag  watermark  behind
        orders[0]                        -   12   12          -       -
        orders[1]                        -    3    3          -       -
        leeway.shop.partials[0]          -    N    N
        lag: 15 records are not read, 0 deltas are not evaluated

        """
    )
    let json = try bench.status("--format", "json")
    #expect(json.status == 1)
    #expect(json.output.contains("\"has_run\":false,\"integrity\":\"ok\",\"lag_records\":15"))
    #expect(json.output.contains("\"evaluation\":null"))
  }

  @Test func afterARunItShowsWhatBecameOfEveryRecord() throws {
    let bench = try Bench()
    try bench.run()
    let text = try bench.status()
    #expect(text.status == 0 && text.errors == "")
    #expect(
      Self.steady(text.output) == """
        shop at NOW

        records
        read      15
        accepted  10
        late       1
        rejected   2
        filtered   2
        rejected: bad_json 1, not_an_object 1
        read = accepted + late + rejected + filtered; no audit violations

        0 windows written
        watermark 2020-09-13T12:26:40Z, SECONDS behind the clock

        partition                committed  end  lag  watermark             behind
        orders[0]                       12   12    0  2020-09-13T14:26:40Z  0s
        orders[1]                        3    3    0  2020-09-13T12:26:40Z  2h
        leeway.shop.partials[0]          N    N    0
        lag: 0 records are not read, 0 deltas are not evaluated

        last snapshot NOW

        """
    )
    let json = try bench.status("--format", "json")
    #expect(json.status == 0)
    #expect(
      Self.steady(json.output) == """
        {"monitor":"shop","time":"NOW","has_run":true,"integrity":"ok","lag_records":0,\
        "lag_seconds":SECONDS,"evaluation":{"records":{"read":15,"accepted":10,"late":1,\
        "rejected":{"bad_json":1,"not_an_object":1},"filtered":2},"conserved":true,\
        "violations":0,"windows":0,"closed_through":null,"watermark":"2020-09-13T12:26:40Z"},\
        "sources":[{"topic":"orders","partition":0,"committed":12,"end":12,"lag":0,\
        "watermark":"2020-09-13T14:26:40Z","delay_seconds":0},{"topic":"orders","partition":1,\
        "committed":3,"end":3,"lag":0,"watermark":"2020-09-13T12:26:40Z",\
        "delay_seconds":7200}],"partials":{"topic":"leeway.shop.partials","committed":N,\
        "end":N,"lag":0},"last_snapshot":"NOW","versions":[{VERSION,"from":null}],\
        "requests":[],"unread":[]}

        """
    )
  }

  @Test func whatDoesNotAddUpIsSaidAndExitsWithOne() throws {
    let bench = try Bench()
    try bench.run()
    let settings = KafkaSettings(brokers: bench.cluster.brokers)
    let reader = try Consumer(group: "leeway.shop.evaluate", settings: settings)
    var commit = try #require(try reader.committed([Self.partials])[0])
    commit.metadata = try Self.withOneMoreRead(commit.metadata)
    // The embedded broker takes commits of a group's members only, and of anybody without members.
    let writer = try Consumer(group: "altered.evaluate", settings: settings)
    try writer.commit([commit])
    let text = try bench.status("-G", "altered")
    #expect(text.status == 1)
    #expect(
      text.output.contains(
        "\nread is not accepted + late + rejected + filtered, which is 15\n1 audit violation: "
          + "records were lost, counted twice or not waited for"
      )
    )
    let json = try bench.status("-G", "altered", "--format", "json")
    #expect(json.status == 1 && json.output.contains("\"integrity\":\"violated\""))
    #expect(json.output.contains("\"conserved\":false,\"violations\":1"))
  }

  /// The metadata of an evaluator that was told of one record more than it has counted.
  private static func withOneMoreRead(_ metadata: String) throws -> String {
    var bytes = [UInt8](try #require(Data(base64Encoded: metadata)))
    // Read, accepted, violations and windows stand beside each other.
    let places = bytes.indices.dropLast(3).filter { Array(bytes[$0..<$0 + 4]) == [15, 10, 0, 0] }
    let position = try #require(places.last)
    bytes[position] += 1
    bytes[position + 2] += 1
    return Data(bytes).base64EncodedString()
  }

  @Test func whatIsNotThereIsNamed() throws {
    let bench = try Bench()
    let nobody = try Command.run(["status", bench.monitor, "-b", "127.0.0.1:1"])
    #expect(nobody.status == 69 && nobody.errors.contains("127.0.0.1:1"))
    let empty = try MockCluster()
    let noTopic = try Command.run(["status", bench.monitor, "-b", empty.brokers])
    #expect(noTopic.status == 66)
    #expect(noTopic.errors.contains("topic orders does not exist at \(empty.brokers)"))
    #expect(try Command.run(["status", bench.monitor]).status == 64)
  }
}
