/// All counted values of one field, in order, to be gone through as often as needed.
struct Tallies<Key: SortKey> {
  /// What stayed in memory, sorted and without repetition.
  var memory: [Tally<Key>] = []
  /// What was written away.
  var runs: [SpillFile.Run] = []
  /// Where the runs lie; nil when there are none.
  var file: SpillFile?

  /// Bytes that all runs' blocks may take together.
  private static var blockBudget: Int { 1 << 25 }

  /// Starts at the smallest value.
  ///
  /// - Complexity: O(n log r) for the whole way through n tallies in r runs; memory is bounded.
  func sorted() throws(ReferenceError) -> SortedTallies<Key> {
    var sources: [TallySource<Key>] = [TallySource(memory: memory)]
    if let file {
      let blockSize = min(1 << 16, max(1 << 12, Self.blockBudget / max(1, runs.count)))
      sources += runs.map { TallySource(run: file.reader(of: $0, blockSize: blockSize)) }
    }
    return try SortedTallies(sources)
  }

  /// Goes through the values in order, the windows of each together.
  ///
  /// - Parameter body: Receives a value, and how often it was seen in which window.
  /// - Throws: `temporaryFile`, and what `body` throws.
  func forEachValue(
    _ body: (Key, [Tally<Key>]) throws(ReferenceError) -> Void
  ) throws(ReferenceError) {
    var tallies = try sorted()
    var group: [Tally<Key>] = []
    while let tally = try tallies.next() {
      if let first = group.first, first.key != tally.key {
        try body(first.key, group)
        group.removeAll(keepingCapacity: true)
      }
      group.append(tally)
    }
    if let first = group.first { try body(first.key, group) }
  }
}

/// One sorted run, in memory or in a file.
struct TallySource<Key: SortKey> {
  private var memory: [Tally<Key>] = []
  private var position = 0
  private var run: RunReader?

  init(memory: [Tally<Key>]) { self.memory = memory }

  init(run: RunReader) { self.run = run }

  mutating func next() throws(ReferenceError) -> Tally<Key>? {
    if run != nil { return try run?.tally(of: Key.self) }
    guard position < memory.count else { return nil }
    position += 1
    return memory[position - 1]
  }
}

/// Sorted runs merged into one; equal values of one window are added up.
struct SortedTallies<Key: SortKey> {
  private var sources: [TallySource<Key>]
  /// Next tally of each source that has one: a heap, the smallest first.
  private var heads: [(tally: Tally<Key>, source: Int)] = []

  init(_ sources: [TallySource<Key>]) throws(ReferenceError) {
    self.sources = sources
    for index in sources.indices {
      guard let tally = try self.sources[index].next() else { continue }
      heads.append((tally, index))
    }
    for index in heads.indices.reversed() { sink(index) }
  }

  /// The smallest tally that was not given yet, nil at the end.
  mutating func next() throws(ReferenceError) -> Tally<Key>? {
    guard var result = try pop() else { return nil }
    while let head = heads.first, head.tally.isSame(as: result), let same = try pop() {
      result.count += same.count
    }
    return result
  }

  private mutating func pop() throws(ReferenceError) -> Tally<Key>? {
    guard let head = heads.first else { return nil }
    if let tally = try sources[head.source].next() {
      heads[0].tally = tally
    } else {
      heads.swapAt(0, heads.count - 1)
      heads.removeLast()
    }
    sink(0)
    return head.tally
  }

  private mutating func sink(_ start: Int) {
    var parent = start
    while true {
      var smallest = parent
      for child in [2 * parent + 1, 2 * parent + 2]
      where child < heads.count && Tally.precedes(heads[child].tally, heads[smallest].tally) {
        smallest = child
      }
      if smallest == parent { return }
      heads.swapAt(parent, smallest)
      parent = smallest
    }
  }
}
