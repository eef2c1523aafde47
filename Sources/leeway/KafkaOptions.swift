internal import ArgumentParser
internal import Foundation
internal import KafkaClient
internal import Reference
internal import Rules
internal import Service

/// Options of every command that attaches to brokers.
struct KafkaOptions: ParsableArguments {
  @Option(
    name: [.customShort("b"), .long],
    help: ArgumentHelp(
      "Brokers to begin with; LEEWAY_BROKERS when not given.",
      valueName: "host:port,…"
    )
  )
  var brokers: String?

  @Option(
    name: [.customShort("X"), .customLong("property")],
    help: ArgumentHelp(
      "A property of librdkafka; env:NAME and file:PATH in place of the value say where it stands.",
      valueName: "key=value"
    )
  )
  var properties: [String] = []

  @Flag(help: "Send a password over a connection that anybody can read (PLAIN without TLS).")
  var allowClearPassword = false

  /// The settings for every connection.
  ///
  /// - Throws: `ValidationError` without brokers, or for a property that is not allowed.
  func settings() throws -> KafkaSettings {
    let environment = ProcessInfo.processInfo.environment
    guard let brokers = brokers ?? environment["LEEWAY_BROKERS"], !brokers.isEmpty else {
      throw ValidationError("name the brokers: -b host:port, or LEEWAY_BROKERS")
    }
    var settings = KafkaSettings(brokers: brokers)
    for property in properties {
      do { try settings.override(property) } catch {
        throw ValidationError("-X \(property.prefix { $0 != "=" }): \(error.message)")
      }
    }
    if settings.sendsPasswordInClear, !allowClearPassword {
      throw ValidationError(
        "SASL PLAIN over sasl_plaintext sends the password for everybody to read: use "
          + "security.protocol=sasl_ssl, or say --allow-clear-password"
      )
    }
    for key in settings.exposedSecrets {
      Talk.sayOnce(
        "\(key) is readable by all who see this process: write -X \(key)=file:PATH or env:NAME"
      )
    }
    return settings
  }

  /// How another command names the same brokers; values of properties may be secrets, and are left
  /// out.
  var repeated: String {
    let named = brokers.map { "-b " + (Shell.quoted($0) ?? "host:port") }
    let isInEnvironment = ProcessInfo.processInfo.environment["LEEWAY_BROKERS"] != nil
    let place = named ?? (isInEnvironment ? nil : "-b host:port")
    return [place, properties.isEmpty ? nil : "-X …"].compactMap(\.self).joined(separator: " ")
  }
}

/// Loads a monitor for a process of it, and publishes its version if that never was.
///
/// - Parameters:
///   - path: The monitor's file.
///   - settings: Brokers and the user's properties.
///   - publishes: Whether files that never were published are.
///   - say: Hears what an operator should know.
/// - Returns: The version that the monitor began with; the process goes over to the others by
///   itself.
/// - Throws: What ends the command.
func joinMonitor(
  _ path: String,
  _ settings: KafkaSettings,
  publishes: Bool = true,
  say: (String) -> Void = { Talk.say($0) }
) throws -> (plan: Plan, references: References) {
  let loaded = try readMonitor(path)
  guard let publisher = VersionPublisher(loaded, settings: settings) else {
    throw ExitCodes.badConfiguration
  }
  let (plan, references, notes) = try publisher.join(publishes: publishes)
  for note in notes { say(note) }
  return (plan, references)
}

/// Reads a monitor's files, and says what is wrong with them and, if it `warns`, what may be.
func readMonitor(_ path: String, warns: Bool = true) throws -> LoadedMonitor {
  let loaded = try MonitorLoader.load(path)
  if !loaded.report.isEmpty, warns || loaded.plan == nil { Talk.say(loaded.report) }
  return loaded
}

/// Loads a monitor for a command that runs it; what is wrong with its files ends the command.
func loadMonitor(
  _ path: String,
  warns: Bool = true
) throws -> (plan: Plan, references: References) {
  let loaded = try readMonitor(path, warns: warns)
  guard let plan = loaded.plan, let references = loaded.references else {
    throw ExitCodes.badConfiguration
  }
  return (plan, references)
}
