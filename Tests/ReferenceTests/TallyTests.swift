import Foundation
import Records
import TestSupport
import Testing

@testable import Reference

@Suite("Counting values outside memory")
struct TallyTests {
  @Test(arguments: [1, 4096, 1 << 28])
  func numbersEqualBruteForceWhateverTheBudget(budget: Int) throws {
    var random = SplitMix64(seed: 7)
    var expected: [Double: [Int32: UInt64]] = [:]
    var store = TallyStore(kinds: [.categorical, .numeric], budget: budget, directory: nil)
    for index in 0..<20_000 {
      let value = (random.uniform() * 400).rounded() - 200
      let window = Int32(random.next() % 5)
      expected[value + 0, default: [:]][window, default: 0] += 1
      store.add(value == 0 ? -0.0 : value, window: window, field: 1)
      if index.isMultiple(of: 97) { try store.relieve() }
    }
    let tallies = store.takeNumbers(1)
    #expect(tallies.runs.isEmpty == (budget > 1 << 20))
    for _ in 0..<2 {
      var values: [Double] = []
      try tallies.forEachValue { value, windows in
        values.append(value)
        let found = windows.map { [$0.window: $0.count] }.reduce([:]) { $0.merging($1) { $0 + $1 } }
        #expect(found == expected[value])
        #expect(windows.map(\.window) == found.keys.sorted())
      }
      #expect(values == expected.keys.sorted())
    }
  }

  @Test(arguments: [1, 1 << 28])
  func textsAreOrderedByBytesAndNotByUnicode(budget: Int) throws {
    let texts = ["é", "e\u{301}", "", "z", "a", "aa", "Z", "\u{1F600}", "\u{FFFD}"]
    var store = TallyStore(kinds: [.categorical], budget: budget, directory: nil)
    for round in 0..<3 {
      for text in texts { store.add(Array(text.utf8), window: Int32(round % 2), field: 0) }
      try store.relieve()
    }
    var found: [[UInt8]] = []
    try store.takeTexts(0).forEachValue { text, windows in
      found.append(text.bytes)
      #expect(windows.map(\.count) == [2, 1])
    }
    let expected = texts.map { Array($0.utf8) }.sorted { $0.lexicographicallyPrecedes($1) }
    #expect(found == expected)
  }

  @Test func extremeNumbersSurviveTheDisk() throws {
    let values: [Double] = [
      -.greatestFiniteMagnitude, -1, -.leastNonzeroMagnitude, 0, .leastNonzeroMagnitude, 0.1, 1e300,
      .greatestFiniteMagnitude,
    ]
    var store = TallyStore(kinds: [.numeric], budget: 1, directory: nil)
    for value in values.reversed() {
      store.add(value, window: 99_999, field: 0)
      try store.relieve()
    }
    var found: [Double] = []
    try store.takeNumbers(0).forEachValue { value, windows in
      found.append(value)
      #expect(windows == [Tally(key: value, window: 99_999, count: 1)])
    }
    #expect(found == values)
  }

  @Test func aDirectoryThatDoesNotExistIsAnError() throws {
    var store = TallyStore(
      kinds: [.numeric],
      budget: 1,
      directory: .init(fileURLWithPath: "/nowhere/at/all")
    )
    store.add(1, window: 0, field: 0)
    #expect(throws: ReferenceError.self) { try store.relieve() }
  }
}
