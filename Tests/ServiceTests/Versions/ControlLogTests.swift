import KafkaClient
import Monitoring
import Records
import TestSupport
import Testing

@testable import Service

/// A control topic's records, in any order and state.
@Suite struct ControlLogTests {
  private static func bundle(_ mark: UInt8, size: Int = 3) -> MonitorBundle {
    MonitorBundle(
      monitor: MonitorBundle.File(name: "monitor.yaml", bytes: Array(repeating: mark, count: size))
    )
  }

  /// The payloads of a publication.
  private static func publication(
    _ number: Int,
    of monitor: String = "shop",
    version: String? = nil,
    from: Timestamp? = nil,
    size: Int = 3
  ) -> [[UInt8]?] {
    let manifest = ControlRecords.Manifest(
      id: String(repeating: "0", count: 30) + format(number),
      monitor: monitor,
      version: version ?? "sha256:\(format(number))aabbccdd",
      config: "sha256:c",
      reference: "sha256:r",
      from: from
    )
    return ControlRecords.records(
      of: bundle(UInt8(number), size: size),
      manifest,
      topic: "leeway.control"
    ).map(\.value)
  }

  private static func format(_ number: Int) -> String { (number < 10 ? "0" : "") + "\(number)" }

  private static func log(_ payloads: [[UInt8]?]) -> ControlLog {
    var log = ControlLog()
    for (offset, payload) in payloads.enumerated() { log.take(payload, at: Int64(offset)) }
    return log
  }

  private static let instant = Timestamp(microseconds: 1_700_000_000_000_000)

