/// What happened to a consumer besides records.
public enum ConsumerEvent: Hashable, Sendable {
  /// The group gives these partitions to this member. Answer with `assign`, when it is known
  /// where to start.
  case assigned([TopicPartition])
  /// The group takes these partitions back. Commit what is done, then answer with `unassign`. The
  /// commit may be too late all the same and throw `staleMember`: then nothing was committed.
  case revoked([TopicPartition])
  /// These partitions were taken already: another member may be reading them. Forget what is
  /// not committed and answer with `unassign`; a commit would be refused.
  case lost([TopicPartition])
  /// All records of the partition have been read; `offset` is the one that the next will have.
  case reachedEnd(TopicPartition, offset: Int64)
  /// Something went wrong, with one partition or with the whole consumer.
  case failed(KafkaError, TopicPartition?)
}
