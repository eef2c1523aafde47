/// Splits a stream of bytes into CSV rows, as of RFC 4180; any byte may be the last of a chunk.
///
/// Rows end with LF or CRLF; a CR before anything else belongs to its cell. Inside quotes all bytes
/// are content and a doubled quote is one. A quote that is not a cell's first byte is content too;
/// anything but an end behind a closing quote spoils the row.
struct CSVRowReader: Sendable {
  /// The row's content without quotes, cells parted by one comma.
  ///
  /// Side by side, two cells could be valid UTF-8 together and neither of them alone.
  private(set) var content: [UInt8] = []
  /// Where each cell ends in `content`; the next begins one byte behind.
  private(set) var ends: [Int] = []
  /// The row is not legal CSV.
  private(set) var isSpoiled = false
  /// The bytes of the row in the input, without its line end.
  private(set) var inputBytes = 0

  private var state = State.cellStart
  private var isQuoted = false
  private var isFirstRow = true
  private let bytesMax: Int
  private let cellsMax: Int

  private enum State {
    case cellStart
    case plain
    case quoted
    /// Behind a quote inside a quoted cell: its end, or the first half of a doubled quote.
    case quoteInQuoted
    /// Behind a CR that may be half of a line end.
    case carriageReturn
  }

  /// Rows beyond these limits are read to their end, but not kept.
  init(bytesMax: Int, cellsMax: Int) {
    self.bytesMax = bytesMax
    self.cellsMax = cellsMax
  }

  var isTooLarge: Bool { inputBytes > bytesMax || ends.count > cellsMax }

  /// Nothing at all on the line.
  var isBlank: Bool { inputBytes == 0 }

  /// Reads on from `at`; true when a row is complete: use it, then call `removeRow()`.
  mutating func read(_ chunk: Span<UInt8>, at: inout Int) -> Bool {
    while at < chunk.count {
      if state == .plain || state == .quoted, takeRun(chunk, at: &at) { continue }
      let byte = chunk[at]
      if state == .carriageReturn, byte != ASCII.newline {
        // Not a line end after all: look at this byte again as what follows content.
        if isQuoted { isSpoiled = true }
        take(ASCII.carriageReturn)
        state = .plain
        continue
      }
      at += 1
      if step(byte) { return true }
    }
    return false
  }

  /// Ends the last row at the end of the input; false when there is none.
  mutating func finish() -> Bool {
    if state == .quoted { isSpoiled = true }
    guard inputBytes > 0 || !ends.isEmpty || state != .cellStart else { return false }
    endCell()
    return true
  }

  /// Makes room for the next row.
  mutating func removeRow() {
    content.removeAll(keepingCapacity: true)
    ends.removeAll(keepingCapacity: true)
    isSpoiled = false
    inputBytes = 0
    state = .cellStart
    isQuoted = false
    isFirstRow = false
  }

  private mutating func step(_ byte: UInt8) -> Bool {
    switch (byte, state) {
    case (ASCII.quote, .cellStart),
      (ASCII.quote, .plain) where isBehindByteOrderMark:
      if state == .plain { content.removeAll() }
      inputBytes += 1
      state = .quoted
      isQuoted = true
    case (ASCII.quote, .quoted):
      inputBytes += 1
      state = .quoteInQuoted
    case (ASCII.quote, .quoteInQuoted):
      take(byte)
      state = .quoted
    case (_, .quoted):
      take(byte)
    case (ASCII.newline, _):
      endCell()
      return true
    case (ASCII.carriageReturn, _):
      state = .carriageReturn
    case (ASCII.comma, _):
      endCell()
      take(byte)
    default:
      if isQuoted { isSpoiled = true }
      take(byte)
      state = .plain
    }
    return false
  }

  /// Takes a run of bytes that mean nothing in one copy; false if there is none.
  private mutating func takeRun(_ chunk: Span<UInt8>, at: inout Int) -> Bool {
    let start = at
    if state == .quoted {
      while at < chunk.count, chunk[at] != ASCII.quote { at += 1 }
    } else {
      while at < chunk.count, !isMark(chunk[at]) { at += 1 }
    }
    inputBytes += at - start
    if inputBytes <= bytesMax { content.append(copying: chunk.extracting(start..<at)) }
    return at > start
  }

  private func isMark(_ byte: UInt8) -> Bool {
    byte == ASCII.comma || byte == ASCII.newline || byte == ASCII.carriageReturn
      || byte == ASCII.quote
  }

  private mutating func take(_ byte: UInt8) {
    inputBytes += 1
    if inputBytes <= bytesMax { content.append(byte) }
  }

  private mutating func endCell() {
    if isFirstRow, ends.isEmpty, content.starts(with: Self.byteOrderMark) {
      content.removeFirst(Self.byteOrderMark.count)
    }
    // One more than is legal is enough to know.
    if ends.count <= cellsMax { ends.append(content.count) }
    state = .cellStart
    isQuoted = false
  }

  private var isBehindByteOrderMark: Bool {
    isFirstRow && ends.isEmpty && content == Self.byteOrderMark
  }

  private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
}
