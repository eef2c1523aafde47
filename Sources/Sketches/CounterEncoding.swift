// Counters in bytes: sparse while few are above 0, dense otherwise.

extension ByteWriter {
  /// Writes counters whose number the reader knows.
  ///
  /// First how many are above 0. If these are at most half, each follows as its distance from the
  /// one before it (0 for neighbours) and its count; otherwise all counters follow. So the form
  /// needs no mark of its own, and it is the shorter one or hardly longer.
  ///
  /// - Complexity: O(counters).
  public mutating func counters(_ counters: [UInt64]) {
    let used = counters.count { $0 > 0 }
    count(used)
    guard used <= counters.count / 2 else { return counters.forEach { varint($0) } }
    var expected = 0
    for (index, counter) in counters.enumerated() where counter > 0 {
      varint(UInt64(index - expected))
      varint(counter)
      expected = index + 1
    }
  }
}

extension ByteReader {
  /// Reads counters.
  ///
  /// - Parameter count: How many they are, zeros included; not from the bytes, as it is allocated.
  /// - Returns: All counters.
  /// - Throws: `BadEncoding` when the bytes do not describe so many counters in the only form.
  /// - Complexity: O(count).
  public mutating func counters(_ count: Int) throws(BadEncoding) -> [UInt64] {
    let start = position
    let used = try self.count(limit: count, "counters")
    var counters = [UInt64](repeating: 0, count: count)
    guard used > count / 2 else {
      try fill(&counters, used: used)
      return counters
    }
    for index in counters.indices { counters[index] = try varint() }
    let found = counters.count { $0 > 0 }
    guard found == used else {
      throw BadEncoding("\(found) counters above 0 where \(used) were announced", at: start)
    }
    return counters
  }

  private mutating func fill(_ counters: inout [UInt64], used: Int) throws(BadEncoding) {
    var index = 0
    for _ in 0..<used {
      let start = position
      let distance = try varint()
      guard distance < UInt64(counters.count - index) else {
        throw BadEncoding("a counter beyond the last of \(counters.count)", at: start)
      }
      index += Int(distance)
      let counterStart = position
      counters[index] = try varint()
      guard counters[index] > 0 else {
        throw BadEncoding("a counter of 0 among those above 0", at: counterStart)
      }
      index += 1
    }
  }
}
