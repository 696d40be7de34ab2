import Platform

@testable import Broker

/// Clients of a consumer group that live, go, crash, lose answers and change their minds at random, and
/// what has to hold all the time.
struct ConsumerGroupModel {
    /// One process that uses the group.
    struct Client {
        let instance: String?
        var id: String
        var names: [String]
        var pattern: String?
        /// 0: not in the group.
        var epoch: Int32 = 0
        /// What it reads.
        var owned = PartitionSet()
        /// What it was told to read and does not yet, because it gives up something first.
        var told: PartitionSet?
        /// Whether its next heartbeat says everything: the last one was not answered.
        var isUnsure = false
    }

    var script: ConsumerScript
    private(set) var clients: [Client]
    private(set) var violations: [String] = []
    private var generator: SeededGenerator
    private var nextID = 0

    init(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var settings = GroupSettings()
        settings.consumerMemberCountMax = 6
        script = ConsumerScript(["t1": 5, "t2": 3, "u": 4], settings)
        let assignsRanges = Bool.random(using: &generator)
        clients = (0..<5).map { index in
            Client(
                instance: index % 2 == 0 ? "i\(index)" : nil, id: "c\(index)",
                names: ["t1", "u"], pattern: nil)
        }
        assignor = assignsRanges ? "range" : nil
        self.generator = generator
    }

    private let assignor: String?

    // MARK: Steps

    mutating func randomStep() {
        let index = Int.random(in: clients.indices, using: &generator)
        switch Int.random(in: 0..<30, using: &generator) {
        case 0: crash(index)
        case 1: leave(index, forNow: clients[index].instance != nil)
        case 2: leave(index, forNow: false)
        case 3: pass(.seconds(Int64.random(in: 1...4, using: &generator)))
        case 4: pass(.seconds(Int64.random(in: 5...50, using: &generator)))
        case 5: changeTopics()
        case 6: changeMind(index)
        case 7: _ = send(index, isAnswered: false)
        case 8: clients[index].isUnsure = true
        default: proceed(index)
        }
        check()
    }

    /// A well-behaved client does what comes next.
    mutating func proceed(_ index: Int) {
        guard let answer = send(index, isAnswered: true) else { return }
        clients[index].isUnsure = false
        clients[index].epoch = answer.epoch
        if let assignment = answer.assignment { clients[index].told = assignment }
        // Giving up takes until the next heartbeat, getting does not.
        guard let told = clients[index].told else { return }
        let kept = clients[index].owned.intersection(told)
        if kept == clients[index].owned {
            clients[index].owned = told
            clients[index].told = nil
        } else {
            clients[index].owned = kept
        }
    }

    mutating func leave(_ index: Int, forNow: Bool) {
        try? script.leave(clients[index].id, instance: clients[index].instance, forNow: forNow)
        forget(index)
    }

    mutating func pass(_ duration: Duration) {
        script.pass(duration)
        // Who is out does not know it; what it reads until it is told is no matter of the group.
        for index in clients.indices where script.group.members[clients[index].id] == nil {
            clients[index].owned = PartitionSet()
        }
    }

    private mutating func send(_ index: Int, isAnswered: Bool) -> ConsumerHeartbeatAnswer? {
        let client = clients[index]
        var beat = ConsumerHeartbeat(group: "g", memberID: client.id, epoch: client.epoch)
        beat.instanceID = client.instance
        if client.epoch == 0 || client.isUnsure {
            beat.rebalanceTimeout = .seconds(20)
            beat.topicNames = client.names
            beat.topicPattern = client.pattern ?? ""
            beat.assignor = assignor
            beat.owned = client.owned
        } else if client.told != nil || Bool.random(using: &generator) {
            beat.owned = client.owned
        }
        switch script.beat(beat) {
        case .success(let answer):
            if !isAnswered { clients[index].isUnsure = true }
            return isAnswered ? answer : nil
        case .failure(.fencedEpoch), .failure(.unknownMember), .failure(.fencedInstance):
            clients[index].epoch = 0
            clients[index].owned = PartitionSet()
            clients[index].told = nil
        case .failure(.unreleasedInstance), .failure(.groupFull): break
        case .failure(let error): violations.append("\(client.id): \(error)")
        }
        return nil
    }

    /// The process ends; the next one has another id.
    private mutating func crash(_ index: Int) { forget(index) }

    private mutating func forget(_ index: Int) {
        nextID += 1
        clients[index].id = "c\(index)-\(nextID)"
        clients[index].epoch = 0
        clients[index].owned = PartitionSet()
        clients[index].told = nil
    }

    private mutating func changeTopics() {
        let name = ["t1", "t2", "t3", "u"].randomElement(using: &generator) ?? "u"
        let count = Int32.random(in: 0...7, using: &generator)
        script.partitionCounts[name] = count == 0 ? nil : count
    }

    private mutating func changeMind(_ index: Int) {
        let names = ["t1", "t2", "u", "v"].filter { _ in Bool.random(using: &generator) }
        clients[index].names = names
        clients[index].pattern = Bool.random(using: &generator) ? "t" : nil
        clients[index].isUnsure = true
    }

    // MARK: What has to hold

    private mutating func check() {
        let group = script.group
        var held: [TopicID: [Int32: String]] = [:]
        var planned = PartitionSet()
        for member in group.members.values {
            for topic in member.assigned.union(member.revoking).topics {
                for partition in topic.partitions {
                    let other = held[topic.id, default: [:]].updateValue(
                        member.id, forKey: partition)
                    if let other { violations.append("\(partition): \(other), \(member.id)") }
                }
            }
            if !member.assigned.isDisjoint(with: member.revoking) {
                violations.append("\(member.id) gives up what it may read")
            }
            let target = group.targets[member.id] ?? PartitionSet()
            if !target.isDisjoint(with: planned) { violations.append("two targets are not apart") }
            planned = planned.union(target)
        }
        if held != group.owners { violations.append("owners are not those who hold") }
        let byteCount = group.members.values.reduce(0) { $0 + $1.byteCount }
        if group.byteCount != byteCount { violations.append("\(group.byteCount) bytes") }
        var read = PartitionSet()
        for client in clients where group.members[client.id] != nil {
            if !client.owned.isDisjoint(with: read) { violations.append("two read the same") }
            read = read.union(client.owned)
        }
    }
}
