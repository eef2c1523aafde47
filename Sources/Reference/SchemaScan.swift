public import Records

/// Finds the fields of JSON rows and their types, in order of first appearance.
///
/// A field that was only ever null or empty and turns out to be an object gives way to what stands
/// in the object, so `{"a":null}` before `{"a":{"b":1}}` finds `a.b` and nothing else.
public struct SchemaScan: ~Copyable {
  private struct Found {
    var path: FieldPath
    var types: ValueTypes = []
    /// Has had values where there is no object, so it stays a field whatever it holds later.
    var isMixed = false
  }

  private var found: [Found] = []
  private var containers: Set<FieldPath> = []
  private let known: [FieldPath]
  private let limits: RecordLimits
  private var decoder: JSONRecordDecoder
  private var columns = ColumnBatch()

  /// Nothing seen yet.
  ///
  /// - Parameters:
  ///   - known: Paths that are not fields, with all that stands below them.
  ///   - limits: What a record may be at most.
  public init(known: [FieldPath], limits: RecordLimits = RecordLimits()) {
    self.known = known
    self.limits = limits
    decoder = Self.decoder(of: [], known: known, limits: limits)
  }

  /// The fields seen, with their types, in order of first appearance.
  public var fields: [FieldSchema] { found.map { FieldSchema(path: $0.path, types: $0.types) } }

  /// Looks at every value of a batch of records.
  ///
  /// - Throws: `tooManyFields` when there are more than the limit.
  /// - Complexity: O(bytes + rows × fields), again for each level of new fields.
  public mutating func record(_ batch: borrowing RecordBatch) throws(ReferenceError) {
    var contents: [Content] = []
    while true {
      decoder.decode(batch, into: &columns)
      contents = found.indices.map { content(of: $0) }
      // objects first, so that what is in them is found in order of appearance
      if !openObjects(contents), try !addUnexpected() { break }
      decoder = Self.decoder(of: found.map(\.path), known: known, limits: limits)
    }
    for (index, content) in contents.enumerated() {
      found[index].types.formUnion(content.types)
      // beside other values, even an empty object is a value
      if !found[index].types.isEmpty, content.hasObject { found[index].types.insert(.composite) }
    }
  }

  /// Whether fields were found that the decoder was not asked for.
  private mutating func addUnexpected() throws(ReferenceError) -> Bool {
    let paths = decoder.unexpectedPaths()
    var added = paths.filter { !containers.contains($0) }.map { Found(path: $0) }
    if added.isEmpty {
      // all objects' fields are asked for by now, so this is a value in an object's place
      added = paths.map { Found(path: $0, isMixed: true) }
      containers.subtract(paths)
    }
    found += added
    guard found.count <= limits.fields else {
      throw ReferenceError(
        .tooManyFields,
        "the data hold more than \(limits.fields) fields; leave some out with --exclude"
      )
    }
    return !added.isEmpty
  }

  /// Whether fields turned out to be objects: what is in them is looked at instead.
  private mutating func openObjects(_ contents: [Content]) -> Bool {
    let objects = contents.indices.filter { index in
      let isUndecided = !found[index].isMixed && found[index].types.isEmpty
      return isUndecided && contents[index].hasFullObject && contents[index].types.isEmpty
    }
    for index in objects.reversed() { containers.insert(found.remove(at: index).path) }
    return !objects.isEmpty
  }

  /// What stands in a column.
  private struct Content {
    /// Of everything but objects.
    var types: ValueTypes = []
    var hasObject = false
    /// There is an object with something in it.
    var hasFullObject = false
  }

  private func content(of column: Int) -> Content {
    var content = Content()
    for (row, tag) in columns.columns[column].tags.enumerated() {
      guard let type = ValueTypes(tag) else { continue }
      let text = columns.columns[column].textRange(row)
      if type == .composite, columns.text[text].first == UInt8(ascii: "{") {
        content.hasObject = true
        let isFull = columns.text[text].contains(UInt8(ascii: "\""))
        content.hasFullObject = content.hasFullObject || isFull
      } else {
        content.types.formUnion(type)
      }
    }
    return content
  }

  private static func decoder(
    of paths: [FieldPath],
    known: [FieldPath],
    limits: RecordLimits
  ) -> JSONRecordDecoder {
    JSONRecordDecoder(
      fields: paths.map { FieldRequest(path: $0) },
      known: known,
      limits: limits,
      collectsUnexpectedPaths: true
    )
  }
}
