internal import ArgumentParser
internal import Foundation
internal import KafkaClient
internal import Reference
internal import Service

/// What the command's exit status says; 0 is success, 64 (usage) is the argument parser's own.
enum ExitCodes {
  /// The answer is no.
  static let no = ExitCode(1)
  /// The command was used wrongly.
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
