/* Which table of kernels runs: chosen once, before main. */
#include <stdlib.h>
#include <string.h>
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

/* The table that GEMMNET_KERNELS names, or the best one where it names none that this CPU runs. (It
 * is read here, before the program has threads that might change the environment meanwhile.) */
__attribute__((constructor)) static void choose(void)
{
    const gni_kernels *tables[3];
    size_t n = gni_kernels_here(tables);
    const char *wanted = getenv("GEMMNET_KERNELS");
    gni_kernels_used = tables[n - 1];
    for (size_t i = 0; i < n; i++)
        if (wanted && strcmp(wanted, tables[i]->name) == 0)
            gni_kernels_used = tables[i];
}

const char *gn_kernels(void)
{
    return gni_kernels_used->name;
}
