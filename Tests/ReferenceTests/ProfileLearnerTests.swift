import Drift
import Records
import TestSupport
import Testing

@testable import Reference

@Suite("Learning profiles")
struct ProfileLearnerTests {
  @Test func bytesDoNotDependOnBudgetOrBatches() throws {
    var random = SplitMix64(seed: 17)
    let lines = (0..<5000).map { index in
      let x = random.uniform() * random.uniform()
      let name = "n\(random.next() % 700)"
      let missing = index % 9 == 0 ? "null" : "\(index % 13)"
      return "{\"t\":\(index * 30),\"x\":\(x),\"name\":\"\(name)\",\"k\":\(missing)}"
    }
    var rows = Rows(lines)
    let window = Duration.seconds(3600)
    let expected = try rows.learn(points: 200, time: "t", window: window).profile.json
    for (memory, batchSize) in [(1, 4096), (1, 17), (200_000, 100), (1 << 28, 1)] {
      rows.batchSize = batchSize
      let found = try rows.learn(points: 200, time: "t", window: window, memory: memory)
      #expect(found.profile.json == expected, "\(memory) bytes, batches of \(batchSize)")
    }
  }

  @Test func aHundredThousandCategoriesAreCutAndSummed() throws {
    let count = 100_000
    var rows = Rows(x: (0..<count).map { "\"v\($0)\"" } + ["\"v7\"", "\"v99999\"", "\"v7\""])
    rows.batchSize = 10_000
    let result = try rows.learn(memory: 1 << 20)
    guard case .categorical(let found) = result.profile.fields[0].reference.distribution else {
      Issue.record("not categorical")
      return
    }
    #expect(found.categories.count == 10_000)
    #expect(found.counts.reduce(found.other, +) == UInt64(count + 3))
    #expect(Array(found.categories.prefix(4)) == ["v7", "v99999", "v0", "v1"])
    #expect(Array(found.counts.prefix(3)) == [3, 2, 1])
    #expect(found.other == UInt64(count - 10_000))
    #expect(result.warnings == [.identifier(field: "x", distinct: UInt64(count))])
  }

  @Test func namesTooLongForAProfileAreOther() throws {
    let long = String(repeating: "x", count: CategoricalLearning.nameLimit + 1)
    let profile = try Rows(x: ["\"\(long)\"", "\"a\""]).learn().profile
    guard case .categorical(let found) = profile.fields[0].reference.distribution else {
      Issue.record("not categorical")
      return
    }
    #expect(found.categories == ["a"] && found.other == 1)
  }

  @Test func nothingAndNearlyNothing() throws {
    let empty = try Rows([]).learn()
    #expect(empty.profile.fields.isEmpty && empty.warnings == [.noRows])
    let missing = try Rows(x: ["null", "null"]).learn()
    #expect(missing.warnings == [.noValues(field: "x")])
    #expect(missing.profile.fields[0].kind == .numeric)
    let one = try Rows(x: ["3"]).learn().profile
    for profile in [empty.profile, missing.profile, one] {
      #expect(try ReferenceProfile(json: profile.json, name: "r.json") == profile)
    }
    let forced = try Rows(x: ["null"]).learn(kinds: ["x": .categorical]).profile
    #expect(try ReferenceProfile(json: forced.json, name: "r.json") == forced)
  }

  @Test func rejectedRowsAreToldByReason() throws {
    let result = try Rows(["{\"x\":1}", "{", "[]", "{\"x\":2}"]).learn()
    #expect(result.profile.rows == 2)
    #expect(
      result.warnings == [
        .rejected(RejectedRows(reason: .badJSON, count: 1)),
        .rejected(RejectedRows(reason: .notAnObject, count: 1)),
      ]
    )
  }
}
