/// What nodes refer to by index.
struct ProgramTables: Sendable {
    var constants: [Cell] = []
    /// The bytes of text constants.
    var text: [UInt8] = []
    var sets: [ConstantSet] = []
    var likes: [LikePattern] = []
    var likeOptions: [LikeOptions] = []
    var regexes: [Regex] = []
    var regexTexts: [ExactText] = []
    var paths: [JSONPath] = []
}
