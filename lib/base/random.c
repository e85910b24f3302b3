/* Randomness is a function, not a state: each stream of numbers has a key, made from the
 * seed and from what the numbers are for. */
#include "base/base.h"

gni_key gni_random_key(uint64_t seed, gni_purpose purpose, uint64_t stream, uint64_t step)
{
    gni_key from = { { (uint32_t)seed, (uint32_t)(seed >> 32) } };
    uint32_t words[GNI_WORDS];
    gni_kernels_used->words(from, step, (stream << 8 | (uint64_t)purpose) * (GNI_WORDS / 4), words);
    return (gni_key){ { words[0], words[1] } };
}

/* A number below n from a random word w: floor(w n / 2^32), whose bias is below n / 2^32. Of
 * more than 2^32 rows, from two words. */
static size_t below(size_t n, const uint32_t *w)
{
    if (n <= UINT32_MAX)
        return (size_t)((uint64_t)w[0] * n >> 32);
    return (size_t)(((uint64_t)w[0] << 32 | w[1]) % n);
}

/* Fisher and Yates (Durstenfeld 1964) */
void gni_shuffle(uint64_t seed, gni_purpose purpose, uint64_t epoch, size_t n, size_t *order)
{
    gni_key key = gni_random_key(seed, purpose, 0, epoch);
    uint32_t words[GNI_WORDS];
    size_t each = n > UINT32_MAX ? 2 : 1, at = 0;
    for (size_t i = n; i > 1; i--, at += each) {
        if (at % GNI_WORDS == 0)
            gni_kernels_used->words(key, 0, at / 4, words);
        size_t j = below(i, words + at % GNI_WORDS), other = order[j];
        order[j] = order[i - 1];
        order[i - 1] = other;
    }
}

void gn_draw_uniform(const gn_draw *draw, size_t layer, size_t row, size_t n, gn_real *out)
{
    gni_key key = gni_random_key(draw->seed, GNI_DROPOUT, layer, draw->step);
    gni_kernels_used->uniform(key, draw->first_row + row, n, out);
}
