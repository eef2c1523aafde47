import Records

/// What `JSONRecordDecoder` promises, said once more over a tree of values.
struct PlainDecoder {
  let fields: [FieldRequest]
  let known: [FieldPath]
  let limits: RecordLimits
  /// Unexpected paths so far, in order of appearance.
  private(set) var unexpectedPaths: [[[UInt8]]] = []

  init(fields: [FieldRequest], known: [FieldPath], limits: RecordLimits) {
    self.fields = fields
    self.known = known
    self.limits = limits
  }

  /// One record as a row.
  mutating func row(_ record: [UInt8]) -> ColumnBatch.Row {
    if let rejection = Self.rejectionOfBytes(record, limits) { return rejected(rejection) }
    do throws(PlainJSON.Fault) {
      let root = try PlainJSON.value(record, depthLimit: limits.depth)
      guard case .object = root else { return rejected(.notAnObject) }
      var met = Met()
      visit(root, path: [], isCovered: false, &met)
      if met.longest > limits.stringBytes { return rejected(.stringTooLong) }
      for path in met.unexpected
      where unexpectedPaths.count < limits.fields && !unexpectedPaths.contains(path) {
        unexpectedPaths.append(path)
      }
      let cells = fields.map { cell(root, Self.keys($0.path), $0.wantsNumberText) }
      return ColumnBatch.Row(status: .ok, unexpected: met.unexpected.count, cells: cells)
    } catch {
      // Whether strings are closed is looked at before how deep anything is.
      return rejected(
        error == .tooDeep && Self.hasWholeStrings(record) ? .tooDeep : .badJSON
      )
    }
  }

  /// What was met on the way through a record.
  private struct Met {
    var unexpected: [[[UInt8]]] = []
    var longest = 0
  }

  private func rejected(_ rejection: Rejection) -> ColumnBatch.Row {
    ColumnBatch.Row(status: .rejected(rejection), cells: fields.map { _ in .absent })
  }

  private static func keys(_ path: FieldPath) -> [[UInt8]] {
    guard case .payload(let segments) = path.source else { return [] }
    return segments.map { Array($0.utf8) }
  }

  /// The last of equal keys wins, from the outermost inwards.
  private func cell(_ value: PlainJSON.Value, _ keys: [[UInt8]], _ wantsNumberText: Bool) -> Cell {
    if let key = keys.first {
      guard case .object(let members, _) = value,
        let member = members.last(where: { $0.key == key })
      else { return .absent }
      return cell(member.value, Array(keys.dropFirst()), wantsNumberText)
    }
    switch value {
    case .scalar(.number(let number, let text)):
      return .number(number, text: wantsNumberText ? text : "")
    case .scalar(let cell): return cell
    case .array(let text), .object(_, let text):
      return .composite(String(decoding: text, as: UTF8.self))
    }
  }

  private func visit(_ value: PlainJSON.Value, path: [[UInt8]], isCovered: Bool, _ met: inout Met) {
    let requests = fields.filter { Self.keys($0.path) == path }
    for request in requests {
      let length =
        switch cell(value, [], request.wantsNumberText) {
        case .string(let text), .boolean(let text), .composite(let text), .number(_, let text):
          text.utf8.count
        default: 0
        }
      met.longest = max(met.longest, length)
    }
    let isCovered = isCovered || !requests.isEmpty || known.contains { Self.keys($0) == path }
    let leadsOn =
      path.isEmpty || (fields.map(\.path) + known).contains { Self.keys($0).starts(with: path) }
    switch value {
    case .scalar(let cell):
      if !isCovered, !(leadsOn && cell == .null) { met.unexpected.append(path) }
    case .array:
      if !isCovered { met.unexpected.append(path) }
    case .object(let members, _):
      if members.isEmpty, !isCovered, !leadsOn { met.unexpected.append(path) }
      for member in members {
        visit(member.value, path: path + [member.key], isCovered: isCovered, &met)
      }
    }
  }

  /// What is wrong before anything is read.
  private static func rejectionOfBytes(_ record: [UInt8], _ limits: RecordLimits) -> Rejection? {
    if record.count > limits.recordBytes { return .tooLarge }
    if String(validating: record, as: UTF8.self) != nil { return nil }
    // A letter that is cut off at the end could have gone on.
    for cut in 1...3 where cut <= record.count {
      let tail = record.suffix(cut)
      let continuations = (0x80...0xBF as ClosedRange<UInt8>).map { [$0] } + [[]]
      let letters = continuations.flatMap { second in
        (1...3).map { tail + second + [UInt8](repeating: 0x80, count: $0 - 1) }
      }
      let isLetter = letters.contains {
        $0.count > cut && String(validating: $0, as: UTF8.self)?.unicodeScalars.count == 1
      }
      if isLetter, String(validating: record.dropLast(cut), as: UTF8.self) != nil {
        return .badJSON
      }
    }
    return .badUTF8
  }

  private static func hasWholeStrings(_ record: [UInt8]) -> Bool {
    var isOpen = false
    var isHidden = false
    for byte in record {
      if isOpen, byte < 0x20 { return false }
      if isHidden {
        isHidden = false
      } else if byte == UInt8(ascii: "\\") {
        isHidden = true
      } else if byte == UInt8(ascii: "\"") {
        isOpen.toggle()
      }
    }
    return !isOpen
  }
}
