/// Things in the order of time, the newest of which are kept as far as they weigh little enough.
struct BoardShelf<Thing: Sendable>: Sendable {
  private(set) var things: [Thing] = []
  private(set) var weight = 0
  private let limit: Int
  private let countLimit: Int
  private let weigh: @Sendable (Thing) -> Int
  private let isBefore: @Sendable (Thing, Thing) -> Bool

  /// An empty shelf.
  ///
  /// - Parameters:
  ///   - limit: Bytes that it holds at most.
  ///   - countLimit: How many things at most.
  ///   - weigh: Bytes that a thing takes.
  ///   - isBefore: The order.
  init(
    bytes limit: Int,
    count countLimit: Int,
    weigh: @escaping @Sendable (Thing) -> Int,
    isBefore: @escaping @Sendable (Thing, Thing) -> Bool
  ) {
    (self.limit, self.countLimit, self.weigh, self.isBefore) = (limit, countLimit, weigh, isBefore)
  }

  /// Puts a thing in its place, and lets the oldest go that there is no room for.
  mutating func put(_ thing: Thing) {
    // What comes is hardly ever older than what is there.
    let place = things.lastIndex { !isBefore(thing, $0) }.map { $0 + 1 } ?? 0
    things.insert(thing, at: place)
    weight += weigh(thing)
    var gone = 0
    while weight > limit || things.count - gone > countLimit, gone < things.count {
      weight -= weigh(things[gone])
      gone += 1
    }
    things.removeFirst(gone)
  }
}
