/* Which table of kernels this CPU runs: chosen once, before main. */
#include "kernels/kernels.h"

const gni_kernels *gni_kernels_used = &gni_kernels_baseline;

size_t gni_kernels_here(const gni_kernels *tables[3])
{
    size_t n = 0;
    tables[n++] = &gni_kernels_baseline;
#ifdef GNI_HAVE_X86_TABLES
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
        tables[n++] = &gni_kernels_avx2;
        if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
            __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl"))
            tables[n++] = &gni_kernels_avx512;
    }
#endif
    return n;
}

__attribute__((constructor)) static void choose(void)
{
    const gni_kernels *tables[3];
    gni_kernels_used = tables[gni_kernels_here(tables) - 1];
}
