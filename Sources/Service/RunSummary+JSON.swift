internal import Records

extension RunSummary.Totals {
  /// Writes what became of the records as members of an object.
  func writeMembers(to json: inout JSONText) {
    json.member("read", read)
    json.member("accepted", accepted)
    json.member("late", late)
    json.object("rejected") { json in
      for (reason, count) in rejected { json.member(reason.rawValue, count) }
    }
    json.member("filtered", filtered)
  }
}
