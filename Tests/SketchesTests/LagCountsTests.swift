import Sketches
import Testing

@Suite("Lag counts")
struct LagCountsTests {
  @Test("every lag lies in its bucket, which is at most a sixteenth wide")
  func buckets() {
    var lags: [Int64] = Array(-3...4_100) + [1 << 20, (1 << 20) - 1, 3_600_000, 86_400_000]
    lags += [31_536_000_000, (1 << 43) - 1]
    for lag in lags {
      var counts = LagCounts()
      counts.record(milliseconds: lag)
      let bucket = counts.bucket(ofRank: 1)
      guard lag >= 0 else {
        #expect(bucket == -1 ... -1)
        continue
      }
      #expect(bucket.contains(lag), "\(lag) in \(bucket)")
      #expect(16 * (bucket.upperBound - bucket.lowerBound) < max(16, bucket.lowerBound))
    }
  }

  @Test("buckets follow one another without gap or overlap")
  func sequence() {
    var next: Int64 = 0
    while next < 1 << 42 {
      var counts = LagCounts()
      counts.record(milliseconds: next)
      #expect(counts.bucket(ofRank: 1).lowerBound == next)
      next = counts.bucket(ofRank: 1).upperBound + 1
    }
  }

  @Test("what is longer than a century is in the last bucket")
  func last() {
    var counts = LagCounts()
    for lag in [Int64.max, .min, 5] { counts.record(milliseconds: lag) }
    #expect(counts.total == 3)
    #expect(counts.bucket(ofRank: 1) == -1 ... -1)
    #expect(counts.bucket(ofRank: 2) == 5...5)
    #expect(counts.bucket(ofRank: 3).upperBound == (1 << 43) - 1)
  }
}
