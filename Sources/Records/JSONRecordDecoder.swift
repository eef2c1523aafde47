internal import CSimdJSON

/// Turns batches of JSON records into typed columns; a record is usable as a whole or not at all.
///
/// - Every record is validated completely, values nobody asked for too. What is not one JSON value
///   to the last byte is `bad_json` (nothing and white space too), what is one but no object
///   `not_an_object`. Bytes that are not UTF-8 are `bad_utf8` whatever else is wrong, but a letter
///   cut off at the end is `bad_json`. Nesting over the limit is `too_deep`, unless a string that
///   is open or holds control characters, or an earlier fault, makes it `bad_json`.
/// - `too_large` records are not looked at; `string_too_long` holds for asked-for values only, and
///   only if nothing else is wrong.
/// - Python's bare `NaN`, `Infinity` and `-Infinity` are values. Numbers become the nearest double,
///   however many digits they have; beyond the largest they are `infinite`, below the smallest 0,
///   and -0.0 is 0.0. A decimal number in quotes is a string.
/// - Strings are unescaped; a lone surrogate escape is `bad_json`. Keys are compared unescaped.
/// - Of equal keys the last wins, with all that stands below it.
/// - No path leads into an array. An array or object that is asked for itself is `composite`.
/// - Unexpected fields are scalars, arrays and empty objects at no asked-for or known path nor
///   below one, counted as often as they are written. Nulls and empty objects at a prefix of an
///   asked-for path are not fields.
/// - A column whose request has categories has codes: texts are looked up as they are decoded.
/// - `$timestamp` is a number of milliseconds; `$key` and `$header.NAME` are strings, absent when
///   they are missing or not UTF-8, null for a header without value.
@safe public struct JSONRecordDecoder: ~Copyable {
  private let handle: OpaquePointer
  private let limits: RecordLimits
  /// For each column where it comes from; nil: the payload.
  private let envelope: [EnvelopeColumn?]

  /// Compiles the paths; the columns of a batch stand in the order of `fields`.
  ///
  /// - Parameters:
  ///   - fields: What to decode; at most `limits.fields`, and a path may be asked for twice.
  ///   - known: Paths that are not decoded and not unexpected, with all that stands below them.
  ///   - limits: What a record may be at most.
  ///   - collectsUnexpectedPaths: Whether `unexpectedPaths()` is of use; it costs time.
  public init(
    fields: [FieldRequest],
    known: [FieldPath] = [],
    limits: RecordLimits = RecordLimits(),
    collectsUnexpectedPaths: Bool = false
  ) {
    precondition(fields.count <= limits.fields, "\(fields.count) fields, limit \(limits.fields)")
    precondition((1...256).contains(limits.depth), "depth limit \(limits.depth)")
    precondition((1...1 << 30).contains(limits.recordBytes), "limit \(limits.recordBytes) bytes")
    let options = csj_options(
      record_bytes: limits.recordBytes,
      depth: limits.depth,
      string_bytes: max(0, limits.stringBytes),
      paths: limits.fields,
      collects_paths: collectsUnexpectedPaths
    )
    guard let handle = unsafe csj_create(options) else { preconditionFailure(outOfMemory) }
    unsafe self.handle = unsafe handle
    self.limits = limits
    envelope = fields.map { EnvelopeColumn($0) }
    for field in fields { unsafe Self.ask(handle, field) }
    for path in known {
      guard case .payload(let segments) = path.source else { continue }
      unsafe csj_know(handle, Self.node(handle, segments))
    }
  }

  deinit { unsafe csj_destroy(handle) }

  /// Decodes a batch; what stood in `columns` is replaced.
  ///
  /// - Precondition: The asked-for texts of the batch have less than 4 GiB together.
  /// - Complexity: O(bytes + rows × fields). Nothing is allocated per record.
  public mutating func decode(_ batch: borrowing RecordBatch, into columns: inout ColumnBatch) {
    columns.removeAll(columns: envelope.count)
    columns.rowCount = batch.count
    decodePayloads(batch)
    copyRows(into: &columns)
    var next = 0
    for (index, column) in envelope.enumerated() where column == nil {
      copyColumn(next, rows: batch.count, into: &columns.columns[index])
      next += 1
    }
    guard next < envelope.count else { return }
    for (index, column) in envelope.enumerated() {
      guard let column else { continue }
      columns.fill(column: index, from: column.source, of: batch, stringBytes: limits.stringBytes)
    }
    columns.clearRejectedRows()
    for (index, column) in envelope.enumerated() {
      if let column { columns.finish(column: index, as: column) }
    }
  }

