import Foundation
import Sketches
import TestSupport
import Testing

@testable import Drift

/// The numbers of `Tests/Golden/detectors.json`, made by River 0.26.1 and Frouros 0.9.0.
private struct DetectorGolden: Decodable {
  struct Stream: Decodable {
    let call: String
    let values: [Double]
    let adwin, pageHinkley, cusum: [Int]

    func alarms(_ kind: Detector.Kind) -> [Int] {
      switch kind {
      case .adwin: adwin
      case .pageHinkley: pageHinkley
      case .cusum: cusum
      }
    }
  }

  let streams: [Stream]

  init() throws {
    let file = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../Golden/detectors.json")
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    self = try decoder.decode(DetectorGolden.self, from: Data(contentsOf: file))
  }
}

@Suite struct DetectorTests {
  private func alarms(_ kind: Detector.Kind, _ values: [Double]) -> [Int] {
    var detector = Detector(kind)
    return values.indices.filter { detector.update(values[$0]) }
  }

  private func bytes(_ detector: Detector) -> [UInt8] {
    var writer = ByteWriter()
    detector.encode(into: &writer)
    return writer.bytes
  }

  private func detector(_ bytes: [UInt8]) throws -> Detector {
    var reader = ByteReader(bytes)
    let detector = try Detector(from: &reader)
    try reader.finish()
    return detector
  }

  /// Windows behind a jump of a steady series until the signal, as the catalog has them.
  @Test(arguments: [
    (Detector.Kind.adwin, [nil, 444, 92, 28, 28, 28, 28]),
    (.pageHinkley, [nil, nil, nil, 181, 67, 19, 6]),
    (.cusum, [nil, nil, 1_838, 178, 66, 19, 6]),
  ])
  func aJumpIsSeenAfterSoManyWindows(kind: Detector.Kind, delays: [Int?]) {
    let found = [0.05, 0.1, 0.2, 0.5, 1, 3, 10].map { jump -> Int? in
      let series = [Double](repeating: 0, count: 100) + [Double](repeating: jump, count: 4_000)
      return alarms(kind, series).first.map { $0 - 99 }
    }
    #expect(found == delays)
    let short = [Double](repeating: 0, count: 30) + [Double](repeating: 0.2, count: 4_000)
    #expect(alarms(kind, short) == [])
  }

  /// What is reserved for a detector is never exceeded by what it writes.
  @Test(arguments: Detector.Kind.allCases)
  func theStateHasABound(kind: Detector.Kind) {
    var detector = Detector(kind)
    for value in 0..<20_000 { _ = detector.update(Double(value % 2) / 1e3) }
    #expect(bytes(detector).count <= Detector.bytes(kind))
    #expect(Detector.bytes(.adwin) > 64 * 6 * 8)
  }

  @Test(arguments: Detector.Kind.allCases)
  func theyAlarmWhereRiverAndFrourosDo(kind: Detector.Kind) throws {
    let golden = try DetectorGolden()
    for stream in golden.streams {
      #expect(alarms(kind, stream.values) == stream.alarms(kind), "\(stream.call)")
    }
    #expect(golden.streams.count == 9)
    // the one that River's own documentation shows
    let first = [1023, 1006, 1006][Int(kind.rawValue)]
    #expect(alarms(kind, golden.streams[0].values).first == first)
  }

  @Test(arguments: Detector.Kind.allCases)
  func whatWasWrittenGoesOnTheSame(kind: Detector.Kind) throws {
    let values = try DetectorGolden().streams[1].values
    var (one, other) = (Detector(kind), Detector(kind))
    for value in values {
      let written = bytes(one)
      other = try detector(written)
      #expect(other == one && bytes(other) == written)
      let (left, right) = (one.update(value), other.update(value))
      #expect(left == right)
    }
  }

  @Test(arguments: Detector.Kind.allCases)
  func damagedBytesAreRefusedOrTheOnlyForm(kind: Detector.Kind) throws {
    var one = Detector(kind)
    for value in try DetectorGolden().streams[2].values.prefix(75) { _ = one.update(value) }
    let written = bytes(one)
    for end in written.indices {
      #expect(throws: BadEncoding.self) { try detector(Array(written[..<end])) }
    }
    #expect(throws: BadEncoding.self) { try detector(written + [0]) }
    var generator = SplitMix64(seed: 7)
    var taken = 0
    for _ in 0..<2_000 {
      var damaged = written
      damaged[Int.random(in: damaged.indices, using: &generator)] = .random(
        in: 0...255,
        using: &generator
      )
      guard var accepted = try? detector(damaged) else { continue }
      taken += 1
      #expect(bytes(accepted) == damaged)
      _ = accepted.update(1)
    }
    #expect(taken >= 1_800)
    #expect(throws: BadEncoding("an unknown detector", at: 0)) { try detector([3, 0]) }
    let infinite = [kind.rawValue, 1, 0, 0, 0, 0, 0, 0, 0xf0, 0x7f]
    #expect(throws: BadEncoding("a number is not finite: inf", at: 2)) { try detector(infinite) }
  }

  @Test func adwinKeepsFiveSumsForEachPowerOfTwo() throws {
    var one = Detector(.adwin)
    for index in 0..<100_000 { _ = one.update(Double(index % 2)) }
    // 63 sums on 15 levels, two of all values, their number and the kind
    #expect(bytes(one).count == 1 + 3 + 8 * (2 + 63))
  }

  @Test(arguments: Detector.Kind.allCases)
  func whatOverflowsBeginsAnew(kind: Detector.Kind) {
    var one = Detector(kind)
    let quiet = [1e308, -1e308, 1e308, -1e308] + Array(repeating: 0, count: 100)
    let early = quiet.filter { one.update($0) }
    #expect(early.isEmpty)
    let alarms = (0..<100).filter { _ in one.update(100) }
    #expect(!alarms.isEmpty)
  }
}
