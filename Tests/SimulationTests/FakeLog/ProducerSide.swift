import KafkaClient

/// A client's side of its transactions: the states of librdkafka's `rdkafka_txnmgr.c`.
struct ProducerSide {
  enum Phase: Hashable {
    case ready
    case inTransaction
    /// A commit was asked for, and its outcome may be unknown.
    case committing
    /// As `committing`.
    case aborting
    /// Only an abort helps.
    case failed(KafkaError)
    /// Only a new producer helps.
    case fatal(KafkaError)
  }

  let name: String
  let delivery: FakeBroker.Delivery
  var identity: ProducerIdentity?
  var phase = Phase.ready
  /// What it believes to be part of the transaction.
  var partitions: Set<TopicPartition> = []
  /// Whether the coordinator was told anything of the transaction, so that it has to be ended.
  var hasRequests = false
  /// Offsets for the plain commit of a client that delivers at least once.
  var remembered: [CommittedOffset] = []

  init(name: String, delivery: FakeBroker.Delivery) {
    self.name = name
    self.delivery = delivery
  }

  /// Takes over what an error says of the transaction.
  mutating func note(_ error: KafkaError) {
    guard delivery == .exactlyOnce else { return }
    if error.isFatal {
      phase = .fatal(error)
    } else if error.requiresAbort, phase != .ready {
      phase = .failed(error)
    }
  }

  /// Says why no call fits the state; returns when one may fit.
  func refuseErrors() throws(KafkaError) {
    switch phase {
    case .failed(let error), .fatal(let error): throw error
    case .ready, .inTransaction, .committing, .aborting: break
    }
  }

  mutating func reset(to phase: Phase) {
    self.phase = phase
    partitions = []
    hasRequests = false
    remembered = []
  }
}
