/* Ctrl-C, and SIGTERM, end the training at its next step; a second one ends the program. */
#include "mnist.h"

#include <signal.h>
#include <string.h>

static volatile sig_atomic_t flag;

void interrupt_release(void)
{
    signal(SIGINT, SIG_DFL);
    signal(SIGTERM, SIG_DFL);
}

static void catch_one(int signal_number)
{
    (void)signal_number;
    flag = 1;
    interrupt_release();
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
}

bool interrupted(void)
{
    return flag != 0;
}
