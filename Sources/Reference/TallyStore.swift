internal import Foundation
internal import Records

/// Counts the values of all fields, sorted, in bounded memory and without any loss.
///
/// Values are counted in memory; when all fields together outgrow the budget, they are sorted
/// and written to a temporary file as runs, which are merged when they are read.
struct TallyStore {
  private var kinds: [FieldKind]
  /// Bytes that counting may take before runs are written away.
  private let budget: Int
  private let directory: URL?
  private var file: SpillFile?
  private var runs: [[SpillFile.Run]]
  /// Numbers by field, as they were seen or counted.
  private var numbers: [[Tally<Double>]]
  /// Categories by field, in no order; they are sorted when they are written or read.
  private var texts: [[TextSlot: UInt64]]
  private var textBytes = 0

  private struct TextSlot: Hashable {
    var key: TextKey
    var window: Int32
  }

  /// Bytes of a text's slot and, later, of its tally, apart from the text itself.
  private static let textCost = 192

  /// Nothing counted yet.
  ///
  /// - Parameters:
  ///   - kinds: Kind of each field.
  ///   - budget: Bytes in memory for all fields together.
  ///   - directory: Where runs are written; nil for the system's temporary directory.
  init(kinds: [FieldKind], budget: Int, directory: URL?) {
    self.kinds = kinds
    // half of it, because an array is copied while it grows
    self.budget = budget / 2
    self.directory = directory
    runs = Array(repeating: [], count: kinds.count)
    numbers = Array(repeating: [], count: kinds.count)
    texts = Array(repeating: [:], count: kinds.count)
  }

  /// Takes more fields in, behind those there are.
  mutating func add(_ more: [FieldKind]) {
    kinds += more
    runs += more.map { _ in [] }
    numbers += more.map { _ in [] }
    texts += more.map { _ in [:] }
  }

  /// Counts a finite number.
  mutating func add(_ number: Double, window: Int32, field: Int) {
    // adding zero turns −0 into 0: they are one value
    numbers[field].append(Tally(key: number + 0, window: window, count: 1))
  }

  /// Counts a category.
  mutating func add(_ text: [UInt8], window: Int32, field: Int) {
    let slot = TextSlot(key: TextKey(bytes: text), window: window)
    let count = texts[field][slot, default: 0] + 1
    if count == 1 { textBytes += Self.textCost + 2 * text.count }
    texts[field][slot] = count
  }

  /// Makes room when the budget is exceeded; to be called after every batch.
  ///
  /// Repetitions are added up first. Only when that does not halve what is held are runs
  /// written, so a field of few values never leaves memory.
  mutating func relieve() throws(ReferenceError) {
    guard bytes > budget else { return }
    for field in kinds.indices { numbers[field] = Self.counted(numbers[field]) }
    guard bytes > budget / 2 else { return }
    if file == nil { file = try SpillFile(in: directory) }
    guard let file else { return }
    for field in kinds.indices {
      if !numbers[field].isEmpty { runs[field].append(try file.write(numbers[field])) }
      if !texts[field].isEmpty { runs[field].append(try file.write(sortedTexts(field))) }
      numbers[field] = []
      texts[field] = [:]
    }
    textBytes = 0
  }

  /// Everything counted of a numeric field; the store gives it once.
  mutating func takeNumbers(_ field: Int) -> Tallies<Double> {
    defer { numbers[field] = [] }
    return Tallies(memory: Self.counted(numbers[field]), runs: runs[field], file: file)
  }

  /// Everything counted of a categorical field; the store gives it once.
  mutating func takeTexts(_ field: Int) -> Tallies<TextKey> {
    defer { texts[field] = [:] }
    return Tallies(memory: sortedTexts(field), runs: runs[field], file: file)
  }

  private var bytes: Int {
    numbers.reduce(textBytes) { $0 + $1.capacity * MemoryLayout<Tally<Double>>.stride }
  }

  private func sortedTexts(_ field: Int) -> [Tally<TextKey>] {
    var tallies: [Tally<TextKey>] = []
    tallies.reserveCapacity(texts[field].count)
    // the order of a dictionary is arbitrary, and ends here
    for (slot, count) in texts[field] {
      tallies.append(Tally(key: slot.key, window: slot.window, count: count))
    }
    tallies.sort(by: Tally.precedes)
    return tallies
  }

  /// Sorts tallies and adds up those of one value and window.
  private static func counted(_ tallies: [Tally<Double>]) -> [Tally<Double>] {
    var result: [Tally<Double>] = []
    for tally in tallies.sorted(by: Tally.precedes) {
      if let last = result.last, last.isSame(as: tally) {
        result[result.count - 1].count += tally.count
      } else {
        result.append(tally)
      }
    }
    return result
  }
}
