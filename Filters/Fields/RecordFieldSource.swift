package import Bytes
package import Expressions
package import Records

/// The fields of a block's records, as expressions read them (EXPRESSIONS.md §14).
///
/// Nothing is copied but unescaped text: cells point into the block. All JSON paths of one load
/// are found in one pass over each payload.
package struct RecordFieldSource: FieldSource, ~Escapable {
    private let block: RecordBlock
    private let stream: RecordStream
    private var state: RecordFieldState

    /// A source over `block`; takes `state` until ``finish(into:)``.
    @_lifetime(copy block)
    package init(
        _ block: borrowing RecordBlock, of stream: RecordStream,
        taking state: inout RecordFieldState
    ) {
        self.block = copy block
        self.stream = stream
        self.state = state
        // A second owner would make every write below copy.
        state = RecordFieldState()
        self.state.beginBatch(self.block.count)
    }

    /// Gives the state back for the next batch.
    package consuming func finish(into state: inout RecordFieldState) {
        state = self.state
    }

    package var count: Int { block.count }

    package var input: RawSpan {
        @_lifetime(copy self)
        get { block.bytes }
    }

    package mutating func load(
        _ fields: [FieldReference], selection: borrowing Selection,
        into columns: inout [CellColumn],
        arena: inout [UInt8]
    ) {
        var paths: [JSONPath] = []
        var pathFields: [Int] = []
        var csvColumns: [(column: Int, field: Int)] = []
        var hasHeaders = false
        for (index, field) in fields.enumerated() {
            switch field {
            case .attribute(let attribute):
                load(attribute, selection, into: &columns[index], &arena)
            case .property, .header, .headerCount:
                hasHeaders = true
            case .payload(let path):
                paths.append(path)
                pathFields.append(index)
            case .csv(let column):
                csvColumns.append((column, index))
            case .column:
                // Rows that a job computed have a source of their own.
                for row in selection.rows { columns[index][Int(row)] = .null }
            }
        }
        if hasHeaders { loadHeaders(fields, selection, into: &columns) }
        if !paths.isEmpty { loadPaths(paths, pathFields, selection, into: &columns, &arena) }
        if !csvColumns.isEmpty { loadCSV(csvColumns, selection, into: &columns, &arena) }
    }

    private func load(
        _ attribute: RecordAttribute, _ selection: borrowing Selection,
        into column: inout CellColumn, _ arena: inout [UInt8]
    ) {
        switch attribute {
        case .topic:
            let start = arena.count
            arena.append(contentsOf: stream.topic.utf8)
            let cell = Cell.string(.arena, start: start, count: arena.count - start)
            for row in selection.rows { column[Int(row)] = cell }
        case .partition:
            let cell = Cell.int(Int64(stream.partition))
            for row in selection.rows { column[Int(row)] = cell }
        case .offset:
            for row in selection.rows { column[Int(row)] = .int(block.rows[Int(row)].offset) }
        case .timestamp:
            for row in selection.rows {
                column[Int(row)] = .timestamp(block.rows[Int(row)].timestamp)
            }
        case .payload:
            for row in selection.rows {
                let place = block.rows[Int(row)]
                column[Int(row)] = textCell(Int(place.valueStart), Int(place.valueCount))
            }
        case .key:
            for row in selection.rows { column[Int(row)] = keyCell(Int(row)) }
        case .tag:
            for row in selection.rows {
                column[Int(row)] = lastCell(RecordHeaders.tagName, Int(row)) ?? .null
            }
        }
    }

    private func keyCell(_ row: Int) -> Cell {
        let place = block.rows[row]
        if place.keyCount >= 0 { return textCell(Int(place.keyStart), Int(place.keyCount)) }
        return lastCell(RecordHeaders.keyName, row) ?? .null
    }

    /// The last header of that name, NULL if its value is null; nil if there is none.
    private func lastCell(_ name: [UInt8], _ row: Int) -> Cell? {
        RecordHeaders.last(named: name.rawSpan, of: row, in: block)
            .map { textCell($0.valueStart, $0.valueCount) }
    }

    /// Bytes of the block as a cell: STRING if they are UTF-8, else BYTES; NULL if `count` is -1.
    private func textCell(_ start: Int, _ count: Int) -> Cell {
        guard count >= 0 else { return .null }
        let isText = UTF8Text.isValid(block.bytes.slice(start, count: count))
        return Cell(
            kind: isText ? .string : .bytes, home: .input, count: UInt32(count), bits: Int64(start))
    }
}

// MARK: Headers

extension RecordFieldSource {
    private func loadHeaders(
        _ fields: [FieldReference], _ selection: borrowing Selection,
        into columns: inout [CellColumn]
    ) {
        for (index, field) in fields.enumerated() {
            switch field {
            case .property(let name): loadProperty(name, selection, into: &columns[index])
            case .header(let name, let place):
                let bytes = Array(name.utf8)
                for row in selection.rows {
                    columns[index][Int(row)] = headerCell(bytes, place, Int(row))
                }
            case .headerCount(let name):
                let bytes = Array(name.utf8)
                for row in selection.rows {
                    columns[index][Int(row)] = .int(headerCount(bytes, Int(row)))
                }
            case .attribute, .payload, .csv, .column:
                continue
            }
        }
    }

