internal import Foundation

/// Sorted runs of tallies that did not fit memory, one after another in one temporary file.
final class SpillFile {
  /// Where a run lies.
  struct Run {
    var start: UInt64
    var end: UInt64
  }

  private static let blockSize = 1 << 16
  private let file: TemporaryFile

  init(in directory: URL?) throws(ReferenceError) { file = try TemporaryFile(in: directory) }

  /// Writes tallies that are sorted already.
  func write<Key>(_ tallies: [Tally<Key>]) throws(ReferenceError) -> Run {
    let start = file.size
    var bytes: [UInt8] = []
    bytes.reserveCapacity(2 * Self.blockSize)
    for tally in tallies {
      tally.key.write(to: &bytes)
      bytes.append(variableLength: UInt64(tally.window))
      bytes.append(variableLength: tally.count)
      if bytes.count >= Self.blockSize {
        try file.append(bytes)
        bytes.removeAll(keepingCapacity: true)
      }
    }
    try file.append(bytes)
    return Run(start: start, end: file.size)
  }

  /// Reads a run from its beginning, holding so many bytes of it in memory at a time.
  func reader(of run: Run, blockSize: Int) -> RunReader {
    RunReader(file: file, run: run, blockSize: blockSize)
  }
}

/// Reads a run block by block.
struct RunReader {
  private let file: TemporaryFile
  private let blockSize: Int
  private var next: UInt64
  private let end: UInt64
  private var block: [UInt8] = []
  private var position = 0

  init(file: TemporaryFile, run: SpillFile.Run, blockSize: Int) {
    self.file = file
    self.blockSize = blockSize
    next = run.start
    end = run.end
  }

  /// Whether everything was read.
  var isAtEnd: Bool { position == block.count && next == end }

  mutating func byte() throws(ReferenceError) -> UInt8 {
    if position == block.count {
      block = try file.read(at: next, count: Int(min(UInt64(blockSize), end - next)))
      position = 0
      next += UInt64(block.count)
      guard !block.isEmpty else {
        throw ReferenceError(.temporaryFile, "a temporary file was cut short while it was read")
      }
    }
    position += 1
    return block[position - 1]
  }

  mutating func bytes(_ count: Int) throws(ReferenceError) -> [UInt8] {
    if position + count <= block.count {
      position += count
      return Array(block[(position - count)..<position])
    }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count)
    for _ in 0..<count { bytes.append(try byte()) }
    return bytes
  }

  mutating func variableLength() throws(ReferenceError) -> UInt64 {
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 64, by: 7) {
      let byte = try byte()
      value |= UInt64(byte & 0x7f) << shift
      if byte < 0x80 { break }
    }
    return value
  }

  /// The next tally of the run, nil at its end.
  mutating func tally<Key>(of: Key.Type) throws(ReferenceError) -> Tally<Key>? {
    guard !isAtEnd else { return nil }
    let key = try Key.read(from: &self)
    let window = Int32(truncatingIfNeeded: try variableLength())
    return Tally(key: key, window: window, count: try variableLength())
  }
}

extension [UInt8] {
  /// Appends an integer in groups of seven bits, least significant first (LEB128).
  mutating func append(variableLength value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    append(UInt8(rest))
  }
}
