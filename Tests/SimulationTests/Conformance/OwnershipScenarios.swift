import KafkaClient
import Testing

/// What brokers do not check, and our client therefore does (streaming.md 0, finding 3).
@Suite struct OwnershipScenarios {
  private let group = Scene.group

  @Test(arguments: World.all)
  func clientsRefuseOffsetsOfOthers(_ world: World) throws {
    let scene = try Scene(world, sources: 2)
    let one = try scene.joined("a")
    let other = try scene.joined("b", others: [one])
    let foreign = try #require(other.owned?.first)
    let refusal = try failure { try one.commitOffset(CommittedOffset(foreign, offset: 1)) }
    #expect(refusal?.code == .staleMember)
    #expect(refusal?.requiresAbort == true)
    try one.abort()
    #expect(try scene.committed(by: other, foreign.partition) == nil)
  }

  @Test(arguments: World.all)
  func clientsRefuseToCommitBeforeTheyJoin(_ world: World) throws {
    let scene = try Scene(world)
    let stage = try scene.member()
    #expect(try failure { try stage.commitOffset(scene.offset(1)) }?.code == .staleMember)
    try stage.abort()
    #expect(try scene.committed(by: stage) == nil)
  }

  @Test(arguments: World.all)
  func clientsRefuseToCommitAfterTheyGaveUp(_ world: World) throws {
    let scene = try Scene(world)
    let stage = try scene.joined()
    try stage.unassign()
    #expect(try failure { try stage.commitOffset(scene.offset(1)) }?.code == .staleMember)
    try stage.abort()
  }

  @Test(arguments: World.all)
  func brokersTakeOffsetsOfNobody(_ world: World) throws {
    let scene = try Scene(world)
    let stage = try scene.joined()
    try scene.world.commitAsNobody([scene.offset(66)], group: group, inTransaction: true)
    #expect(try scene.committed(by: stage) == scene.offset(66))
  }

  @Test(arguments: World.all)
  func brokersTakePlainOffsetsOfNobodyForEmptyGroupsOnly(_ world: World) throws {
    let scene = try Scene(world)
    try scene.world.commitAsNobody([scene.offset(66)], group: group, inTransaction: false)
    let stage = try scene.joined()
    #expect(try scene.committed(by: stage) == scene.offset(66))
    let refusal = try failure {
      try scene.world.commitAsNobody([scene.offset(67)], group: group, inTransaction: false)
    }
    #expect(refusal?.reason == "UNKNOWN_MEMBER_ID")
    #expect(try scene.committed(by: stage) == scene.offset(66))
  }

  @Test(arguments: World.loose)
  func brokersTakeOffsetsOfPartitionsAMemberDoesNotOwn(_ world: World) throws {
    let scene = try Scene(world, sources: 2)
    let loose = try #require(scene.world as? any LooseWorld)
    let one = try scene.joined("a")
    let other = try scene.joined("b", others: [one])
    let foreign = CommittedOffset(try #require(other.owned?.first), offset: 66)
    try loose.commitLoosely([foreign], group: group, as: .member(one))
    #expect(try scene.committed(by: other, foreign.partition.partition) == foreign)
  }

  @Test(arguments: World.all)
  func ofTwoTransactionsTheOffsetsThatCameLaterCount(_ world: World) throws {
    let scene = try Scene(world)
    let stage = try scene.joined()
    try stage.begin()
    try stage.send([scene.offset(1)])
    try scene.world.commitAsNobody([scene.offset(66)], group: group, inTransaction: true)
    // Decided later, but asked for earlier.
    try stage.commit()
    #expect(try scene.committed(by: stage) == scene.offset(66))
  }

  @Test(arguments: World.loose)
  func brokersRefuseAnEarlierGeneration(_ world: World) throws {
    let scene = try Scene(world)
    let loose = try #require(scene.world as? any LooseWorld)
    let stage = try scene.joined()
    let refusal = try failure {
      try loose.commitLoosely([scene.offset(66)], group: group, as: .formerly(stage))
    }
    #expect(refusal?.code == .staleMember)
    #expect(refusal?.reason == "ILLEGAL_GENERATION")
    #expect(refusal?.requiresAbort == true)
  }
}
