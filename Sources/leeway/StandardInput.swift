internal import ArgumentParser

/// Makes sure that standard input is named no more than once: read side by side, each reader would
/// get pieces of its records.
///
/// - Parameter paths: Of all files that a command reads.
/// - Throws: `ValidationError`.
func requireOneStandardInput(_ paths: [String]) throws {
  guard paths.count(where: { $0 == "-" }) < 2 else {
    throw ValidationError("- is standard input, which can be read once only: name it once")
  }
}
