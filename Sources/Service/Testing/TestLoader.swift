internal import Monitoring
internal import Records
public import Reference
public import Rules
internal import Windowing

/// A file of tests with all that it takes to run them.
public struct LoadedTests: Sendable {
  /// The file as the caller named it.
  public var path: String
  /// The tests; nil when the file cannot be read at all.
  public var file: TestFile?
  /// What to run; nil when there are errors.
  public var plan: Plan?
  /// What windows are compared with; nil when there are errors.
  public var references: References?
  /// All that is wrong with the files.
  public var diagnostics: [Diagnostic]
  /// The files' texts.
  public var sources: [SourceText]

  /// The diagnostics as text, each with its source line; empty when nothing is wrong.
  public var report: String { diagnostics.rendered(with: sources) }
}

/// Reads a file of tests and the files it names, relative to its own folder.
public enum TestLoader {
  /// Reads and checks a file of tests, and learns its reference.
  ///
  /// - Parameter path: The file.
  /// - Returns: The tests; whatever is wrong with any of its files is in the diagnostics.
  /// - Throws: `InputError` when the file itself cannot be read.
  public static func load(_ path: String) throws(InputError) -> LoadedTests {
    var problems: [Diagnostic] = []
    let bytes = try MonitorBundle.content(of: path)
    guard let source = SourceText.read(bytes, file: path, &problems) else {
      return LoadedTests(path: path, diagnostics: problems, sources: [])
    }
    let (file, found) = TestFile.read(source)
    var loaded = LoadedTests(path: path, file: file, diagnostics: found, sources: [source])
    // What cannot be read as it stands would only be complained about twice.
    guard let file, let subject = file.subject, !found.hasErrors else { return loaded }
    switch subject {
    case .monitor(let place): load(place, of: file, into: &loaded)
    case .rules(let rules, let monitor):
      load(rules, under: monitor, of: file, source, into: &loaded)
    }
    if let plan = loaded.plan { check(plan, file, &loaded) }
    if loaded.diagnostics.hasErrors { loaded.plan = nil }
    return loaded
  }

  /// A monitor's own file, with its rules and its reference.
  private static func load(
    _ place: Located<String>,
    of file: TestFile,
    into loaded: inout LoadedTests
  ) {
    do throws(InputError) {
      let monitor = try MonitorLoader.load(MonitorBundle.resolve(place.value, from: file.file))
      loaded.diagnostics += monitor.diagnostics
      loaded.sources += monitor.sources
      (loaded.plan, loaded.references) = (monitor.plan, monitor.references)
    } catch {
      loaded.diagnostics.append(MonitorLoader.diagnostic(error.message, at: place, in: file.file))
    }
  }

  /// Rule files under settings that stand in the test file.
  private static func load(
    _ rules: [Located<String>],
    under monitor: MonitorFile,
    of file: TestFile,
    _ source: SourceText,
    into loaded: inout LoadedTests
  ) {
    var texts: [SourceText] = []
    for rule in rules {
      let path = MonitorBundle.resolve(rule.value, from: file.file)
      do throws(InputError) {
        let bytes = try MonitorBundle.content(of: path)
        if let text = SourceText.read(bytes, file: path, &loaded.diagnostics) { texts.append(text) }
      } catch {
        loaded.diagnostics.append(MonitorLoader.diagnostic(error.message, at: rule, in: file.file))
      }
    }
    let profile = profile(of: file, monitor, &loaded)
    let result = TestFile.check(
      source,
      rules: texts,
      monitor: monitor,
      schema: profile.map { ReferenceSchema($0) }
    )
    loaded.diagnostics += result.diagnostics
    loaded.sources += texts
    loaded.plan = result.plan
    loaded.references = profile.map { References($0) }
  }

