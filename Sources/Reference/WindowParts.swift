/// The windows of a reference in parts of its time, to see how windows differ from times other than
/// their own.
///
/// A monitor meets windows of a time that its reference does not hold. So must `natural`: a window
/// beside its neighbours, which are like it, would tell too little.
struct WindowParts {
  /// Most parts: quarters, which in four weeks of days are weeks.
  static let limit = 4
  /// The 95 % point of Student's t with 1, 2 and 3 degrees of freedom.
  private static let students = [6.313751514675043, 2.919985580353726, 2.353363434801823]

  /// The part of each window; nil for one without values.
  let parts: [Int?]
  /// How many parts there are.
  let count: Int
  /// Windows that the ends of the data cut short.
  private let cut: [Int]

  /// Cuts windows into parts that follow one another, as equal as can be, the longer ones first.
  ///
  /// - Parameters:
  ///   - order: The windows in time.
  ///   - sizes: Values of each window.
  init(_ order: WindowOrder, sizes: [UInt64]) {
    let whole = order.whole.filter { sizes[$0] > 0 }
    count = min(Self.limit, whole.count)
    var parts = [Int?](repeating: nil, count: sizes.count)
    var next = 0
    for part in 0..<count {
      let size = whole.count / count + (part < whole.count % count ? 1 : 0)
      for window in whole[next..<next + size] { parts[window] = part }
      next += size
    }
    if count > 0 {
      if let first = order.cutStart { parts[first] = 0 }
      if let last = order.cutEnd { parts[last] = count - 1 }
    }
    self.parts = parts
    cut = [order.cutStart, order.cutEnd].compactMap { $0 }
  }

  /// Sums counts of windows by part.
  func sums(_ counts: [UInt64]) -> [UInt64] {
    var sums = [UInt64](repeating: 0, count: count)
    for (window, count) in counts.enumerated() {
      if let part = parts[window] { sums[part] += count }
    }
    return sums
  }

  /// What the largest of one more part stays below, with a probability of 95 %.
  ///
  /// The largest of each part are taken for draws from one normal law: of g of them with mean M and
  /// deviation s the next is below M + t s √(1 + 1/g). Where parts are alike, as with cycles that
  /// each part repeats, that is hardly above the largest; where each is a world of its own, far.
  /// Windows that were cut short are no draws of that law.
  ///
  /// - Parameter bounds: Of each window, by how much it is beyond chance, 0 ... 1; nil where it
  ///   cannot be compared.
  /// - Returns: At least the largest bound, at most 1; 0 without any.
  func prediction(_ bounds: [Double?]) -> Double {
    var byPart = [Double?](repeating: nil, count: count)
    for (window, bound) in bounds.enumerated() where !cut.contains(window) {
      guard let bound, let part = parts[window] else { continue }
      byPart[part] = max(byPart[part] ?? bound, bound)
    }
    let largest = byPart.compactMap { $0 }
    guard let highest = bounds.compactMap({ $0 }).max() else { return 0 }
    guard largest.count > 1 else { return highest }
    let number = Double(largest.count)
    let mean = largest.reduce(0, +) / number
    let squares = largest.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let deviation = (squares / (number - 1)).squareRoot()
    let allowance = Self.students[largest.count - 2] * deviation * (1 + 1 / number).squareRoot()
    return min(1, max(highest, mean + allowance))
  }
}
