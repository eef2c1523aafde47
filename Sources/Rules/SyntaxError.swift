/// Why a condition or a template cannot be read, and where in its text.
struct SyntaxError: Error, Equatable {
  /// Offsets in Unicode scalars; empty at the end of the text.
  var range: Range<Int>
  var message: String
  var hint: String?

  init(_ range: Range<Int>, _ message: String, hint: String? = nil) {
    self.range = range
    self.message = message
    self.hint = hint
  }
}
