import Foundation
import TestSupport
import Testing

/// `make install`: the program finds what was installed with it.
@Suite(.ownThreads) struct InstallTests {
  private static let root = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  @Test func whatBelongsToTheProgramIsInstalledAndFound() throws {
    let folder = try Folder()
    try folder.shell(
      "cd \"$1\" && sh deploy/install.sh \"$2\" /opt/it \"$3\"",
      Self.root.path(),
      try Command.program.path(),
      folder.path
    )
    let prefix = folder.path + "/opt/it"
    for (file, text) in [
      ("share/bash-completion/completions/leeway", "init-monitor"),
      ("share/zsh/site-functions/_leeway", "#compdef leeway"),
      ("share/fish/vendor_completions.d/leeway.fish", "init-monitor"),
      ("lib/systemd/system/leeway@.service", "\nExecStart=/opt/it/bin/leeway run /etc/leeway/%i/"),
      ("share/leeway/rules/rules.schema.json", "http://json-schema.org/draft-07/schema#"),
    ] {
      let found = try String(contentsOfFile: "\(prefix)/\(file)", encoding: .utf8)
      #expect(found.contains(text), "\(file)")
    }
    try folder.shell("bash -n \"$1\"", prefix + "/share/bash-completion/completions/leeway")

    // A proposal names the packs that came with the program, and passes its check.
    let rows = (0..<50).map { "{\"at\":\(1_767_225_600 + $0),\"x\":\($0 % 5)}\n" }.joined()
    try folder.shell(
      "\"$1\" init-monitor -t events --input \"$2\" -o \"$3\" && \"$1\" check \"$3\"",
      prefix + "/bin/leeway",
      try folder.write(rows, to: "rows.ndjson"),
      folder.path + "/monitor.yaml"
    )
    let monitor = String(decoding: try folder.read("monitor.yaml"), as: UTF8.self)
    #expect(monitor.contains("\n  - \(prefix)/share/leeway/rules/drift.yaml\n"))
  }
}
