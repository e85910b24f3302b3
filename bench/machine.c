/* What the figures were measured on and with. */
#include "throughput.h"
#include "common/machine.h"

#include <stdlib.h>

static void describe_cpu(FILE *file)
{
    machine m = machine_look();

    fprintf(file, "CPU        %s, %zu cores for us\n", m.cpu[0] != '\0' ? m.cpu : "unknown",
            m.cores);
}

static void describe_compiler(FILE *file)
{
#ifdef __clang__
    const char *compiler = __VERSION__;
#else
    const char *compiler = "gcc " __VERSION__;
#endif
    fprintf(file, "built      gemmnet %s, %s, by %s; kernels %s\n", gn_version(),
            sizeof(gn_real) == sizeof(float) ? "float" : "double", compiler, gn_kernels());
}

/* Threads that wait for one another wait long where others want the cores. */
static void describe_load(FILE *file)
{
    FILE *info = fopen("/proc/loadavg", "r");
    double load;

    if (info != NULL && fscanf(info, "%lf", &load) == 1)
        fprintf(file, "load       %.1f before we began%s\n", load,
                load > 0.3 ? ": others are at work, figures are noisy" : "");
    if (info != NULL)
        fclose(info);
}

/* Variables that choose a lesser kernel or smaller blocks than the CPU would get. */
static void describe_variables(FILE *file)
{
    static const char *const names[] = {
        "OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE", "OPENBLAS_BLOCK_FACTOR", "GEMMNET_KERNELS",
    };
    size_t set = 0;

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const char *value = getenv(names[i]);

        if (value != NULL && *value != '\0')
            fprintf(file, "%s %s=%s", set++ == 0 ? "HELD BACK " : "", names[i], value);
    }
    if (set > 0)
        fputs(" (measure under env -u NAME, with each name)\n", file);
    else
        fputs("held back  by no variable of OpenBLAS or ours\n", file);
}

void machine_describe(FILE *file)
{
    describe_cpu(file);
    describe_load(file);
    fputs("BLAS       ", file);
    blas_describe(file);
    describe_variables(file);
    describe_compiler(file);
}
