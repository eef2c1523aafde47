/// What goes wrong again and again is said once, until something else does.
struct NotedOnce {
  private var last: String?

  /// Says it, unless it was the last thing said.
  mutating func note(_ text: String, _ report: (StageEvent) -> Void) {
    guard text != last else { return }
    last = text
    report(.note(text))
  }

  /// It went right: what goes wrong from now on is news.
  mutating func end() { last = nil }
}
