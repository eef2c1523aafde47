internal import ArgumentParser
internal import KafkaClient
internal import Service

/// `leeway rebuild`: makes the state of a monitor anew from its deltas.
struct Rebuild: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Make a monitor's state anew from the topic of partials.",
    discussion: """
      For when `run` refuses to go on because <prefix>.<monitor>.state does not fit to what was \
      committed. Stop all processes of the monitor first: otherwise this one waits until the \
      state is given to it. Writes no window and no alert; the next `run` goes on from there. \
      Exits 1 when it was stopped before it was done.
      """
  )

  @Argument(help: "The monitor's file.", completion: .file())
  var monitor: String

  @OptionGroup var kafka: KafkaOptions

  @OptionGroup var groups: GroupOption

  func run() throws {
    try reportingErrors {
      let settings = try kafka.settings()
      let (plan, references) = try joinMonitor(monitor, settings, publishes: false)
      let rebuild = StateRebuild(
        plan: plan,
        references: references,
        settings: settings,
        identity: LiveMonitor.Identity(group: groups.group)
      ) { Talk.say($0) }
      guard try rebuild.run(until: StopSignal.ofProcess()) else { throw ExitCodes.no }
      Talk.say("the state is committed; `leeway run` goes on from it")
    }
  }
}
