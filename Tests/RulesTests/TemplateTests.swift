import Records
import Testing

@testable import Rules

/// Alert texts with named values.
@Suite struct TemplateTests {
  static func render(_ text: String, _ values: [Template.Placeholder: Template.Value]) -> String {
    Template.parse(Array(text.unicodeScalars)).template.render { values[$0] }
  }

  @Test func putsValuesIn() {
    let text = "{field} moved by at least {value} (distance {distance}, n={n_current})."
    let rendered = Self.render(
      text,
      [.field: .text("temperature"), .value: .number(0.261449), .currentCount: .count(6105)]
    )
    #expect(rendered == "temperature moved by at least 0.2614 (distance n/a, n=6105).")
  }

  @Test func everyPlaceholderIsKnownByItsName() {
    for placeholder in Template.Placeholder.allCases {
      let (template, errors) = Template.parse(Array("<{\(placeholder.rawValue)}>".unicodeScalars))
      #expect(errors.isEmpty)
      #expect(template.render { $0 == placeholder ? .text("x") : nil } == "<x>")
    }
  }

  @Test func doubledBracesAreBraces() {
    #expect(Self.render("{{field}} {field}}}", [.field: .text("a")]) == "{field} a}")
  }

  @Test func valuesAreNoTemplates() {
    #expect(Self.render("{field}", [.field: .text("{value}"), .value: .count(1)]) == "{value}")
  }

  @Test func valuesReadAsPeopleWriteThem() throws {
    let time = try #require(Timestamp(rfc3339: "2013-03-07T00:00:00Z"))
    #expect(Template.Value.time(time).description == "2013-03-07T00:00:00Z")
    #expect(Template.Value.share(0.05).description == "5%")
    #expect(Metric.Unit.share.templateValue(0.5) == .share(0.5))
    #expect(Metric.Unit.change.templateValue(-0.5).description == "-50%")
    #expect(Metric.Unit.distance.templateValue(0.5) == .number(0.5))
  }
}
