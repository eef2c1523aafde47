internal import CRDKafka
internal import Dispatch

/// Lets go of messages beside their reader, which has copied what it wants of them.
///
/// That takes an eighth of what a monitor does with a record: locks of the allocator, whose memory
/// the thread that fetches is taking from at the same time.
final class MessageDisposal: Sendable {
  private let queue = DispatchQueue(label: "leeway.messages")
  private let room = DispatchSemaphore(value: mostBatches)

  /// Batches that wait at most: whoever brings another one waits, so that memory stays bounded.
  private static let mostBatches = 16
  /// Smaller batches are gone sooner than another thread has woken up.
  private static let fewestMessages = 256
  /// Larger batches do not wait: what they hold is worth more than the time.
  private static let mostBytes = 2 << 20

  /// Takes messages that nobody looks at any more.
  ///
  /// - Parameters:
  ///   - messages: Each one is destroyed, at once or soon.
  ///   - bytes: Of their payloads.
  func take(
    _ messages: UnsafeBufferPointer<UnsafeMutablePointer<rd_kafka_message_t>?>,
    bytes: Int
  ) {
    // A pointer may not go to another thread, its address may.
    let addresses = unsafe messages.map { UInt(bitPattern: $0) }
    guard messages.count >= Self.fewestMessages, bytes <= Self.mostBytes else {
      return Self.destroy(addresses)
    }
    room.wait()
    queue.async { [room] in
      Self.destroy(addresses)
      room.signal()
    }
  }

  /// Waits until all are gone, as they must be before the handle that they came from is closed.
  func finish() { queue.sync {} }

  private static func destroy(_ addresses: [UInt]) {
    for address in addresses {
      unsafe rd_kafka_message_destroy(UnsafeMutablePointer(bitPattern: address))
    }
  }
}
