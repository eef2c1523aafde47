import Foundation
import Records
import Reference
import TestSupport
import Testing

@Suite("leeway profile", .ownThreads)
struct ProfileCommandTests {
  private static let rows = (0..<3000).map { index in
    "{\"id\":\"r\(index)\",\"t\":\(index * 600),"
      + "\"x\":\(index * index % 1999),\"c\":\"k\(index % 4)\"}\n"
  }.joined()

  private static let options = [
    "--exclude", "id", "--time", "t", "--window", "1d", "--points", "100", "-o",
  ]

  @Test func bytesAreTheSameFromAFileAPipeGzipAndPieces() throws {
    let folder = try Folder()
    let file = try folder.write(Self.rows, to: "rows.ndjson")
    try folder.shell("gzip -c \"$1\" > \"$1.gz\"; split -n l/3 \"$1\" \"$1.part.\"", file)
    let parts = ["aa", "ab", "ac"].map { "\(file).part.\($0)" }
    let inputs: [([String], String?)] = [
      ([file], nil), ([file + ".gz"], nil), (["-"], file), (["-"], file + ".gz"),
      (parts + ["--format", "ndjson"], nil),
    ]
    var profiles: [Data] = []
    for (index, (arguments, input)) in inputs.enumerated() {
      let output = folder.path + "/\(index).json"
      let run = try Command.run(["profile"] + arguments + Self.options + [output], input: input)
      #expect(run.status == 0, "\(run.errors)")
      profiles.append(try folder.read("\(index).json"))
    }
    #expect(profiles.allSatisfy { $0 == profiles[0] && !$0.isEmpty })
    let printed = try Command.run(["profile", file] + Self.options + ["-"])
    #expect(Data(printed.output.utf8) == profiles[0])
    let profile = try ReferenceProfile(json: [UInt8](profiles[0]), name: "0.json")
    #expect(profile.rows == 3000 && profile.fields.map(\.name) == ["x", "c"])
    #expect(printed.output.components(separatedBy: "\"natural\"").count == 3)
  }

  @Test func theSummaryIsOnStandardOutputAndWarningsAreNot() throws {
    let folder = try Folder()
    let file = try folder.write(Self.rows + "{\n", to: "rows.ndjson")
    let run = try Command.run(["profile", file, "-o", folder.path + "/r.json"])
    #expect(run.output.hasPrefix("3000 rows; rejected: 1 bad_json\nfield"))
    #expect(run.output.contains("sha256:"))
    #expect(run.errors.contains("warning: id has 3000 different values"))
    #expect(run.errors.contains("rows.ndjson:3001: first row rejected as bad_json"))
    #expect(!run.errors.contains("\r"))
  }

  @Test func usageAndMissingInputHaveTheirExitCodes() throws {
    let folder = try Folder()
    let file = try folder.write(Self.rows, to: "rows.ndjson")
    let out = ["-o", folder.path + "/r.json"]
    let cases: [([String], Int32, String)] = [
      ([file] + out + ["--window", "7d"], 64, "--window needs --time"),
      ([file] + out + ["--time", "t", "--window", "7 moons"], 64, "7 moons"),
      ([file] + out + ["--points", "3"], 64, "from 20 to 1000000"),
      ([file] + out + ["--kind", "nix=numeric"], 64, "there is no field nix"),
      ([file] + out + ["--exclude", "c,nix"], 64, "--exclude nix: there is no field nix"),
      ([file] + out + ["--kind", "x=ordinal"], 64, "field=categorical"),
      ([file], 64, "--output"),
      (["/no/such/file"] + out, 66, "/no/such/file: no such file"),
      ([folder.path] + out, 66, "is a directory"),
      ([file, "-o", "/no/such/folder/r.json"], 66, "no directory /no/such/folder"),
    ]
    for (arguments, status, message) in cases {
      let run = try Command.run(["profile"] + arguments)
      #expect(run.status == status, "\(arguments) \(run.errors)")
      #expect(run.errors.contains(message), "\(run.errors)")
    }
    #expect(!FileManager.default.fileExists(atPath: folder.path + "/r.json"))
  }

  @Test func nothingIsLearnedOfNoRow() throws {
    let folder = try Folder()
    let file = try folder.write(Self.rows, to: "rows.ndjson")
    let good = try folder.write("as it was", to: "r.json")
    let run = try Command.run(["profile", file, "-o", good, "--time", "typo"])
    #expect(run.status == 66)
    let message = "leeway: no row could be used (--time typo): \(good) is left as it was\n"
    #expect(run.errors.hasSuffix(message))
    #expect(try folder.read("r.json") == Data("as it was".utf8))
  }

  @Test("a link stays a link, and what is no file is written into")
  func whereItIsWritten() throws {
    let folder = try Folder()
    let file = try folder.write(Self.rows, to: "rows.ndjson")
    let target = try folder.write("", to: "target.json")
    try folder.shell("cd \"$(dirname \"$1\")\"; ln -s target.json link.json; mkfifo pipe", file)
    for output in ["link.json", "pipe"] {
      let reader = Process()
      reader.executableURL = URL(fileURLWithPath: "/bin/sh")
      let path = folder.path + "/" + output
      let copy = folder.path + "/copy"
      reader.arguments = ["-c", output == "pipe" ? "cat \(path) > \(copy)" : "true"]
      try reader.run()
      #expect(try Command.run(["profile", file, "-o", path]).status == 0)
      reader.waitUntilExit()
      let attributes = try FileManager.default.attributesOfItem(atPath: path)
      let written = try folder.read(output == "pipe" ? "copy" : "target.json")
      #expect(try ReferenceProfile(json: [UInt8](written), name: output).rows == 3000)
      if output == "pipe" {
        #expect(attributes[.type] as? FileAttributeType != .typeRegular)
      } else {
        let link = try FileManager.default.destinationOfSymbolicLink(atPath: path)
        #expect(link == "target.json" && target.hasSuffix(link))
      }
    }
  }

  @Test func kindsCanBeGiven() throws {
    let folder = try Folder()
    let file = try folder.write("{\"x\":1,\"y\":\"a\"}\n{\"x\":2,\"y\":3}\n", to: "x.ndjson")
    let run = try Command.run([
      "profile", file, "-o", folder.path + "/r.json", "--kind", "x=categorical", "--kind",
      "y=numeric",
    ])
    #expect(run.status == 0, "\(run.errors)")
    let profile = try ReferenceProfile(json: [UInt8](try folder.read("r.json")), name: "r.json")
    #expect(profile.fields.map(\.kind) == [.categorical, .numeric])
    #expect(profile.fields.map(\.counts.values) == [2, 1])
  }
}
