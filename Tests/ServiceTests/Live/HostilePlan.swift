import Reference
import Rules
import Service
import TestSupport
import Testing

/// The plan of a monitor of the hostile stream, without rules.
enum HostilePlan {
  static func load() throws -> Plan {
    let folder = try Folder()
    let profile = try Rows(HostileStream.reference).learn(time: "at").profile
    _ = try folder.write(profile.json, to: "reference.json")
    let text = HostileStream.monitor + "\n"
    let loaded = try MonitorLoader.load(folder.write(Array(text.utf8), to: "monitor.yaml"))
    return try #require(loaded.plan, "\(loaded.report)")
  }
}
