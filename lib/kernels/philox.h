/* Philox4x32-10: ten rounds of multiplication turn a counter and a key into four random
 * words (Salmon, Moraes, Dror, Shaw: "Parallel random numbers: as easy as 1, 2, 3", 2011). */
#ifndef GNI_PHILOX_H
#define GNI_PHILOX_H

#include <stdint.h>

typedef struct gni_words { uint32_t word[4]; } gni_words;

static inline gni_words gni_philox(gni_words c, uint32_t k0, uint32_t k1)
{
    for (int round = 0; round < 10; round++) {
        uint64_t a = (uint64_t)0xD2511F53u * c.word[0], b = (uint64_t)0xCD9E8D57u * c.word[2];
        gni_words next = { { (uint32_t)(b >> 32) ^ c.word[1] ^ k0, (uint32_t)b,
                             (uint32_t)(a >> 32) ^ c.word[3] ^ k1, (uint32_t)a } };
        c = next;
        k0 += 0x9E3779B9u;
        k1 += 0xBB67AE85u;
    }
    return c;
}

#endif /* GNI_PHILOX_H */
