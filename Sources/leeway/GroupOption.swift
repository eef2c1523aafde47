internal import ArgumentParser

/// The groups of a monitor, for commands that read or join them.
struct GroupOption: ParsableArguments {
  @Option(
    name: [.customShort("G"), .long],
    help: ArgumentHelp(
      "First part of the consumer groups' names instead of <prefix>.<monitor>.",
      valueName: "name"
    )
  )
  var group: String?
}
