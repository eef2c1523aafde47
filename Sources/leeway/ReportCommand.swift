internal import ArgumentParser
internal import Records
internal import Rules
internal import Service

/// `leeway report`: what a monitor has found, as one HTML file.
struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Make one HTML file of what a monitor has found, for reading and printing.",
    discussion: """
      Reads what the monitor has written, no events: the directory that 'replay' made (--input), \
      or with -b its topics <prefix>.windows, .alerts and .retraining as far as they are \
      committed, and the answers to its requests. --from and --to are event time: windows that \
      end behind the one and not behind the other.

      The file asks for nothing, has no script, and stays small: fields are ranked by what fired \
      and how far they were beyond their limits, the first of them are shown with every statistic, \
      and of very many windows several share a point. What is left out is said. The monitor's file \
      says the limits that are drawn.
      """
  )

  @Argument(help: "The monitor's file.", completion: .file())
  var monitor: String

  @Option(
    help: ArgumentHelp("The directory that 'replay' has written.", valueName: "directory"),
    completion: .directory
  )
  var input: String?

  @OptionGroup var kafka: KafkaOptions

  @Option(help: ArgumentHelp("Of event time: where to begin.", valueName: "instant"))
  var from: String?

  @Option(help: ArgumentHelp("Of event time: where to end.", valueName: "instant"))
  var to: String?

  @Option(
    name: [.short, .long],
    help: "The file to write; - is standard output.",
    completion: .file()
  )
  var output = "report.html"

  func validate() throws {
    let span = try span()
    if let from = span.from, let to = span.to, from >= to {
      throw ValidationError("there is nothing between --from and --to")
    }
    guard input == nil else {
      if kafka.brokers != nil || !kafka.properties.isEmpty {
        throw ValidationError("--input reads a directory; -b and -X are of topics")
      }
      return
    }
    if kafka.brokers == nil, (try? kafka.settings()) == nil {
      throw ValidationError("name what to read: --input DIRECTORY, or -b host:port for the topics")
    }
  }

  func run() throws {
    try reportingErrors {
      let read = [InputFile(monitor)] + (input.map { ReportBook.files(in: $0) } ?? [])
      try OutputFile.check(output, inputs: read)
      let (plan, _) = try loadMonitor(monitor)
      var book = ReportBook(plan: plan, span: try span())
      if let input {
        try book.read(directory: input)
      } else {
        try book.readTopics(try kafka.settings())
      }
      try Self.write(book, to: output)
    }
  }

  /// Writes a report, and says where.
  ///
  /// - Throws: `InputError` where there is no window, and where it cannot be written.
  static func write(_ book: ReportBook, to output: String) throws {
    if let unreadable = book.unreadableNotice { Talk.say(unreadable) }
    guard let bytes = try book.write(to: output) else {
      throw InputError("there is no window of the monitor to report of")
    }
    guard output != "-" else { return }
    Talk.say("report of \(book.windows) windows in \(output), \((bytes + 1_023) / 1_024) KiB")
  }

  private func span() throws -> EventSpan {
    EventSpan(from: try instant("--from", from), to: try instant("--to", to))
  }

  private func instant(_ name: String, _ text: String?) throws -> Timestamp? {
    guard let text else { return nil }
    guard let time = Timestamp(rfc3339: text) else {
      throw ValidationError("\(name) \(text): write an instant such as 2026-03-01T00:00:00Z")
    }
    return time
  }
}
