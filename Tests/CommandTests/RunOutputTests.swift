import Foundation
import KafkaClient
import TestSupport
import Testing

/// What `leeway run` prints, and to whom.
@Suite(.serialized, .ownThreads) struct RunOutputTests {
  private static func stop(_ process: Process) {
    process.terminate()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
  }

  /// The hour from 12:00 lacks amounts, the one from 13:00 does not.
  @Test func anAlertThatIsOverIsSaidByWhoeverSeesItEvenIfAnotherSawItFire() throws {
    let bench = try RunBench()
    var texts: [String] = []
    for (number, amount) in ["null", "1"].enumerated() {
      let file = try bench.folder.write("", to: "out-\(number)")
      let handle = try #require(FileHandle(forWritingAtPath: file))
      let process = try bench.start(output: handle)
      try bench.produce(from: number * 2_800, amount: amount, until: 2_700 + number * 3_600)
      try bench.wait(for: number + 1, in: "leeway.alerts")
      Self.stop(process)
      texts.append(try String(decoding: bench.folder.read("out-\(number)"), as: UTF8.self))
    }
    #expect(texts[0].hasPrefix("2020-09-13T13:00:00Z  firing    AmountPresent (warning): "))
    #expect(texts[0].split(separator: "\n").count == 1)
    #expect(texts[1] == "2020-09-13T14:00:00Z  resolved  AmountPresent: amount\n")
  }

  /// Nobody reads what is printed: the work goes on, and the process hears that it is to stop.
  @Test(.timeLimit(.minutes(10)))
  func aReaderWhoDoesNotReadHoldsNothingUp() throws {
    let bench = try RunBench()
    let pipe = Pipe()
    let descriptor = pipe.fileHandleForWriting.fileDescriptor
    let flags = fcntl(descriptor, F_GETFL)
    #expect(fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) == 0)
    let filling = [UInt8](repeating: 10, count: 4_096)
    while unsafe write(descriptor, filling, filling.count) > 0 {}
    #expect(fcntl(descriptor, F_SETFL, flags) == 0)
    let process = try bench.start(output: pipe.fileHandleForWriting)
    try bench.produce(from: 0, amount: "null", until: 2_700)
    try bench.wait(for: 1, in: "leeway.alerts")
    try bench.produce(from: 2_800, amount: "1", until: 6_300)
    try bench.wait(for: 2, in: "leeway.alerts")
    Self.stop(process)
    // Held until here, so that nobody has hung up.
    pipe.fileHandleForReading.closeFile()
  }

  @Test func everyCommandIsListed() throws {
    let help = try Command.run(["--help"]).output
    for name in [
      "profile", "compare", "check", "explain", "replay", "init", "publish", "run", "rebuild",
      "status",
      "demo",
    ] {
      #expect(help.contains("\n  \(name) "), "\(name)")
    }
    #expect(try Command.run(["rebuild", "--help"]).output.contains("USAGE: leeway rebuild"))
  }
}
