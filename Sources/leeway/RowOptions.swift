internal import ArgumentParser
internal import Records
internal import Reference
internal import Service

/// Options of every command that learns from rows.
struct RowOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Fields to leave out, parted by commas.", valueName: "a,b"))
  var exclude: [String] = []

  @Option(
    help: ArgumentHelp(
      "Compare a field as numeric or categorical, whatever its values look like.",
      valueName: "field=kind"
    )
  )
  var kind: [String] = []

  @Option(
    help: ArgumentHelp(
      "CSV cells that stand for no value, parted by commas. Default: ,NA,NaN,null",
      valueName: "tokens"
    )
  )
  var null: String?

  /// The excluded fields.
  var excluded: [FieldPath] {
    exclude.flatMap { $0.split(separator: ",") }.map { FieldPath(String($0)) }
  }

  /// How files are read.
  func sourceOptions(format: InputFormat? = nil) -> RowSource.Options {
    var options = RowSource.Options()
    options.format = format
    options.nullTokens = null?.split(separator: ",", omittingEmptySubsequences: false)
      .map(String.init)
    return options
  }

  /// The fields of rows without those to leave out, and of the kinds asked for.
  ///
  /// - Parameters:
  ///   - source: The rows.
  ///   - time: The field of the time, which is left out, too.
  ///   - other: Rows that may have the fields to leave out in place of these.
  ///   - isJob: Whether nobody looks on: a field that records leave out for a while stops no job.
  /// - Returns: Fields in order of first appearance.
  /// - Throws: `ValidationError` for a field that is not there, or a kind that does not exist;
  ///   `InputError`, `ReferenceError`.
  func fields(
    of source: RowSource,
    time: FieldPath? = nil,
    or other: RowSource? = nil,
    isJob: Bool = false
  ) throws -> [FieldSchema] {
    let absent = try source.absent(excluded)
    for path in try other?.absent(absent) ?? absent {
      let message = "--exclude \(path): there is no field \(path)"
      guard isJob else { throw ValidationError(message) }
      Talk.say("warning: \(message)")
    }
    return try applyKinds(to: source.schema(excluding: excluded + [time].compactMap(\.self)))
  }

  private func applyKinds(to fields: [FieldSchema]) throws -> [FieldSchema] {
    var fields = fields
    for text in kind {
      // the last one, because a field's name may hold the sign too
      guard let equals = text.lastIndex(of: "="),
        let kind = FieldKind(rawValue: String(text[text.index(after: equals)...]))
      else { throw ValidationError("--kind \(text): write field=numeric or field=categorical") }
      let path = FieldPath(String(text[..<equals]))
      guard let index = fields.firstIndex(where: { $0.path == path }) else {
        throw ValidationError("--kind \(text): there is no field \(path)")
      }
      fields[index] = FieldSchema(path: path, types: fields[index].types, kind: kind)
    }
    return fields
  }
}
