internal import ArgumentParser
internal import Foundation
internal import Records
internal import Reference
internal import Rules
internal import Service

/// `leeway export`: a request to train → the records it names.
struct Export: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write the records that a request to train names.",
    discussion: """
      Takes a request of <prefix>.retraining as it stands there, or a line of retraining.ndjson as \
      `replay` writes it, and reads exactly its records back: those that the monitor accepted in \
      the windows that the request names. With -b from the topics, with --input from the files \
      that were replayed, in the same order. The version of the monitor that made the request is \
      found in <prefix>.control, or is that of the file named.

      Writes each event as it is, one a line, or the fields of the monitor's reference as CSV. The \
      file is there as a whole or not at all. Exits 1 when other records are found than the \
      request counted, 66 when some are gone, and 78 when the monitor is not the one that asked.
      """
  )

  @OptionGroup var request: RequestOptions

  @Argument(help: "The request, a CloudEvent in JSON; - is standard input.", completion: .file())
  var trigger: String

  @Argument(
    help: "The monitor's file; by default the version that was published.",
    completion: .file()
  )
  var monitor: String?

  @Option(
    name: [.short, .long],
    help: "Where to write: a file.ndjson or file.csv; - is standard output.",
    completion: .file()
  )
  var output: String

  @Option(help: ArgumentHelp("The columns of a file.csv, parted by commas.", valueName: "a,b"))
  var columns: String?

  func validate() throws {
    guard let format = InputFormat(fileName: output) ?? (output == "-" ? .ndjson : nil) else {
      throw ValidationError("-o \(output): write a file.ndjson or file.csv, or - for a pipe")
    }
    if format == .ndjson, output != "-", columns != nil {
      throw ValidationError("--columns are of CSV: a line of \(output) is an event as it is")
    }
    if output.hasSuffix(".gz") { throw ValidationError("-o \(output): nothing is packed") }
    if let columns, columns.split(separator: ",").isEmpty {
      throw ValidationError("--columns names none")
    }
    try request.validate(trigger, monitor: monitor)
  }

  func run() throws {
    try reportingErrors {
      let read = [trigger, monitor].compactMap(\.self) + request.input
      try OutputFile.check(output, inputs: read.map { InputFile($0) })
      var (rows, absent): (UInt64, [String]) = (0, [])
      try request.export(trigger, monitor: monitor) { export, plan, references in
        try Talk.showingRecords { progress in
          export.progress = progress
          rows = try export.write(to: output, format(plan, references))
        }
        absent = columns == nil ? [] : export.absentColumns
      }
      for name in absent {
        Talk.say("warning: --columns \(name): none of the \(rows) rows has a field \(name)")
      }
      let said = "\(rows) rows"
      if output == "-" { Talk.say(said) } else { try Talk.output("\(said): \(output)\n".utf8) }
    }
  }

  private func format(_ plan: Plan, _ references: References) -> RowFormat {
    let names = columns?.split(separator: ",").map(String.init)
    guard names != nil || InputFormat(fileName: output) == .csv else { return .ndjson }
    return .csv(names ?? RowFormat.fields(of: plan, references))
  }
}