  /// Unexpected leaf fields of the last batch, each once, in order of appearance.
  ///
  /// Only usable records count, and at most `limits.fields` paths are kept. Empty unless the
  /// decoder was made with `collectsUnexpectedPaths`.
  public func unexpectedPaths() -> [FieldPath] {
    let count = unsafe csj_unexpected_count(handle)
    return (0..<count).map { index in
      let path = unsafe csj_unexpected_path(handle, index)
      let bytes = unsafe UnsafeRawBufferPointer(start: path.bytes, count: path.count)
      var segments: [String] = []
      var at = 0
      while at < bytes.count {
        let count = Int(unsafe bytes.loadUnaligned(fromByteOffset: at, as: UInt32.self))
        at += 4
        segments.append(unsafe String(decoding: bytes[at..<at + count], as: UTF8.self))
        at += count
      }
      return FieldPath(segments: segments)
    }
  }

  private static func ask(_ handle: OpaquePointer, _ field: FieldRequest) {
    guard case .payload(let segments) = field.path.source else { return }
    let node = unsafe Self.node(handle, segments)
    let asked = unsafe csj_ask(handle, node, field.wantsText, field.wantsNumberText)
    precondition(asked, outOfMemory)
    guard let categories = field.categories else { return }
    let texts = categories.map { Array($0.utf8) }
    precondition(Set(texts).count == texts.count, "a category of \(field.path) occurs twice")
    precondition(unsafe csj_categorize(handle), outOfMemory)
    for text in texts {
      let added = unsafe text.withUnsafeBufferPointer { text in
        unsafe csj_add_category(handle, text.baseAddress, text.count)
      }
      precondition(added, outOfMemory)
    }
  }

  private static func node(_ handle: OpaquePointer, _ segments: [String]) -> UInt32 {
    segments.reduce(0) { parent, segment in
      let key = Array(segment.utf8)
      let node = unsafe key.withUnsafeBufferPointer { key in
        unsafe csj_child(handle, parent, key.baseAddress, key.count)
      }
      precondition(node != .max, outOfMemory)
      return node
    }
  }

  private func decodePayloads(_ batch: borrowing RecordBatch) {
    let isHeld = unsafe batch.bytes.withUnsafeBufferPointer { bytes in
      unsafe batch.payloads.withUnsafeBufferPointer { payloads in
        guard let base = bytes.baseAddress else { return false }
        return unsafe csj_decode(handle, base, payloads.baseAddress, payloads.count)
      }
    }
    precondition(isHeld, "a batch of \(batch.byteCount) bytes has more text than can be held")
  }

  private func copyRows(into columns: inout ColumnBatch) {
    let rows = unsafe csj_decoded_rows(handle)
    let count = columns.rowCount
    unsafe columns.statusCodes.append(from: rows.statuses, count: count)
    unsafe columns.unexpectedCounts.append(from: rows.unexpected, count: count)
    unsafe columns.text.append(from: rows.text, count: rows.text_count)
  }

  private func copyColumn(_ index: Int, rows count: Int, into column: inout ColumnBatch.Column) {
    let cells = unsafe csj_decoded_column(handle, index)
    // The tags of the C face are the raw values, which is how the enumeration lies in memory.
    let tags = unsafe UnsafeRawPointer(cells.tags)?.assumingMemoryBound(to: ValueTag.self)
    unsafe column.tags.append(from: tags, count: count)
    unsafe column.numbers.append(from: cells.numbers, count: count)
    unsafe column.textStarts.append(from: cells.text_starts, count: count)
    unsafe column.textLengths.append(from: cells.text_lengths, count: count)
    guard unsafe cells.codes != nil else { return }
    unsafe column.codes.append(from: cells.codes, count: count)
  }
}

private let outOfMemory = "no memory for a decoder"

extension Array {
  @unsafe fileprivate mutating func append(from start: UnsafePointer<Element>?, count: Int) {
    unsafe append(contentsOf: UnsafeBufferPointer(start: start, count: count))
  }
}

extension [UInt8] {
  /// Appends a run of bytes in one copy, which `Span` has no safe way for yet.
  mutating func append(copying span: Span<UInt8>) {
    unsafe span.withUnsafeBufferPointer { unsafe append(contentsOf: $0) }
  }

  /// Replaces a run of bytes in one copy.
  mutating func overwrite(from start: Int, with span: Span<UInt8>) {
    precondition(start >= 0 && start + span.count <= count, "bytes where there are none")
    unsafe withUnsafeMutableBytes { bytes in
      unsafe span.withUnsafeBytes { span in
        let room = unsafe UnsafeMutableRawBufferPointer(rebasing: bytes[start...])
        unsafe room.copyMemory(from: span)
      }
    }
  }
}

/// Reads a number as people write it in CSV: sign, digits, at most one point, an exponent.
///
/// The nearest double; `infinite` for what overflows; nil for what is not a number.
func parseDecimal(_ text: Span<UInt8>) -> (tag: ValueTag, number: Double)? {
  var number = 0.0
  let tag = unsafe text.withUnsafeBufferPointer { text in
    unsafe csj_parse_decimal(text.baseAddress, text.count, &number)
  }
  return switch ValueTag(rawValue: tag) {
  case .number: (.number, number)
  case .infinite: (.infinite, number)
  default: nil
  }
}
