internal import CRDKafka

/// The name and the password that a handle logs in with.
///
/// Those that stand in files are read again now and then, and connections made from then on use
/// what stands there: a password can be changed without a new start. One owner, on one thread.
final class Credentials {
  private(set) var username: String
  private(set) var password: String
  private let usernameReference: PropertyReference?
  private let passwordReference: PropertyReference?
  private var lastLook: ContinuousClock.Instant

  /// Often enough for a password that is still good for a while when its successor is there.
  private static let interval = Duration.seconds(10)

  /// Those among these properties.
  init(_ properties: [KafkaSettings.Property], at now: ContinuousClock.Instant = .now) {
    let name = properties.last { $0.key == "sasl.username" }
    let secret = properties.last { $0.key == "sasl.password" }
    username = Self.trimmed(name?.value ?? "")
    password = Self.trimmed(secret?.value ?? "")
    (usernameReference, passwordReference) = (name?.reference, secret?.reference)
    lastLook = now
  }

  /// Reads files again where it is time.
  ///
  /// A file that is not there, or is empty, is one that is just being replaced.
  func renew(_ handle: OpaquePointer, at now: ContinuousClock.Instant = .now) {
    guard usernameReference?.isFile == true || passwordReference?.isFile == true,
      now - lastLook >= Self.interval
    else { return }
    lastLook = now
    let found = (
      Self.read(usernameReference, else: username), Self.read(passwordReference, else: password)
    )
    guard found != (username, password) else { return }
    (username, password) = found
    unsafe give(to: handle)
  }

  /// Has librdkafka log in with these from now on.
  func give(to handle: OpaquePointer) {
    let error = unsafe rd_kafka_sasl_set_credentials(handle, username, password)
    unsafe rd_kafka_error_destroy(error)
  }

  private static func read(_ reference: PropertyReference?, else old: String) -> String {
    guard let reference, reference.isFile, let text = try? reference.value() else { return old }
    let value = trimmed(text)
    return value.isEmpty ? old : value
  }

  /// As librdkafka takes them.
  static func trimmed(_ text: String) -> String {
    String(text.drop { " \t\n\u{0B}\u{0C}\r".contains($0) })
  }
}

extension PropertyReference {
  fileprivate var isFile: Bool { if case .file = self { true } else { false } }
}
