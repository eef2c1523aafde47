import Sketches
import TestSupport
import Testing

@Suite("Smallest hashes")
struct DistinctSketchTests {
  @Test("up to 1,024 different values all is exact")
  func exact() {
    var sketch = DistinctSketch()
    for value in 1...UInt64(DistinctSketch.capacity) {
      sketch.record(hash: value << 50)
      if value % 4 == 0 { sketch.record(hash: value << 50, count: 2) }
    }
    #expect(sketch.total == 1_024 + 512)
    #expect(sketch.sample.distinct == 1_024)
    #expect(sketch.sample.singles == 768)
    #expect(sketch.sample.repeats == 512)
    #expect(sketch.sample.isComplete)
  }

  @Test("of more the smallest hashes are kept, with all that have them")
  func sample() {
    var sketch = DistinctSketch()
    // From the largest on, so that each is among the smallest when it comes.
    for value in (1...UInt64(3_000)).reversed() {
      sketch.record(hash: value << 50, count: value == 7 ? 5 : 1)
    }
    sketch.record(hash: 7 << 50)
    sketch.record(hash: 2_000 << 50)
    #expect(sketch.total == 3_006)
    #expect(sketch.sample.distinct == 1_024)
    #expect(sketch.sample.repeats == 5)
    #expect(sketch.sample.singles == 1_023)
    #expect(!sketch.sample.isComplete)
    #expect(sketch.sample.reach == (Double(1_024 << 50) + 1) * 0x1p-64)
  }

  @Test("hashes of 0 and of all ones")
  func ends() throws {
    var sketch = DistinctSketch()
    sketch.record(hash: .max)
    sketch.record(hash: 0)
    #expect(sketch.sample.reach == 1)
    let bytes = encoded { sketch.encode(into: &$0) }
    #expect(try decoded(bytes, DistinctSketch.init(from:)) == sketch)
  }

  @Test(
    "refused: hashes out of order, counts that do not fit",
    arguments: [
      ("03 02 05 01 00 02", "hashes are not in order, or one never came (at byte 4)"),
      ("03 01 05 00", "hashes are not in order, or one never came (at byte 2)"),
      ("03 01 05 02", "3 values, 2 of them with the hashes that came (at byte 0)"),
      ("01 01 05 02", "1 values, 2 of them with the hashes that came (at byte 0)"),
    ]
  )
  func refusal(hex: String, message: String) {
    #expect(throws: BadEncoding.self) {
      do {
        _ = try decoded(bytes(hex), DistinctSketch.init(from:))
      } catch let error as BadEncoding {
        #expect(error.description == message)
        throw error
      }
    }
  }
}

@Suite("Text lengths")
struct TextLengthsTests {
  @Test("code points, not bytes")
  func codePoints() {
    let lengths = ["", "abc", "größe", "日本", "👩‍👩‍👧"].map { text in
      TextLengths.codePoints(Array(text.utf8).span)
    }
    #expect(lengths == [0, 3, 5, 2, 5])
  }

  @Test("mean, shortest and longest")
  func summary() {
    var lengths = TextLengths()
    #expect(lengths.mean == nil)
    lengths.record(3, count: 3)
    lengths.record(7)
    #expect(lengths.mean == 4)
    #expect(lengths.range == 3...7)
    lengths.record(.max, count: 2)
    #expect(lengths.mean == nil)
  }

  @Test("refused: a sum that no such texts have", arguments: ["02 03 02 00", "02 0B 02 03"])
  func refusal(hex: String) {
    #expect(throws: BadEncoding.self) { try decoded(bytes(hex), TextLengths.init(from:)) }
  }
}
