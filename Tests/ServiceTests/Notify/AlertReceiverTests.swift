import Foundation
import TestSupport
import Testing

@testable import Service

/// Receivers that do not do what they are asked.
@Suite(.ownThreads) struct AlertReceiverTests {
  private static func notices() throws -> [AlertNotice] {
    [try #require(AlertNotice(Array(AlertRecord("a", "firing").json.utf8)))]
  }

  @Test func aCommandThatDoesNotEndIsEndedAndFails() throws {
    let folder = try Folder()
    let file = folder.path + "/pid"
    // It does not hear SIGTERM either.
    let script = "trap '' TERM; echo $$ > \(file); while :; do sleep 1; done"
    let slow = CommandReceiver("/bin/sh", ["-c", script], patience: .milliseconds(500))
    #expect(slow.deliver(try Self.notices()) == .failed("the command took longer than 0.5 seconds"))
    let text = try String(contentsOfFile: file, encoding: .utf8)
    let process = try #require(pid_t(text.trimmingCharacters(in: .whitespacesAndNewlines)))
    #expect(kill(process, 0) == -1 && errno == ESRCH)
  }

  @Test func whatBecomesOfACommandIsSaid() throws {
    func outcome(_ program: String, _ arguments: String...) throws -> DeliveryResult {
      CommandReceiver(program, arguments).deliver(try Self.notices())
    }
    #expect(try outcome("/bin/sh", "-c", "exit 0") == .delivered)
    #expect(try outcome("/bin/sh", "-c", "exit 7") == .failed("the command exited with 7"))
    #expect(
      try outcome("/bin/sh", "-c", "kill -9 $$") == .failed("the command was ended by signal 9")
    )
    #expect(try outcome("/no/such/program") == .failed("the command cannot be run"))
    // No shell looks at arguments, and records come whole, however long.
    let long = AlertRecord("a", "firing").with { $0.field = String(repeating: "x", count: 1 << 20) }
    let notice = try #require(AlertNotice(Array(long.json.utf8)))
    let receiver = CommandReceiver("/usr/bin/test", ["$HOME; x", "=", "$HOME; x"])
    #expect(receiver.deliver([notice]) == .delivered)
    let counting = CommandReceiver("/bin/sh", ["-c", "[ $(wc -c) = \(long.json.utf8.count + 2) ]"])
    #expect(counting.deliver([notice]) == .delivered)
  }

  @Test func aReceiverThatNeverAnswersFailsAndTheNextPostDoesNotWait() throws {
    let server = try HTTPServer { _, count in count == 0 ? .silence : .status(200) }
    let address = try #require(URL(string: server.address))
    let sender = HTTPSender(address, tokenFile: nil, patience: 1)
    #expect(sender.post([0x5B, 0x5D], headers: []) == .failed("no answer in time"))
    #expect(sender.post([0x5B, 0x5D], headers: []) == .delivered)
    #expect(server.requests.map(\.body) == ["[]", "[]"])
  }

  @Test func whereNobodyListensIsSaidWithoutTheAddress() throws {
    // The port was free a moment ago.
    let port = try HTTPServer().port
    let address = try #require(URL(string: "http://user:secret@127.0.0.1:\(port)/secret"))
    let nobody = HTTPSender(address, tokenFile: nil)
    #expect(nobody.post([], headers: []) == .failed("nobody accepts connections there"))
    let noToken = HTTPSender(address, tokenFile: "/no/token")
    #expect(noToken.post([], headers: []) == .failed("cannot read the token file /no/token"))
  }
}
