/* The machine that a run has run on. */
#ifndef MACHINE_H
#define MACHINE_H

#include <stddef.h>

typedef struct machine { char cpu[128]; size_t cores; } machine; /* cpu "": unknown; for us */

machine machine_look(void);

#endif /* MACHINE_H */
