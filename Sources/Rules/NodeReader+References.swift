/// `references`: which model versions have their own.
extension NodeReader {
  /// Model versions with their own reference, at most: each takes state of its own.
  static let ownReferenceLimit = 15
  /// Name under which versions beyond the limit of versions are summed.
  static let otherVersions = "__other__"

  /// A mapping of model versions to the paths of profiles.
  mutating func ownReferences(_ root: Section) -> [OwnReference] {
    guard let node = root["references"] else { return [] }
    guard case .mapping(let pairs) = node.content else {
      let needs = "model versions and their profiles, such as { \"2\": reference-2.json }"
      wrong(node, "references", needs: needs)
      return []
    }
    checkVersionIsNamed(root, at: node)
    var references: [OwnReference] = []
    for (key, value) in pairs {
      guard let version = modelVersion(key),
        let path = text(value, version.value, needs: "the path of a reference profile")
      else { continue }
      // Keys that differ by a tag only are not the same to the parser.
      guard !references.contains(where: { $0.version.value == version.value }) else {
        diagnostics.error(at: version, "\(shown(version.value)) stands twice in 'references'")
        continue
      }
      references.append(OwnReference(version: version, path: path))
    }
    if references.count > Self.ownReferenceLimit {
      diagnostics.error(
        at: references[Self.ownReferenceLimit].version,
        "at most \(Self.ownReferenceLimit) model versions have their own reference"
      )
    }
    return Array(references.prefix(Self.ownReferenceLimit))
  }

  /// Without a model version in the events nothing would ever be judged by its own reference.
  private mutating func checkVersionIsNamed(_ root: Section, at node: YAMLNode) {
    guard case .mapping(let fields) = root["fields"]?.content else { return }
    let names = fields.contains { key, _ in
      if case .scalar(let scalar) = key.content { scalar.text == "model_version" } else { false }
    }
    guard !names else { return }
    diagnostics.error(
      at: node.position,
      "'references' are of model versions, but the monitor does not name where these stand",
      hint: "name the field in 'fields: { model_version: ... }'"
    )
  }

  /// A key of `references`.
  private mutating func modelVersion(_ key: YAMLNode) -> Located<String>? {
    guard case .scalar(let scalar) = key.content, !scalar.isNull, !scalar.text.isEmpty else {
      diagnostics.error(
        at: key.position,
        length: key.length,
        "a key of 'references' is a model version",
        hint: "events without one are judged by 'reference'"
      )
      return nil
    }
    let version = Located(scalar.text, at: key.position, length: key.length)
    guard version.value != Self.otherVersions else {
      diagnostics.error(
        at: version,
        "\(shown(version.value)) sums what versions are not told apart",
        hint: "it is judged by 'reference'"
      )
      return nil
    }
    return version
  }
}
