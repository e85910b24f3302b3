/* Ctrl-C and SIGTERM end the training at its next step; a second one ends the program. After
 * SIGTERM, which other programs send once, so does a minute without an end: the next step may never
 * come, where nobody reads the output any more. */
#include "interrupt.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

#ifndef INTERRUPT_SECONDS /* (shorter in its test) */
#define INTERRUPT_SECONDS 60
#endif

static volatile sig_atomic_t caught; /* the first signal; 0: none */

void interrupt_release(void)
{
    signal(SIGINT, SIG_DFL);
    signal(SIGTERM, SIG_DFL);
}

static void end_late(int signal_number)
{
    (void)signal_number;
    raise(SIGTERM); /* released by now */
}

static void catch_one(int signal_number)
{
    caught = signal_number;
    interrupt_release();
    if (signal_number == SIGTERM)
        alarm(INTERRUPT_SECONDS);
}

/* A file that is being written meanwhile is written on. */
void interrupt_catch(void)
{
    struct sigaction action;

    memset(&action, 0, sizeof action);
    action.sa_handler = catch_one;
    action.sa_flags = SA_RESTART;
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    action.sa_handler = end_late;
    sigaction(SIGALRM, &action, NULL);
}

bool interrupted(void)
{
    return caught != 0;
}

int interrupt_code(void)
{
    return 128 + (int)caught;
}
