internal import ArgumentParser
internal import KafkaClient

/// The command; each subcommand has a file of its own.
@main
struct Leeway: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "leeway",
    abstract: "Watches event streams for drift and bad data against a reference profile.",
    version: "0.1.0 (librdkafka \(ClientLibrary.version))",
    subcommands: [
      Profile.self, Compare.self, Check.self, Explain.self, Test.self, Replay.self,
      ReportCommand.self, Initialize.self, InitializeMonitor.self, Publish.self, Run.self,
      Notify.self, SilenceCommand.self,
      RetrainCommand.self, Rebuild.self, Status.self, Export.self, Schema.self, DemoCommand.self,
    ]
  )
}
