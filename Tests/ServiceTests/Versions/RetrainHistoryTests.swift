import KafkaClient
import Monitoring
import Testing

@testable import Service

/// What became of requests to train, as two topics have it.
@Suite struct RetrainHistoryTests {
  private static func event(_ what: String, id: String, _ data: String) -> [UInt8] {
    let text = """
      {"specversion":"1.0","id":"\(id)","type":"io.leeway.retrain.\(what).v1",\
      "time":"2026-01-01T00:00:00Z","data":{"monitor":"shop","trigger":"T",\(data)}}
      """
    return Array(text.utf8)
  }

  private static func request(_ id: String, dry: Bool = false) -> [UInt8] {
    event("request", id: id, "\"reason\":\"drift\",\"rows\":7,\"dry_run\":\(dry)")
  }

  private static func completed(_ id: String, _ hasSucceeded: Bool) -> RetrainMessage {
    let completion = TrainingCompletion(request: id, hasSucceeded: hasSucceeded)
    return RetrainMessage(offset: 0, content: .completed(completion))
  }

  @Test func theFirstAnswerCountsAndTheEvaluatorHasTheLastWord() {
    var history = RetrainHistory()
    for id in ["a", "b", "c", "d", "e"] { history.take(Self.request(id), of: "shop") }
    history.take(Self.request("f", dry: true), of: "shop")
    history.take(Self.request("a"), of: "shop")
    history.take(Self.request("x"), of: "another")
    history.take(
      Self.event("expired", id: "1", "\"request\":\"c\",\"window_end\":\"\""),
      of: "shop"
    )
    let verdict = "\"request\":\"d\",\"verdict\":\"persists\",\"fields\":[\"y\"]"
    history.take(Self.event("verdict", id: "2", verdict), of: "shop")
    history.take(Self.event("refused", id: "3", "\"refusal\":\"cooldown\""), of: "shop")
    history.take(Array("rubbish".utf8), of: "shop")
    history.take([
      Self.completed("a", true), Self.completed("a", false), Self.completed("b", false),
      Self.completed("c", true), Self.completed("d", true), Self.completed("f", true),
      Self.completed("unknown", true),
    ])
    #expect(history.requests.map(\.id) == ["a", "b", "c", "d", "e", "f"])
    #expect(
      history.requests.map(\.state) == [
        .succeeded, .failed, .expired, .persists, .waiting, .dryRun,
      ]
    )
    #expect(
      history.ineffective == [
        "the completion of request a changes nothing: it was said before that it succeeded",
        "the completion of request c changes nothing: it had expired",
        "the completion of request f changes nothing: it was a dry run",
        "the completion of request unknown changes nothing: its request is not in the topic",
      ]
    )
  }

  // MARK: The control topic

  @Test func asksAndAnswersAreReadAsTheyAreWritten() {
    let ask = TrainingAsk(id: "1", trigger: "T", reason: "new \"labels\"")
    let completion = TrainingCompletion(
      request: "r",
      hasSucceeded: false,
      modelVersion: "2",
      reference: "sha256:r",
      reason: "no"
    )
    let topic = "leeway.control"
    var log = ControlLog()
    let records = [
      ControlRecords.record(of: ask, monitor: "shop", topic: topic),
      ControlRecords.record(of: completion, monitor: "shop", topic: topic),
    ]
    for (offset, record) in records.enumerated() { log.take(record.value, at: Int64(offset)) }
    #expect(
      log.messages(of: "shop") == [
        RetrainMessage(offset: 0, content: .asked(ask)),
        RetrainMessage(offset: 1, content: .completed(completion)),
      ]
    )
    #expect(log.problems == [] && log.messages(of: "other") == [])
  }

  /// Any pipeline may write it: only what must be there is.
  @Test func aPipelinesOwnAnswerIsRead() {
    var log = ControlLog()
    let type = "\"type\":\"io.leeway.retrain.completed.v1\""
    let good = #"{"monitor":"shop","request":"r","status":"succeeded"}"#
    let bad = #"{"monitor":"shop","request":"r","status":"done"}"#
    log.take(Array("{\(type),\"data\":\(good)}".utf8), at: 0)
    log.take(Array("{\(type),\"data\":\(bad)}".utf8), at: 1)
    log.take(Array("{\(type),\"data\":{\"monitor\":\"shop\"}}".utf8), at: 2)
    let completion = TrainingCompletion(request: "r", hasSucceeded: true)
    #expect(
      log.messages(of: "shop") == [RetrainMessage(offset: 0, content: .completed(completion))]
    )
    #expect(
      log.problems == [
        "offset 1: `status` is succeeded or failed, not done",
        "offset 2: its data are not those of its type",
      ]
    )
  }

  /// The first answer counts, the second one tells that there are more; then there is no end to it.
  @Test func whatIsKeptIsBounded() {
    var log = ControlLog(keeping: 3)
    var offset: Int64 = 0
    func say(_ record: OutgoingRecord) {
      log.take(record.value, at: offset)
      offset += 1
    }
    func answer(_ id: String, _ hasSucceeded: Bool) {
      let completion = TrainingCompletion(request: id, hasSucceeded: hasSucceeded)
      say(ControlRecords.record(of: completion, monitor: "shop", topic: "t"))
    }
    for hasSucceeded in [true, false, true, false] { answer("a", hasSucceeded) }
    #expect(log.messages(of: "shop").map(\.offset) == [0, 1] && log.problems == [])
    answer("b", true)
    say(
      ControlRecords.record(
        of: TrainingAsk(id: "1", trigger: "T", reason: ""),
        monitor: "shop",
        topic: "t"
      )
    )
    #expect(log.messages(of: "shop").map(\.offset) == [1, 4, 5])
    for number in 0..<5 {
      let silence = Silence(id: "\(number)", offset: 0, name: nil, from: 0, until: 9, reason: "")
      say(ControlRecords.record(of: silence, monitor: "shop", topic: "t"))
    }
    #expect(log.silences(of: "shop").map(\.id) == ["2", "3", "4"])
    #expect(
      log.problems == [
        "what was said to triggers of shop at offset 0 is forgotten: 3 came since",
        "silence 0 of shop is forgotten: 3 came since",
        "silence 1 of shop is forgotten: 3 came since",
      ]
    )
  }
}
