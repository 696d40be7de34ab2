import CPCRE2

/// Runs one ``Regex`` over many subjects: owns the memory of a match.
///
/// One per thread and batch.
@safe package struct RegexMatcher: ~Copyable {
    /// What came out of a match.
    package enum Outcome: Sendable, Equatable {
        case match
        case noMatch
        /// The match, depth or heap limit was exceeded (EXPRESSIONS.md §9).
        case limitExceeded
    }

    private let regex: Regex
    private let data: OpaquePointer?
    private let context: OpaquePointer?

    package init(_ regex: Regex) {
        self.regex = regex
        // SAFETY: both are freed once, in `deinit`; PCRE2 gives nil if memory is exhausted.
        unsafe data = regex.withCode { unsafe pcre2_match_data_create_from_pattern_8($0, nil) }
        unsafe context = pcre2_match_context_create_8(nil)
        guard let context = unsafe context else { return }
        unsafe pcre2_set_match_limit_8(context, ExpressionLimits.regexMatchMax)
        unsafe pcre2_set_depth_limit_8(context, ExpressionLimits.regexDepthMax)
        unsafe pcre2_set_heap_limit_8(context, ExpressionLimits.regexHeapKiBMax)
    }

    deinit {
        unsafe pcre2_match_data_free_8(data)
        unsafe pcre2_match_context_free_8(context)
    }

    /// Searches the pattern in `subject`, unanchored.
    ///
    /// No allocation below the heap limit.
    package mutating func search(_ subject: RawSpan) -> Outcome {
        guard let data = unsafe data, let context = unsafe context else { return .limitExceeded }
        // SAFETY: the subject is used only within the call, with its own length.
        return unsafe subject.withUnsafeBytes { buffer in
            let start = unsafe buffer.bindMemory(to: UInt8.self).baseAddress
            return unsafe regex.withCode { code in
                var result = unsafe pcre2_match_8(code, start, buffer.count, 0, 0, data, context)
                if result == PCRE2_ERROR_JIT_STACKLIMIT {
                    // The machine code's 32 KiB did not do: the interpreter has the heap limit.
                    result = unsafe pcre2_match_8(
                        code, start, buffer.count, 0, UInt32(PCRE2_NO_JIT), data, context)
                }
                if result >= 0 { return .match }
                return result == PCRE2_ERROR_NOMATCH ? .noMatch : .limitExceeded
            }
        }
    }

    /// What came out of ``firstMatch(in:from:)``.
    package enum Place: Sendable, Equatable {
        /// Where the first match begins.
        case match(Int)
        case noMatch
        /// Some limit was exceeded, perhaps one that a shorter subject would not have met.
        case limitExceeded
    }

    /// Where the first match at `start` or behind it begins; what stands before `start` is seen by
    /// the pattern.
    ///
    /// No allocation below the heap limit.
    package mutating func firstMatch(in subject: RawSpan, from start: Int) -> Place {
        guard let data = unsafe data, let context = unsafe context else { return .limitExceeded }
        precondition(start >= 0 && start <= subject.byteCount, "a search beyond its subject")
        // SAFETY: the subject is used only within the call, with its own length.
        let result = unsafe subject.withUnsafeBytes { buffer in
            let bytes = unsafe buffer.bindMemory(to: UInt8.self).baseAddress
            return unsafe regex.withCode { code in
                unsafe pcre2_match_8(code, bytes, buffer.count, start, 0, data, context)
            }
        }
        guard result >= 0 else {
            return result == PCRE2_ERROR_NOMATCH ? .noMatch : .limitExceeded
        }
        guard let match = span(ofGroup: 0) else { return .limitExceeded }
        return .match(match.lowerBound)
    }

    /// The bytes of a group of the last match; nil if it took no part.
    ///
    /// 0 is the whole match.
    package func span(ofGroup group: Int) -> Range<Int>? {
        guard let data = unsafe data, group >= 0, group <= regex.groupCount else { return nil }
        // SAFETY: the vector has a pair for each group of the pattern that made the match data.
        guard let vector = unsafe pcre2_get_ovector_pointer_8(data) else { return nil }
        let start = unsafe vector[2 * group]
        let end = unsafe vector[2 * group + 1]
        // Unset is PCRE2_UNSET, all bits one. `\K` in a look-ahead can put the start behind the end.
        guard start >= 0, start <= end else { return nil }
        return start..<end
    }
}
