import Foundation
import Testing

/// The dependency diagram of `Package.swift` against what the files import.
@Suite struct RoomImportTests {
  /// Rooms as design.md 2 lists them, lowest first.
  private static let order = [
    "CSimdJSON", "CZlib", "CRDKafka",
    "Sketches", "Drift", "Records", "Reference", "Windowing", "Rules",
    "Monitoring", "KafkaClient", "Pages", "Service", "leeway",
  ]

  private static func imports(_ file: SourceTree.File) -> [String] {
    file.lines.compactMap { line in
      let words = line.split(separator: " ").filter {
        !["public", "internal", "private", "package", "@testable"].contains($0)
      }
      return words.count == 2 && words[0] == "import" ? String(words[1]) : nil
    }
  }

  @Test func roomsImportOnlyDownward() throws {
    for file in try SourceTree(["Sources"]).files {
      let own = try #require(Self.order.firstIndex(of: file.room), "\(file.path)")
      for module in Self.imports(file) {
        guard let other = Self.order.firstIndex(of: module) else { continue }
        #expect(other < own, "\(file.path) imports \(module)")
      }
    }
  }

  @Test func cLibrariesHaveOneDoorEach() throws {
    for file in try SourceTree(["Sources"]).files {
      let modules = Self.imports(file)
      if modules.contains("CSimdJSON") { #expect(file.room == "Records", "\(file.path)") }
      if modules.contains("CRDKafka") { #expect(file.room == "KafkaClient", "\(file.path)") }
      if modules.contains("CZlib") { #expect(file.room == "Service", "\(file.path)") }
      if modules.contains("Yams") { #expect(file.room == "Rules", "\(file.path)") }
    }
  }

  @Test func importsAreRecognised() {
    let file = SourceTree.File(
      path: "x",
      lines: ["public import Records", "internal import Crypto", "import Yams", "// import X"]
    )
    #expect(Self.imports(file) == ["Records", "Crypto", "Yams"])
  }
}
