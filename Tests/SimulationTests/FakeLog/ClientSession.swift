import KafkaClient
import TestSupport

/// What one client's librdkafka holds: the broker can reach it, as its threads would.
final class ClientSession {
  enum Life: Hashable { case running, suspended, dead }

  /// The client's number.
  let number: Int
  unowned let broker: FakeBroker
  /// The largest number of records of one `poll`.
  let batchLimit: Int
  var membership: Membership
  var producer: ProducerSide
  /// What is read, in the order of `assign`.
  var readings: [Reading] = []
  var life = Life.running
  /// It was stopped, and has not yet heard what happened meanwhile.
  var isDazed = false
  var disconnectedUntil: Duration?
  var random: SplitMix64
  private var lastHeartbeat: Duration
  private var calls = 0

  init(
    number: Int,
    broker: FakeBroker,
    membership: Membership,
    producer: ProducerSide,
    batchLimit: Int,
    seed: UInt64
  ) {
    precondition(batchLimit > 0, "a batch of \(batchLimit) records")
    self.number = number
    self.broker = broker
    self.membership = membership
    self.producer = producer
    self.batchLimit = batchLimit
    random = SplitMix64(seed: seed &+ UInt64(number))
    lastHeartbeat = broker.now
  }

  var isConnected: Bool { disconnectedUntil == nil }

  /// Whether its heartbeats reach the broker.
  var isHeard: Bool { life == .running && isConnected }

  /// Whether it has been silent so long that it knows itself to be out of the group.
  var hasTimedOut: Bool { broker.now - lastHeartbeat >= broker.settings.sessionTimeout }

  /// What librdkafka's thread does every few seconds.
  func sendHeartbeat() {
    if let until = disconnectedUntil, until <= broker.now { disconnectedUntil = nil }
    guard isHeard else { return }
    isDazed = false
    lastHeartbeat = broker.now
    if let id = membership.id { membership.group.noteHeartbeat(id) }
  }

  /// Counts a call, and says what goes wrong with it.
  ///
  /// - Throws: When nobody is there to make it, or no connection to make it by.
  func admit(_ operation: Call.Operation) throws(KafkaError) -> Fault? {
    guard life != .dead else { throw .killed }
    precondition(life == .running, "client \(number) was stopped and cannot call \(operation)")
    let call = Call(client: number, operation: operation, ordinal: calls)
    calls += 1
    // These say nothing to the broker, or say it later.
    let isLocal = [.begin, .assign, .unassign].contains(operation)
    guard isConnected || isLocal else { throw .unreachable(operation.rawValue) }
    return broker.fault?(call)
  }

  /// Makes the answer of a fault true, and says what the client is told.
  func suffer(_ fault: Fault, in operation: Call.Operation) -> KafkaError {
    let attempt = operation.rawValue
    switch fault.answer {
    case .success, .timeout:
      // Librdkafka gives a transaction up if records or offsets are not confirmed in time.
      let isLost = fault.request == .applied && [.produce, .send].contains(operation)
      let isTransactional = producer.delivery == .exactlyOnce
      let error = KafkaError.timedOut(attempt, requiresAbort: isLost && isTransactional)
      producer.note(error)
      return error
    case .retriable:
      return .unreachable(attempt)
    case .requiresAbort:
      let error = KafkaError(.other, "\(attempt) was refused", reason: "FAULT", requiresAbort: true)
      producer.note(error)
      return error
    case .unauthorized:
      let error = KafkaError.unauthorized(attempt)
      producer.note(error)
      return error
    case .fatal:
      let error = KafkaError(.other, "\(attempt) was refused", reason: "_FATAL", isFatal: true)
      producer.note(error)
      return error
    case .crash:
      life = .dead
      return .killed
    case .disconnect(let time):
      broker.disconnect(number, for: time)
      return .unreachable(attempt)
    }
  }

  /// A number of chance.
  func draw(below limit: Int) -> Int {
    let bits: UInt64 = random.next()
    return Int(bits % UInt64(limit))
  }

  /// Goes without a word when it was killed, else leaves the group.
  func close() {
    if life == .running, isConnected, let id = membership.id { membership.group.remove(id) }
    life = .dead
  }
}
