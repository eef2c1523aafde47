internal import Foundation

/// The rule files that come with the program.
public enum RulePacks {
  private static let names = ["drift", "quality", "retraining"].map { "\($0).yaml" }

  /// Paths of the packs as a monitor's file names them: those in `rules` beside it, else those that
  /// were installed with the program; none where there are none.
  ///
  /// - Parameter monitor: The monitor's file.
  /// - Returns: One path for each pack.
  public static func paths(beside monitor: String) -> [String] {
    let folder = OutputFile.url(of: monitor).deletingLastPathComponent()
    if let found = paths(in: folder.appendingPathComponent("rules").path) {
      return found.map { "rules/\($0)" }
    }
    guard let installed else { return [] }
    return names.map { "\(installed)/\($0)" }
  }

  /// Where the packs are, for a monitor that names one where it is not; nil for other files.
  static func hint(for rules: String) -> String? {
    guard names.contains(URL(fileURLWithPath: rules).lastPathComponent) else { return nil }
    return installed.map { "the packs that came with this program are in \($0)" }
      ?? "the packs are in `rules` of Leeway's repository: copy them, or say where they are"
  }

  /// The folder of the packs that were installed with the program.
  private static var installed: String? {
    let program = Bundle.main.executableURL?.resolvingSymlinksInPath()
    guard let prefix = program?.deletingLastPathComponent().deletingLastPathComponent() else {
      return nil
    }
    let shared = prefix.appendingPathComponent("share/leeway/rules").path
    return paths(in: shared) == nil ? nil : shared
  }

  /// The packs, where all are in a folder.
  private static func paths(in folder: String) -> [String]? {
    let areThere = names.allSatisfy { FileManager.default.fileExists(atPath: "\(folder)/\($0)") }
    return areThere ? names : nil
  }
}
