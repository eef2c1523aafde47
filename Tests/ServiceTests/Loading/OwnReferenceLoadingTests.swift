import Monitoring
import Reference
import Rules
import Service
import TestSupport
import Testing

/// A monitor's file names references of model versions, which are read from its own folder.
@Suite struct OwnReferenceLoadingTests {
  private static func load(_ references: String, _ folder: Folder) throws -> LoadedMonitor {
    let text = HostileStream.monitor + "\nreferences: \(references)\n"
    return try MonitorLoader.load(folder.write(Array(text.utf8), to: "monitor.yaml"))
  }

  private static func write(_ rows: [String], to name: String, _ folder: Folder) throws
    -> ReferenceProfile
  {
    let profile = try Rows(rows).learn(time: "at").profile
    _ = try folder.write(profile.json, to: name)
    return profile
  }

  @Test func theyAreLoadedByVersion() throws {
    let folder = try Folder()
    let standard = try Self.write(HostileStream.reference, to: "reference.json", folder)
    let rows = Array(HostileStream.reference.prefix(50))
    let other = try Self.write(rows, to: "other.json", folder)
    let loaded = try Self.load("{ 3: other.json, \"2\": other.json }", folder)
    #expect(loaded.diagnostics.isEmpty, "\(loaded.report)")
    #expect(loaded.plan?.ownReferences == ["2", "3"])
    #expect(
      loaded.references
        == References(
          standard,
          own: ["3", "2"].map { References.Own(version: $0, profile: other) }
        )
    )
  }

  @Test func oneOfNoRowsIsRefused() throws {
    let folder = try Folder()
    _ = try Self.write(HostileStream.reference, to: "reference.json", folder)
    _ = try Self.write([], to: "empty.json", folder)
    let loaded = try Self.load("{ 2: empty.json }", folder)
    #expect(loaded.plan == nil && loaded.references == nil)
    #expect(
      loaded.diagnostics.map { $0.summary.replacing(folder.path + "/", with: "") } == [
        "monitor.yaml:10:18: error: empty.json: was learned from no rows, so nothing can be "
          + "compared with it; learn one with `leeway profile INPUT -o reference.json`"
      ]
    )
  }

  @Test func whatIsWrongWithOneIsSaidAtItsPlace() throws {
    let folder = try Folder()
    _ = try Self.write(HostileStream.reference, to: "reference.json", folder)
    _ = try Self.write(["{\"at\":1600000000,\"amount\":1}"], to: "narrow.json", folder)
    _ = try folder.write(Array("{}".utf8), to: "broken.json")
    let loaded = try Self.load("{ 2: lost.json, 3: broken.json, 4: narrow.json }", folder)
    #expect(loaded.plan == nil && loaded.references == nil)
    let path = folder.path
    #expect(
      loaded.diagnostics.map { $0.summary.replacing(path + "/", with: "") } == [
        "monitor.yaml:10:18: error: lost.json: no such file; "
          + "learn one with `leeway profile INPUT -o reference.json`",
        "monitor.yaml:10:32: error: broken.json: `version` is missing; is it a reference profile?",
        "monitor.yaml:10:48: error: this reference has no field 'kind', but the standard one has",
        "monitor.yaml:10:48: error: this reference has no field 'color', but the standard one has",
      ]
    )
  }
}
