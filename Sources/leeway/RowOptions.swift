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

  /// Gives fields the kinds asked for.
  ///
  /// - Throws: `ValidationError` for a field that is not there, or a kind that does not exist.
  func applyKinds(to fields: [FieldSchema]) throws -> [FieldSchema] {
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
