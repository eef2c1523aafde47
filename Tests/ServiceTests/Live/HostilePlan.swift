import Reference
import Rules
import Service
import TestSupport
import Testing

/// The plan of a monitor of the hostile stream, without rules.
enum HostilePlan {
  static func load() throws -> Plan { try loaded().plan }

  static func references() throws -> References { try loaded().references }

  /// With rules, when any are given, and other rows to learn from.
  static func loaded(
    rules: String? = nil,
    reference: [String] = HostileStream.reference,
    also rows: [String] = []
  ) throws -> (plan: Plan, references: References) {
    let folder = try Folder()
    let profile = try Rows(reference + rows).learn(time: "at").profile
    _ = try folder.write(profile.json, to: "reference.json")
    var text = HostileStream.monitor + "\n"
    if let rules {
      _ = try folder.write(Array(rules.utf8), to: "rules.yaml")
      text += "rules: [rules.yaml]\n"
    }
    let loaded = try MonitorLoader.load(folder.write(Array(text.utf8), to: "monitor.yaml"))
    return (try #require(loaded.plan, "\(loaded.report)"), try #require(loaded.references))
  }
}
