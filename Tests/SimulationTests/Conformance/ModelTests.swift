import KafkaClient
import Testing

/// Details of the model that a `StageLog` does not show.
@Suite struct ModelTests {
  @Test func keysAreHashedAsInJava() {
    let expected: [(String, Int32)] = [
      ("21", -973_932_308), ("foobar", -790_332_482), ("a-little-bit-long-string", -985_981_536),
      ("a-little-bit-longer-string", -1_486_304_829),
      ("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58_897_971), ("abc", 479_470_107),
    ]
    for (text, hash) in expected {
      #expect(Int32(bitPattern: Murmur2.hash(Array(text.utf8))) == hash)
    }
  }

  @Test func whatHappensDependsOnSeedsAlone() throws {
    func history(seed: UInt64) throws -> [ConsumerEvent] {
      let broker = FakeBroker()
      broker.createTopic("t", partitions: 4)
      var events: [ConsumerEvent] = []
      let members = (0..<3).map { number in
        let client = broker.client(
          group: "g",
          topics: ["t"],
          transactionalID: "\(number)",
          batchLimit: 3,
          seed: seed
        )
        return Member(client)
      }
      for turn in 0..<40 {
        broker.append(topic: "t", partition: Int32(turn % 4), value: [UInt8(turn)])
        for member in members { try member.turn() }
        broker.advance(by: .milliseconds(50))
      }
      for member in members { events += member.events }
      return events
    }
    #expect(try history(seed: 1) == history(seed: 1))
    #expect(try history(seed: 1) != history(seed: 2))
  }

  @Test func aBrokerIsFreedWithItsClients() {
    weak var broker: FakeBroker?
    do {
      let made = FakeBroker()
      broker = made
      let client = made.client(group: "g", topics: [], transactionalID: "a")
      #expect(client.number == 0)
    }
    #expect(broker == nil)
  }
}
