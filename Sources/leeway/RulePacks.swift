internal import Foundation

/// The rule files that come with the program.
enum RulePacks {
  private static let names = ["drift", "quality", "retraining"].map { "\($0).yaml" }

  /// Paths of the packs as a monitor's file names them: those in `rules` beside it, else those that
  /// were installed with the program; none where there are none.
  static func paths(beside monitor: String) -> [String] {
    let folder = URL(fileURLWithPath: monitor).deletingLastPathComponent()
    if let found = paths(in: folder.appendingPathComponent("rules").path) {
      return found.map { "rules/\($0)" }
    }
    let program = Bundle.main.executableURL?.resolvingSymlinksInPath()
    guard let prefix = program?.deletingLastPathComponent().deletingLastPathComponent() else {
      return []
    }
    let shared = prefix.appendingPathComponent("share/leeway/rules").path
    return paths(in: shared)?.map { "\(shared)/\($0)" } ?? []
  }

  /// The packs, where all are in a folder.
  private static func paths(in folder: String) -> [String]? {
    let areThere = names.allSatisfy { FileManager.default.fileExists(atPath: "\(folder)/\($0)") }
    return areThere ? names : nil
  }
}
