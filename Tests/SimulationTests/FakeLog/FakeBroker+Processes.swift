/// What happens to processes; they are named by the numbers of their clients.
extension FakeBroker {
  /// SIGKILL: it never says anything again.
  ///
  /// Its open transaction stays open until it times out or
  /// its name is taken over, its membership until the session does.
  func kill(_ client: Int) { sessions[client].life = .dead }

  /// SIGSTOP: no heartbeats, and nobody should call it.
  func suspend(_ client: Int) {
    precondition(sessions[client].life == .running, "client \(client) does not run")
    sessions[client].life = .suspended
  }

  /// SIGCONT: a zombie, maybe; it learns of what happened to its group when time passes next.
  func resume(_ client: Int) {
    precondition(sessions[client].life == .suspended, "client \(client) is not suspended")
    sessions[client].life = .running
    sessions[client].isDazed = true
  }

  /// Cuts its connections for a time: its calls fail, its heartbeats do not arrive.
  func disconnect(_ client: Int, for time: Duration) {
    sessions[client].disconnectedUntil = clock.now + time
  }

  /// Whether it is neither dead nor let go.
  func isAlive(_ client: Int) -> Bool { sessions[client].life != .dead }
}
