import Foundation
import KafkaClient
import Records
import TestSupport
import Testing

@testable import Service

/// What is told together, what is committed when, and what Alertmanager is sent.
@Suite struct AlertReadingTests {
  private static let place = TopicPartition("leeway.alerts", 0)
  private static let other = TopicPartition("leeway.alerts", 1)

  private static func arrival(
    _ record: AlertRecord,
    _ place: TopicPartition,
    _ offset: Int64
  ) throws -> AlertReading.Arrival {
    let notice = try #require(AlertNotice(Array(record.json.utf8)))
    return AlertReading.Arrival(notice: notice, place: place, offset: offset)
  }

  /// A reading of two partitions, one of which was read before.
  private static func begun() -> AlertReading {
    var reading = AlertReading()
    let committed = CommittedOffset(place, offset: 10)
    reading.begin([
      AlertReading.Start(place: place, offset: 10, committed: committed),
      AlertReading.Start(place: other, offset: 3, committed: nil),
    ])
    return reading
  }

  @Test func aGroupIsToldTogetherInTheOrderOfItsRanks() throws {
    var reading = Self.begun()
    let records = [
      AlertRecord("a", "firing", group: "g").with { $0.rank = 3 },
      AlertRecord("b", "firing", group: "h"),
      AlertRecord("c", "firing", group: "g").with { $0.rank = 1 },
      AlertRecord("d", "firing"),
    ]
    for (index, record) in records.enumerated() {
      reading.add(try Self.arrival(record, Self.place, 10 + Int64(index)))
      reading.advance(Self.place, to: 11 + Int64(index))
    }
    reading.add(
      try Self.arrival(
        AlertRecord("e", "firing", group: "g").with { $0.rank = 2 },
        Self.other,
        3
      )
    )
    reading.advance(Self.other, to: 4)
    let told = reading.waiting.map { $0.notices.map(\.content.alert) }
    #expect(told == [["c", "e", "a"], ["b"], ["d"]])
  }

  @Test func nothingIsCommittedBeforeItIsTold() throws {
    var reading = Self.begun()
    // What nobody is told of is done, and that nothing was there is worth a commit.
    #expect(reading.uncommitted == [CommittedOffset(Self.other, offset: 3)])
    reading.noteCommit(reading.uncommitted)
    reading.advance(Self.place, to: 12)
    #expect(reading.uncommitted == [CommittedOffset(Self.place, offset: 12)])
    reading.noteCommit(reading.uncommitted)
    for (index, group) in ["g", "h", "g"].enumerated() {
      let record = AlertRecord("\(index)", "firing", group: group)
      reading.add(try Self.arrival(record, Self.place, 12 + Int64(index)))
      reading.advance(Self.place, to: 13 + Int64(index))
    }
    #expect(reading.uncommitted == [])
    reading.removeFirst()
    #expect(reading.uncommitted == [CommittedOffset(Self.place, offset: 13)])
    reading.noteCommit(reading.uncommitted)
    reading.removeFirst()
    #expect(reading.uncommitted == [CommittedOffset(Self.place, offset: 15)])
    #expect(!reading.isCaughtUp)
    reading.noteEnd(of: Self.place, 16)
    reading.noteEnd(of: Self.other, 3)
    #expect(reading.isCaughtUp)
    #expect(
      reading.starts == [
        PartitionStart(Self.place, at: .offset(16)), PartitionStart(Self.other, at: .offset(3)),
      ]
    )
  }

  @Test func commitsSayWhereAHistoryEndsUntilAllOfItIsTold() throws {
    var reading = AlertReading()
    reading.begin([AlertReading.Start(place: Self.place, offset: 9, committed: nil)])
    for offset: Int64 in [2, 7] {
      let record = AlertRecord("\(offset)", "firing")
      reading.add(try Self.arrival(record, Self.place, offset))
    }
    reading.noteEnd(of: Self.place, 12)
    var ends: [Int64?] = []
    for offset: Int64 in [2, 7, 12] {
      let commit = try #require(reading.uncommitted.first)
      #expect(commit.offset == offset)
      ends.append(commit.historyEnd)
      reading.noteCommit([commit])
      #expect(reading.uncommitted == [])
      if offset < 12 { reading.removeFirst() }
    }
    #expect(ends == [9, 9, nil])
    // What others have written there, or of a place that is behind the end, says nothing.
    for metadata in ["", "history ends at ", "history ends at x", "history ends at 5", "9"] {
      let commit = CommittedOffset(Self.place, offset: 5, metadata: metadata)
      #expect(commit.historyEnd == nil, "\(metadata)")
    }
  }

  @Test func labelsAreIdentityAndValuesAreAnnotations() throws {
    func body(_ record: AlertRecord, at now: String, _ change: (String) -> String = { $0 }) throws
      -> String
    {
      let notice = try #require(AlertNotice(Array(change(record.json).utf8)))
      let time = try #require(Timestamp(rfc3339: now))
      let url = try #require(URL(string: "http://127.0.0.1:1"))
      let receiver = AlertmanagerReceiver(url, tokenFile: nil) { time }
      return String(decoding: receiver.body([notice]), as: UTF8.self)
    }
    let labels = """
      {"alertname":"FeatureStable","field":"amount","model_version":"7","monitor":"flights",\
      "segment":"all","severity":"warning","team":"checkout"}
      """
    let annotations = """
      {"summary":"amount moved","runbook":"https://runbooks/drift","statistic":"excess_drift",\
      "value":"0.28","threshold":"0.1","distance":"0.9","n_current":"6105","explains":"0.25",\
      "alert":"a","group":"g","window_start":"2026-03-01T00:00:00Z",\
      "window_end":"2026-03-08T00:00:00Z"}
      """
    let firing = AlertRecord("a", "firing", group: "g")
    #expect(
      try body(firing, at: "2026-03-09T00:00:00Z") == """
        [{"labels":\(labels),"annotations":\(annotations),"startsAt":"2026-02-22T00:00:00Z"}]
        """
    )
    let resolved = AlertRecord("a", "resolved", group: "g")
    let end = ",\"startsAt\":\"2026-02-22T00:00:00Z\",\"endsAt\":\"2026-03-08T00:00:00Z\"}]"
    #expect(try body(resolved, at: "2026-03-09T00:00:00Z").hasSuffix(end))
    // A stream whose clock is ahead of this machine's.
    let ahead = ",\"startsAt\":\"2026-02-01T00:00:00Z\",\"endsAt\":\"2026-02-01T00:00:00Z\"}]"
    #expect(try body(resolved, at: "2026-02-01T00:00:00Z").hasSuffix(ahead))
    // What the rule adds replaces nothing, and what Alertmanager would refuse is left out.
    let odd = try body(firing, at: "2026-03-09T00:00:00Z") {
      $0.replacing(
        "{\"team\":\"checkout\"}",
        with: "{\"team\":\"checkout\",\"monitor\":\"x\",\"a-b\":\"1\",\"é\":\"1\",\"empty\":\"\"}"
      )
    }
    #expect(odd.contains("\"labels\":\(labels),"))
  }
}
