import Foundation
import Reference
import Rules
import Sketches
import TestSupport
import Testing

@testable import Service

/// A monitor's files as one thing: bytes and back, and what they mean.
@Suite struct MonitorBundleTests {
  private static let bundle = MonitorBundle(
    monitor: MonitorBundle.File(name: "monitor.yaml", bytes: [1, 2]),
    files: [
      MonitorBundle.File(name: "rules/a.yaml", bytes: []),
      MonitorBundle.File(name: "reference.json", bytes: [0, 255, 7]),
    ]
  )

  @Test func itsBytesAreThese() throws {
    let name = Array("monitor.yaml".utf8)
    let (rules, reference) = (Array("rules/a.yaml".utf8), Array("reference.json".utf8))
    let expected: [UInt8] =
      [76, 87, 66, 1, 12] + name + [2, 1, 2, 2, 12] + rules + [0, 14] + reference
      + [3, 0, 255, 7]
    #expect(Self.bundle.encode() == expected)
    #expect(try MonitorBundle(expected) == Self.bundle)
    #expect(Self.bundle.bytes(of: "reference.json") == [0, 255, 7])
    #expect(Self.bundle.bytes(of: "monitor.yaml") == nil)
  }

  @Test func damagedBytesAreRefusedOrAnotherBundle() {
    let bytes = Self.bundle.encode()
    for length in bytes.indices {
      #expect((try? MonitorBundle(Array(bytes[..<length]))) == nil, "\(length)")
    }
    #expect((try? MonitorBundle(bytes + [0])) == nil)
    for place in bytes.indices {
      for bit in 0..<8 {
        var damaged = bytes
        damaged[place] ^= 1 << UInt8(bit)
        guard let other = try? MonitorBundle(damaged) else { continue }
        // What can be read at all was written so.
        #expect(other != Self.bundle && other.encode() == damaged, "\(place) \(bit)")
      }
    }
  }

  @Test func aFileStandsInItOnce() {
    let file = MonitorBundle.File(name: "a", bytes: [])
    let bytes = MonitorBundle(monitor: file, files: [file, file]).encode()
    #expect((try? MonitorBundle(bytes)) == nil)
  }

  private static func load(
    _ folder: Folder,
    monitor: String = HostileStream.monitor,
    rules: String = HostileStream.rules
  ) throws -> LoadedMonitor {
    let profile = try Rows(HostileStream.reference).learn(time: "at").profile
    _ = try folder.write(profile.json, to: "reference.json")
    _ = try folder.write(Array(rules.utf8), to: "rules.yaml")
    let text = monitor + "\nrules: [rules.yaml]\n"
    return try MonitorLoader.load(folder.write(Array(text.utf8), to: "monitor.yaml"))
  }

  @Test func whatWasReadLoadsWithoutADisk() throws {
    let folder = try Folder()
    let loaded = try Self.load(folder)
    let bundle = try #require(loaded.bundle)
    #expect(bundle.monitor.name == "monitor.yaml")
    #expect(bundle.files.map(\.name) == ["rules.yaml", "reference.json"])
    let again = try MonitorLoader.load(MonitorBundle(bundle.encode()))
    #expect(again.plan == loaded.plan && again.references == loaded.references)
    #expect(again.version == loaded.version && again.bundle == bundle)
    // Messages of a bundle name files as the monitor does.
    #expect(loaded.diagnostics.count == again.diagnostics.count)
    #expect(again.report == loaded.report.replacing(folder.path + "/", with: ""))
  }

  @Test func aPublishedVersionReadsNoFileOfTheMachine() throws {
    let folder = try Folder()
    let loaded = try Self.load(folder)
    let bundle = try #require(loaded.bundle)
    // Both are there, and may be read.
    for name in ["\(folder.path)/rules.yaml", "/etc/passwd"] {
      var writer = ByteWriter()
      for byte in Array("LWB".utf8) + [1] { writer.byte(byte) }
      let text = HostileStream.monitor + "\nrules: [\(name)]\n"
      writer.text("monitor.yaml")
      writer.bytes(Array(text.utf8))
      writer.count(1)
      writer.text("reference.json")
      writer.bytes(try #require(bundle.bytes(of: "reference.json")))
      let hostile = MonitorLoader.load(try MonitorBundle(writer.bytes))
      #expect(hostile.plan == nil)
      #expect(
        hostile.diagnostics.map(\.message) == ["\(name): was not published with the monitor"]
      )
    }
  }

