internal import ArgumentParser
internal import Foundation

/// All commands with their options, as the argument parser itself tells them to programs.
struct CommandDump: Decodable {
  /// A command.
  struct Command: Decodable {
    var commandName: String
    var abstract: String?
    var discussion: String?
    var arguments: [Argument]?
    var subcommands: [Command]?
  }

  /// An argument, an option or a flag of a command.
  struct Argument: Decodable {
    /// How it is called.
    struct Name: Decodable {
      var kind: String
      var name: String

      /// As it is written.
      var text: String { (kind == "long" ? "--" : "-") + name }
    }

    var kind: String
    var names: [Name]?
    var valueName: String?
    var abstract: String?
    var defaultValue: String?
    var isOptional: Bool
    var isRepeating: Bool
  }

  private var command: Command

  /// The commands, in the order of the help.
  ///
  /// - Returns: All but `help`, without the options that every command has.
  /// - Throws: When the argument parser tells them in another way than it did.
  static func commands() throws -> [Command] {
    let dump = try JSONDecoder().decode(CommandDump.self, from: Data(Leeway._dumpHelp().utf8))
    let commands = dump.command.subcommands ?? []
    return commands.filter { $0.commandName != "help" }.map { command in
      var command = command
      command.arguments?.removeAll { argument in
        argument.names?.contains { ["help", "version"].contains($0.name) } == true
      }
      return command
    }
  }
}
