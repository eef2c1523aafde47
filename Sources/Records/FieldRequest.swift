/// One field a decoder is asked for.
public struct FieldRequest: Sendable, Hashable {
  /// Where the field stands.
  public var path: FieldPath
  /// Whether texts are kept: of strings, booleans, arrays, objects, and numbers that have one.
  ///
  /// Without, no bytes are copied and all texts are empty; tags, numbers and codes are the same.
  public var wantsText: Bool
  /// Whether a number has a text too, as written: for categorical fields that hold numbers.
  public var wantsNumberText: Bool
  /// Texts that get a code, which is their place here; nil where no codes are needed.
  ///
  /// The decoder looks up the text of each cell, kept or not. Each category must occur once.
  public var categories: [String]?

  /// Asks for the field at `path`.
  public init(
    path: FieldPath,
    wantsText: Bool = true,
    wantsNumberText: Bool = false,
    categories: [String]? = nil
  ) {
    self.path = path
    self.wantsText = wantsText
    self.wantsNumberText = wantsNumberText
    self.categories = categories
  }
}
