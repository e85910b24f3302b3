/* See machine.h. */
#include "machine.h"

#include <omp.h>
#include <stdio.h>

static void read_cpu(machine *m)
{
    FILE *info = fopen("/proc/cpuinfo", "r");
    char line[1024];

    while (info != NULL && fgets(line, sizeof line, info) != NULL)
        if (sscanf(line, "model name : %127[^\n]", m->cpu) == 1)
            break;
    if (info != NULL)
        fclose(info);
}

machine machine_look(void)
{
    machine m = { .cores = (size_t)omp_get_num_procs() };

    read_cpu(&m);
    return m;
}
