internal import KafkaClient

extension CommittedOffset {
  /// What is to be said when the metadata beside an offset is not ours.
  var foreign: KafkaError {
    KafkaError(
      .badSetting,
      "the committed offset of \(partition) was not written by leeway; use another group (-G)"
    )
  }
}
