public import Foundation

/// Who is told of alerts.
///
/// Addresses and arguments may hold secrets: what is said of a target names the host at most.
public enum NotificationTarget: Sendable {
  /// An Alertmanager, by the address where its own pages begin.
  case alertmanager(URL, tokenFile: String?)
  /// A program that takes batches of CloudEvents by HTTP.
  case webhook(URL, tokenFile: String?)
  /// A command: path of the program, and its arguments.
  case command(String, [String])

  /// What an operator may read.
  public var description: String {
    switch self {
    case .alertmanager(let address, _): "the Alertmanager at \(Self.place(address))"
    case .webhook(let address, _): "the webhook at \(Self.place(address))"
    case .command(let program, _): "the command \(program)"
    }
  }

  /// Host and port: the rest may be a secret.
  private static func place(_ address: URL) -> String {
    (address.host() ?? "") + (address.port.map { ":\($0)" } ?? "")
  }

  var receiver: any AlertReceiver {
    switch self {
    case .alertmanager(let address, let file): AlertmanagerReceiver(address, tokenFile: file)
    case .webhook(let address, let file): WebhookReceiver(address, tokenFile: file)
    case .command(let program, let arguments): CommandReceiver(program, arguments)
    }
  }
}
