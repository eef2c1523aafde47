internal import ArgumentParser
internal import Foundation
internal import Records

/// How a command that runs for long says what an operator should know.
enum LogFormat: String, ExpressibleByArgument, CaseIterable {
  case text, json

  /// Text for a person who looks, JSON for a program that collects.
  static var ofStandardError: LogFormat { isatty(2) == 1 ? .text : .json }

  /// How bad it is.
  enum Level: String {
    case info, error
  }

  /// A message as one line, with its end.
  func line(_ message: String, _ level: Level = .info) -> String {
    guard self == .json else { return Talk.line(message) }
    var json = JSONText()
    json.object { json in
      let now = Date().timeIntervalSince1970
      json.member("time", Timestamp(microseconds: Int64(now * 1_000_000)))
      json.member("level", level.rawValue)
      json.member("message", message)
    }
    return json.string + "\n"
  }
}

/// The option of commands that run for long.
struct LogOptions: ParsableArguments {
  @Option(help: "text or json on standard error; without it text on a terminal, else json.")
  var logFormat: LogFormat?

  /// The format asked for, or the one that fits.
  var format: LogFormat { logFormat ?? .ofStandardError }
}
