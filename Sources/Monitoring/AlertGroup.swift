import Records
import Rules

/// The place of an alert among those that changed to the same state with it: alerts of one rule,
/// one model version and one window, which one cause may have brought.
public struct AlertGroup: Equatable, Sendable {
  /// How many they are.
  public internal(set) var size = 1
  /// Its place by how far it is from its threshold; 1 for the furthest.
  public internal(set) var rank = 1
}

extension Alert {
  private struct Cause: Hashable {
    var rule: Int
    var version: ModelVersion?
    var state: AlertState
  }

  private var cause: Cause {
    let subject = transition.subject
    return Cause(rule: subject.rule, version: subject.version, state: transition.state)
  }

  /// The alerts of a window, each with its place in its group.
  ///
  /// - Parameter alerts: All of the window.
  /// - Returns: The same in the same order.
  /// - Complexity: O(alerts · log alerts).
  static func grouped(_ alerts: [Alert]) -> [Alert] {
    var grouped = alerts
    for members in Dictionary(grouping: alerts.indices, by: { alerts[$0].cause }).values {
      let ranked = members.sorted { (-alerts[$0].departure, $0) < (-alerts[$1].departure, $1) }
      for (place, index) in ranked.enumerated() {
        grouped[index].group = AlertGroup(size: members.count, rank: place + 1)
      }
    }
    return grouped
  }
}
