/// The consumer groups of a broker; a group exists as soon as it is named.
final class GroupTable {
  private var groups: [String: ConsumerGroup] = [:]
  private let make: (String) -> ConsumerGroup

  init(_ make: @escaping (String) -> ConsumerGroup) { self.make = make }

  /// All groups, in the order of their names.
  var all: [ConsumerGroup] { groups.values.sorted { $0.name < $1.name } }

  subscript(name: String) -> ConsumerGroup {
    if let group = groups[name] { return group }
    let group = make(name)
    groups[name] = group
    return group
  }

  /// Tells the groups that read a topic that it is not what it was.
  ///
  /// In a real cluster the leader's client sees it at its next refresh of metadata.
  func noteChange(of topic: String) {
    for group in all where group.members.contains(where: { $0.topics.contains(topic) }) {
      group.prepare()
    }
  }
}
