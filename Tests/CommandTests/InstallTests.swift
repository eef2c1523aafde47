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

    // One that names them where they are not is told where they are.
    let lost = monitor.replacing("\(prefix)/share/leeway/", with: "")
    try folder.shell(
      "\"$1\" check \"$2\" 2> \"$3\"; test $? = 78",
      prefix + "/bin/leeway",
      try folder.write(lost, to: "lost.yaml"),
      folder.path + "/said"
    )
    let said = String(decoding: try folder.read("said"), as: UTF8.self)
    let packs = "the packs that came with this program are in \(prefix)/share/leeway/rules"
    #expect(said.components(separatedBy: packs).count == 4, "\(said)")
  }

  /// What a shell proposes behind some words of a command line.
  ///
  /// - Parameters:
  ///   - words: The last is the one that is being written.
  ///   - folder: Where it is written.
  /// - Returns: The proposals, sorted.
  /// - Throws: When the shell cannot be asked.
  private static func proposals(_ words: String, in folder: Folder) throws -> [String] {
    try folder.shell(
      """
      "$1" --generate-completion-script bash > "$2/leeway.bash"
      cd "$2/files" && exec bash --norc --noprofile -c '
        source ../leeway.bash
        COMP_WORDS=($1 "$2") COMP_LINE="$1 $2"
        COMP_CWORD=$((${#COMP_WORDS[@]} - 1)) COMP_POINT=${#COMP_LINE}
        _leeway leeway "$2" "${COMP_WORDS[COMP_CWORD - 1]}"
        printf "%s\\n" "${COMPREPLY[@]}" > ../proposed' bash "$3" "$4"
      """,
      try Command.program.path(),
      folder.path,
      words.components(separatedBy: " ").dropLast().joined(separator: " "),
      words.components(separatedBy: " ").last ?? ""
    )
    let proposed = String(decoding: try folder.read("proposed"), as: UTF8.self)
    return proposed.split(separator: "\n").map(String.init).sorted()
  }

  @Test func shellsProposeCommandsValuesAndFiles() throws {
    let folder = try Folder()
    try folder.shell(
      "mkdir \"$1/files\" && touch \"$1/files/a.yaml\" \"$1/files/b.yaml\"",
      folder.path
    )
    for (words, expected) in [
      ("leeway ch", ["check"]), ("leeway ini", ["init", "init-monitor"]),
      ("leeway check --format ", ["github", "json", "text"]),
      ("leeway check a", ["a.yaml"]), ("leeway check a.yaml b", ["b.yaml"]),
      ("leeway run b", ["b.yaml"]), ("leeway replay a.yaml --input b", ["b.yaml"]),
    ] {
      #expect(try Self.proposals(words, in: folder) == expected, "\(words)")
    }
  }
}
