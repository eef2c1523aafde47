import Records
import TestSupport
import Testing

@testable import Reference

@Suite("Finding fields")
struct SchemaScanTests {
  private func fields(_ lines: [String], batchSize: Int = 4096) throws -> [String] {
    var rows = Rows(lines)
    rows.batchSize = batchSize
    return try rows.schema().map { field in
      let types = ValueTypes.names.filter { field.types.contains($0.type) }.map(\.name)
      return "\(field.path) \(field.kind) \(types.joined(separator: "+"))"
    }
  }

  @Test(arguments: [1, 2, 100])
  func fieldsAppearInOrderWhateverTheBatches(batchSize: Int) throws {
    let lines = [
      "{\"b\":1,\"a\":null}", "{\"b\":2,\"c\":{\"d\":\"x\",\"e\":[1]},\"a\":null}",
      "{\"a\":{\"f\":true}}", "{\"z\":{}}", "{\"b\":2.5,\"n\":null}", "{\"c\":null}",
    ]
    let found = try fields(lines, batchSize: batchSize)
    let expected = [
      "b numeric number", "c.d categorical string", "c.e categorical composite",
      "a.f categorical boolean", "z numeric ", "n numeric ",
    ]
    #expect(found == expected)
  }

  @Test(arguments: [1, 100])
  func aFieldThatTurnsLateIsCategorical(batchSize: Int) throws {
    let lines = (0..<50).map { "{\"x\":\($0)}" } + ["{\"x\":\"later\"}"]
    #expect(try fields(lines, batchSize: batchSize) == ["x categorical number+string"])
  }

  @Test(arguments: [1, 100])
  func aScalarInAnObjectsPlaceIsAFieldToo(batchSize: Int) throws {
    let lines = ["{\"a\":{\"b\":1}}", "{\"a\":5}", "{\"a\":{\"b\":2}}"]
    let found = try fields(lines, batchSize: batchSize)
    #expect(found.contains { $0.hasPrefix("a.b numeric") })
    #expect(found.contains { $0.hasPrefix("a categorical number+composite") })
  }

  @Test func numbersAloneAreNumericAndMissingOnesChangeNothing() throws {
    let lines = ["{\"x\":1}", "{\"x\":null}", "{\"x\":\"\"}", "{\"x\":NaN}", "{\"x\":Infinity}"]
    #expect(try fields(lines) == ["x numeric number"])
  }

  @Test func tooManyFieldsAreAnError() throws {
    let members = (0..<5000).map { "\"f\($0)\":\($0)" }.joined(separator: ",")
    #expect(throws: ReferenceError.self) { try Rows(["{\(members)}"]).schema() }
  }
}
