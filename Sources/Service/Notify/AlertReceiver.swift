/// Somebody who is told of alerts.
protocol AlertReceiver {
  /// Tells of alerts that belong together, the one with the largest effect first.
  ///
  /// - Parameter notices: At least one.
  /// - Returns: What came of it.
  mutating func deliver(_ notices: [AlertNotice]) -> DeliveryResult

  /// Whether it takes an alert for over that it is not told of again.
  var forgets: Bool { get }
}

/// What came of a delivery.
///
/// Reasons name no secret, and nothing of what was delivered.
enum DeliveryResult: Equatable, Sendable {
  /// They have been told.
  case delivered
  /// They have not, and may be when it is tried again.
  case failed(String)
  /// They do not take this, and never will.
  case refused(String)
}
