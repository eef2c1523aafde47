public import Foundation
internal import FoundationNetworking
internal import Synchronization

/// What a running process says of itself over HTTP.
public struct RunningStatus: Sendable {
  /// Why it says nothing.
  public struct Failure: Error, Sendable, CustomStringConvertible {
    /// One sentence.
    public let description: String
    /// Whether nobody answered at all.
    public let isUnreachable: Bool
  }

  /// `/api/v1/status`, as it is.
  public struct Overview: Decodable, Sendable {
    /// What became of all records.
    public struct Records: Decodable, Sendable {
      /// Records read.
      public var read: UInt64
      /// Records counted in a window.
      public var accepted: UInt64
      /// Records that came too late.
      public var late: UInt64
      /// Records that could not be used, by reason.
      public var rejected: [String: UInt64]
      /// Tombstones and records that `where` excludes.
      public var filtered: UInt64
    }

    /// The monitor's name.
    public var monitor: String
    /// The version that judges.
    public var version: String
    /// When it was asked.
    public var time: String
    /// Since when the process runs.
    public var started: String
    /// Whether both of its stages go on.
    public var healthy: Bool
    /// Whether it has its partitions and its state.
    public var ready: Bool
    /// Partitions that it reads; nil before it has any.
    public var partitions: Int?
    /// Whether it evaluates; nil before that is known.
    public var evaluating: Bool?
    /// Records of its partitions that are not committed.
    public var lag_records: Int64?
    /// Seconds from the watermark to the clock.
    public var lag_seconds: Double?
    /// End of the last window closed.
    public var closed_through: String?
    /// What became of the records; nil before anything was evaluated.
    public var records: Records?
    /// Deltas that did not fit to those before; nil where another process evaluates.
    public var violations: UInt64?
    /// Windows written; nil where another process evaluates.
    public var windows: UInt64?
  }

  /// A rule, and how its alerts stand.
  public struct Rule: Decodable, Sendable {
    /// Its name.
    public var rule: String
    /// How bad a failure is.
    public var severity: String
    /// Alerts that wait.
    public var pending: Int
    /// Alerts that fire.
    public var firing: Int
  }

  private struct Rules: Decodable {
    var rules: [Rule]
  }

  /// How it is.
  public let overview: Overview
  /// `/api/v1/status` as it was sent.
  public let json: Data
  /// All rules, in their order.
  public let rules: [Rule]

  /// Asks a process.
  ///
  /// - Parameters:
  ///   - address: Where its pages begin.
  ///   - token: What it wants to be shown; nil for nothing.
  /// - Throws: `Failure`.
  public init(at address: URL, token: String? = nil) throws(Failure) {
    json = try Self.get("api/v1/status", address, token)
    let rules = try Self.get("api/v1/rules", address, token)
    do {
      overview = try JSONDecoder().decode(Overview.self, from: json)
      self.rules = try JSONDecoder().decode(Rules.self, from: rules).rules
    } catch {
      throw Failure(description: "it answers, but not as leeway does", isUnreachable: false)
    }
  }

  /// Asks whether a process goes on, which needs no token.
  ///
  /// - Parameter address: Where its pages begin.
  /// - Returns: What is wrong; nil where nothing is.
  public static func trouble(at address: URL) -> String? {
    do throws(Failure) {
      _ = try get("-/healthy", address, nil)
      return nil
    } catch { return error.description }
  }

  private static func get(
    _ path: String,
    _ address: URL,
    _ token: String?
  ) throws(Failure) -> Data {
    var request = URLRequest(url: address.appending(path: path))
    request.timeoutInterval = 10
    if let token { request.setValue("Bearer \(token)", forHTTPHeaderField: "Authorization") }
    let found = Mutex<(status: Int?, body: Data?)>((nil, nil))
    let done = DispatchSemaphore(value: 0)
    let task = URLSession.shared.dataTask(with: request) { body, response, _ in
      found.withLock { $0 = ((response as? HTTPURLResponse)?.statusCode, body) }
      done.signal()
    }
    task.resume()
    done.wait()
    let (status, body) = found.withLock(\.self)
    guard let status else {
      throw Failure(description: "nobody answers", isUnreachable: true)
    }
    guard status == 200, let body else {
      let hint = status == 401 ? ": give --http-token-file" : ""
      throw Failure(description: "it answers \(status)\(hint)", isUnreachable: false)
    }
    return body
  }
}
