internal import KafkaClient
internal import Records

/// Whether the group has moved on without this member.
///
/// Until it says what the member is given now, what is still delivered is left alone: what it said
/// before no longer tells what may be read and committed.
struct LeftBehind {
  private var since: Duration?

  /// The group has refused a commit of this member.
  mutating func begin(now: Duration) { since = now }

  /// The group has said what the member is given, or the member has given everything up.
  mutating func end() { since = nil }

  /// Drops what was delivered meanwhile.
  ///
  /// - Throws: `staleMember` when the group has said nothing for long: better another process than
  ///   one that does nothing and does not know it.
  func leaveAlone(_ records: inout PolledRecords, _ stage: StageSettings) throws(KafkaError) {
    guard let since else { return }
    records.removeAll()
    guard stage.clock.now() - since >= stage.silenceLimit else { return }
    throw KafkaError(
      .staleMember,
      "the group moved on without this member and has said nothing since"
    )
  }
}
