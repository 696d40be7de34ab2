/// Taking back what an expression with a mistake has added.
///
/// The alternative, a copy of the builder for each expression, made ten thousand conditions cost as
/// much as the square of their number.
extension ProgramBuilder {
    /// How much there was at some time.
    struct Mark {
        fileprivate let nodes: Int
        fileprivate let fields: Int
        fileprivate let warnings: Int
        fileprivate let tables: ProgramTables.Counts
        fileprivate let isVolatile: Bool

        init(_ builder: borrowing ProgramBuilder) {
            nodes = builder.nodes.count
            fields = builder.fields.count
            warnings = builder.warnings.count
            tables = builder.tables.counts
            isVolatile = builder.isVolatile
        }
    }

    /// Forgets what was added since.
    mutating func goBack(to mark: Mark) {
        nodes.removeSubrange(mark.nodes...)
        fields.removeSubrange(mark.fields...)
        warnings.removeSubrange(mark.warnings...)
        tables.cut(to: mark.tables)
        isVolatile = mark.isVolatile
        nodeIndex = nodeIndex.filter { $0.value < mark.nodes }
        constantIndex = constantIndex.filter { $0.value < mark.tables.constants }
        fieldIndex = fieldIndex.filter { $0.value < mark.fields }
        literals = literals.filter { key, index in
            switch key {
            case .set: index < mark.tables.sets
            case .like: index < mark.tables.likes
            case .likeOptions: index < mark.tables.likeOptions
            case .regex: index < mark.tables.regexes
            case .path: index < mark.tables.paths
            }
        }
    }
}

extension ProgramTables {
    /// The lengths of all tables.
    struct Counts: Equatable {
        let constants: Int
        let text: Int
        let sets: Int
        let likes: Int
        let likeOptions: Int
        let regexes: Int
        let regexTexts: Int
        let paths: Int
    }

    var counts: Counts {
        Counts(
            constants: constants.count, text: text.count, sets: sets.count, likes: likes.count,
            likeOptions: likeOptions.count, regexes: regexes.count, regexTexts: regexTexts.count,
            paths: paths.count)
    }

    mutating func cut(to counts: Counts) {
        constants.removeSubrange(counts.constants...)
        text.removeSubrange(counts.text...)
        sets.removeSubrange(counts.sets...)
        likes.removeSubrange(counts.likes...)
        likeOptions.removeSubrange(counts.likeOptions...)
        regexes.removeSubrange(counts.regexes...)
        regexTexts.removeSubrange(counts.regexTexts...)
        paths.removeSubrange(counts.paths...)
    }
}
