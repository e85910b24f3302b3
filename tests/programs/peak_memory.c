/* Fails if a program needs more memory than so much:  peak_memory MIB PROGRAM [ARGUMENT...] */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    struct rusage usage;
    int status;
    pid_t child = argc > 2 ? fork() : -1;

    if (child == 0) {
        execv(argv[2], argv + 2);
        _exit(127);
    }
    if (child < 0 || waitpid(child, &status, 0) < 0 || getrusage(RUSAGE_CHILDREN, &usage) != 0)
        return 2;
    printf("%ld MiB at its peak\n", usage.ru_maxrss / 1024); /* Linux counts in KiB */
    return status != 0 || usage.ru_maxrss / 1024 >= atol(argv[1]);
}
