internal import Synchronization

/// Counts the bytes of answers that are on their way, of all connections together.
///
/// Small ones are not counted: there are no more of them than connections.
final class AnswersUnderWay: Sendable {
  private let bytes = Mutex(0)
  private let limit: Int
  /// Bytes of an answer that is always given.
  private let smallest: Int

  init(limit: Int, smallest: Int) { (self.limit, self.smallest) = (limit, smallest) }

  /// Makes room for an answer; one that is larger than all there is has it alone.
  ///
  /// - Returns: What to give back when it was taken; nil where there is no room now.
  func enter(_ count: Int) -> Int? {
    guard count > smallest else { return 0 }
    return bytes.withLock { bytes in
      guard bytes == 0 || bytes + count <= limit else { return nil }
      bytes += count
      return count
    }
  }

  /// Gives back what an answer took.
  func leave(_ count: Int) { bytes.withLock { $0 -= count } }
}