  /// What windows are compared with: read, or learned from rows or from the usual stream.
  private static func profile(
    of file: TestFile,
    _ monitor: MonitorFile,
    _ loaded: inout LoadedTests
  ) -> ReferenceProfile? {
    guard let reference = file.reference else { return nil }
    let path = MonitorBundle.resolve(reference.place.value, from: file.file)
    do {
      switch reference.origin {
      case .profile:
        return try ReferenceProfile(json: try MonitorBundle.content(of: path), name: path)
      case .rows: return try learn([InputFile(path)], reference, monitor)
      case .stream(let length):
        guard let stream = file.stream else { return nil }
        let rows = try rows(of: stream, length, reference, monitor)
        return try learn([rows], reference, monitor)
      }
    } catch {
      loaded.add("\(error)", at: reference.place)
      return nil
    }
  }

  /// The rows of the usual stream before it starts.
  private static func rows(
    of stream: TestStream,
    _ length: Duration,
    _ reference: TestReference,
    _ monitor: MonitorFile
  ) throws -> InputFile {
    let start = Timestamp(microseconds: stream.start.microseconds - length.microseconds)
    var maker = EventMaker(
      stream,
      phases: [],
      start: start,
      length: length.microseconds,
      seed: reference.seed ?? SeedText.seed(of: "reference"),
      time: FieldPath(monitor.time?.value ?? ""),
      unit: monitor.timeUnit
    )
    let rows = try TemporaryFile()
    var bytes: [UInt8] = []
    while maker.next(), maker.arrival < stream.start.microseconds {
      bytes += maker.json.bytes
      bytes.append(UInt8(ascii: "\n"))
      if bytes.count > 1 << 18 {
        try rows.append(bytes)
        bytes.removeAll(keepingCapacity: true)
      }
    }
    try rows.append(bytes)
    return InputFile(name: "reference", spooled: rows)
  }

  /// As `leeway profile` learns, without the fields that are there to identify.
  private static func learn(
    _ files: [InputFile],
    _ reference: TestReference,
    _ monitor: MonitorFile
  ) throws -> ReferenceProfile {
    let source = try RowSource(files)
    let time = monitor.time.map { FieldPath($0.value) }
    let strangers = [monitor.id, monitor.modelVersion].compactMap { $0 } + monitor.ignored
    let known = strangers.map { FieldPath($0.value) } + [time].compactMap(\.self)
    let fields = try source.schema(excluding: known)
    // What cannot be a segment's field the checker says of the monitor.
    let segments = monitor.segments.compactMap { segment in
      fields.firstIndex {
        $0.path == FieldPath(segment.value) && $0.kind == .categorical
      }
    }
    let profile = try source.learn(
      fields,
      known: known,
      time: time,
      window: reference.window,
      segments: segments
    ).result.profile
    let prediction = profile.fields.firstIndex { field in
      field.isPossiblePrediction
        && monitor.predictions.contains { FieldPath($0.value) == FieldPath(field.name) }
    }
    return try prediction.map { try source.ranking(by: $0, in: profile) } ?? profile
  }

  /// What a plan must have so that tests can run it, and what tests ask of it.
  private static func check(_ plan: Plan, _ file: TestFile, _ loaded: inout LoadedTests) {
    loaded.diagnostics += file.problems(in: plan)
    if let path = FileReplay.unanswerable(plan), let test = file.tests.first {
      loaded.add("there is no \(path) in the events of a test: name a field instead", at: test.name)
    }
    for fixture in file.tests.compactMap(\.fixture) {
      do { _ = try Fixture(MonitorBundle.resolve(fixture.value, from: file.file)) } catch {
        loaded.add("\(error)", at: fixture)
      }
    }
  }
}

extension LoadedTests {
  fileprivate mutating func add(_ message: String, at place: Located<String>) {
    diagnostics.append(MonitorLoader.diagnostic(message, at: place, in: path))
  }
}

/// The seed that a text stands for.
enum SeedText {
  static func seed(of text: String) -> UInt64 { Hash64.hash(Array(text.utf8).span) }
}
