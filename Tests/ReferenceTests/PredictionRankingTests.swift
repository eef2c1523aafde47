import Drift
import Foundation
import Records
import Sketches
import TestSupport
import Testing

@testable import Reference

@Suite("Where the prediction stands in each bin of a field")
struct PredictionRankingTests {
  private struct Row {
    var time: Int?
    var x: Double?
    var city: String?
    var score: Double?

    var line: String {
      let members = [
        time.map { "\"t\":\($0)" } ?? "\"t\":null", "\"x\":\(x.map { "\($0)" } ?? "null")",
        "\"city\":\(city.map { "\"\($0)\"" } ?? "\"\"")",
        "\"score\":\(score.map { "\($0)" } ?? "null")",
      ]
      return "{\(members.joined(separator: ","))}"
    }
  }

  private static let rows: [Row] = {
    var random = SplitMix64(seed: 21)
    return (0..<3_000).map { index in
      let x = (random.uniform() * 400).rounded()
      let city = ["a", "b", "c", "d", "e"][Int(random.uniform() * 5)]
      let score = (x + (city == "b" ? 100 : 0) + random.uniform() * 200).rounded()
      return Row(
        time: index % 97 == 5 ? nil : index * 60,
        x: random.uniform() < 0.1 ? nil : x,
        city: random.uniform() < 0.1 ? nil : city,
        score: random.uniform() < 0.1 ? nil : score
      )
    }
  }()

  /// Sorted one by one: equal predictions, and those of one gap, share the middle of their places.
  private static func ranks(_ predictions: [Double], cell: (Double) -> Int) -> [Double] {
    predictions.map { own in
      let (below, equal) = predictions.reduce(into: (0, 0)) { counts, other in
        if cell(other) < cell(own) { counts.0 += 1 }
        if cell(other) == cell(own) { counts.1 += 1 }
      }
      return (Double(below) + Double(equal) / 2) / Double(predictions.count)
    }
  }

  private static func bins(of x: NumericReference, _ rows: [Row]) -> [Int] {
    rows.map { row in
      guard let value = row.x else { return x.edges.count + 1 }
      return x.edgeValues.firstIndex { value <= $0 } ?? x.edges.count
    }
  }

  @Test("mean mid-ranks are those of all rows, one by one", arguments: [10_000, 60])
  func meanRanks(points: Int) throws {
    let usable = Self.rows.filter { $0.time != nil }
    let profile = try Rows(Self.rows.map(\.line))
      .learn(points: points, categories: 3, time: "t", prediction: "score").profile
    #expect(profile.prediction == "score" && profile.rows == UInt64(usable.count))
    guard case .numeric(let x) = profile.fields[0].reference.distribution,
      case .categorical(let city) = profile.fields[1].reference.distribution,
      case .numeric(let score) = profile.fields[2].reference.distribution
    else {
      Issue.record("another kind")
      return
    }
    #expect(profile.isExact == false && (score.distanceBound == 0) == (points == 10_000))
    let scored = usable.filter { $0.score != nil }
    let ranks = Self.ranks(scored.compactMap(\.score)) { score.points.cell(of: $0) }
    let cities = scored.map { row in
      row.city.map { city.categories.firstIndex(of: $0) ?? 3 } ?? 4
    }
    for (field, bins) in [(0, Self.bins(of: x, scored)), (1, cities)] {
      let learned = try #require(profile.fields[field].reference.predictionRanks)
      #expect(learned.count == (field == 0 ? x.edges.count + 2 : 5))
      for (bin, mean) in learned.enumerated() {
        let own = zip(bins, ranks).filter { $0.0 == bin }.map(\.1)
        #expect(abs(try #require(mean) - own.reduce(0, +) / Double(own.count)) < 1e-12)
      }
    }
  }

  @Test func theFileKeepsThemAndProfilesWithoutAreAsBefore() throws {
    let rows = Rows(Self.rows.map(\.line))
    let (plain, ranked) = (
      try rows.learn(time: "t").profile, try rows.learn(time: "t", prediction: "score").profile
    )
    #expect(try ReferenceProfile(json: ranked.json, name: "r.json") == ranked)
    #expect(ranked.digest != plain.digest)
    let text = String(decoding: plain.json, as: UTF8.self)
    #expect(!text.contains("prediction") && text.contains("\"version\": 1"))
    var without = ranked
    without.prediction = nil
    for index in without.fields.indices { without.fields[index].reference.predictionRanks = nil }
    #expect(without == plain && without.json == plain.json)
  }

  @Test func aBinWithoutPredictionsHasNone() throws {
    let lines = [("a", "1"), ("a", "2"), ("b", "null")].map {
      "{\"city\":\"\($0)\",\"score\":\($1)}"
    }
    let profile = try Rows(lines).learn(prediction: "score").profile
    #expect(profile.fields[0].reference.predictionRanks == [0.5, nil, nil, nil])
    #expect(profile.fields[1].reference.predictionRanks == [0.25, 0.75, nil, nil])
    #expect(try ReferenceProfile(json: profile.json, name: "r.json") == profile)
  }

  @Test func whatLiesBelowAnAtomHasAMeanOfItsOwn() throws {
    let lines = (0..<20).map { "{\"x\":\(min($0, 1)),\"score\":\($0)}" }
    var profile = try Rows(lines).learn(prediction: "score").profile
    #expect(profile.fields[0].reference.predictionRanks == [0.025, 0.525, nil, nil])
    #expect(try ReferenceProfile(json: profile.json, name: "r.json") == profile)
    // earlier versions had one for both
    profile.fields[0].reference.predictionRanks = [0.5, nil, nil]
    #expect(try ReferenceProfile(json: profile.json, name: "r.json") == profile)
    profile.fields[0].reference.predictionRanks = [0.5, nil]
    let error = try #require(throws: ReferenceError.self) {
      try ReferenceProfile(json: profile.json, name: "r.json")
    }
    #expect(error.message.contains("2 prediction_ranks for 4 bins"))
  }

  @Test func whatHasNoNumbersIsNoPrediction() throws {
    let profile = try Rows(["{\"city\":\"a\",\"none\":null,\"x\":1}"]).learn().profile
    for place in [0, 1] {
      let error = try #require(throws: ReferenceError.self) {
        try PredictionRanking(profile, prediction: place)
      }
      #expect(error.code == .unusable && error.message.contains("no numbers to rank"))
    }
  }

  @Test func otherRowsThanWereLearnedFromAreRefused() throws {
    let profile = try Rows(x: ["1", "2", "3"]).learn().profile
    for others in [["1", "2"], ["1", "2", "null"], ["1", "2", "3", "4"]] {
      let error = try #require(throws: ReferenceError.self) {
        try Rows(x: others).ranking(by: 0, in: profile)
      }
      #expect(error.message == "the rows have changed while they were read; learn again")
    }
  }

  @Test(arguments: [
    ("\"prediction\": \"score\"", "\"prediction\": \"city\"", "is no numeric field with values"),
    ("\"prediction\": \"score\"", "\"prediction\": \"nix\"", "is no numeric field with values"),
    ("\"prediction\": \"score\",", "", "prediction_ranks go with a prediction"),
    ("\"prediction_ranks\": [0.5,", "\"prediction_ranks\": [1.5,", "not in 0 ... 1"),
    ("\"prediction_ranks\": [0.5,", "\"prediction_ranks\": [", "3 prediction_ranks for 4 bins"),
  ])
  func wrongContentIsRefused(old: String, new: String, reason: String) throws {
    let lines = [("a", "1"), ("a", "2"), ("b", "null")].map {
      "{\"city\":\"\($0)\",\"score\":\($1)}"
    }
    let profile = try Rows(lines).learn(prediction: "score").profile
    let text = String(decoding: profile.json, as: UTF8.self)
    let range = try #require(text.range(of: old), "\(old) is not in \(text)")
    let edited = text.replacingCharacters(in: range, with: new)
    let error = try #require(throws: ReferenceError.self) {
      try ReferenceProfile(json: Array(edited.utf8), name: "r.json")
    }
    #expect(error.code == .badProfile && error.message.contains(reason), "\(error.message)")
  }
}
