/// What a waiting caller is told; each token gets one.
enum GroupAnswer: Sendable, Equatable {
    case joined(GroupToken, Result<JoinedGroup, GroupError>)
    case synced(GroupToken, Result<SyncedGroup, GroupError>)

    var token: GroupToken {
        switch self {
        case .joined(let token, _), .synced(let token, _): token
        }
    }
}
