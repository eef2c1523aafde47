internal import Records
internal import Sketches

/// The numbers of some rows: those whose places hash smallest, all rows while there are few.
///
/// Which rows these are depends on how many there are and on nothing else. Memory is constant.
struct RowSample {
  /// Most rows.
  static let rowLimit = 10_000
  /// Most bytes of numbers, so that many fields have fewer rows.
  static let byteLimit = 32 << 20

  /// The fields whose numbers are kept, by their positions.
  let fields: [Int]
  private let limit: Int
  /// A heap, the largest hash first, once the sample is full.
  private var members: [Member] = []
  /// Row by row; NaN where a row has no number.
  private var numbers: [Double] = []
  /// Rows of the batch at hand that are to be kept, in their order.
  private var chosen: [(row: Int, slot: Int)] = []

  private struct Member {
    var hash: UInt64
    /// Where its numbers stand.
    var slot: Int
  }

  /// Nothing kept yet; with fewer than two fields nothing ever is.
  init(of fields: [Int], rowLimit: Int = rowLimit) {
    self.fields = fields
    let rowSize = fields.count * MemoryLayout<Double>.size + MemoryLayout<Member>.size
    limit = fields.count < 2 ? 0 : min(rowLimit, Self.byteLimit / rowSize)
  }

  /// How many rows are kept.
  var rowCount: Int { members.count }

  /// Decides whether a row is kept.
  ///
  /// - Parameters:
  ///   - row: Its place in the batch at hand.
  ///   - number: Its place among all rows.
  mutating func offer(_ row: Int, number: UInt64) {
    guard limit > 0 else { return }
    let hash = Hash64.mix(number)
    if members.count < limit {
      chosen.append((row, members.count))
      members.append(Member(hash: hash, slot: members.count))
      numbers.append(contentsOf: repeatElement(.nan, count: fields.count))
      // What is in descending order is a heap.
      if members.count == limit { members.sort { $0.hash > $1.hash } }
    } else if hash < members[0].hash {
      chosen.append((row, members[0].slot))
      members[0].hash = hash
      restoreHeap()
    }
  }

  /// Takes in the numbers of the rows that are kept.
  ///
  /// - Parameters:
  ///   - batch: The batch whose rows were offered.
  ///   - columns: Column of each field of the collector; nil where this file has none.
  mutating func record(_ batch: ColumnBatch, columns: [Int?]) {
    for (position, field) in fields.enumerated() {
      let cells = columns[field].map { batch.columns[$0] }
      for (row, slot) in chosen {
        let number = cells.flatMap { $0.tags[row] == .number ? $0.numbers[row] : nil }
        numbers[slot * fields.count + position] = number ?? .nan
      }
    }
    chosen.removeAll(keepingCapacity: true)
  }

  /// The numbers of one of the fields, by its position among them; NaN where a row has none.
  func column(_ position: Int) -> [Double] {
    stride(from: position, to: numbers.count, by: fields.count).map { numbers[$0] }
  }

  /// Moves the first member down to where no larger one is below it.
  private mutating func restoreHeap() {
    var parent = 0
    while true {
      var largest = parent
      for child in 2 * parent + 1...2 * parent + 2
      where child < members.count && members[child].hash > members[largest].hash {
        largest = child
      }
      guard largest != parent else { return }
      members.swapAt(parent, largest)
      parent = largest
    }
  }
}