  @Test func noMoreIsReadThanABundleHolds() throws {
    let folder = try Folder()
    let path = try folder.write([], to: "monitor.yaml")
    let file = try #require(FileHandle(forWritingAtPath: path))
    // A hole: nothing is written.
    try file.truncate(atOffset: UInt64(MonitorBundle.limit) + 1)
    #expect(throws: InputError("\(path): has more than 64 MiB")) {
      try MonitorLoader.load(path)
    }
    #expect(throws: InputError("\(folder.path): is a directory")) {
      try MonitorLoader.load(folder.path)
    }
  }

  @Test("a file is where the system finds it: behind a link, and of `~` nothing is made")
  func resolved() throws {
    for (name, monitor, expected) in [
      ("../q.yaml", "link/m.yaml", "link/../q.yaml"),
      ("../q.yaml", "/a/l/m.yaml", "/a/l/../q.yaml"),
      ("~/q.yaml", "m.yaml", "~/q.yaml"), ("q.yaml", "~/m.yaml", "~/q.yaml"),
      ("./b//./q.yaml", "./m.yaml", "b/q.yaml"), ("q.yaml", "/m.yaml", "/q.yaml"),
      ("/b/q.yaml", "a/m.yaml", "/b/q.yaml"), (".", "m.yaml", "."),
    ] {
      #expect(MonitorBundle.resolve(name, from: monitor) == expected, "\(name) \(monitor)")
    }
    let folder = try Folder()
    _ = try Self.load(folder)
    let manager = FileManager.default
    for made in ["real/deep", "real/rules"] {
      let path = "\(folder.path)/\(made)"
      try manager.createDirectory(atPath: path, withIntermediateDirectories: true)
    }
    let link = folder.path + "/link"
    try manager.createSymbolicLink(atPath: link, withDestinationPath: "real/deep")
    for file in ["reference.json", "rules.yaml"] {
      let target = "\(folder.path)/real/rules/\(file)"
      try manager.moveItem(atPath: "\(folder.path)/\(file)", toPath: target)
    }
    let text = HostileStream.monitor.replacing("reference.json", with: "../rules/reference.json")
    let monitor = Array((text + "\nrules: [../rules/rules.yaml]\n").utf8)
    _ = try folder.write(monitor, to: "link/monitor.yaml")
    let loaded = try MonitorLoader.load(link + "/monitor.yaml")
    #expect(loaded.plan != nil && loaded.references != nil, "\(loaded.report)")
    _ = try folder.write([], to: "real/a.test.yaml")
    #expect(try TestFiles.find([link + "/../a.test.yaml"]) == [link + "/../a.test.yaml"])
  }

  @Test func noMonitorReadsWhatItWrites() throws {
    let folder = try Folder()
    _ = try Self.load(folder)
    let names = "[orders, leeway.shop.partials, leeway.alerts]"
    let text = HostileStream.monitor.replacing("topics: [orders]", with: "topics: \(names)")
    #expect(text.contains(names))
    let loaded = try MonitorLoader.load(try folder.write(Array(text.utf8), to: "m.yaml"))
    #expect(loaded.plan == nil)
    #expect(
      loaded.diagnostics.map(\.message) == [
        "the monitor writes leeway.shop.partials itself",
        "the monitor writes leeway.alerts itself",
      ]
    )
  }

  @Test func filesThatAreMissingAreNamedWhereTheyAreNamed() throws {
    let folder = try Folder()
    let text = HostileStream.monitor + "\nrules: [lost.yaml]\n"
    let path = try folder.write(Array(text.utf8), to: "monitor.yaml")
    let loaded = try MonitorLoader.load(path)
    #expect(loaded.version == nil && loaded.plan == nil)
    #expect(
      loaded.diagnostics.prefix(2).map(\.message) == [
        "\(folder.path)/lost.yaml: no such file",
        "\(folder.path)/reference.json: no such file",
      ]
    )
    let bundle = try #require(loaded.bundle)
    #expect(bundle.files == [])
    #expect(
      MonitorLoader.load(bundle).diagnostics.prefix(2).map(\.message) == [
        "lost.yaml: was not published with the monitor",
        "reference.json: was not published with the monitor",
      ]
    )
  }

  @Test func filesThatMeanTheSameAreTheSameVersion() throws {
    func version(monitor: String = HostileStream.monitor, rules: String) throws -> String {
      let loaded = try Self.load(try Folder(), monitor: monitor, rules: rules)
      return try #require(loaded.version, "\(loaded.report)")
    }
    let rules = HostileStream.rules
    let first = try version(rules: rules)
    #expect(first.hasPrefix("sha256:") && first.utf8.count == 71)
    #expect(try version(rules: "# words\n" + rules.replacing("30m", with: "1800s")) == first)
    let others = [
      try version(rules: rules.replacing("0.2\n", with: "0.3\n")),
      try version(monitor: HostileStream.monitor + "\noutput: { prefix: other }", rules: rules),
    ]
    #expect(Set(others + [first]).count == 3)
  }
}
