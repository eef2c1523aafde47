import Foundation
public import Testing

/// Runs tests on threads of their own.
///
/// A test that waits, for a process or for a broker, holds the thread that it waits on. There are
/// only as many for all tests as cores, which would then do nothing.
public struct OwnThreads: SuiteTrait, TestTrait, TestScoping {
  /// Each test of a suite is run so, not the suite.
  public let isRecursive = true

  /// Runs a test.
  public func provideScope(
    for test: Test,
    testCase: Test.Case?,
    performing body: @Sendable @concurrent () async throws -> Void
  ) async throws {
    try await withTaskExecutorPreference(Threads.shared) { try await body() }
  }

  /// A thread for each piece of work.
  private final class Threads: TaskExecutor {
    static let shared = Threads()

    func enqueue(_ job: consuming ExecutorJob) {
      let job = UnownedJob(job)
      Thread.detachNewThread { unsafe job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
  }
}

extension Trait where Self == OwnThreads {
  /// For tests that wait for processes and brokers.
  public static var ownThreads: OwnThreads { OwnThreads() }
}
