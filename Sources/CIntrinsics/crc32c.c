#include "CIntrinsics.h"

#include <string.h>

// Slicing-by-8 tables, made once at load; 8 KiB.
static uint32_t table[8][256];

__attribute__((constructor)) static void make_table(void) {
    for (uint32_t i = 0; i < 256; i++) {
        uint32_t c = i;
        for (int k = 0; k < 8; k++) c = (c & 1) ? (c >> 1) ^ 0x82F63B78u : c >> 1;
        table[0][i] = c;
    }
    for (uint32_t i = 0; i < 256; i++)
        for (int t = 1; t < 8; t++)
            table[t][i] = (table[t - 1][i] >> 8) ^ table[0][table[t - 1][i] & 0xFF];
}

uint32_t intrinsics_crc32c_portable(uint32_t crc, const void *bytes, size_t count) {
    const uint8_t *p = bytes;
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    while (count >= 8) {
        uint64_t word;
        memcpy(&word, p, 8);
        word ^= crc;
        crc = table[7][word & 0xFF] ^ table[6][(word >> 8) & 0xFF] ^ table[5][(word >> 16) & 0xFF]
            ^ table[4][(word >> 24) & 0xFF] ^ table[3][(word >> 32) & 0xFF]
            ^ table[2][(word >> 40) & 0xFF] ^ table[1][(word >> 48) & 0xFF] ^ table[0][word >> 56];
        p += 8;
        count -= 8;
    }
#endif
    while (count--) crc = (crc >> 8) ^ table[0][(crc ^ *p++) & 0xFF];
    return crc;
}

#if defined(__x86_64__)
#include <nmmintrin.h>
#define HARDWARE __attribute__((target("sse4.2")))
#define STEP8(c, word) _mm_crc32_u64(c, word)
#define STEP1(c, byte) _mm_crc32_u8((uint32_t)(c), byte)
#elif defined(__ARM_FEATURE_CRC32)
#include <arm_acle.h>
#define HARDWARE
#define STEP8(c, word) __crc32cd((uint32_t)(c), word)
#define STEP1(c, byte) __crc32cb((uint32_t)(c), byte)
#endif

#if defined(HARDWARE)
// The instruction takes a word each cycle but answers after three, so three parts of the bytes go
// through it at the same time. A part's checksum is carried over the bytes of the next one by a
// table: how that many zero bytes change each bit of the register, which is linear.
enum { LONG = 4096, SHORT = 256 };
static uint32_t over_long[4][256], over_short[4][256];

HARDWARE static void make_over(uint32_t over[4][256], size_t count) {
    uint32_t bit[32];
    for (int i = 0; i < 32; i++) {
        uint64_t c = (uint32_t)1 << i;
        for (size_t n = 0; n < count; n += 8) c = STEP8(c, 0);
        bit[i] = (uint32_t)c;
    }
    for (int k = 0; k < 4; k++)
        for (uint32_t i = 0; i < 256; i++) {
            uint32_t c = 0;
            for (int j = 0; j < 8; j++)
                if (i >> j & 1) c ^= bit[8 * k + j];
            over[k][i] = c;
        }
}

static inline uint32_t carry(uint32_t over[4][256], uint32_t c) {
    return over[0][c & 0xFF] ^ over[1][(c >> 8) & 0xFF] ^ over[2][(c >> 16) & 0xFF]
        ^ over[3][c >> 24];
}

static inline uint64_t word_at(const uint8_t *p) {
    uint64_t word;
    memcpy(&word, p, 8);
    return word;
}

// Three parts of `count` bytes each, a multiple of 8.
HARDWARE static inline uint32_t three(
    uint32_t crc, const uint8_t *p, size_t count, uint32_t over[4][256]) {
    uint64_t a = crc, b = 0, c = 0;
    for (size_t i = 0; i < count; i += 8) {
        a = STEP8(a, word_at(p + i));
        b = STEP8(b, word_at(p + count + i));
        c = STEP8(c, word_at(p + 2 * count + i));
    }
    return carry(over, carry(over, (uint32_t)a) ^ (uint32_t)b) ^ (uint32_t)c;
}

HARDWARE static uint32_t hardware(uint32_t crc, const void *bytes, size_t count) {
    const uint8_t *p = bytes;
    for (; count >= 3 * LONG; p += 3 * LONG, count -= 3 * LONG) crc = three(crc, p, LONG, over_long);
    for (; count >= 3 * SHORT; p += 3 * SHORT, count -= 3 * SHORT)
        crc = three(crc, p, SHORT, over_short);
    uint64_t c = crc;
    for (; count >= 8; p += 8, count -= 8) c = STEP8(c, word_at(p));
    while (count--) c = STEP1(c, *p++);
    return (uint32_t)c;
}

static int has_hardware;

__attribute__((constructor)) static void detect(void) {
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (!__builtin_cpu_supports("sse4.2")) return;
#endif
    make_over(over_long, LONG);
    make_over(over_short, SHORT);
    has_hardware = 1;
}
#else
#define hardware intrinsics_crc32c_portable
static const int has_hardware = 0;
#endif

uint32_t intrinsics_crc32c(uint32_t crc, const void *bytes, size_t count) {
    return has_hardware ? hardware(crc, bytes, count)
                        : intrinsics_crc32c_portable(crc, bytes, count);
}
