public import Sketches

/// A sequential detector on a series of numbers.
public enum Detector: Equatable, Sendable {
  /// The mean of the series has changed.
  case adwin(ADWIN)
  /// Values have moved off their mean.
  case pageHinkley(PageHinkley)
  /// Values have risen above their mean.
  case cusum(CUSUM)

  /// Which detector it is.
  public enum Kind: UInt8, Sendable, CaseIterable {
    /// `ADWIN`.
    case adwin
    /// `PageHinkley`.
    case pageHinkley
    /// `CUSUM`.
    case cusum
  }

  /// Bytes that its state takes at most.
  public static func bytes(_ kind: Kind) -> Int {
    switch kind {
    case .adwin: ADWIN.mostBytes
    case .pageHinkley: MemoryLayout<PageHinkley>.size
    case .cusum: MemoryLayout<CUSUM>.size
    }
  }

  /// A detector that has seen nothing.
  public init(_ kind: Kind) {
    switch kind {
    case .adwin: self = .adwin(ADWIN())
    case .pageHinkley: self = .pageHinkley(PageHinkley())
    case .cusum: self = .cusum(CUSUM())
    }
  }

  /// Which detector it is.
  public var kind: Kind {
    switch self {
    case .adwin: .adwin
    case .pageHinkley: .pageHinkley
    case .cusum: .cusum
    }
  }

  /// Takes the next value.
  ///
  /// - Parameter value: Finite.
  /// - Returns: Whether it signals; it then begins anew.
  public mutating func update(_ value: Double) -> Bool {
    precondition(value.isFinite, "a detector was given \(value)")
    switch self {
    case .adwin(var state):
      defer { self = .adwin(state) }
      return state.update(value)
    case .pageHinkley(var state):
      defer { self = .pageHinkley(state) }
      return state.update(value)
    case .cusum(var state):
      defer { self = .cusum(state) }
      return state.update(value)
    }
  }
}

extension Detector {
  /// Writes which detector it is, and what it remembers.
  ///
  /// - Complexity: O(log values).
  public func encode(into writer: inout ByteWriter) {
    writer.byte(kind.rawValue)
    switch self {
    case .adwin(let state): state.encode(into: &writer)
    case .pageHinkley(let state): state.encode(into: &writer)
    case .cusum(let state): state.encode(into: &writer)
    }
  }

  /// Reads a detector.
  ///
  /// - Throws: `BadEncoding` when the bytes are none.
  public init(from reader: inout ByteReader) throws(BadEncoding) {
    let start = reader.position
    switch Kind(rawValue: try reader.byte()) {
    case .adwin: self = .adwin(try ADWIN(from: &reader))
    case .pageHinkley: self = .pageHinkley(try PageHinkley(from: &reader))
    case .cusum: self = .cusum(try CUSUM(from: &reader))
    case nil: throw BadEncoding("an unknown detector", at: start)
    }
  }
}

extension ByteWriter {
  /// Writes the bits of a number.
  mutating func double(_ value: Double) { fixed64(value.bitPattern) }
}

extension ByteReader {
  /// Reads a number that is neither infinite nor none.
  mutating func finite() throws(BadEncoding) -> Double {
    let start = position
    let value = Double(bitPattern: try fixed64())
    guard value.isFinite else { throw BadEncoding("a number is not finite: \(value)", at: start) }
    return value
  }
}
