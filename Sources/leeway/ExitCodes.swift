internal import ArgumentParser
internal import Foundation
internal import KafkaClient
internal import Reference
internal import Service

/// What the command's exit status says.
enum ExitCodes {
  /// The answer is no.
  static let no = ExitCode(1)
  /// The command was used wrongly; the argument parser's own, too.
  static let usage = ExitCode(64)
  /// An input is missing or cannot be read.
  static let inputMissing = ExitCode(66)
  /// The broker cannot be reached.
  static let brokerUnreachable = ExitCode(69)
  /// Something that should not happen, such as a full disk.
  static let internalError = ExitCode(70)
  /// Another process of the same instance name has taken over.
  static let fenced = ExitCode(75)
  /// A file that configures the command is wrong: a monitor, rules, or a reference profile.
  static let badConfiguration = ExitCode(78)

  /// What each of them means to who started the command.
  static let meanings: [(code: ExitCode, happened: String, remedy: String)] = [
    (.success, "it did what it was asked to; `run`: it was asked to stop, and did", "nothing"),
    (
      no,
      "the answer is no, or it is not as it was asked for: a test or `--fail-on` fails, `status` "
        + "finds something wrong, rows or files are other ones than expected, a receiver refuses "
        + "alerts",
      "read what it names"
    ),
    (
      usage,
      "wrong usage, or a property that is not allowed",
      "mend the command; a new start does not help"
    ),
    (
      inputMissing, "a file or topic is missing, damaged, or holds nothing to judge",
      "name it right, or `leeway init`"
    ),
    (
      brokerUnreachable,
      "no broker answers at the start, or in time at the end",
      "start again; while it runs, outages end nothing"
    ),
    (
      internalError,
      "a bug, a full disk, or a state that does not add up (the message says `leeway rebuild`)",
      "rebuild if it says so; else report it"
    ),
    (
      fenced,
      "another process has the same `--instance`",
      "this one was replaced: do not restart it; give names that differ"
    ),
    (
      badConfiguration,
      "the monitor, a rule, the reference or the connection's settings are wrong",
      "mend what the message points at"
    ),
  ]
}

/// Runs a command's work; an error becomes one line on standard error and the exit code it means.
///
/// - Parameters:
///   - format: How that line is written.
///   - body: The work.
/// - Throws: What ends the command.
func reportingErrors(as format: LogFormat = .text, _ body: () throws -> Void) throws {
  func failure(_ message: String, _ code: ExitCode) -> ExitCode {
    // It is over: nobody is waited for any more who has stopped reading.
    let stop = StopSignal()
    stop.request()
    LiveOutput(stop, format).say(format == .text ? "leeway: \(message)" : message, .error)
    return code
  }
  do { try body() } catch let error as InputError {
    throw failure(error.message, ExitCodes.inputMissing)
  } catch let error as ReferenceError {
    throw failure(error.message, exitCode(of: error.code))
  } catch let error as PublishRefusal {
    let isUsage = error.code == .nothingToReplace
    throw failure(error.message, isUsage ? ExitCodes.usage : ExitCodes.badConfiguration)
  } catch let error as ExportFailure {
    throw failure(error.message, exitCode(of: error.code))
  } catch let error as KafkaError {
    throw failure(error.message, exitCode(of: error.code))
  } catch let error as ExitCode {
    throw error
  } catch let error as ValidationError {
    throw error
  } catch {
    throw failure("\(error)", ExitCodes.internalError)
  }
}

private func exitCode(of code: ExportFailure.Code) -> ExitCode {
  switch code {
  case .wrongCount: ExitCodes.no
  case .gone: ExitCodes.inputMissing
  case .ofOthers: ExitCodes.badConfiguration
  }
}

private func exitCode(of code: KafkaError.Code) -> ExitCode {
  switch code {
  case .brokerUnreachable, .timedOut: ExitCodes.brokerUnreachable
  case .unknownTopic: ExitCodes.inputMissing
  case .fenced: ExitCodes.fenced
  case .badSetting, .deniedSetting, .authentication, .unauthorized, .tooLarge:
    ExitCodes.badConfiguration
  default: ExitCodes.internalError
  }
}

private func exitCode(of code: ReferenceError.Code) -> ExitCode {
  switch code {
  case .badProfile: ExitCodes.badConfiguration
  case .unusable, .tooManyWindows, .tooManySegments, .tooManyFields: ExitCodes.usage
  default: ExitCodes.internalError
  }
}
