internal import Records

extension Timestamp {
  /// A second since 1970.
  init(second: Int64) { self.init(microseconds: second * 1_000_000) }

  /// The second since 1970 that it lies in.
  var second: Int64 { microseconds.dividedDown(by: 1_000_000).quotient }
}