    private func loadProperty(
        _ name: String, _ selection: borrowing Selection, into column: inout CellColumn
    ) {
        let bytes = Array(name.utf8)
        // KEYS falls back to the record's key (§14); TAGS is itself the tag.
        let isKeys = bytes == RecordHeaders.keyName
        // Locals: a span or a selection that is a field of something costs an access a row.
        let block = self.block
        let wanted = bytes.rawSpan
        let rows = selection.rows.span
        var cells = column.cells.mutableSpan
        for index in rows.indices {
            let row = Int(rows[index])
            guard let found = RecordHeaders.last(named: wanted, of: row, in: block) else {
                cells[row] = isKeys ? keyCell(row) : .null
                continue
            }
            cells[row] = textCell(found.valueStart, found.valueCount)
        }
    }

    private func headerCount(_ name: [UInt8], _ row: Int) -> Int64 {
        var cursor = block.headers(row)
        var count: Int64 = 0
        while let header = cursor.next() {
            if RecordHeaders.isName(header, name.rawSpan, in: block) { count += 1 }
        }
        return count
    }

    /// Header `place` of that name: 0 the first, -1 the last, out of range NULL.
    private func headerCell(_ name: [UInt8], _ place: Int64, _ row: Int) -> Cell {
        let wanted = place < 0 ? headerCount(name, row) &+ place : place
        guard wanted >= 0 else { return .null }
        var cursor = block.headers(row)
        var count: Int64 = 0
        while let header = cursor.next() {
            guard RecordHeaders.isName(header, name.rawSpan, in: block) else { continue }
            if count == wanted { return textCell(header.valueStart, header.valueCount) }
            count += 1
        }
        return .null
    }
}

// MARK: Payload

extension RecordFieldSource {
    private mutating func loadPaths(
        _ paths: [JSONPath], _ pathFields: [Int], _ selection: borrowing Selection,
        into columns: inout [CellColumn], _ arena: inout [UInt8]
    ) {
        // Moved out and back (no copy): documents are borrowed while the extractor changes.
        var documents: [JSONDocument] = []
        swap(&documents, &state.documents)
        defer { swap(&documents, &state.documents) }
        documents.removeAll(keepingCapacity: true)
        for row32 in selection.rows {
            let row = Int(row32)
            let place = block.rows[row]
            guard place.valueCount >= 0, state.payloads[row] != .malformed else {
                for field in pathFields { columns[field][row] = .null }
                continue
            }
            documents.append(
                JSONDocument(
                    start: Int(place.valueStart), count: Int(place.valueCount), row: row32))
        }
        if takePaths(paths, pathFields, documents.span, into: &columns, &arena) { return }
        let place = state.extractorIndex(paths)
        state.extractors[place].extract(documents.span, in: block.bytes, arena: &arena)
        for (path, field) in pathFields.enumerated() {
            state.extractors[place].copyCells(
                ofPath: path, of: documents.span, into: &columns[field])
        }
        for fault in state.extractors[place].faults {
            noteMalformed(Int(documents[fault.index].row), .json(fault.fault))
        }
    }

    /// Takes values that were found when the payloads were checked; false if they were not.
    private func takePaths(
        _ paths: [JSONPath], _ pathFields: [Int], _ documents: Span<JSONDocument>,
        into columns: inout [CellColumn], _ arena: inout [UInt8]
    ) -> Bool {
        guard let found = block.findings as? JSONColumns, let places = found.places(of: paths)
        else { return false }
        for (place, field) in zip(places, pathFields) {
            guard found.copyCells(at: place, of: documents, into: &columns[field], arena: &arena)
            else { return false }
        }
        return true
    }

    private mutating func loadCSV(
        _ wanted: [(column: Int, field: Int)], _ selection: borrowing Selection,
        into columns: inout [CellColumn], _ arena: inout [UInt8]
    ) {
        let wanted = wanted.sorted { $0.column < $1.column }
        let places = wanted.map(\.column)
        state.csvCells = Array(repeating: .null, count: places.count)
        for row32 in selection.rows {
            let row = Int(row32)
            guard state.payloads[row] != .malformed, let payload = block.value(row) else {
                for (_, field) in wanted { columns[field][row] = .null }
                continue
            }
            do throws(CSVRow.Fault) {
                try CSVRow.read(
                    payload, start: Int(block.rows[row].valueStart), wanted: places,
                    into: &state.csvCells, arena: &arena)
            } catch {
                noteMalformed(row, .csv(position: error.position, reason: error.reason))
            }
            for (index, (_, field)) in wanted.enumerated() {
                columns[field][row] = state.csvCells[index]
            }
        }
    }

    private mutating func noteMalformed(_ row: Int, _ fault: MalformedPayload.Fault) {
        state.payloads[row] = .malformed
        state.malformedCount += 1
        if state.firstMalformed == nil {
            state.firstMalformed = MalformedPayload(
                row: Int32(row), offset: block.rows[row].offset, fault: fault)
        }
    }
}
