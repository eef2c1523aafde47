internal import Records
internal import Rules

/// Writes HTML, byte for byte the same for the same calls.
///
/// All text and every attribute is escaped: what a stream brings never becomes mark-up.
struct HTMLText {
  /// Names and values; what is nil is left out.
  typealias Attributes = KeyValuePairs<StaticString, String?>

  /// What was written so far.
  private(set) var bytes: [UInt8] = []

  /// Writes an element around what `body` writes.
  mutating func element(
    _ tag: StaticString,
    _ attributes: Attributes = [:],
    _ body: (inout HTMLText) -> Void
  ) {
    open(tag, attributes)
    body(&self)
    close(tag)
  }

  /// Writes an element around a text.
  mutating func element(_ tag: StaticString, _ attributes: Attributes, _ text: String) {
    element(tag, attributes) { $0.text(text) }
  }

  /// Writes an element without attributes around a text.
  mutating func element(_ tag: StaticString, _ text: String) { element(tag, [:], text) }

  /// Writes an element without content: of a drawing, or of those that HTML does not close.
  mutating func empty(_ tag: StaticString, _ attributes: Attributes = [:]) {
    open(tag, attributes, isEmpty: true)
  }

  /// Writes text.
  mutating func text(_ text: String) {
    for byte in text.utf8 { escape(byte) }
  }

  /// Writes bytes of the program's own as they are.
  mutating func raw(_ text: some Sequence<UInt8>) { bytes.append(contentsOf: text) }

  private mutating func open(
    _ tag: StaticString,
    _ attributes: Attributes,
    isEmpty: Bool = false
  ) {
    bytes.append(UInt8(ascii: "<"))
    raw(tag.description.utf8)
    for (name, value) in attributes {
      guard let value else { continue }
      bytes.append(UInt8(ascii: " "))
      raw(name.description.utf8)
      raw("=\"".utf8)
      text(value)
      bytes.append(UInt8(ascii: "\""))
    }
    raw((isEmpty ? "/>" : ">").utf8)
  }

  private mutating func close(_ tag: StaticString) {
    raw("</".utf8)
    raw(tag.description.utf8)
    raw((Self.blocks.contains(tag.description) ? ">\n" : ">").utf8)
  }

  /// Behind these a new line changes nothing that is seen.
  private static let blocks: Set<String> = [
    "dd", "div", "figure", "h1", "h2", "h3", "head", "header", "html", "li", "main", "p", "section",
    "style", "table", "title", "tr", "ul",
  ]

  private mutating func escape(_ byte: UInt8) {
    switch byte {
    case UInt8(ascii: "<"): raw("&lt;".utf8)
    case UInt8(ascii: ">"): raw("&gt;".utf8)
    case UInt8(ascii: "&"): raw("&amp;".utf8)
    case UInt8(ascii: "\""): raw("&quot;".utf8)
    case UInt8(ascii: "'"): raw("&#39;".utf8)
    default: bytes.append(byte)
    }
  }
}

extension HTMLText {
  /// A name that a stream brought: cut, apart from the direction of the text around it, and with
  /// what would hide or turn it made visible.
  mutating func name(_ text: String, _ length: Int = ReportText.nameLength) {
    let title = text.unicodeScalars.count > length ? ReportText.visible(text, 400) : nil
    element("bdi", ["class": "name", "title": title], ReportText.visible(text, length))
  }

  /// A number: as people read it, and exact as its value.
  mutating func number(_ value: Double?) {
    guard let value, value.isFinite else { return text("–") }
    var json = JSONText()
    json.value(value)
    element("data", ["value": json.string], ReportText.number(value))
  }

  /// A number of things.
  mutating func count(_ count: UInt64) {
    element("data", ["value": "\(count)"], ReportText.grouped(count))
  }

  /// A number of things.
  mutating func count(_ count: Int) { self.count(UInt64(max(0, count))) }

  /// An instant, in UTC.
  mutating func time(_ time: Timestamp?) {
    guard let time else { return text("–") }
    element("time", ["datetime": "\(time)"], ReportText.moment(time))
  }

  /// A table.
  ///
  /// - Parameters:
  ///   - label: What it is, for those who do not see it.
  ///   - head: Titles of the columns; one of numbers begins with `#`.
  ///   - rows: How many.
  ///   - stacks: Whether its cells stand below each other where there is little room.
  ///   - cell: Writes the cell of a row and a column.
  mutating func table(
    _ label: String,
    _ head: [String],
    rows: Int,
    stacks: Bool = false,
    _ cell: (_ row: Int, _ column: Int, _ html: inout HTMLText) -> Void
  ) {
    func kind(_ column: Int) -> String? { head[column].hasPrefix("#") ? "numeric" : nil }
    let kinds = stacks ? "scroll stack" : "scroll"
    element("div", ["class": kinds, "tabindex": "0", "role": "group", "aria-label": label]) {
      $0.element("table") { html in
        html.element("thead") { html in
          html.element("tr") { html in
            for (column, title) in head.enumerated() {
              let text = String(title.drop { $0 == "#" })
              html.element("th", ["scope": "col", "class": kind(column)], text)
            }
          }
        }
        html.element("tbody") { html in
          for row in 0..<rows {
            html.element("tr") { html in
              for column in head.indices {
                html.element("td", ["class": kind(column)]) { cell(row, column, &$0) }
              }
            }
          }
        }
      }
    }
  }
}