  @Test func theRecordsOfAPublicationAreThese() throws {
    let manifest = ControlRecords.Manifest(
      id: "0123456789abcdef0123456789abcdef",
      monitor: "shop",
      version: "sha256:v",
      config: "sha256:c",
      reference: "sha256:r",
      from: Self.instant
    )
    let bundle = Self.bundle(1, size: 600 << 10)
    let records = ControlRecords.records(of: bundle, manifest, topic: "leeway.control")
    let key = "shop/version/0123456789abcdef0123456789abcdef"
    #expect(
      records.map { String(decoding: $0.key, as: UTF8.self) } == [key + "/0", key + "/1", key]
    )
    #expect(records.allSatisfy { $0.topic == "leeway.control" && $0.partition == 0 })
    let checksum = ControlRecords.checksum(of: bundle.encode())
    #expect(
      String(decoding: try #require(records[2].value), as: UTF8.self) == """
        {"specversion":"1.0","id":"0123456789abcdef0123456789abcdef","source":"/monitors/shop",\
        "type":"io.leeway.version.v1","subject":"version/0123456789abcdef0123456789abcdef",\
        "data":{"monitor":"shop","version":"sha256:v","config":"sha256:c",\
        "reference":"sha256:r","from":"2023-11-14T22:13:20Z",\
        "publication":"0123456789abcdef0123456789abcdef","pieces":2,"bytes":614421,\
        "checksum":"\(checksum)"}}
        """
    )
    let header = RecordHeader("content-type", "application/cloudevents+json; charset=UTF-8")
    #expect(records.map(\.headers) == [[], [], [header]])
    let log = Self.log(records.map(\.value))
    #expect(
      log.publications(of: "shop") == [
        Publication(
          id: manifest.id,
          offset: 2,
          version: "sha256:v",
          from: Self.instant,
          reference: "sha256:r",
          bundle: bundle
        )
      ]
    )
    #expect(log.problems == [] && log.next == 3)
  }

  @Test func publicationsMayInterleave() {
    let first = Self.publication(1, size: 600 << 10)
    let second = Self.publication(2, from: Self.instant, size: 600 << 10)
    let other = Self.publication(3, of: "other")
    let log = Self.log([
      second[1], first[0], other[0], second[0], first[1], other[1], second[2], first[2],
    ])
    #expect(log.problems == [])
    #expect(log.publications(of: "shop").map(\.offset) == [6, 7])
    #expect(log.publications(of: "shop").map(\.from) == [Self.instant, nil])
    #expect(log.publications(of: "shop")[1].bundle == Self.bundle(1, size: 600 << 10))
    #expect(log.publications(of: "other").map(\.shortVersion) == ["03aabbcc"])
    #expect(log.publications(of: "nobody") == [])
  }

  @Test func theSameTwiceInARowCountsOnce() {
    func publication(_ number: Int, _ version: String, _ from: Timestamp? = nil) -> [[UInt8]?] {
      Self.publication(number, version: version, from: from)
    }
    let log = Self.log(
      publication(1, "sha256:a") + publication(2, "sha256:a") + publication(3, "sha256:b")
        + publication(4, "sha256:a") + publication(5, "sha256:a", Self.instant)
        + publication(6, "sha256:a", Self.instant)
    )
    #expect(log.publications(of: "shop").map(\.offset) == [1, 5, 7, 9])
  }

  @Test func aManifestWithoutItsPiecesIsNamed() {
    let whole = Self.publication(1, size: 600 << 10)
    for missing in 0..<2 {
      var payloads = whole
      payloads[missing] = nil
      let log = Self.log(payloads + Self.publication(2))
      #expect(log.problems == ["offset 2: version 01aabbcc of shop: 1 of 2 pieces are there"])
      #expect(log.publications(of: "shop").map(\.offset) == [4])
    }
    let none = Self.log([whole[2]])
    #expect(none.problems == ["offset 0: version 01aabbcc of shop: 0 of 2 pieces are there"])
    let unended = Self.log(Array(whole[..<2]))
    #expect(unended.problems == [] && unended.publications(of: "shop") == [])
  }

  @Test func aFlippedByteIsSeen() throws {
    let whole = Self.publication(1)
    var piece = try #require(whole[0])
    piece[piece.count - 1] ^= 1
    let log = Self.log([piece, whole[1]])
    let name = "offset 1: version 01aabbcc of shop"
    #expect(log.problems == ["\(name): its files are not those that were published"])
    #expect(log.publications(of: "shop") == [])
  }

  @Test func whateverIsWrittenNothingBreaks() throws {
    let whole = try Self.publication(1).map { try #require($0) }
    for (index, record) in whole.enumerated() {
      for place in record.indices {
        var damaged = whole
        damaged[index][place] ^= 0x15
        #expect(Self.log(damaged).publications(of: "shop").count <= 1)
        damaged[index] = Array(record[..<place])
        #expect(Self.log(damaged).publications(of: "shop") == [])
        #expect(Self.log(damaged).problems != [], "\(index) \(place)")
      }
    }
  }

  @Test(
    arguments: [
      ("", "is no record of leeway's"), ("null", "is no record of leeway's"),
      ("[1]", "is no record of leeway's"), ("{\"type\":3}", "is no record of leeway's"),
      ("{\"type\":\"x.y\"}", "this leeway knows no records of type x.y"),
      (
        "{\"type\":\"io.leeway.version.v2\",\"data\":{}}",
        "this leeway knows no records of type io.leeway.version.v2"
      ),
      ("{\"type\":\"io.leeway.version.v1\"}", "its data are not those of its type"),
      (
        "{\"type\":\"io.leeway.version.activated.v1\",\"data\":{\"group\":\"g\"}}",
        "its data are not those of its type"
      ),
      (
        """
        {"type":"io.leeway.version.activated.v1","data":{"monitor":"m","group":"g",\
        "version":"v","offset":1,"from":"soon"}}
        """, "`from` is no instant"
      ),
      (
        """
        {"type":"io.leeway.version.v1","data":{"monitor":"m","version":"v","publication":"p",\
        "pieces":9000000000000000000,"bytes":-1,"checksum":""}}
        """, "version v of m: 0 of 9000000000000000000 pieces are there"
      ),
      ("LWV\u{2}", "version 2 of the format, known is 1 (at byte 3)"),
    ]
  )
  func foreignRecordsAreNamedAndLeftOut(payload: String, problem: String) {
    let log = Self.log([Array(payload.utf8)] + Self.publication(1))
    #expect(log.problems == ["offset 0: \(problem)"])
    #expect(log.publications(of: "shop").map(\.offset) == [2])
    #expect(log.active("shop", group: "g") == nil)
  }

  @Test func compactionOfAnyRecordsTakesOnlyTheirPublication() {
    let parts = [Self.publication(1), Self.publication(2), Self.publication(3)]
    let payloads = Array(parts.joined())
    for kept in 0..<(1 << payloads.count) {
      var log = ControlLog()
      for (offset, payload) in payloads.enumerated() where kept >> offset & 1 == 1 {
        log.take(payload, at: Int64(offset))
      }
      let whole = [1, 3, 5].filter { kept >> ($0 - 1) & 3 == 3 }
      #expect(log.publications(of: "shop").map { Int($0.offset) } == whole)
      let torn = [1, 3, 5].filter { kept >> ($0 - 1) & 3 == 2 }
      #expect(log.problems.count == torn.count)
    }
  }

  @Test func memoryIsBounded() {
    var log = ControlLog()
    for number in 0..<65 { log.take(Self.publication(number)[0], at: Int64(number)) }
    log.take(Self.publication(0)[1], at: 65)
    log.take(Self.publication(1)[1], at: 66)
    #expect(log.publications(of: "shop").map(\.offset) == [66])
    #expect(log.problems == ["offset 65: version 00aabbcc of shop: 0 of 1 pieces are there"])
    for offset in 67..<400 { log.take([], at: Int64(offset)) }
    #expect(log.problems.count == 100)
  }

  @Test func aRecordIsTakenOnce() {
    let payloads = Self.publication(1)
    var log = Self.log(payloads)
    for (offset, payload) in payloads.enumerated() { log.take(payload, at: Int64(offset)) }
    #expect(log.publications(of: "shop").count == 1 && log.problems == [] && log.next == 2)
  }

  @Test func theNewestActivationOfAGroupCounts() throws {
    func activation(_ group: String, _ offset: Int64, _ from: Timestamp?) -> Activation {
      Activation(
        offset: offset,
        monitor: "shop",
        group: group,
        version: "sha256:v",
        publication: 7,
        from: from
      )
    }
    let all = [
      activation("g", 0, nil), activation("h", 1, nil), activation("g", 2, Self.instant),
    ]
    let records = all.map { ControlRecords.record(of: $0, topic: "leeway.control") }
    let log = Self.log(records.map(\.value))
    #expect(log.active("shop", group: "g") == all[2] && log.active("shop", group: "h") == all[1])
    #expect(log.active("shop", group: "x") == nil && log.problems == [])
    #expect(String(decoding: records[2].key, as: UTF8.self) == "shop/g/active/7")
    let text = String(decoding: try #require(records[2].value), as: UTF8.self)
    let data = """
      "source":"/monitors/shop","type":"io.leeway.version.activated.v1","subject":"group/g",\
      "data":{"monitor":"shop","group":"g","version":"sha256:v","offset":7,\
      "from":"2023-11-14T22:13:20Z"}}
      """
    #expect(text.hasPrefix("{\"specversion\":\"1.0\",\"id\":\"") && text.hasSuffix(data))
  }

  // MARK: Silences

  private static func silence(
    _ id: String,
    _ name: String? = nil,
    reason: String = "the sensor is \"repaired\""
  ) -> [UInt8]? {
    let silence = Silence(
      id: id,
      offset: 0,
      name: name,
      from: 1_700_000_000,
      until: 1_700_014_400,
      reason: reason
    )
    return ControlRecords.record(of: silence, monitor: "shop", topic: "leeway.control").value
  }

  private static func end(_ id: String) -> [UInt8]? {
    ControlRecords.record(ofEnd: id, monitor: "shop", topic: "leeway.control").value
  }

  @Test func silencesAreReadBack() throws {
    let log = Self.log([
      Self.silence("a", "Rule"), Self.silence("b"), Self.end("a"), Self.end("a"),
    ])
    let silences = log.silences(of: "shop")
    #expect(silences.map(\.id) == ["a", "b"] && silences.map(\.offset) == [0, 1])
    #expect(silences.map(\.name) == ["Rule", nil] && silences.map(\.endOffset) == [2, nil])
    #expect(silences.allSatisfy { $0.from == 1_700_000_000 && $0.until == 1_700_014_400 })
    #expect(silences[0].reason == "the sensor is \"repaired\"")
    #expect(log.problems == [] && log.silences(of: "other") == [])
  }

  @Test func aSilenceWithMoreTextThanAnAlertHasRoomForIsLeftOut() {
    let limit = ControlRecords.textLimit
    let long = String(repeating: "x", count: limit + 1)
    let log = Self.log([
      Self.silence("a", reason: long), Self.silence("b", long),
      Self.silence("c", reason: String(long.dropLast())),
    ])
    #expect(log.silences(of: "shop").map(\.id) == ["c"])
    #expect(
      log.problems == (0...1).map { "offset \($0): has a text of more than \(limit) bytes" }
    )
  }

  @Test func aSilenceThatIsNoneIsNamedAndLeftOut() throws {
    let broken = #"{"type":"io.leeway.silence.v1","data":{"monitor":"shop","silence":"x","#
    let log = Self.log([
      Self.end("a"), Self.silence("a"), Self.silence("a"), Array((broken + "}}").utf8),
      Array((broken + #""from":"2023-11-14T22:13:20Z","until":"later","reason":""}}"#).utf8),
    ])
    #expect(log.silences(of: "shop").map(\.id) == ["a"])
    #expect(
      log.problems == [
        "offset 0: there is no silence a to end", "offset 2: silence a is there already",
        "offset 3: its data are not those of its type", "offset 4: `until` is no instant",
      ]
    )
  }
}
