/* Randomness is a function, not a state: each stream of numbers has a key, made from the
 * seed and from what the numbers are for. */
#include "internal.h"
#include "kernels/philox.h"

gni_key gni_random_key(uint64_t seed, gni_purpose purpose, uint64_t stream, uint64_t step)
{
    gni_words c = { { (uint32_t)stream, (uint32_t)(stream >> 32) ^ (uint32_t)purpose << 24,
                      (uint32_t)step, (uint32_t)(step >> 32) } };
    c = gni_philox(c, (uint32_t)seed, (uint32_t)(seed >> 32));
    gni_key key = { { c.word[0], c.word[1] } };
    return key;
}

/* A number below n, from 64 random bits. The bias is below n / 2^32 (a multiplication, where
 * n fits into 32 bits) or n / 2^64. */
static size_t below(size_t n, uint32_t high, uint32_t low)
{
    if (n <= UINT32_MAX)
        return (size_t)((uint64_t)high * n >> 32);
    return (size_t)(((uint64_t)high << 32 | low) % n);
}

/* Fisher and Yates (Durstenfeld 1964) */
void gni_shuffle(uint64_t seed, gni_purpose purpose, uint64_t epoch, size_t n, size_t *order)
{
    gni_key key = gni_random_key(seed, purpose, 0, epoch);
    gni_words c = { { 0 } };
    for (size_t i = n; i > 1; i--) {
        size_t draw = n - i; /* two words each */
        if (draw % 2 == 0) {
            gni_words at = { { (uint32_t)(draw / 2), (uint32_t)((uint64_t)draw >> 33), 0, 0 } };
            c = gni_philox(at, key.word[0], key.word[1]);
        }
        const uint32_t *word = c.word + 2 * (draw % 2);
        size_t j = below(i, word[0], word[1]), other = order[j];
        order[j] = order[i - 1];
        order[i - 1] = other;
    }
}

void gn_draw_uniform(const gn_draw *draw, size_t layer, size_t row, size_t n, gn_real *out)
{
    gni_key key = gni_random_key(draw->seed, GNI_DROPOUT, layer, draw->step);
    gni_kernels_used->uniform(key, draw->first_row + row, n, out);
}
