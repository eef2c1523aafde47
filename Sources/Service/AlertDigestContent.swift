public import Monitoring

/// The digest of an alert's record: both distributions.
public struct AlertDigestContent: Decodable, Sendable {
  private let edges: [Double]?
  private let categories: [String]?
  private let reference, current: [UInt64]
  private let other_reference, other_current, unseen_reference, unseen_current: UInt64?
  private let records_reference, missing_reference, records_current, missing_current: UInt64?

  /// As a derivation reads it; nil where its parts do not fit together.
  public var distributions: AlertDigest? {
    AlertDigest(
      edges: edges,
      categories: categories ?? [],
      reference: reference,
      current: current,
      others: (other_reference ?? 0, other_current ?? 0),
      unseen: (unseen_reference ?? 0, unseen_current ?? 0),
      records: records
    )
  }

  private var records: (reference: AlertDigest.Records, current: AlertDigest.Records)? {
    guard let records_reference, let missing_reference, let records_current, let missing_current
    else { return nil }
    return (
      AlertDigest.Records(count: records_reference, missing: missing_reference),
      AlertDigest.Records(count: records_current, missing: missing_current)
    )
  }
}
